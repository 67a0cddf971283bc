"""What a firm has set of its contact policy: lines that are not the default, capacities, levers, context weights, service plans."""

from django.db import models
from django.db.models import Q

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.policy.serving import MOST_MINUTES
from guanxi.ground.ids import new_code
from guanxi.record.standing.choices import ServiceModel


class PolicyLine(models.Model):
    """A line of the policy that the firm has set; the amount None means that there is no rule."""

    name = models.CharField(max_length=40, unique=True)
    amount = models.IntegerField(null=True, blank=True)


class Capacity(models.Model):
    """How much of a way there is, on one day or (day None) on every day; no row is no limit, 0 is none."""

    way = models.PositiveSmallIntegerField(choices=Way)
    day = models.DateField(null=True, blank=True)
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["way", "day"], condition=~Q(day=None), name="capacity_way_day"),
            models.UniqueConstraint(fields=["way"], condition=Q(day=None), name="capacity_way"),
        ]


class Lever(models.Model):
    """What somebody adds to an offer's weight, in hundredths, until it ends: it costs money, and that is shown."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    offer = models.CharField(max_length=64, unique=True)
    value = models.SmallIntegerField()
    why = models.CharField(max_length=200)
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    set_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=-30) & Q(value__lte=30), name="lever_bounds"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("set_on")), name="lever_days"),
        ]


class ContextWeight(models.Model):
    """What a signal in a state adds to offers of an issue (or to one offer), in hundredths, until it ends."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    signal = models.CharField(max_length=40)
    state = models.CharField(max_length=20, blank=True)
    issue = models.PositiveSmallIntegerField(choices=Issue, null=True, blank=True)
    offer = models.CharField(max_length=64, blank=True)
    weight = models.SmallIntegerField()
    why = models.CharField(max_length=200)
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    set_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=-90) & Q(weight__lte=200), name="weight_bounds"),
            models.CheckConstraint(condition=Q(issue=None) ^ Q(offer=""), name="weight_of_one"),
            models.UniqueConstraint(fields=["signal", "state", "offer"], condition=Q(issue=None), name="weight_offer"),
            models.UniqueConstraint(fields=["signal", "state", "issue"], condition=Q(offer=""), name="weight_issue"),
        ]


class ServicePlan(models.Model):
    """How customers of a service model are served, where the firm has said so itself; `points` a line each."""

    model = models.CharField(max_length=12, choices=ServiceModel.choices, unique=True)
    points = models.TextField(max_length=2_100)
    served_by = models.CharField(max_length=80)
    minutes = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="service_plan_minutes")
        ]


PERSONAL: dict[str, dict[str, str]] = {}
NOT_PERSONAL = {
    "PolicyLine": ["name"],
    "Capacity": ["day"],
    "ServicePlan": ["model", "points", "served_by"],
    "Lever": ["code", "offer", "why", "set_on", "ends_on"],
    "ContextWeight": ["code", "signal", "state", "offer", "why", "set_on", "ends_on"],
}
