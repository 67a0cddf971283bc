"""What customers answered when they were asked what they think of us. A row is taken back, never changed into another."""

from django.db import models
from django.db.models import F, Q

from guanxi.record.surveys import rules


class Survey(models.Model):
    """One survey, each answer from 0 to 10; NULL was not answered. `rank` among `among` firms that the customer uses."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    asked_on = models.DateField()
    value = models.SmallIntegerField(null=True)
    quality = models.SmallIntegerField(null=True)
    satisfaction = models.SmallIntegerField(null=True)
    recommend = models.SmallIntegerField(null=True)
    rank = models.SmallIntegerField(null=True)
    among = models.SmallIntegerField(null=True)
    asked_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{f"{name}__range": (0, rules.MOST)}), name=f"survey_{name}")
                for name in rules.SCORED
            ),
            models.CheckConstraint(
                condition=Q(rank=None, among=None) | Q(rank__gte=1, among__lte=rules.MOST_FIRMS, rank__lte=F("among")),
                name="survey_place",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-asked_on", "-id"], name="survey_of")]

    @property
    def survey(self) -> rules.Survey:
        """What it says."""
        cells = {name: getattr(self, name) for name in (*rules.SCORED, "rank", "among")}
        return rules.Survey(self.asked_on, **cells)


PERSONAL = {"Survey": {"asked_on": "declared"}}
NOT_PERSONAL: dict[str, list[str]] = {}
