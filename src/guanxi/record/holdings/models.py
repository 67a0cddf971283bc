"""What a customer holds of the firm: accounts, policies, cards, memberships; and their balances by day."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.record.holdings.choices import HoldingStatus


class Holding(models.Model):
    """One contract-like thing. `reference` is the firm's own number and identifies it."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64, blank=True, default="")
    status = models.SmallIntegerField(choices=HoldingStatus.choices, default=HoldingStatus.OPEN)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    renewal_on = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(deleted_at=None) & ~Q(reference=""), name="holding_reference"
            )
        ]
        indexes = [  # the list of a whole firm walks them
            models.Index(fields=["opened_on", "id"], name="holding_opened"),
            models.Index(fields=["renewal_on", "id"], name="holding_renewal"),
        ]


class Balance(models.Model):
    """The balance of one holding at the end of one day, in minor units."""

    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="balances", db_index=False)
    day = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holding", "day"], name="balance_holding_day")]


PERSONAL = {
    "Holding": {
        "reference": "financial",
        "attributes": "financial",
        "opened_on": "financial",
        "closed_on": "financial",
        "renewal_on": "financial",
    },
    "Balance": {"day": "financial"},
}
NOT_PERSONAL = {"Holding": ["code", "deleted_at"], "Balance": ["currency"]}
