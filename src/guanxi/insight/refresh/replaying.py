"""Back-tests on the current edition with what the record knows beside it: for the command, the job and the demo."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from guanxi.insight.detectors.backtesting import Replay, backtest
from guanxi.insight.warehouse.reading import open_edition
from guanxi.record.actions.queries import kept_steps, planned_promises
from guanxi.record.consents.queries import unprofiled_ids

_SECONDS = 1800.0


def replay_detector(
    kind: str, thresholds: Mapping[str, float], *, as_of: date | None = None, months: int = 12
) -> dict[str, Any]:
    """The answer of `backtest` for a key of its TRIALS on the current edition; nothing is written.

    as_of: the last day that is known, default the last day of the data. Raises Refused when there is no edition.
    """
    with open_edition(seconds=_SECONDS) as edition:
        day = as_of or edition.scalar("SELECT max(day) FROM feed")
        aside = unprofiled_ids(day) if day else []
        asked = Replay(day, months, thresholds, kept_steps, planned_promises, aside)
        return backtest(edition, kind, asked)
