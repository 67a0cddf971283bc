"""Conversations as a list across customers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource, PersonSource, TextSource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.conversations.permissions import reached_conversations
from guanxi.record.customers.choices import Channel, Tier
from guanxi.record.customers.permissions import shown

_NEVER = dt.date(1900, 1, 1)
_LISTING = Listing(
    columns=(
        "customer__code", "customer__name", "customer__tier", "summary", "channel", "direction", "outcome", "heard", "by__name",
        "by_name", "follow_up_on", "on",
    ),
    sources={
        "on": DaySource("on"),
        "channel": BadgeSource("channel", Channel),
        "direction": BadgeSource("direction", Direction),
        "outcome": BadgeSource("outcome", Outcome),
        "heard": BadgeSource("heard", Heard),
        "by": PersonSource("by"),
        "follow_up_on": DaySource("follow_up_on"),
        "summary": TextSource("summary"),
        "tier": BadgeSource("customer__tier", Tier),
        "customer": BadgeSource("customer__code"),
    },
    orders={
        "on": Order("on"),
        "follow_up_on": Order("follow_up_on", _NEVER),
        "outcome": Order("outcome"),
        "name": Order("customer__name_key", is_told=False),
        "tier": Order("customer__tier"),
        "channel": Order("channel"),
        "direction": Order("direction"),
        "by": Order("by__name_key", ""),
    },
    groupings={
        "channel": Grouping("channel", choices=Channel),
        "direction": Grouping("direction", choices=Direction),
        "outcome": Grouping("outcome", choices=Outcome),
        "heard": Grouping("heard", choices=Heard),
        "by": Grouping("by__code", "by__name"),
        "tier": Grouping("customer__tier", choices=Tier),
    },
    walks=frozenset({"on"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """A conversation in a list. `code` is the customer's; `by` names who spoke; the name as the reader may see it."""

    code: str
    name: str
    tier: int
    summary: str
    channel: int
    direction: int
    outcome: int
    heard: int
    by: str
    follow_up_on: dt.date | None
    on: dt.date


def list_conversations(question: Question, principal: Principal) -> Listed[ConversationLine]:
    """One page of the conversations with the customers in one's reach. Raises Denied, and Refused as the sheet says."""

    def row(cells: Sequence[Any]) -> ConversationLine:
        code, name, tier, summary, channel, direction, outcome, heard, colleague, other, *rest = cells
        said = (tier, summary, channel, direction, outcome, heard, colleague or other)
        return ConversationLine(code, shown(principal, "name", name), *said, *rest)

    few, many = reached_conversations(principal)
    return read_list(_LISTING, few, question, asker_of(principal), row, walked=many)
