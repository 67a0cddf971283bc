"""What limit could be proposed where spending went down for sure (decisioning.md 4.7, RSK-03): a person decides."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from guanxi.ground.money import minor_digits
from guanxi.insight import profile
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.queries import CardLimit, credit_limits
from guanxi.rescue.credit.rules import INCOME_MONTHS, STEADY_MONTHS, limit_new, month_of
from guanxi.rescue.credit.services import Steady

_SQL = Path(__file__).parent / "sql"
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


def steady_spenders(workbench: Workbench, *, as_of: dt.date, least: float) -> dict[int, Steady]:
    """Customers whose every one of the last 24 whole months up to `as_of` brought `least` (whole units of the firm's currency) or
    more: a higher limit may be looked at (RSK-01). Set-based over the months of the edition.
    """
    minor = 10 ** minor_digits(workbench.scalar("SELECT currency FROM firm"))
    latest = month_of(as_of + dt.timedelta(days=1)) - 1
    first, after = (dt.date(month // 12, month % 12 + 1, 1) for month in (latest - STEADY_MONTHS + 1, latest + 1))
    last = after - dt.timedelta(days=1)
    rows = workbench.arrow(
        _SQL / "steady.sql", first=first, last=last, months=STEADY_MONTHS, least=round(least * minor)
    ).to_pylist()
    income = _salaries(workbench, [row["customer_id"] for row in rows], latest=last.replace(day=1))
    return {
        row["customer_id"]: Steady(
            **row, months=STEADY_MONTHS, first=first, last=last, income=income.get(row["customer_id"])
        )
        for row in rows
    }


def _salaries(workbench: Workbench, customers: list[int], *, latest: dt.date) -> dict[int, int]:
    """What came in as salary in a month, of some customers: the median of the last whole months, by customer."""
    workbench.register("steady", pa.table({"customer_id": pa.array(customers, pa.int64())}))
    table = profile.build(workbench, "income_months", purpose=profile.Purpose.CREDIT_REVIEW, of="steady", until=latest)
    rows = workbench.arrow(_SQL / "salaries.sql", latest=latest, months=INCOME_MONTHS).to_pylist()
    workbench.run(f"DROP TABLE {table}")
    workbench.unregister("steady")
    return {row["customer_id"]: row["income"] for row in rows}
