"""Lines of actions: Today, the pool, what was done, what comes; one customer's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When

from guanxi.ground.clock import start_of_day
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import (
    actions_on_one,
    answered_actions,
    may_see_pool,
    own_actions,
    own_condition,
    seen_actions,
)
from guanxi.record.actions.rules import LIVE
from guanxi.record.actions.wording import also_in_words, reason_in_words, what_to_say
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel, Tier
from guanxi.record.customers.permissions import shown

LINES = 20


@dataclass(frozen=True)
class ActionLine:
    """One line of Today. `value_at_stake` in minor units of the firm's currency, a year; `say` are words to begin with;
    `offered`: what decisions state of the offer in it (version `code`, `way`, `name`, figures in whole units, what `lost`).
    """

    code: str
    version: int
    status: ActionStatus
    action_class: ActionClass
    customer_id: int
    customer_code: str
    customer_name: str
    customer_since: dt.date
    tier: Tier
    reason: str
    reason_words: str
    say: str
    also: list[str]
    evidence: Mapping[str, Any]
    signal_key: str
    channel: Channel
    offer: str
    value_at_stake: int
    due_on: dt.date
    proposed_on: dt.date
    is_overdue: bool
    rank: int
    owner_id: int | None
    team_id: int | None
    owner_name: str
    handed_from: str
    not_now: NotNow | None
    again_on: dt.date | None
    outcome: Outcome
    answer: str
    offered: Mapping[str, Any]


@dataclass(frozen=True)
class Today:
    """A person's day: at most 20 lines, and the counts of all of it."""

    lines: list[ActionLine]
    total: int
    promises: int
    overdue: int
    value_at_stake: int
    done: int
    tomorrow: int
    pool: int


def today(principal: Principal, *, on: dt.date, limit: int = LINES) -> Today:
    """What `principal` has to do on that day: promises first, then by rank (four queries at most, whatever the rows)."""
    total, promises, overdue, value, coming = _sums(principal, on)
    return Today(
        lines=lines_of(in_order(own_actions(principal).filter(due_on_day(on)))[:limit], principal, on),
        total=total,
        promises=promises,
        overdue=overdue,
        value_at_stake=int(value or 0),
        done=_done_on(principal, on).count(),
        tomorrow=coming,
        pool=_pool(principal).filter(due_on_day(on)).count() if may_see_pool(principal) else 0,
    )


# What is due is told here as by `due_on_day`, what comes as by `_coming`; five sums composed of both took 3 ms of each Today.
_LIVE = ", ".join(str(status.value) for status in sorted(LIVE))
_SUMS = f"""SELECT count(*) FILTER (WHERE is_due),
        count(*) FILTER (WHERE is_due AND action_class = {ActionClass.OBLIGATION.value}),
        count(*) FILTER (WHERE is_due AND due_on < %s),
        sum(value_at_stake) FILTER (WHERE is_due),
        count(*) FILTER (WHERE NOT is_due AND status IN ({_LIVE}))
    FROM (
        SELECT a.action_class, a.due_on, a.value_at_stake, a.status,
            (a.status IN ({_LIVE}) AND (a.action_class <> {ActionClass.OBLIGATION.value} OR a.due_on <= %s))
            OR (a.status = {ActionStatus.NOT_NOW.value} AND a.again_on <= %s) AS is_due
        FROM actions_action a JOIN customers_customer c ON c.id = a.customer_id
        WHERE a.status IN ({_LIVE}, {ActionStatus.NOT_NOW.value}) AND {{own}}
    ) mine
"""  # noqa: S608 - our own numbers


def _sums(principal: Principal, on: dt.date) -> tuple[int, int, int, int | None, int]:
    """(due, promises among them, overdue, at stake, to come) of the principal's own (one query)."""
    own, params = own_condition(principal)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(own=own), [on, on, on, *params])
        found: tuple[int, int, int, int | None, int] = cursor.fetchone()
    return found


def pool(principal: Principal, *, on: dt.date, limit: int = LINES) -> list[ActionLine]:
    """Actions that belong to nobody, in the order of their worth; empty without the right to see the pool."""
    if not may_see_pool(principal):
        return []
    return lines_of(in_order(_pool(principal).filter(due_on_day(on)))[:limit], principal, on)


def done_today(principal: Principal, *, on: dt.date, limit: int = LINES) -> list[ActionLine]:
    """What `principal` answered on that day, latest first: done, not now, handed over, or taken off by an explanation."""
    return lines_of(_done_on(principal, on).order_by("-answered_at", "-pk")[:limit], principal, on)


def tomorrow(principal: Principal, *, on: dt.date, limit: int = LINES) -> list[ActionLine]:
    """What was promised for a day after `on`, soonest first."""
    return lines_of(own_actions(principal).filter(_coming(on)).order_by("due_on", "rank", "pk")[:limit], principal, on)


