"""Of those who came recommended, how many buy: by loyal customers' word against that of others (LOY-05)."""

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

from guanxi.ground.shares import wilson
from guanxi.insight.warehouse.workbench import Workbench

_SQL = Path(__file__).parent / "sql"
LEAST_CAME = 10


def tell_word_of_mouth(
    bench: Workbench, *, as_of: date, agreeing: Callable[[Collection[int]], Collection[int]]
) -> dict[str, Any]:
    """Who came in two years by somebody's word and buys now, as JSON: `loyal` and `others` with customers, bought, rate, low and
    high (95 %, Wilson); None under ten customers. `left_out`: customers without a recommendation to which both agreed.

    agreeing: which of some customers agree that their data is looked at; without the yes of both nothing is counted. Somebody
    whom several recommended counts once, as by a loyal one where one of them is.
    """
    rows = bench.arrow(_SQL / "referred.sql", as_of=as_of).to_pylist()
    named = {row[name] for row in rows for name in ("customer_id", "referrer_id")}
    yes = set(agreeing(named)) if named else set()
    came: dict[int, tuple[bool, bool]] = {}
    for row in rows:
        if row["customer_id"] in yes and row["referrer_id"] in yes:
            loyal, _bought = came.get(row["customer_id"], (False, False))
            came[row["customer_id"]] = (loyal or row["is_loyal"], row["has_bought"])
    return {
        "loyal": _cell([bought for loyal, bought in came.values() if loyal]),
        "others": _cell([bought for loyal, bought in came.values() if not loyal]),
        "left_out": len({row["customer_id"] for row in rows}) - len(came),
    }


def _cell(bought: list[bool]) -> dict[str, float] | None:
    if len(bought) < LEAST_CAME:
        return None
    low, high = wilson(sum(bought), len(bought))
    return {
        "customers": len(bought),
        "bought": sum(bought),
        "rate": sum(bought) / len(bought),
        "low": low,
        "high": high,
    }
