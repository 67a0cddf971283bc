"""Headline columns of the head row that standing and conversations keep current, written only where they differ."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import connection, transaction

from guanxi.ground.kill_points import kill_point
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, list_indexes
from guanxi.record.customers.models import NEVER, Customer

Headline = tuple[int, int, int, int]  # customer, tier, state, value in minor units

# 500 rows hold SQLite's lock for 0.1 s; PostgreSQL locks rows only (patterns.md section 7).
STEP_SQLITE, STEP_POSTGRESQL = 500, 5_000
# On SQLite, when this share of many rows changes, indexes are dropped, rows written, indexes built, in one transaction.
WHOLESALE_SHARE, WHOLESALE_LEAST = 0.3, 50_000


def write_headlines(rows: Iterable[Headline], *, by: Principal) -> int:
    """Set tier, state and value of customers where they differ, and return how many did.

    Opens its own transactions, a step of rows each, so call it outside one; a later call with the same rows writes
    nothing, so a killed one is simply repeated. Each step has its journal row. Does not touch version, time of update or the
    dirty list: nothing of the record itself changed.
    """
    require(by, Permission.RUN_REFRESH)
    given = sorted(rows)
    if _is_wholesale(len(given)):
        with transaction.atomic():
            list_indexes.drop_list_indexes()
            changed = _write_step(given, by)
            list_indexes.build_list_indexes()
    else:
        changed = 0
        for step in bulk.steps_of(given, STEP_POSTGRESQL if bulk.on_postgresql() else STEP_SQLITE):
            with transaction.atomic():
                changed += _write_step(step, by)
    return changed


def touch_last_contact(days: Mapping[int, date]) -> None:
    """Move the day of the last contact forward where the given one is later, in the caller's transaction."""
    rows = sorted(days.items())
    if not rows:
        return
    with connection.cursor() as cursor:
        if bulk.on_postgresql():
            cursor.execute(
                "UPDATE customers_customer SET last_contact_on = given.day"
                " FROM unnest(%s::bigint[], %s::date[]) AS given(id, day)"
                " WHERE customers_customer.id = given.id AND last_contact_on < given.day",
                [[key for key, _ in rows], [day for _, day in rows]],
            )
            return
        cursor.executemany(
            "UPDATE customers_customer SET last_contact_on = %s WHERE id = %s AND last_contact_on < %s",
            [(day.isoformat(), key, day.isoformat()) for key, day in rows],
        )


def settle_last_contact(days: Mapping[int, date | None]) -> None:
    """Set the day of the last contact (None: there was none), in the caller's transaction: for conversations taken back."""
    bulk.update(Customer, ("last_contact_on",), [(key, day or NEVER) for key, day in sorted(days.items())])


def _is_wholesale(count: int) -> bool:
    if bulk.on_postgresql() or count < WHOLESALE_LEAST:
        return False
    return count > WHOLESALE_SHARE * Customer.objects.filter(gone=0).count()


def _write_step(rows: Sequence[Headline], by: Principal) -> int:
    changed = _update(rows)
    if changed:
        entry = Entry(Noun("customers", ""), payload={"changed": changed, "given": len(rows)}, count=changed)
        record_acts("customers.headlines_written", [entry], by=by.actor)
    kill_point("refresh.heads")
    return changed


def _update(rows: Sequence[Headline]) -> int:
    with connection.cursor() as cursor:
        if bulk.on_postgresql():
            cursor.execute(
                "UPDATE customers_customer c SET tier = given.tier, state = given.state, value = given.value"
                " FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::bigint[])"
                " AS given(id, tier, state, value) WHERE c.id = given.id"
                " AND (c.tier, c.state, c.value) IS DISTINCT FROM (given.tier, given.state, given.value)",
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            cursor.executemany(
                "UPDATE customers_customer SET tier = %s, state = %s, value = %s"
                " WHERE id = %s AND (tier, state, value) IS NOT (%s, %s, %s)",
                [(tier, state, value, key, tier, state, value) for key, tier, state, value in rows],
            )
        return max(cursor.rowcount, 0)
