"""The list of customers that the next refresh recomputes, appended in the transaction of the change (decision 9)."""

import json
from collections.abc import Iterable

from django.db import connection

from guanxi.record.customers.bulk import insert, on_postgresql
from guanxi.record.customers.models import DirtyCustomer

_MANY = 200
_STEP = 20_000  # ids a commit: tens of milliseconds of SQLite's lock


def mark_dirty(ids: Iterable[int]) -> None:
    """Note that the records of customers changed, in the caller's transaction. Twice does no harm."""
    distinct = list(dict.fromkeys(ids))
    if len(distinct) < _MANY:
        insert(DirtyCustomer, ["customer_id"], [(customer_id,) for customer_id in distinct])
        return
    # imports mark tens of thousands a batch: one statement, a third of the time of a row each
    with connection.cursor() as cursor:
        if on_postgresql():
            cursor.execute("INSERT INTO customers_dirtycustomer (customer_id) SELECT unnest(%s::bigint[])", [distinct])
        else:
            sql = "INSERT INTO customers_dirtycustomer (customer_id) SELECT value FROM json_each(%s)"
            cursor.execute(sql, [json.dumps(distinct)])


def forget_dirty(ranges: Iterable[tuple[int, int]]) -> None:
    """Remove the entries that a finished edition has taken in, given as closed ranges of their ids, a step at a time.

    Only what was read may be named: an entry of a transaction that was still open then is read by the next refresh.
    """
    for first, last in ranges:
        for begin in range(first, last + 1, _STEP):
            DirtyCustomer.objects.filter(pk__gte=begin, pk__lte=min(begin + _STEP - 1, last)).delete()
