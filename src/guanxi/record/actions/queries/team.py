"""What a leader sees of the team's work: who has how much, what is late, what has waited longest; one colleague's day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from guanxi.ground.clock import start_of_day
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionClass, ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.actions.queries.lines import ActionLine, due_on_day, in_order, lines_of
from guanxi.record.actions.rules import LIVE

MOST_PEOPLE = 50
MOST_LINES = 100
MOST_LATE = 10


@dataclass(frozen=True)
class PersonLoad:
    """Work of one colleague that is due. `oldest_on` is the day the longest waiting piece was proposed."""

    code: str
    name: str
    team_name: str
    open: int
    overdue: int
    oldest_on: dt.date


def team_load(
    principal: Principal, *, on: dt.date, limit: int = MOST_PEOPLE, people: Sequence[int] = ()
) -> list[PersonLoad]:
    """What others of one's teams have to do on that day on the customers in sight, by person: whoever is late first, then
    most work. Work handed to another team counts there. `people`: of these alone (ids), however busy others are.

    Empty for whoever sees only own customers, or no colleagues (one query; two for whoever sees the whole firm).
    """
    if principal.scope < Scope.TEAM or not may(principal, Permission.VIEW_STAFF):
        return []
    theirs = seen_actions(principal).filter(due_on_day(on), owner__isnull=False).exclude(owner=principal.staff_id)
    if principal.scope < Scope.ALL:
        theirs = theirs.filter(team__in=principal.team_ids)
    if people or principal.scope == Scope.ALL:
        theirs = theirs.filter(owner__in=people or _busiest(on, limit + 1))
    rows = (
        theirs.values("owner__code", "owner__name", "owner__team__name")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=on)),
            oldest=Min("proposed_on"),
        )
        .order_by("-overdue", "-open", "owner__name_key", "owner__code")[:limit]
    )
    return [
        PersonLoad(
            code=row["owner__code"],
            name=row["owner__name"],
            team_name=row["owner__team__name"],
            open=row["open"],
            overdue=row["overdue"],
            oldest_on=row["oldest"],
        )
        for row in rows
    ]


def _busiest(on: dt.date, most: int) -> list[int]:
    """Who has most late work, then most work, of the whole firm: out of the index alone, where a look at the customer of
    each of 40,000 pieces of work takes a fifth of a second. Whose turn it is may thus be decided by work on customers who
    have gone; what is then shown of each person is exact.
    """
    live = Action.objects.filter(status__in=sorted(LIVE), owner__isnull=False)
    people = live.values("owner").annotate(late=Count("pk", filter=Q(due_on__lt=on)), open=Count("pk"))
    return list(people.order_by("-late", "-open", "owner").values_list("owner", flat=True)[:most])


def answered_by(people: Sequence[int], principal: Principal, *, on: dt.date) -> dict[int, int]:
    """How many pieces of work each of these colleagues answered on that day, by key of the colleague; only counts (one
    query). Raises Denied without the right to see actions.
    """
    require(principal, Permission.VIEW_ACTIONS)
    zone = firm().zone
    found = Action.objects.filter(
        answered_by__in=list(people),
        answered_at__gte=start_of_day(on, zone),
        answered_at__lt=start_of_day(on + dt.timedelta(days=1), zone),
    ).exclude(status=ActionStatus.OPEN)
    return dict(found.values_list("answered_by").annotate(count=Count("pk")).order_by())


def late_alarms(principal: Principal, *, on: dt.date, limit: int = MOST_LATE) -> tuple[list[ActionLine], bool]:
    """Alarms of the teams one leads that nobody of the colleagues has answered by their day, the longest overdue first, and
    whether there are more (RET-11: they escalate). Nothing for whoever leads nobody (one query).
    """
    if principal.scope not in (Scope.TEAM, Scope.BRANCH) or not may(principal, Permission.ASSIGN_CUSTOMERS):
        return [], False
    late = seen_actions(principal).filter(
        due_on_day(on),
        team__in=principal.team_ids,
        action_class=ActionClass.CARE,
        due_on__lt=on,
        owner__isnull=False,
    )
    late = late.exclude(owner=principal.staff_id).exclude(signal_key="").order_by("due_on", "-value_at_stake", "pk")
    lines = lines_of(late[: limit + 1], principal, on)
    return lines[:limit], len(lines) > limit


def lines_of_colleague(code: str, principal: Principal, *, on: dt.date, limit: int = MOST_LINES) -> list[ActionLine]:
    """What one colleague has to do on that day, as far as the principal sees it, in the order of that colleague's Today."""
    theirs = seen_actions(principal).filter(due_on_day(on), owner__code=code)
    return lines_of(in_order(theirs)[:limit], principal, on)
