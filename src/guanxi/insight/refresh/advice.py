"""What detectors and decisions have to say about the edition being built."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from guanxi.insight import decisions, detectors
from guanxi.insight.warehouse.workbench import Workbench


@dataclass(frozen=True)
class Advice:
    """Rows of signals and of actions, in the forms of raise_signals and propose_actions."""

    signals: pa.Table
    actions: pa.Table

    def counts(self) -> dict[str, dict[str, int]]:
        """How many signals of each kind are in each state."""
        counted: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self.signals.group_by(["kind", "state"]).aggregate([([], "count_all")]).sort_by("kind").to_pylist():
            counted[row["kind"]][row["state"]] = row["count_all"]
        return dict(counted)


def seek_advice(
    bench: Workbench,
    *,
    as_of: date,
    thresholds: dict[str, Any],
    step: Callable[[str], AbstractContextManager[None]],
) -> Advice:
    """Run the detectors, then the decisions on what they found (in the workbench as `signals`)."""
    with step("detectors"):
        noticed = detectors.run(bench, as_of=as_of, thresholds=thresholds)
    with step("decisions"):
        proposed = decisions.run(bench, as_of=as_of, thresholds=thresholds)
    return Advice(noticed, proposed)
