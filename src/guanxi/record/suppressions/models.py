"""Why sales rest for somebody, since when and until when. A row is ended, never changed into another."""

from django.db import models
from django.db.models import F, Q

from guanxi.ground.ids import new_code
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.rules import Rest


class Suppression(models.Model):
    """One rest of sales. `until`: the first day on which it is over by itself; `ended_on`: the day on which somebody ended it,
    of a complaint the day on which it was solved, with words of how. `recorded_on`: the day on which it was written down.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    since_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=300)
    recorded_on = models.DateField()
    set_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_on = models.DateField(null=True, blank=True)
    end_why = models.CharField(max_length=300, blank=True, default="")
    ended_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="suppression_cause"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since_on")), name="suppression_until"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since_on")), name="suppression_ended"
            ),
        ]
        indexes = [models.Index(fields=["customer", "-since_on", "-id"], name="suppression_of")]

    @property
    def rest(self) -> Rest:
        """Its days."""
        return Rest(Cause(self.cause), self.since_on, self.until, self.ended_on)


PERSONAL = {"Suppression": {"why": "declared", "end_why": "declared", "cause": "declared"}}
NOT_PERSONAL = {"Suppression": ["code", "since_on", "until", "recorded_on", "ended_on"]}
