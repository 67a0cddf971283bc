"""Conversations into the record, many at once, and out again."""

import datetime as dt
from collections.abc import Sequence

from guanxi.ground.ids import new_codes
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.queries import last_contacts
from guanxi.record.conversations.rules import NewConversation
from guanxi.record.conversations.services.attaching import drop_files
from guanxi.record.customers import services as customers
from guanxi.record.customers.services.headlines import settle_last_contact

_STEP = 500


def store_conversations(rows: Sequence[NewConversation]) -> list[int]:
    """Store contacts in the caller's transaction and return their ids in order; last contacts move, customers are marked.

    The caller has asked the right, checked the rows and journals.
    """
    made = Conversation.objects.bulk_create(
        [_record(row, code) for row, code in zip(rows, new_codes(len(rows)), strict=True)], batch_size=_STEP
    )
    last: dict[int, dt.date] = {}
    for row in sorted(rows, key=lambda row: row.on):
        last[row.customer_id] = row.on
    customers.touch_last_contact(last)
    customers.mark_dirty(last)
    return [conversation.pk for conversation in made]


def remove_conversations(ids: Sequence[int]) -> None:
    """Take contacts back; where one of them was the last contact, the last of those that stay takes its place."""
    for start in range(0, len(ids), _STEP):
        there = Conversation.objects.filter(pk__in=ids[start : start + _STEP])
        met = there.values_list("customer_id", "on", "customer__last_contact_on")
        last = {customer_id for customer_id, on, last_on in met if on == last_on}
        customers.mark_dirty(sorted({customer_id for customer_id, _, _ in met}))
        drop_files(Attachment.objects.filter(conversation__in=ids[start : start + _STEP]))
        there.delete()
        days = last_contacts(last)
        settle_last_contact({customer_id: days.get(customer_id) for customer_id in last})


def remove_conversations_of(customer_ids: Sequence[int]) -> None:
    """Delete contacts with customers who go for good, in the caller's transaction."""
    for start in range(0, len(customer_ids), _STEP):
        there = Conversation.objects.filter(customer_id__in=customer_ids[start : start + _STEP])
        drop_files(Attachment.objects.filter(conversation__in=there))
        there.delete()


def _record(row: NewConversation, code: str) -> Conversation:
    return Conversation(
        code=code,
        customer_id=row.customer_id,
        at=row.at,
        on=row.on,
        channel=row.channel,
        direction=row.direction,
        by_id=row.by_staff_id,
        by_name=row.by_name,
        summary=row.summary,
        outcome=row.outcome,
        follow_up_on=row.follow_up_on,
        heard=row.heard,
        rival_id=row.rival_id,
        reference=row.reference,
        is_demo=row.is_demo,
        **{point.value: text for point, text in row.points.items()},
    )
