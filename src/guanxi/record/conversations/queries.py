"""Named reads of conversations, each of customers in sight and bounded."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from guanxi.identity.principals import Principal
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.conversations.permissions import seen_conversations
from guanxi.record.customers.choices import Channel

_COLUMNS = ("on", "pk", "code", "channel", "direction", "by__name", "by_name", "summary", "outcome", "follow_up_on")


@dataclass(frozen=True)
class ConversationRow:
    """One contact as the timeline shows it."""

    code: str
    channel: Channel
    direction: Direction
    by: str
    summary: str
    outcome: Outcome
    follow_up_on: dt.date | None


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 50
) -> list[tuple[dt.date, int, ConversationRow]]:
    """(day, id, conversation) of one customer, newest first, those before the pair `before`: a source of the timeline."""
    found = seen_conversations(principal).filter(customer_id=customer_id)
    if before:
        day, last = before
        found = found.filter(Q(on__lt=day) | Q(on=day, pk__lt=last))
    rows = found.order_by("-on", "-pk").values_list(*_COLUMNS)[:limit]
    return [(day, pk, _row(*rest)) for day, pk, *rest in rows]


def _row(
    code: str,
    channel: int,
    direction: int,
    staff: str | None,
    told: str,
    summary: str,
    outcome: int,
    follow: dt.date | None,
) -> ConversationRow:
    return ConversationRow(
        code, Channel(channel), Direction(direction), staff or told, summary, Outcome(outcome), follow
    )
