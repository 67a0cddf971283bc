"""What a customer holds of the firm: accounts, policies, cards, memberships; and their balances by day."""

from django.db import models
from django.db.models import F, Q

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


STANDS = Q(withdrawn_on=None, closed_on=None)  # of notices: neither taken back nor carried out


class Ending(models.Model):
    """The notice of a contract that we end: on which ground of it, given when, and from which day on it may be closed. `closed_on`:
    when somebody closed it; `withdrawn_on`: when somebody took the notice back. Nobody but a person writes one (SEG-03).
    """

    holding = models.ForeignKey(Holding, on_delete=models.CASCADE, related_name="endings", db_index=False)
    ground = models.CharField(max_length=300, blank=True)
    noticed_on = models.DateField()
    ends_on = models.DateField()
    given_by = models.ForeignKey("identity.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holding"], condition=STANDS, name="ending_stands_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("noticed_on")), name="ending_after_notice"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("ends_on"), withdrawn_on=None),
                name="ending_not_before",
            ),
        ]
        indexes = [models.Index(fields=["holding", "-id"], name="ending_of")]


PERSONAL = {
    "Ending": {"ground": "content", "noticed_on": "financial", "ends_on": "financial", "closed_on": "financial"},
    "Holding": {
        "reference": "financial",
        "attributes": "financial",
        "opened_on": "financial",
        "closed_on": "financial",
        "renewal_on": "financial",
    },
    "Balance": {"day": "financial"},
}
NOT_PERSONAL = {"Ending": ["withdrawn_on"], "Holding": ["code", "deleted_at"], "Balance": ["currency"]}
