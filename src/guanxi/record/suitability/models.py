"""Tests of how much risk a customer can bear. A row is ended, never changed into another; the latest one counts."""

from django.db import models
from django.db.models import F, Q

from guanxi.record.suitability import rules
from guanxi.record.suitability.choices import RiskLevel


class RiskTest(models.Model):
    """One test: what the customer declared before `tested_by`; it holds through `valid_until`, or until it was ended."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    level = models.SmallIntegerField(choices=RiskLevel.choices)
    tested_on = models.DateField()
    valid_until = models.DateField()
    tested_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__range=(RiskLevel.CAUTIOUS, RiskLevel.BOLD)), name="risk_test_level"
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=F("tested_on")), name="risk_test_holds"),
        ]
        indexes = [models.Index(fields=["customer", "-tested_on", "-id"], name="risk_test_of")]

    @property
    def test(self) -> rules.RiskTest:
        """What it says."""
        return rules.RiskTest(RiskLevel(self.level), self.tested_on, self.valid_until, self.ended_on)


PERSONAL = {"RiskTest": {"tested_on": "financial", "valid_until": "financial", "ended_on": "financial"}}
NOT_PERSONAL: dict[str, list[str]] = {}
