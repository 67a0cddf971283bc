"""Named reads of conversations. Every one goes through `permissions`; every list is bounded."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from guanxi.identity.principals import Principal
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.permissions import seen_conversations
from guanxi.record.customers.choices import Channel


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A contact as pages show it; `by` is the name of the colleague."""

    id: int
    code: str
    customer_id: int
    at: dt.datetime
    on: dt.date
    channel: Channel
    direction: Direction
    by: str
    summary: str
    outcome: Outcome
    follow_up_on: dt.date | None


def conversations_of(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 20
) -> list[ConversationRow]:
    """Conversations with one customer, newest first, those before (day, id) of the last one shown."""
    return [row for _, _, row in timeline_rows(customer_id, principal=principal, before=before, limit=limit)]


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 50
) -> list[tuple[dt.date, int, ConversationRow]]:
    """(day, id, conversation) with one customer, newest first, those before the pair `before`: a source of the timeline."""
    found = seen_conversations(principal).filter(customer_id=customer_id)
    if before:
        day, last = before
        found = found.filter(on__lte=day).filter(Q(on__lt=day) | Q(pk__lt=last))
    return [(row.on, row.id, row) for row in _rows(found.order_by("-on", "-pk")[:limit])]


def get_conversation(code: str, *, principal: Principal) -> ConversationRow | None:
    """One conversation by code; None when there is none in sight."""
    rows = _rows(seen_conversations(principal).filter(code=code)[:1])
    return rows[0] if rows else None


def used_customers(ids: Iterable[int]) -> set[int]:
    """Those of the customers with whom a conversation is noted."""
    return set(Conversation.objects.filter(customer_id__in=list(ids)).values_list("customer_id", flat=True).distinct())


def last_contacts(ids: Iterable[int]) -> dict[int, dt.date]:
    """The day of the last conversation of each customer that has one."""
    found = Conversation.objects.filter(customer_id__in=list(ids), deleted_at=None)
    return dict(found.values("customer_id").annotate(last=Max("on")).values_list("customer_id", "last"))


def _rows(found: QuerySet[Conversation] | Iterable[Conversation]) -> list[ConversationRow]:
    there = found.select_related("by") if isinstance(found, QuerySet) else found
    return [
        ConversationRow(
            row.pk,
            row.code,
            row.customer_id,
            row.at,
            row.on,
            Channel(row.channel),
            Direction(row.direction),
            row.by.name if row.by else row.by_name,
            row.summary,
            Outcome(row.outcome),
            row.follow_up_on,
        )
        for row in there
    ]
