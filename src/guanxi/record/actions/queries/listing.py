"""Actions as a list: every one in sight, whatever became of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource, MomentSource, MoneySource, PersonSource, where_all
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import reached_actions
from guanxi.record.actions.wording import reason_in_words
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel, Tier
from guanxi.record.customers.permissions import shown

_NEVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
_LISTING = Listing(
    columns=(
        "code", "customer__name", "customer__tier", "reason", "reason_facts", "action_class", "status", "owner__name",
        "channel", "value_at_stake", "due_on", "proposed_on", "answer", "answered_by__name", "answered_at",
        "outcome", "offer",
    ),
    sources={
        "status": BadgeSource("status", ActionStatus),
        "action_class": BadgeSource("action_class", ActionClass),
        "tier": BadgeSource("customer__tier", Tier),
        "channel": BadgeSource("channel", Channel),
        "outcome": BadgeSource("outcome", Outcome),
        "owner": PersonSource("owner"),
        "answered_by": PersonSource("answered_by"),
        "answered_at": MomentSource("answered_at"),
        "due_on": DaySource("due_on"),
        "proposed_on": DaySource("proposed_on"),
        "value_at_stake": MoneySource("value_at_stake"),
        "customer": BadgeSource("customer__code"),
    },
    orders={
        "due_on": Order("due_on"),
        "value_at_stake": Order("value_at_stake"),
        "status": Order("status"),
        "action_class": Order("action_class"),
        "proposed_on": Order("proposed_on"),
        "tier": Order("customer__tier"),
        "answered_at": Order("answered_at", _NEVER),
        "answered_by": Order("answered_by__name_key", ""),
        "owner": Order("owner__name_key", ""),
        "channel": Order("channel"),
        "outcome": Order("outcome"),
        "offer": Order("offer"),
        "name": Order("customer__name_key", is_told=False),
    },
    groupings={
        "status": Grouping("status", choices=ActionStatus),
        "action_class": Grouping("action_class", choices=ActionClass),
        "tier": Grouping("customer__tier", choices=Tier),
        "channel": Grouping("channel", choices=Channel),
        "outcome": Grouping("outcome", choices=Outcome),
        "owner": Grouping("owner__code", "owner__name"),
    },
    sums={"value_at_stake": "value_at_stake"},
    walks=frozenset({"due_on"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in a list. `value_at_stake` in minor units of the firm's currency, a year; the name as the reader may see it."""

    code: str
    name: str
    tier: int
    reason: str
    action_class: int
    status: int
    owner: str
    channel: int
    value_at_stake: int
    due_on: dt.date
    proposed_on: dt.date
    answer: str
    answered_by: str | None
    answered_at: dt.datetime | None
    outcome: int
    offer: str


def list_actions(question: Question, principal: Principal) -> Listed[ActionRow]:
    """One page of the actions in one's reach, and one's own. Raises Denied, and Refused as the sheet says."""
    asker = asker_of(principal)

    def row(cells: Sequence[Any]) -> ActionRow:
        code, name, tier, reason, facts, *rest = cells
        words = _reason(reason, facts, asker.currency)
        action_class, status, owner, *more = rest
        return ActionRow(code, shown(principal, "name", name), tier, words, action_class, status, owner or "", *more)

    few, many = reached_actions(principal)
    return read_list(_LISTING, few, question, asker, row, walked=many)


def that_fit(question: Question, principal: Principal) -> QuerySet[Action]:
    """The actions that a question finds, whatever its order, place and columns. Raises Denied, and Refused as the list does."""
    few, _many = reached_actions(principal)
    return few.filter(where_all(question, _LISTING.sources, asker_of(principal)))


def _reason(reason: str, facts: Mapping[str, Any], currency: str) -> str:
    return reason_in_words(reason, facts, currency=currency)
