"""What was bought, paid and refunded: the largest table, so narrow, and never copied elsewhere."""

from django.db import models
from django.db.models import Q


class Dealing(models.Model):
    """One line of trade. `amount` is in minor units of `currency`, negative for a refund.

    `occurred_on` is the local day fixed at writing (decision 3). `quantity_milli` is the quantity in thousandths and
    `unit_price_micro` the price in millionths of the currency's main unit; both None where only the amount is known.
    `on_promotion`: bought at a reduced price or with a gift; None where nobody said.
    A line is a purchase when it is not `cancelled`, its amount is ≥ 0 and its quantity, where known, > 0 (decision 10).
    No foreign key constraint is made on this table: a million-row load would check each one; the services write only
    ids they have read, `guanxi doctor` looks for orphans, and deletion of customers is soft.
    """

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    quantity_milli = models.BigIntegerField(null=True, blank=True)
    unit_price_micro = models.BigIntegerField(null=True, blank=True)
    product = models.ForeignKey(
        "catalogue.Product",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    holding = models.ForeignKey(
        "holdings.Holding",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    channel = models.SmallIntegerField(default=0)
    price_tier = models.SmallIntegerField(null=True, blank=True)
    category = models.CharField(max_length=60, blank=True, default="")
    order_reference = models.CharField(max_length=64, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    cancelled = models.BooleanField(default=False)
    on_promotion = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="dealing_reference")
        ]
        indexes = [
            models.Index(fields=["customer", "-occurred_on", "-id"], name="dealing_customer_day"),
            models.Index(fields=["-occurred_on", "-id"], name="dealing_day"),
        ]


PERSONAL = {
    "Dealing": {
        "occurred_at": "transaction",
        "occurred_on": "transaction",
        "category": "transaction",
        "order_reference": "transaction",
        "reference": "transaction",
    }
}
NOT_PERSONAL = {"Dealing": ["currency"]}
