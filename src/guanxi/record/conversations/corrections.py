"""What stood in a note before it was corrected, from the journal; gone with the person when he is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanxi.identity.naming import names_of_actors
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.customers.choices import Channel

MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A note as it stood until `at`, when `by` corrected it."""

    at: datetime
    by: str
    channel: Channel
    direction: Direction
    outcome: Outcome
    summary: str
    points: Mapping[str, str]
    heard: Heard = Heard.NOTHING
    rival: str = ""


def earlier_of(code: str) -> list[EarlierRow]:
    """Return how a conversation read before each correction, the latest first, at most 20 (four queries). The caller has
    fetched the conversation for whoever looks.
    """
    acts = acts_of(Noun("conversation", code), kinds=("conversation.corrected",), limit=MOST_EARLIER)
    names = names_of_actors({act.by.code for act in acts})
    return [_row(act.at, names.get(act.by.code, ""), act.payload["before"]) for act in acts if act.payload]


def _row(at: datetime, by: str, before: Mapping[str, Any]) -> EarlierRow:
    return EarlierRow(
        at,
        by,
        Channel[before["channel"].upper()],
        Direction[before["direction"].upper()],
        Outcome[before["outcome"].upper()],
        before["summary"],
        {point.value: before[point.value] for point in Point if before.get(point.value)},
        Heard[before.get("heard", "nothing").upper()],
        before.get("rival", ""),
    )
