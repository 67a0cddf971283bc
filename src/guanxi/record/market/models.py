"""What winning customers cost, as people enter it, and how large the market is. Money in minor units of `currency`."""

from django.db import models
from django.db.models import F, Q

from guanxi.ground.ids import new_code
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.market.choices import Spent


class Effort(models.Model):
    """What was spent on winning customers of one kind by one source in some days, and how many reached each stage. `kind` 0 or no
    source: shared by all under it, and nobody is counted.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.PositiveSmallIntegerField(choices=CustomerKind.choices, default=0)
    source = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField()
    media = models.BigIntegerField(default=0)
    lists = models.BigIntegerField(default=0)
    incentives = models.BigIntegerField(default=0)
    onboarding = models.BigIntegerField(default=0)
    hours = models.PositiveIntegerField(default=0)
    hourly_rate = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    leads = models.PositiveIntegerField(default=0)
    applications = models.PositiveIntegerField(default=0)
    approved = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    entered_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "since", "until"], name="effort_once"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="effort_days"),
            models.CheckConstraint(
                condition=Q(
                    leads__gte=F("applications"), applications__gte=F("approved"), approved__gte=F("customers")
                ),
                name="effort_stages",
            ),
        ]
        indexes = [models.Index(fields=["until", "id"], name="effort_until")]

    @property
    def spent(self) -> dict[Spent, int]:
        """What was spent, by kind of cost, in minor units."""
        labour = {Spent.LABOUR: self.hours * self.hourly_rate}
        return {kind: labour[kind] if kind in labour else getattr(self, kind.value) for kind in Spent}

    @property
    def total(self) -> int:
        """All of it, in minor units."""
        return sum(self.spent.values())


class MarketSize(models.Model):
    """What all sellers of a market take in a year, as it was known on a day, and where it was read."""

    on = models.DateField(unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    told_by = models.CharField(max_length=60)
    entered_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="market_size_amount")]


PERSONAL: dict[str, dict[str, str]] = {}
NOT_PERSONAL = {"Effort": ["code", "source", "since", "until", "currency"], "MarketSize": ["on", "currency", "told_by"]}
