"""Lines of actions: Today, the pool, what was done, what comes; one customer's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from guanxi.ground.clock import start_of_day
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import may_see_pool, seen_actions
from guanxi.record.actions.rules import LIVE
from guanxi.record.actions.wording import also_in_words, reason_in_words, what_to_say
from guanxi.record.customers.choices import Channel, Tier
from guanxi.record.customers.permissions import shown

LINES = 20


@dataclass(frozen=True)
class ActionLine:
    """One line of Today. `value_at_stake` in minor units of the firm's currency, a year; `say` are words to begin with."""

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
    answer: str


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
    mine, due, coming = _mine(principal), due_on_day(on), _coming(on)
    sums = mine.filter(due | coming).aggregate(
        total=Count("pk", filter=due),
        promises=Count("pk", filter=due & Q(action_class=ActionClass.OBLIGATION)),
        overdue=Count("pk", filter=due & Q(due_on__lt=on)),
        value=Sum("value_at_stake", filter=due),
        tomorrow=Count("pk", filter=coming),
    )
    return Today(
        lines=lines_of(in_order(mine.filter(due))[:limit], principal, on),
        total=sums["total"],
        promises=sums["promises"],
        overdue=sums["overdue"],
        value_at_stake=sums["value"] or 0,
        done=_done_on(principal, on).count(),
        tomorrow=sums["tomorrow"],
        pool=_pool(principal).filter(due_on_day(on)).count() if may_see_pool(principal) else 0,
    )


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
    return lines_of(_mine(principal).filter(_coming(on)).order_by("due_on", "rank", "pk")[:limit], principal, on)


def actions_of(
    customer_id: int, *, principal: Principal, on: dt.date, only_live: bool = False, limit: int = 20
) -> list[ActionLine]:
    """Actions on one customer, live ones first, then newest; none for a customer out of sight."""
    found = seen_actions(principal).filter(customer_id=customer_id)
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
    found = seen_actions(principal).filter(customer_id=customer_id)
    if before:
        day, last = before
        found = found.filter(Q(proposed_on__lt=day) | Q(proposed_on=day, pk__lt=last))
    actions = list(found.select_related("customer", "owner", "handed_from").order_by("-proposed_on", "-pk")[:limit])
    currency = firm().currency if actions else ""
    return [
        (action.proposed_on, action.pk, _line(action, principal, on or dt.date.min, currency)) for action in actions
    ]


def _mine(principal: Principal) -> QuerySet[Action]:
    """The principal's own; without a member of staff behind it (the command line), nothing."""
    return seen_actions(principal).filter(owner=principal.staff_id, owner__isnull=False)


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
    seen = seen_actions(principal)
    if principal.staff_id is None:
        return seen.none()
    zone = firm().zone
    given = Q(handed_from=principal.staff_id)  # what one handed to a colleague may now be out of sight
    return (
        (seen | Action.objects.filter(given))
        .filter(
            answered_by=principal.staff_id,
            answered_at__gte=start_of_day(on, zone),
            answered_at__lt=start_of_day(on + dt.timedelta(days=1), zone),
        )
        .exclude(status=ActionStatus.OPEN)
    )


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
        answer=action.answer,
    )
