"""Correcting what one has noted oneself, and taking it back; what stood there before stays in the journal, readable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.catalogue.queries import rival_id
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.queries import last_contacts
from guanxi.record.conversations.rules import NewConversation, check_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.services import hold_customers, mark_dirty, touch_last_contact
from guanxi.record.customers.services.headlines import settle_last_contact

_NOT_THERE = gettext_noop("This conversation is not found.")
_NOT_YOURS = gettext_noop("Only whoever noted a conversation corrects it or takes it back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to stand in a note instead. Its day, its next step and its files stay."""

    channel: Channel
    direction: Direction
    outcome: Outcome
    summary: str = ""
    points: Mapping[Point, str] = field(default_factory=dict)
    heard: Heard = Heard.NOTHING
    rival: str = ""


@transaction.atomic
def correct_conversation(code: str, now: Correction, *, by: Principal) -> None:
    """Put other words in the place of what `by` has noted; the journal keeps those before and after.

    Raises Denied, and Refused: conversations.not_found, conversations.not_yours, and as note_conversation for a note too
    long.
    """
    row = _own(code, by, is_there=True)
    points = {point: now.points.get(point, "").strip() for point in Point}
    rival = row.rival_id if row.rival and row.rival.code == now.rival else rival_id(now.rival)
    check_conversation(
        NewConversation(
            customer_id=row.customer_id, at=row.at, on=row.on, channel=now.channel, direction=now.direction,
            summary=now.summary, outcome=now.outcome, points=points, heard=now.heard, rival_id=rival,
        ),
        today=clock.local_day(clock.now(), firm().zone),
    )  # fmt: skip
    before = _told(row)
    row.channel, row.direction, row.outcome, row.summary = now.channel, now.direction, now.outcome, now.summary.strip()
    for point, text in points.items():
        setattr(row, point.value, text)
    row.heard, row.rival_id = now.heard, rival
    row.met_on = row.met_on if now.heard == Heard.PRODUCT_GAP else None
    if _told(row) == before:
        return
    row.corrected_at = clock.now()
    row.save()
    _journal("conversation.corrected", row, by, {"before": before, "after": _told(row)})


@transaction.atomic
def withdraw_conversation(code: str, *, by: Principal) -> None:
    """Take back what `by` has noted: it stands nowhere any more, and where it was the last contact, the one before is.

    What was planned with it stays to be answered. Raises Denied, and Refused: conversations.not_found,
    conversations.not_yours.
    """
    row = _own(code, by, is_there=True)
    row.deleted_at = clock.now()
    row.save(update_fields=["deleted_at"])
    if row.on == row.customer.last_contact_on:
        settle_last_contact({row.customer_id: last_contacts([row.customer_id]).get(row.customer_id)})
    _journal("conversation.withdrawn", row, by, {"on": row.on.isoformat()})


@transaction.atomic
def return_conversation(code: str, *, by: Principal) -> None:
    """Put back what `by` had taken back. Raises Denied, and Refused as `withdraw_conversation` does."""
    row = _own(code, by, is_there=False)
    row.deleted_at = None
    row.save(update_fields=["deleted_at"])
    touch_last_contact({row.customer_id: row.on})
    _journal("conversation.returned", row, by, {"on": row.on.isoformat()})


def _own(code: str, by: Principal, *, is_there: bool) -> Conversation:
    """What `by` has noted with a customer still in sight, locked; taken back before unless `is_there`."""
    require(by, Permission.LOG_CONVERSATIONS)
    hold_customers()
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("customer", "rival")
    row = rows.filter(visible_to(by, prefix="customer__"), code=code, deleted_at__isnull=is_there).first()
    if row is None:
        raise Refused("conversations.not_found", _NOT_THERE)
    if row.by_id is None or row.by_id != by.staff_id:
        raise Refused("conversations.not_yours", _NOT_YOURS)
    return row


def _told(row: Conversation) -> dict[str, Any]:
    """What a note says, as the journal keeps it."""
    told = {
        "channel": Channel(row.channel).name.lower(),
        "direction": Direction(row.direction).name.lower(),
        "outcome": Outcome(row.outcome).name.lower(),
        "summary": row.summary,
    }
    told |= {"heard": Heard(row.heard).name.lower(), "rival": row.rival.name if row.rival else ""} if row.heard else {}
    return told | {point.value: text for point in Point if (text := getattr(row, point.value))}


def _journal(act: str, row: Conversation, by: Principal, payload: dict[str, Any]) -> None:
    mark_dirty([row.customer_id])
    record_act(act, by=by.actor, noun=Noun("conversation", row.code), payload=payload, subject=row.customer.code)
