"""What customers take next by what they own, and in which order families come (decisioning.md 4.10, XUP-02)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from guanxi.ground.refusals import gettext_noop
from guanxi.insight.estimates.grading import Grade
from guanxi.insight.estimates.transitions import (
    WITHIN_DAYS,
    Transitions,
    family_order,
    fit_transitions,
    judge_transitions,
)
from guanxi.insight.estimates.words import Sentence
from guanxi.insight.warehouse.workbench import Workbench

_SQL: Final = Path(__file__).parent / "sql" / "acquired_families.sql"
_LONGEST_LIST: Final = 50
_MOST_NEXT: Final = 3
_LEAST_ENTERED: Final = 10  # cells of fewer are not shown
_LEAST_TAKEN: Final = 100  # who took something new in the time held out, before the table is judged [j]

NO_FAMILIES = gettext_noop("No product belongs to a family: what comes next by what is owned cannot be told.")
FEW_STEPS = gettext_noop(
    "Only {taken} customers took a further family in the time held out; at least {least} are needed to judge the table of transitions."
)
OWNED_IS_BETTER = gettext_noop(
    "By what is owned {table}% of those who took a further family were told which, by what is taken most {simple}%."
)
MOST_TAKEN_IS_BETTER = gettext_noop(
    "What is taken most told more of those who took a further family which ({simple}%) than what they owned did ({table}%): "
    "go by what is taken most."
)


@dataclass(frozen=True)
class Next:
    """`transitions`: a row a set of families and segment, the most entered first, with the likeliest next ones; `order`: which family
    comes after which; `holdout`: how often the table and the simple rule were right; `missing`: what data lack.
    """

    transitions: list[dict[str, Any]] = field(default_factory=list)
    order: list[dict[str, Any]] = field(default_factory=list)
    holdout: dict[str, Any] | None = None
    grade: Grade | None = None
    missing: Sequence[Sentence] = ()


def read_families(bench: Workbench, *, as_of: date, step: int = 1) -> pa.Table:
    """`customer`, `family`, `cell` (his segment) and `day` of the first of each family; of every `step`-th customer."""
    return bench.arrow(_SQL, as_of=as_of, step=step)


def appraise_next(rows: pa.Table, *, to: date) -> Next:
    """The table of what comes next as of a day, judged by what was taken in the year before it."""
    if not rows.num_rows:
        return Next(missing=[Sentence(NO_FAMILIES)])
    cut = to - timedelta(WITHIN_DAYS)
    counts = asdict(judge_transitions(rows, cut))
    holdout = {"from": cut.isoformat(), "to": to.isoformat(), **counts}
    told = _tell(fit_transitions(rows, to))
    order = family_order(rows).slice(0, _LONGEST_LIST).to_pylist()
    if counts["taken"] < _LEAST_TAKEN:
        lack = Sentence(FEW_STEPS, {"taken": counts["taken"], "least": _LEAST_TAKEN})
        return Next(told, order, holdout, Grade("C", lack))
    shares = {name: f"{100 * counts[name] / counts['taken']:.1f}" for name in ("table", "simple")}
    better = counts["table"] >= counts["simple"]
    reason = Sentence(OWNED_IS_BETTER if better else MOST_TAKEN_IS_BETTER, shares)
    return Next(told, order, holdout, Grade("A" if better else "C", reason))


def _tell(found: Transitions) -> list[dict[str, Any]]:
    rows = []
    for place in np.argsort(-found.entered, kind="stable")[:_LONGEST_LIST]:
        if found.entered[place] < _LEAST_ENTERED:
            break
        best = [
            at for at in np.argsort(-found.chances[place], kind="stable")[:_MOST_NEXT] if found.chances[place][at] > 0
        ]
        rows.append(
            {
                "owned": found.owned(int(place)),
                "cell": found.cell_names[found.cells[place]],
                "customers": int(found.entered[place]),
                "next": [
                    {
                        "family": found.families[at],
                        "followed": int(found.followed[place][at]),
                        "chance": float(found.chances[place][at]),
                    }
                    for at in best
                ],
            }
        )
    return rows
