"""Losses: one row a customer and loss, kept for good; what insight found of it, and what people said and did."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.rescue.winback.choices import Arm, LossCause, Reason


class Loss(models.Model):
    """A loss, dated back to the last purchase or the end of the last holding; `known_on`: when it could be known.

    `key` is a digest of the customer's code and the day. What insight finds is written by each refresh: tier and `worth` of the
    first life, reason with its confidence and evidence (names of choices.Evidence, by commas), the reason `found` without what
    he said, the `rival` whom he named, the best win-back offer, its net `value` (minor units, also by unit of contact) and why
    nobody pursues him ("" where one may). `returned_on`: the first purchase after it. What he said himself (`declared`, `words`)
    and whether he was handed
    out (`arm`) people write. `brought`: what he contributed within 90 days of that day (minor units), pursued or kept back.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    key = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    lost_on = models.DateField()
    known_on = models.DateField()
    first_on = models.DateField()
    returned_on = models.DateField(null=True, blank=True)
    tier = models.SmallIntegerField()
    product = models.ForeignKey(
        "catalogue.Product", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    worth = models.BigIntegerField(default=0)
    reason = models.SmallIntegerField(choices=Reason, default=Reason.UNKNOWN)
    confidence = models.FloatField(default=0)
    found = models.SmallIntegerField(choices=Reason, default=Reason.UNKNOWN)
    evidence = models.CharField(max_length=200, blank=True, default="")
    cause = models.CharField(max_length=20, choices=LossCause, blank=True, default="")
    rival = models.CharField(max_length=500, blank=True, default="")
    offer = models.CharField(max_length=64, blank=True, default="")
    way = models.SmallIntegerField(default=0)
    value = models.BigIntegerField(default=0)
    per_unit = models.BigIntegerField(default=0)
    excluded = models.CharField(max_length=20, blank=True, default="")

    declared = models.SmallIntegerField(choices=Reason, default=Reason.UNKNOWN)
    words = models.TextField(max_length=2000, blank=True, default="")
    declared_on = models.DateField(null=True, blank=True)
    declared_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    arm = models.SmallIntegerField(choices=Arm, default=Arm.NONE)
    handed_on = models.DateField(null=True, blank=True)
    handed_offer = models.CharField(max_length=64, blank=True, default="")
    brought = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(declared=Reason.UNKNOWN) | Q(declared_on__isnull=False), name="loss_declared_on"
            ),
            models.CheckConstraint(condition=Q(arm=Arm.NONE) | Q(handed_on__isnull=False), name="loss_handed_on"),
        ]
        indexes = [
            models.Index(fields=["-lost_on", "-id"], name="loss_lost_on"),
            models.Index(
                fields=["-per_unit", "id"], condition=Q(excluded="", returned_on=None, arm=0), name="loss_ranked"
            ),
        ]


PERSONAL = {
    "Loss": {
        "lost_on": "behaviour",
        "known_on": "behaviour",
        "first_on": "behaviour",
        "returned_on": "behaviour",
        "evidence": "behaviour",
        "cause": "behaviour",
        "rival": "declared",
        "offer": "behaviour",
        "excluded": "behaviour",
        "words": "declared",
    }
}
NOT_PERSONAL = {"Loss": ["code", "key", "declared_on", "handed_on", "handed_offer"]}
