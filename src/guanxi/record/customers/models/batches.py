"""Acts on many customers at once, kept so that whoever did one can take it back whole, the same day."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.record.customers.choices import BulkKind
from guanxi.record.customers.models.customer import Customer


class BulkAct(models.Model):
    """What was done: `target_id` is the colleague or the group it was about, `by_code` who did it (as the journal names
    principals), `on` the firm's day.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.SmallIntegerField(choices=BulkKind.choices)
    at = models.DateTimeField()
    on = models.DateField()
    by_code = models.CharField(max_length=40)
    target_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)


class BulkMove(models.Model):
    """One customer of an act, and with whom he was before (assigning only)."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="moves")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    old_owner_id = models.BigIntegerField(null=True)
    old_team_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="bulk_move_customer")]
