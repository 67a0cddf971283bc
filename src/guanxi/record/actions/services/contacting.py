"""One contact noted whole: what was said, the next step, a fact for the preference card, and the work it settles."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from guanxi.ground import clock
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.actions.rules import answer_by
from guanxi.record.actions.services.answering import answer_action
from guanxi.record.actions.services.planning import Plan, plan_action
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.services import Said, Upload, attach_files, note_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import record_preference

_NOON = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact for the preference card, as told in this contact (IDC-02). `source` says so in words."""

    field: int
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What somebody notes after a call or visit. `on` is an earlier day (None: now); `what` says the next step;
    `heard` what it told of why he may leave, `rival` the code of a competitor.
    """

    channel: Channel
    direction: Direction = Direction.OUT
    outcome: Outcome = Outcome.NONE
    summary: str = ""
    on: dt.date | None = None
    points: Mapping[Point, str] = field(default_factory=dict)
    heard: Heard = Heard.NOTHING
    rival: str = ""
    follow_up_on: dt.date | None = None
    what: str = ""
    told: Told | None = None
    settles: Sequence[str] = ()
    files: Sequence[Upload] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """The codes of the contact, and of the next step it put on a list ("" for none)."""

    conversation: str
    action: str


@transaction.atomic
def note_contact(customer_id: int, contact: Contact, *, by: Principal) -> Noted:
    """Note a contact with everything that came of it, all or nothing.

    The next step stands on Today from its day on; `settles` are codes of actions that are done with it, an offer among them
    by what the customer said: accepted, refused, no answer. Raises Denied and Refused as note_conversation, plan_action,
    record_preference, answer_action and attach_files do.
    """
    said = Said(
        channel=contact.channel, direction=contact.direction, outcome=contact.outcome, summary=contact.summary,
        follow_up_on=contact.follow_up_on, points=contact.points, heard=contact.heard, rival=contact.rival,
        at=_moment(contact.on),
    )  # fmt: skip
    code = note_conversation(customer_id, said, by=by)
    attach_files(code, contact.files, by=by)
    offers = set(seen_actions(by).filter(code__in=contact.settles).exclude(offer="").values_list("code", flat=True))
    is_posted = (
        contact.channel == Channel.POST and contact.direction == Direction.OUT
    )  # a letter of theirs is none of ours
    for action in contact.settles:
        answer, reason = answer_by(contact.outcome) if action in offers else ("done", None)
        answer_action(action, by=by, answer=answer, reason=reason, note=contact.summary, is_posted=is_posted)
    step = ""
    if contact.follow_up_on is not None:
        promised = contact.outcome == Outcome.PROMISED
        plan = Plan(due_on=contact.follow_up_on, what=contact.what, is_promise=promised, noted=code)
        step = plan_action(customer_id, plan, by=by)
    if contact.told is not None:
        told = contact.told
        record_preference(customer_id, field=told.field, text=told.text, source=told.source, told_on=contact.on, by=by)
    return Noted(code, step)


def _moment(on: dt.date | None) -> dt.datetime | None:
    """Now, or noon of an earlier day: nobody remembers the minute."""
    zone, now = firm().zone, clock.now()
    if on is None or on == clock.local_day(now, zone):
        return None
    return clock.start_of_day(on, zone) + _NOON
