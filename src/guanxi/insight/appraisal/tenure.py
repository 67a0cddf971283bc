"""Whether customers cost less to serve and wait less for promotions the longer they stay (LOY-04): told, not assumed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from guanxi.insight.estimates.rates import LEAST_EVENTS
from guanxi.insight.warehouse.workbench import Workbench

MOST_YEARS: Final = 5  # so many or more are counted together
_SQL: Final = Path(__file__).parent / "sql"


def tell_tenure(bench: Workbench, *, as_of: date, costs: Mapping[int, float]) -> list[dict[str, Any]]:
    """A row for each year since the first dealing in which at least ten customers bought in the 365 days: `years`, `customers`, and of
    each of them `contacts`, `cost` (minor units, at `costs` by channel) and `spent` (minor units); `promoted` is the share of purchase
    days that were on promotion, None where none is marked at all.
    """
    rows = bench.arrow(_SQL / "tenure.sql", as_of=as_of, most=MOST_YEARS).to_pylist()
    contacts: Counter[int] = Counter()
    spent: dict[int, float] = defaultdict(float)
    for row in bench.arrow(_SQL / "tenure_contacts.sql", as_of=as_of, most=MOST_YEARS).to_pylist():
        contacts[row["years"]] += row["contacts"]
        spent[row["years"]] += row["contacts"] * costs.get(row["channel"], 0)
    is_marked = any(row["promoted"] for row in rows)
    return [
        {
            "years": row["years"],
            "customers": row["customers"],
            "contacts": contacts[row["years"]] / row["customers"],
            "cost": spent[row["years"]] / row["customers"],
            "spent": row["net"] / row["customers"],
            "promoted": row["promoted"] / row["purchases"] if is_marked else None,
        }
        for row in rows
        if row["customers"] >= LEAST_EVENTS
    ]
