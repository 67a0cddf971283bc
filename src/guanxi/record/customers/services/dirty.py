"""The list of customers that the next refresh recomputes, appended in the transaction of the change (decision 9)."""

from collections.abc import Iterable

from guanxi.record.customers.bulk import insert
from guanxi.record.customers.models import DirtyCustomer


def mark_dirty(ids: Iterable[int]) -> None:
    """Note that the records of customers changed, in the caller's transaction. Twice does no harm."""
    insert(DirtyCustomer, ["customer_id"], [(customer_id,) for customer_id in dict.fromkeys(ids)])
