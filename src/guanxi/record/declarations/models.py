"""What customers declare of themselves, each fact with who told it and when. A row is ended, never changed into another."""

from django.db import models

from guanxi.record.declarations.choices import Fact


class Declaration(models.Model):
    """One fact; amount: people, minor units of the firm's currency, a grade from 1 to 3, or 1 where it is there or not."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    fact = models.SmallIntegerField(choices=Fact.choices)
    amount = models.BigIntegerField()
    source = models.CharField(max_length=60)
    told_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    noted_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(fact__in=Fact.values), name="declaration_fact")]
        indexes = [
            models.Index(fields=["customer", "fact"], name="declaration_of"),
            models.Index(
                fields=["fact", "amount", "customer"], condition=models.Q(ended_on=None), name="declaration_now"
            ),
        ]


PERSONAL = {
    "Declaration": {"source": "declared", "told_on": "declared", "ended_on": "declared"},
}
NOT_PERSONAL: dict[str, list[str]] = {}
