"""What customers are likely to take next, going by what people like them have together and take after it (decisioning.md 4.10)."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.engage.offers.queries import PublishedOffer
from guanxi.insight.appraisal.going_together import fill_acquired, read_acquired, sample_step
from guanxi.insight.appraisal.taking_next import read_families
from guanxi.insight.estimates.affinity import SHOWN_JOINT, SHOWN_SUPPORT, pair_rules, worth_showing
from guanxi.insight.estimates.paths import next_steps
from guanxi.insight.estimates.transitions import family_order
from guanxi.insight.warehouse.workbench import Workbench

_SQL: Final = Path(__file__).parent / "sql" / "nexts.sql"
_PRELUDE: Final = Path(__file__).parents[1] / "sql" / "prelude_duckdb.sql"
# Of what goes with one product the surest: where everything goes with everything, naming all of it tells nobody anything, and
# would be customers x products x products of rows.
_MOST: Final = 5
_PAIRS: Final = pa.schema([("had", pa.int64()), ("next", pa.int64()), ("strength", pa.float64())])
_ORDER: Final = pa.schema([("first", pa.string()), ("then", pa.string())])
_NEXTS: Final = pa.schema([("customer_id", pa.int64()), ("nexts", pa.list_(pa.string()))])
_STEPS: Final = pa.schema([*_PAIRS, ("lower", pa.float64()), ("upper", pa.float64())])


def asks_for_next(offers: Iterable[PublishedOffer]) -> bool:
    """Whether a rule of some offers asks what comes next: only then it is looked for, for that costs a pass over all purchases."""
    return any("likely_next(" in rule.expression for offer in offers for rule in offer.rules)


def no_nexts(bench: Workbench) -> None:
    """Make the table `nexts` without a row."""
    bench.register("nobody", _NEXTS.empty_table())
    bench.run("CREATE OR REPLACE TEMP TABLE nexts AS SELECT * FROM nobody")
    bench.unregister("nobody")


def fill_nexts(bench: Workbench, on: dt.date) -> None:
    """Make the table `nexts`: customer_id, nexts (references of products that he has not, the likeliest first).

    Had together surely more than by chance (XUP-01), or taken next by a hundred customers or more and now within the middle
    half of their waiting times (XUP-02); nothing of a family before the one that comes first, where an order is known. A pair is as
    strong as the lower limit of its lift, a step as its share against the share of all who have what it leads to.
    """
    bench.run(_PRELUDE)
    acquired = read_acquired(bench, as_of=on)
    pairs = _best(
        worth_showing(
            pair_rules(acquired.select(["customer_id", "product_id"]).rename_columns(["basket", "item"]), SHOWN_SUPPORT)
        )
    )
    steps = next_steps(acquired.rename_columns(["customer", "item", "day"]), on)
    steps = steps.filter(pc.greater_equal(steps["customers"], SHOWN_JOINT))
    told = {
        "pairs_had": pa.table(
            [pairs[name] for name in ("antecedent", "consequent", "lift_lower")], names=_PAIRS.names
        ).cast(_PAIRS),
        "steps_taken": pa.table(
            [steps["item"], steps["next"], _lifted(steps, acquired), steps["lower_days"], steps["upper_days"]],
            names=_STEPS.names,
        ).cast(_STEPS),
        "families_in_order": family_order(read_families(bench, as_of=on, step=sample_step(bench)))
        .select(_ORDER.names)
        .cast(_ORDER),
    }
    for name, rows in told.items():
        bench.register(name, rows)
    fill_acquired(bench, as_of=on)
    bench.run(_SQL, as_of=on)
    for name in told:
        bench.unregister(name)


def _lifted(steps: pa.Table, acquired: pa.Table) -> pa.Array:
    """How many times as often as anybody has it those take it next who have the first."""
    customers = max(pc.count_distinct(acquired["customer_id"]).as_py(), 1)
    counted = acquired.group_by("product_id").aggregate([("customer_id", "count")])
    had = dict(zip(counted["product_id"].to_pylist(), counted["customer_id_count"].to_pylist(), strict=True))
    rows = zip(steps["next"].to_pylist(), steps["share"].to_pylist(), strict=True)
    return pa.array([share * customers / had[product] for product, share in rows], pa.float64())


def _best(pairs: pa.Table) -> pa.Table:
    """The first few rules of each antecedent, in the order they come in: highest lift first."""
    had = pairs["antecedent"].to_numpy()
    order = np.argsort(had, kind="stable")
    begins = np.searchsorted(had[order], had[order], side="left")
    return pairs.take(pa.array(np.sort(order[np.arange(len(had)) - begins < _MOST])))
