"""What changed about customers: stages, merges, and the list of those the next refresh recomputes."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.ground.transactions import CurrentTransaction
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.models.customer import Customer


class StageChange(models.Model):
    """A dated event: the relationship moved from one stage to another (OPS-06)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="stage_changes")
    at = models.DateTimeField()
    on = models.DateField()
    from_stage = models.SmallIntegerField(choices=Stage.choices, null=True)
    to_stage = models.SmallIntegerField(choices=Stage.choices)
    cause = models.CharField(max_length=60)


class OwnerChange(models.Model):
    """The customer went from one manager to another; None is the pool."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="owner_changes", db_index=False)
    on = models.DateField()
    from_staff = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    to_staff = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="owner_change_customer")]


class Merge(models.Model):
    """Loser became part of winner. Every moved row is listed, so that undoing is exact (decision 7)."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    winner = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    loser = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)


class MergeMove(models.Model):
    """One cell that a merge changed: `table`.`column` of row `row_id` was `old` and became `new`.

    A row that the merge added has the column "" and neither; undoing removes it.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    column = models.CharField(max_length=60)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["table", "row_id", "column", "id"], name="merge_move_cell")]


class DirtyCustomer(models.Model):
    """A customer whose record changed since the last refresh, appended in the same transaction as the change.

    `tx` is PostgreSQL's id of that transaction, filled by the database (0 on SQLite): a refresh takes only rows of
    finished transactions and removes only what it took.
    """

    customer_id = models.BigIntegerField()
    tx = models.BigIntegerField(db_default=CurrentTransaction())
