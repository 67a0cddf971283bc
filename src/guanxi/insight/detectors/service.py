"""Trouble with our service and promises we broke, from what was noted of contacts (decisioning.md 4.4, danger signs).

The book has no thresholds for these: all of them are start values set by judgement [j]. What nobody noted, nobody sees.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanxi.insight.detectors.feed import Feed
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction, Outcome

_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class _FromContacts:
    """A detector that is one statement over the edition's conversations; `terms` are the codes its SQL names."""

    TABLE: str
    name: str
    file: str
    terms: Mapping[str, int]

    def detect(
        self,
        workbench: Workbench,
        *,
        as_of: dt.date,
        feed: Feed,
        given: Mapping[str, float],
        minor: int,
        keep: bool,
    ) -> list[dict[str, Any]]:
        """Fill the table; nothing has to wait: contacts are noted by people, no feed is late."""
        del feed, minor, keep
        prefix = f"{self.name}."
        mine = {name.removeprefix(prefix): int(value) for name, value in given.items() if name.startswith(prefix)}
        workbench.run(_SQL / self.file, as_of=as_of, **mine, **self.terms)
        return []


promises = _FromContacts(
    "promise_signals",
    "promise_broken",
    "promises.sql",
    {"promised": int(Outcome.PROMISED), "no_answer": int(Outcome.NO_ANSWER)},
)
friction = _FromContacts(
    "friction_signals",
    "service_friction",
    "friction.sql",
    {
        "promised": int(Outcome.PROMISED),
        "no_answer": int(Outcome.NO_ANSWER),
        "inward": int(Direction.IN),
        "outward": int(Direction.OUT),
    },
)
