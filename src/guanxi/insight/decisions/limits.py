"""What limit could be proposed where spending went down for sure (decisioning.md 4.7, RSK-03): a person decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa

from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.rescue.credit.rules import limit_new

_SCHEMA = pa.schema({"customer_id": pa.int64(), "limit": pa.int64(), "limit_new": pa.int64()})


@dataclass(frozen=True, slots=True)
class Reviews:
    """What decisions take from the review of credit: limits of cards by customer (record.holdings.queries.credit_limits; None:
    read where somebody's spending fell), and customers whose case a person has decided and which runs on
    (rescue.credit.queries.reviewed_customers).
    """

    limits: Mapping[int, CardLimit] | None = None
    running: Collection[int] = ()


NO_REVIEWS = Reviews()


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
        and (new := limit_new(held.limit, owed=held.bound, recent=[month], minor=minor)) < held.limit
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)