def actions_of(
    customer_id: int, *, principal: Principal, on: dt.date, only_live: bool = False, limit: int = 20
) -> list[ActionLine]:
    """Actions on one customer, live ones first, then newest; none for a customer out of sight."""
    found = actions_on_one(customer_id, principal)
    if only_live:
        found = found.filter(status__in=sorted(LIVE))
    return sorted(
        lines_of(found.order_by("-proposed_on", "-pk")[:limit], principal, on), key=lambda line: line.status not in LIVE
    )


def get_action(code: str, *, principal: Principal, on: dt.date) -> ActionLine | None:
    """One action by code; None when there is none in sight."""
    lines = lines_of(seen_actions(principal).filter(code=code)[:1], principal, on)
    return lines[0] if lines else None


def timeline_rows(
    customer_id: int,
    *,
    principal: Principal,
    before: tuple[dt.date, int] | None = None,
    limit: int = 50,
    on: dt.date | None = None,
) -> list[tuple[dt.date, int, ActionLine]]:
    """(day, id, action) of one customer by the day it was proposed, newest first: a source of the timeline (one query).

    on: the day by which an action counts as overdue; None where that is not asked.
    """
    found = actions_on_one(customer_id, principal)
    if before:
        day, last = before
        found = found.filter(Q(proposed_on__lt=day) | Q(proposed_on=day, pk__lt=last))
    actions = list(found.select_related("customer", "owner", "handed_from").order_by("-proposed_on", "-pk")[:limit])
    currency = firm().currency if actions else ""
    return [
        (action.proposed_on, action.pk, _line(action, principal, on or dt.date.min, currency)) for action in actions
    ]


def _pool(principal: Principal) -> QuerySet[Action]:
    return seen_actions(principal).filter(owner__isnull=True)


def due_on_day(on: dt.date) -> Q:
    """To be done on that day: live and no promise for later, or postponed until then."""
    live = Q(status__in=sorted(LIVE)) & (~Q(action_class=ActionClass.OBLIGATION) | Q(due_on__lte=on))
    return live | Q(status=ActionStatus.NOT_NOW, again_on__lte=on)


def _coming(on: dt.date) -> Q:
    return Q(status__in=sorted(LIVE), action_class=ActionClass.OBLIGATION, due_on__gt=on)


def in_order(found: QuerySet[Action]) -> QuerySet[Action]:
    """The order of Today: what is owed, the earliest day first; care, worth, each by rank."""
    owed_on = Case(When(action_class=ActionClass.OBLIGATION, then=F("due_on")))
    return found.order_by("action_class", owed_on, "rank", "due_on", "pk")


def place_in_order(line: ActionLine) -> tuple[int, dt.date, int, dt.date]:
    """The same order for lines that are read already."""
    owed_on = line.due_on if line.action_class == ActionClass.OBLIGATION else dt.date.min
    return (line.action_class, owed_on, line.rank, line.due_on)


def _done_on(principal: Principal, on: dt.date) -> QuerySet[Action]:
    zone = firm().zone
    begin, end = start_of_day(on, zone), start_of_day(on + dt.timedelta(days=1), zone)
    return answered_actions(principal).filter(~Q(status=ActionStatus.OPEN), answered_at__gte=begin, answered_at__lt=end)


def lines_of(found: QuerySet[Action], principal: Principal, on: dt.date) -> list[ActionLine]:
    """Actions as lines, with their customers and people (one query)."""
    actions = list(found.select_related("customer", "owner", "handed_from"))
    currency = firm().currency if actions else ""
    return [_line(action, principal, on, currency) for action in actions]


def _line(action: Action, principal: Principal, on: dt.date, currency: str) -> ActionLine:
    facts = action.reason_facts
    return ActionLine(
        code=action.code,
        version=action.version,
        status=ActionStatus(action.status),
        action_class=ActionClass(action.action_class),
        customer_id=action.customer_id,
        customer_code=action.customer.code,
        customer_name=shown(principal, "name", action.customer.name),
        customer_since=action.customer.created_on,
        tier=Tier(action.customer.tier),
        reason=action.reason,
        reason_words=reason_in_words(action.reason, facts, currency=currency),
        say=what_to_say(action.reason, facts),
        also=also_in_words(facts, currency=currency),
        evidence=action.evidence,
        signal_key=action.signal_key,
        channel=Channel(action.channel),
        offer=action.offer,
        value_at_stake=action.value_at_stake,
        due_on=action.due_on,
        proposed_on=action.proposed_on,
        is_overdue=action.status in LIVE and action.due_on < on,
        rank=action.rank,
        owner_id=action.owner_id,
        team_id=action.team_id,
        owner_name=action.owner.name if action.owner else "",
        handed_from=action.handed_from.name if action.handed_from else "",
        not_now=NotNow(action.not_now) if action.not_now else None,
        again_on=action.again_on,
        outcome=Outcome(action.outcome),
        answer=action.answer,
        offered=facts.get("offer", {}) if action.offer else {},
    )
