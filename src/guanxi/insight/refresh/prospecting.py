"""What the firm's own prospects of three years tell of those of today (ACQ-03): found once a refresh, kept with the figures of growth."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from guanxi.ground.ids import stable_bucket
from guanxi.insight.estimates.prospects import FOLDS, hold_out_lift, is_enough, learn_patterns, traits_of
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.queries import agreeing_ids
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.queries.prospects import entered_before

YEAR = dt.timedelta(days=365)
_NOBODY: tuple[None, None] = (None, None)  # the edition does not know him
_MOST = 300  # cells that are told, those with most people first


def tell_prospects(bench: Workbench, *, as_of: dt.date, unprofiled: Sequence[int]) -> dict[str, Any]:
    """Who was entered as a prospect more than a year ago and not longer than four, as JSON: `entered`, `won` within a year, `lift` on
    people held out, and by cell (traits, entered, won, chance, value of three years in minor units). `lift` None: too few to tell.

    Nothing is concluded of who wants no advice from own data; that somebody was recommended counts by the yes of both.
    """
    silent = set(unprofiled)
    rows = [one for one in entered_before(as_of - YEAR, since=as_of - 4 * YEAR) if one.id not in silent]
    named = {key for one in rows if one.referrer_id for key in (one.id, one.referrer_id)}
    yes = agreeing_ids(named, on=as_of) if named else set()
    traits = [
        traits_of(
            CustomerKind(one.kind).name.lower(),
            one.source,
            is_recommended=one.referrer_id in yes and one.id in yes,
            is_employed=one.is_employed,
        )
        for one in rows
    ]
    known = _estimates(bench, [one.id for one in rows])
    began = [min((day for day in (one.won_on, known.get(one.id, _NOBODY)[0]) if day), default=None) for one in rows]
    won = [day is not None and day <= one.entered_on + YEAR for one, day in zip(rows, began, strict=True)]
    value = [max(known.get(one.id, _NOBODY)[1] or 0, 0) for one in rows]
    told: dict[str, Any] = {"entered": len(rows), "won": sum(won), "lift": None, "cells": []}
    if not is_enough(np.array(won, bool)):
        return told
    lift = hold_out_lift(traits, won, value, [stable_bucket("prospects|", one.code, FOLDS) for one in rows])
    found = learn_patterns(traits, won, value)
    most = np.argsort(-found.entered, kind="stable")[:_MOST].tolist()
    cells = [
        [list(found.cells[at]), int(found.entered[at]), int(found.won[at]), float(found.chance[at]), float(found.value[at])]
        for at in most
    ]  # fmt: skip
    if lift is not None:
        told["lift"] = {"people": lift.people, "top": lift.share_top, "all": lift.share_all, "worth": lift.worth}
    return told | {"cells": cells}


def _estimates(bench: Workbench, customers: Sequence[int]) -> dict[int, tuple[dt.date | None, int | None]]:
    """Of each of some customers the first day on which he dealt (a file tells of it later than it was), and his value of three years."""
    bench.register("entered", pa.table({"customer_id": pa.array(customers, pa.int64())}))
    found = bench.arrow(
        "SELECT e.customer_id, e.first_day, e.lifetime_value FROM estimates e JOIN entered n ON n.customer_id = e.customer_id"
    )
    bench.unregister("entered")
    ids, days, worth = (found[name].to_pylist() for name in ("customer_id", "first_day", "lifetime_value"))
    return dict(zip(ids, zip(days, worth, strict=True), strict=True))
