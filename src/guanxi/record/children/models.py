"""Of customers' children, what a guardian allowed us to keep: the month of birth, and nothing else. A row is deleted, never ended."""

from django.db import models

from guanxi.record.children.choices import ConsentWay


class Child(models.Model):
    """A month in which a child of a customer was born, and the guardian's consent to keep it. No name, no day, no sex; who was born
    in the same month shares the row.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    born_in = models.DateField()  # the first of the month
    consent_way = models.CharField(max_length=12, choices=ConsentWay.choices)
    consented_on = models.DateField()
    noted_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(consent_way__in=ConsentWay.values), name="child_consent"),
        ]
        indexes = [
            models.Index(fields=["customer", "born_in"], name="child_of"),
            models.Index(fields=["born_in"], name="child_born_in"),
        ]


PERSONAL = {
    "Child": {"born_in": "declared", "consent_way": "declared", "consented_on": "declared", "noted_on": "behaviour"}
}
NOT_PERSONAL: dict[str, list[str]] = {}
