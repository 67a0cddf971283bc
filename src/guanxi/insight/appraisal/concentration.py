"""How much of the revenue or the value the best customers hold (`guanxi estimate concentration`, SEG-02)."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from guanxi.insight.appraisal.customers import appraise_customers
from guanxi.insight.appraisal.purchases import last_day, read_purchases
from guanxi.insight.appraisal.tiering import Memory, TierRule
from guanxi.insight.estimates.concentration import concentrate
from guanxi.insight.estimates.words import Said
from guanxi.insight.warehouse.workbench import Workbench

_SHARES = "top_1 top_4 top_20 top_80 bottom_20 share_of_customers_for_80 gini".split()


def appraise_concentration(
    bench: Workbench, *, of: str, as_of: date | None, gross: bool, rule: TierRule | None = None
) -> dict[str, Any]:
    """The contract's JSON. `of` revenue: all money by `as_of` (default: the last day of the data) of those who dealt,
    or with `gross` the purchases of those who bought; `of` value: the value of each customer on that day, by the firm's `rule`.
    """
    to = as_of or last_day(bench)
    values = np.array([], dtype=np.int64)
    if to is not None and of == "value":
        values = appraise_customers(bench, as_of=to, memory=Memory(None, to), rule=rule).rows["value"].to_numpy()
    elif to is not None:
        known = read_purchases(bench, as_of=to, gross=gross)
        values = (known.buyers if gross else known).total.astype(np.int64)  # minor units: exact
    return {"of": of, "as_of": to and to.isoformat(), **tell_concentration(values)}


def tell_concentration(values: ArrayLike) -> dict[str, Any]:
    """Shares of the best customers as JSON, for one value a customer; None and words where they mean nothing."""
    found = concentrate(values)
    return {
        "customers": found.customers,
        **{name: getattr(found, name) for name in _SHARES},
        "curve": [list(point) for point in found.curve],
        "missing": [Said(found.missing)] if found.missing else [],
    }
