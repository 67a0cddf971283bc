"""Named reads of conversations. Every one goes through `permissions`; every list is bounded."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet

from guanxi.ground.text.normalise import compatible
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.conversations.permissions import conversations_of_one, seen_conversations
from guanxi.record.customers.choices import Channel

_ATTACHED = ("code", "name", "media_type", "size", "stored")
MOST_WORDS = 8  # of one search


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file of a contact; `stored` is its place on the disk, `size` in bytes."""

    code: str
    name: str
    media_type: str
    size: int
    stored: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A contact as pages show it; `by` is the name of the colleague and `by_id` his key, where he is one of ours; `points`
    what was said on a return visit; `corrected_at` when he last put other words there; `heard` what it told of why the customer may
    leave, `rival` whom he named, `met_on` when what we did not have was there for him.
    """

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
    points: dict[str, str] = field(default_factory=dict)
    has_files: bool = False
    by_id: int | None = None
    corrected_at: dt.datetime | None = None
    heard: Heard = Heard.NOTHING
    rival: str = ""
    rival_code: str = ""
    met_on: dt.date | None = None


def conversations_by_id(ids: Iterable[int], *, principal: Principal) -> dict[int, ConversationRow]:
    """Those of some conversations that the principal sees."""
    return {row.id: row for row in _rows(seen_conversations(principal).filter(pk__in=list(ids)))}


def count_of_demo() -> tuple[int, int]:
    """How many contacts with customers of the demo there are, and how many of these a person entered since."""
    there = Conversation.objects.filter(customer__is_demo=True)
    return there.count(), there.filter(is_demo=False).count()


def conversations_of(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 20
) -> list[ConversationRow]:
    """Conversations with one customer, newest first, those before (day, id) of the last one shown."""
    return [row for _, _, row in timeline_rows(customer_id, principal=principal, before=before, limit=limit)]


def timeline_rows(
    customer_id: int,
    *,
    principal: Principal,
    before: tuple[dt.date, int] | None = None,
    limit: int = 50,
    words: str = "",
    offers: bool = False,
) -> list[tuple[dt.date, int, ConversationRow]]:
    """(day, id, conversation) with one customer, newest first, those before the pair `before`: a source of the timeline
    (one query). words: only notes in which each of these words, or pieces of words, stands somewhere. offers: only those in
    which something was offered: what is new with us was told, or an offer was accepted or refused.
    """
    found = conversations_of_one(customer_id, principal)
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(_says(word))
    if offers:
        found = found.filter(~Q(news="") | Q(outcome__in=(Outcome.ACCEPTED, Outcome.REFUSED)))
    if before:
        day, last = before
        found = found.filter(on__lte=day).filter(Q(on__lt=day) | Q(pk__lt=last))
    return [(row.on, row.id, row) for row in _rows(found.order_by("-on", "-pk")[:limit])]


def contacts_by(
    people: Sequence[int], principal: Principal, *, since: dt.date, on: dt.date
) -> dict[int, tuple[int, int]]:
    """How often each of these colleagues spoke to customers on a day, and since another: only counts, by key of the
    colleague (one query). Raises Denied without the right to see conversations.
    """
    require(principal, Permission.VIEW_CONVERSATIONS)
    found = Conversation.objects.filter(by__in=list(people), on__gte=since, on__lte=on, deleted_at=None)
    counts = found.values("by").annotate(that_day=Count("pk", filter=Q(on=on)), all_days=Count("pk")).order_by()
    return {row["by"]: (row["that_day"], row["all_days"]) for row in counts}


def ways_since(customer_id: int, *, principal: Principal, since: dt.date) -> dict[Channel, int]:
    """How many contacts there were with a customer in sight from a day on, by the way they went, most first (one query)."""
    found = conversations_of_one(customer_id, principal).filter(on__gte=since)
    counts = found.values_list("channel").annotate(contacts=Count("pk")).order_by("-contacts", "channel")
    return {Channel(channel): contacts for channel, contacts in counts}


def get_attachment(code: str, *, principal: Principal) -> AttachmentRow | None:
    """A file by code; None when there is none of a contact in sight."""
    rows = Attachment.objects.filter(code=code, conversation__in=seen_conversations(principal))
    found = rows.values_list(*_ATTACHED).first()
    return AttachmentRow(*found) if found else None


def files_of(code: str, *, principal: Principal) -> list[AttachmentRow]:
    """The files of one contact in sight, in the order in which they came."""
    rows = Attachment.objects.filter(conversation__code=code, conversation__in=seen_conversations(principal))
    return [AttachmentRow(*cells) for cells in rows.order_by("pk").values_list(*_ATTACHED)]


def get_conversation(code: str, *, principal: Principal) -> ConversationRow | None:
    """One conversation by code; None when there is none in sight."""
    rows = _rows(seen_conversations(principal).filter(code=code)[:1])
    return rows[0] if rows else None


def used_customers(ids: Iterable[int]) -> set[int]:
    """Those of the customers with whom a conversation is noted."""
    return set(Conversation.objects.filter(customer_id__in=list(ids)).values_list("customer_id", flat=True).distinct())


def named_rival_ids() -> list[int]:
    """The competitors whom a contact names."""
    return sorted(set(Conversation.objects.filter(rival__isnull=False).values_list("rival", flat=True)))


def last_contacts(ids: Iterable[int]) -> dict[int, dt.date]:
    """The day of the last conversation of each customer that has one."""
    found = Conversation.objects.filter(customer_id__in=list(ids), deleted_at=None)
    return dict(found.values("customer_id").annotate(last=Max("on")).values_list("customer_id", "last"))


def _says(word: str) -> Q:
    """Notes with a piece of text, as typed or in its plain form (full-width letters, other case)."""
    said = Q()
    for form in {word, compatible(word)}:
        for column in ("summary", *Point.values):
            said |= Q(**{f"{column}__icontains": form})
    return said


def _rows(found: QuerySet[Conversation]) -> list[ConversationRow]:
    there = list(found.select_related("by", "rival"))
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
            {point: text for point in Point.values if (text := getattr(row, point))},
            row.has_files,
            row.by_id,
            row.corrected_at,
            Heard(row.heard),
            row.rival.name if row.rival else "",
            row.rival.code if row.rival else "",
            row.met_on,
        )
        for row in there
    ]
