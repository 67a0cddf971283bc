"""What all offers together bring: customers held out of them for the year against everybody else (decisioning.md 3.6)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.insight.appraisal.worth import know_earned, worth_rule
from guanxi.insight.decisions.arbitration.arms import threshold
from guanxi.insight.decisions.offers.deciding import HELD_OUT, holdout_salt
from guanxi.insight.estimates.adjusting import LEAST_OF_A_SIDE, adjusted_effect
from guanxi.insight.warehouse.workbench import Workbench

_SQL: Final = Path(__file__).parent / "sql" / "bringing.sql"
_PRELUDE: Final = Path(__file__).parents[1] / "arbitration" / "sql" / "prelude_duckdb.sql"


def tell_bringing(
    bench: Workbench,
    trials: pa.Table,
    *,
    as_of: dt.date,
    thresholds: Mapping[str, float],
    unprofiled: Sequence[int] = (),
) -> dict[str, Any]:
    """What a customer brought since offers began, in this year at the latest: `since`, `held` and `others` (how many), and, where both
    are at least `least`, their means, the difference cleared of what they brought in as long a time before, and its 95 % limits, in
    minor units. Empty where no offer has been decided on yet.

    trials: of evidence.py; everybody counts in the arm he was drawn for, whether he was offered something or not.
    """
    begun = pc.min(trials["begun_on"]).as_py()
    if begun is None or begun > as_of:
        return {}
    since = max(begun, dt.date(as_of.year, 1, 1))
    bench.run(_PRELUDE)
    know_earned(bench, worth_rule(thresholds))
    bench.register("aside", pa.table({"customer_id": pa.array(list(unprofiled), pa.int64())}))
    rows = bench.arrow(
        _SQL,
        as_of=as_of,
        since=since,
        before=since - (as_of - since) - dt.timedelta(days=1),
        salt=holdout_salt(as_of),
        held_out=threshold(HELD_OUT),
    )
    bench.unregister("aside")
    after, before = (rows[name].to_numpy().astype(np.float64) for name in ("after", "before"))
    treated = rows["is_treated"].to_numpy(zero_copy_only=False).astype(bool)
    told = {
        "since": since.isoformat(), "until": as_of.isoformat(), "least": LEAST_OF_A_SIDE,
        "held": int((~treated).sum()), "others": int(treated.sum()), "effect": None,
    }  # fmt: skip
    found = adjusted_effect(after, before, treated)
    if found is None:
        return told
    low, high = found.interval
    return told | {
        "each_held": found.control, "each_others": found.treated, "effect": found.effect, "low": low, "high": high,
        "explained": found.explained,
    }  # fmt: skip
