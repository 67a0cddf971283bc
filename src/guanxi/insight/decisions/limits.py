"""What limit could be proposed where spending went down for sure (decisioning.md 4.7, RSK-03): a person decides."""

from collections.abc import Collection, Mapping

import pyarrow as pa

from guanxi.record.holdings.queries import CardLimit, credit_limits

_SCHEMA = pa.schema({"customer_id": pa.int64(), "limit": pa.int64(), "limit_new": pa.int64()})
STEP = 1_000  # proposals are whole thousands


def limit_new(limit: int, *, owed: int, recent: Collection[int], minor: int) -> int:
    """The limit to propose: twice the highest of the recent months, rounded up to a thousand, never below what is owed and
    pending, never above the present one. All in minor units; `minor` of them are one unit of the currency.
    """
    thousand = STEP * minor
    wanted = -(-2 * max(recent, default=0) // thousand) * thousand
    return min(limit, max(owed, wanted))


def proposals(highest: Mapping[int, int], *, minor: int, limits: Mapping[int, CardLimit] | None = None) -> pa.Table:
    """Rows (customer_id, limit, limit_new) of the customers for whom a lower limit comes out.

    highest: of each customer the highest month of spending since the fall; limits: what stands, read from the record
    where not given.
    """
    there = credit_limits(highest) if limits is None and highest else limits or {}
    rows = [
        {"customer_id": customer, "limit": held.limit, "limit_new": new}
        for customer, month in sorted(highest.items())
        if (held := there.get(customer))
        and (new := limit_new(held.limit, owed=held.owed, recent=[month], minor=minor)) < held.limit
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
