"""Noting what was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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
from guanxi.record.conversations.rules import NewConversation, check_conversation
from guanxi.record.conversations.services.storing import store_conversations
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.permissions import visible_ids
from guanxi.record.customers.services import hold_customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody notes of a contact. `at` None is now; `points` are those of a return visit (CARE-02).
    `heard` is what it told of why he may leave, `rival` the code of a competitor of the firm's list ("": none).
    """

    channel: Channel
    direction: Direction = Direction.OUT
    summary: str = ""
    outcome: Outcome = Outcome.NONE
    follow_up_on: date | None = None
    at: datetime | None = None
    points: Mapping[Point, str] = field(default_factory=dict)
    heard: Heard = Heard.NOTHING
    rival: str = ""


def log_conversation(
    customer_id: int,
    *,
    by: Principal,
    channel: Channel,
    direction: Direction = Direction.OUT,
    summary: str = "",
    outcome: Outcome = Outcome.NONE,
    follow_up_on: date | None = None,
    at: datetime | None = None,
) -> str:
    """Note a contact with a customer (now, or at an earlier instant) and when the next step is owed; returns its code.

    Raises Denied and Refused as `note_conversation` does.
    """
    said = Said(
        channel=channel, direction=direction, summary=summary, outcome=outcome, follow_up_on=follow_up_on, at=at
    )
    return note_conversation(customer_id, said, by=by)


def note_conversation(customer_id: int, said: Said, *, by: Principal) -> str:
    """Note a contact with a customer and return its code.

    The customer's last contact moves forward and he is looked at again in the next refresh. Raises Denied without the
    right, Refused for a customer out of sight, a contact yet to come, a note too long, an unknown rival.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    now, zone = clock.now(), firm().zone
    at = said.at or now
    row = NewConversation(
        customer_id=customer_id,
        at=at,
        on=clock.local_day(at, zone),
        channel=said.channel,
        direction=said.direction,
        summary=said.summary.strip(),
        outcome=said.outcome,
        follow_up_on=said.follow_up_on,
        by_staff_id=by.staff_id,
        by_name="" if by.staff_id else by.name,
        points={point: text.strip() for point, text in said.points.items()},
        heard=said.heard,
        rival_id=rival_id(said.rival),
    )
    check_conversation(row, today=clock.local_day(now, zone))
    with transaction.atomic():
        hold_customers()
        if not visible_ids(by, [customer_id]):
            raise Refused("customers.not_found", gettext_noop("The customer is not found."))
        (conversation_id,) = store_conversations([row])
        code, subject = Conversation.objects.values_list("code", "customer__code").get(pk=conversation_id)
        payload = {
            "summary": row.summary,
            "outcome": row.outcome.name.lower(),
            "channel": row.channel.name.lower(),
            "follow_up_on": row.follow_up_on,
        } | {point.value: text for point, text in row.points.items() if text}
        payload |= {"heard": row.heard.name.lower(), "rival": said.rival} if row.heard else {}
        record_act(
            "conversation.logged", by=by.actor, noun=Noun("conversation", code), payload=payload, subject=subject
        )
    return code
