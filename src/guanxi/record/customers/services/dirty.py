"""The list of customers that the next refresh recomputes, appended in the transaction of the change (decision 9)."""

from collections.abc import Iterable

from guanxi.record.customers.bulk import insert
from guanxi.record.customers.models import DirtyCustomer

_STEP = 20_000  # ids a commit: tens of milliseconds of SQLite's lock


def mark_dirty(ids: Iterable[int]) -> None:
    """Note that the records of customers changed, in the caller's transaction. Twice does no harm."""
    insert(DirtyCustomer, ["customer_id"], [(customer_id,) for customer_id in dict.fromkeys(ids)])


def forget_dirty(ranges: Iterable[tuple[int, int]]) -> None:
    """Remove the entries that a finished edition has taken in, given as closed ranges of their ids, a step at a time.

    Only what was read may be named: an entry of a transaction that was still open then is read by the next refresh.
    """
    for first, last in ranges:
        for begin in range(first, last + 1, _STEP):
            DirtyCustomer.objects.filter(pk__gte=begin, pk__lte=min(begin + _STEP - 1, last)).delete()
