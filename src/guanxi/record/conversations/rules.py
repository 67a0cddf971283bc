"""What may stand in a conversation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.record.conversations.choices import NAMES_RIVAL, Direction, Heard, Outcome, Point
from guanxi.record.customers.choices import Channel

MAX_SUMMARY = 20_000
MAX_POINT = 2_000

_TOO_LONG = gettext_noop("The note has {length} characters; at most {most} are kept.")
_PAST = gettext_noop("The next step is due on {day}, before the conversation itself.")
_FUTURE = gettext_noop("The conversation is noted for {day}, which is yet to come.")

_NO_RIVAL = gettext_noop(
    "Say what this competitor is about: a price, something we do not have, or business that goes there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """One contact. `at` is an instant (UTC), `on` its local day, `follow_up_on` the day the next step is owed, `points`
    the four points of a return visit, `heard` what it told of why he may leave, with the id of the rival he named.
    """

    customer_id: int
    at: datetime
    on: date
    channel: Channel
    direction: Direction = Direction.OUT
    summary: str = ""
    outcome: Outcome = Outcome.NONE
    follow_up_on: date | None = None
    heard: Heard = Heard.NOTHING
    rival_id: int | None = None
    by_staff_id: int | None = None
    by_name: str = ""
    reference: str = ""
    points: Mapping[Point, str] = field(default_factory=dict)
    is_demo: bool = False


def check_conversation(row: NewConversation, *, today: date) -> None:
    """Raise Refused for a note too long, a contact yet to come, or a next step before the contact, a rival of no matter."""
    checked(row.summary)
    if len(row.summary) > MAX_SUMMARY:
        raise Refused("conversations.too_long", _TOO_LONG, length=len(row.summary), most=MAX_SUMMARY)
    for text in row.points.values():
        if len(checked(text)) > MAX_POINT:
            raise Refused("conversations.too_long", _TOO_LONG, length=len(text), most=MAX_POINT)
    if row.on > today:
        raise Refused("conversations.future", _FUTURE, day=row.on.isoformat())
    if row.rival_id is not None and row.heard not in NAMES_RIVAL:
        raise Refused("conversations.no_rival", _NO_RIVAL)
    if row.follow_up_on and row.follow_up_on < row.on:
        raise Refused("conversations.follow_up_past", _PAST, day=row.follow_up_on.isoformat())
