"""A month at work before today: what the brain noticed five weeks ago, and what the managers did about it.

So figures have moved since, alarms have an age and most of them a first contact, and Today is a day among others.
"""

import datetime as dt
import itertools

from django.db import transaction

from guanxi.ground import clock
from guanxi.identity import queries as identity
from guanxi.identity.principals import Principal
from guanxi.insight.refresh.replaying import replay_detector
from guanxi.insight.refresh.running import refresh
from guanxi.insight.trials import TRIED, keep_run, let_reach_people
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.project.demonstration.cast import told_stories
from guanxi.project.demonstration.cast.movers import REDEEMER
from guanxi.project.demonstration.cast.story import Story
from guanxi.project.demonstration.offering import APPROVER, WRITER
from guanxi.project.demonstration.staffing import STORIES_OWNER
from guanxi.record.actions.queries import ActionLine, actions_of, today
from guanxi.record.actions.rules import coupon_of, coupons_in
from guanxi.record.actions.services import answer_action, redeem_coupons
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.conversations.rules import NewConversation
from guanxi.record.conversations.services import store_conversations
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries.references import ids_by_reference
from guanxi.rescue.winback.choices import Reason
from guanxi.rescue.winback.queries import losses_of
from guanxi.rescue.winback.services import declare_reason

_DAYS_AGO = 36
_REASONS = {
    "由我方终止": Reason.LET_GO,
    "需求未能满足": Reason.NEED_UNMET,
    "别家更有价值": Reason.BETTER_VALUE,
    "别家更便宜": Reason.LOWER_PRICE,
    "搬离本地": Reason.CONDITIONS,
}
_REDEEMED_AFTER = dt.timedelta(days=7)
_LEFT_EVERY = 4  # one line in so many stays undone, and overdue
_NOTES = (
    "说最近出差多，回来照旧。",
    "搬了办公室，离我们远了些；下月会来。",
    "家里添了人口，开支换了地方；没有不满意。",
    "别家在做活动，先用着；年费的事想再谈。",
    "一切都好，只是这阵子忙。",
)


def work_a_month(*, by: Principal) -> int:
    """Refresh the demo as of five weeks ago and let its managers answer most of what was proposed; returns how many.

    Not within a transaction. The people of the stories are left for today.
    """
    day = identity.firm_day()
    then = day - dt.timedelta(days=_DAYS_AGO)
    with clock.frozen(_at(then + dt.timedelta(days=1), 9)):
        refresh(by=by, as_of=then, full=True)
        _look_at_backtests(by, then)
        refresh(by=by, as_of=then)
    story = told_stories(day, [])
    with clock.frozen(_at(then + dt.timedelta(days=1), 10)):
        _note_reasons(by, story)
    told = {str(person["name"]) for person in story.people}
    talks: list[NewConversation] = []
    count = itertools.count(1)
    for _, principal in identity.principals_of(identity.staff_seen_by(by)):
        if principal.role == "manager":
            for line in today(principal, on=then + dt.timedelta(days=1)).lines:
                place = next(count)
                if place % _LEFT_EVERY and line.customer_name not in told:
                    talks.append(_answer(line, principal, then, place))
    _redeem_coupon(by, then)
    with transaction.atomic():
        store_conversations(talks)
        entry = Entry(Noun("conversations", "demo"), payload={"rows": len(talks)}, count=len(talks))
        record_acts("conversations.imported", [entry], by=by.actor)
    return len(talks)


def _redeem_coupon(by: Principal, then: dt.date) -> None:
    """One leaflet about cars goes out with its statement, and a week later the partner hands the code of its coupon back."""
    people = identity.principals_of(identity.staff_seen_by(by))
    owner, writer = (next(one for staff, one in people if staff.reference == name) for name in (STORIES_OWNER, WRITER))
    (customer,) = ids_by_reference([REDEEMER], principal=by).values()
    for line in actions_of(customer, principal=owner, on=then, only_live=True):
        if coupons := coupons_in({"offer": line.offered}):
            with clock.frozen(_at(line.due_on, 11)):
                answer_action(line.code, by=owner, answer="done", note="")
            for offer in coupons:
                with clock.frozen(_at(line.due_on + _REDEEMED_AFTER, 15)):
                    redeem_coupons(offer, [coupon_of(line.code, offer)], by=writer)


def _look_at_backtests(by: Principal, then: dt.date) -> None:
    """The leader has the back-tests run, looks at them and lets the alarms reach the others."""
    people = identity.principals_of(identity.staff_seen_by(by))
    leader = next(person for staff, person in people if staff.reference == APPROVER)
    thresholds = identity.firm().thresholds
    for kind in TRIED:
        keep_run(replay_detector(kind, thresholds, as_of=then), thresholds, by=leader)
        let_reach_people(kind, by=leader)


def _note_reasons(by: Principal, story: Story) -> None:
    """Whoever had them notes what those who left said of why."""
    people = identity.principals_of(identity.staff_seen_by(by))
    owner = next(person for staff, person in people if staff.reference == STORIES_OWNER)
    ids = ids_by_reference([loss.customer for loss in story.losses], principal=by)
    said = {talk.customer: talk.summary for talk in story.talks if talk.direction == Direction.OUT}
    for one in story.losses:
        for loss in losses_of(ids[one.customer], owner):
            declare_reason(loss.code, by=owner, reason=_REASONS[one.cause], words=said.get(one.customer, ""))


def _answer(line: ActionLine, by: Principal, then: dt.date, place: int) -> NewConversation:
    """The customer is called or written to some days later, and the line is done."""
    on = then + dt.timedelta(days=2 + place % 6)
    at, note = _at(on, 10 + place % 7), _NOTES[(line.customer_id + place) % len(_NOTES)]
    with clock.frozen(at):
        answer_action(line.code, by=by, answer="done", note=note)
    return NewConversation(
        customer_id=line.customer_id,
        at=at,
        on=on,
        channel=line.channel if line.channel in (Channel.CALL, Channel.VISIT) else Channel.WECHAT,
        direction=Direction.OUT,
        summary=note,
        outcome=Outcome.REACHED,
        by_staff_id=by.staff_id,
        is_demo=True,
    )


def _at(day: dt.date, hour: int) -> dt.datetime:
    return clock.start_of_day(day, identity.firm().zone) + dt.timedelta(hours=hour)
