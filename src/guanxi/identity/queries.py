"""Reads of identity: the firm, principals, teams, staff."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from guanxi.ground import clock
from guanxi.ground.sheets.sources import Asker
from guanxi.ground.workdays import Calendar
from guanxi.identity.choices import Scope, TeamKind
from guanxi.identity.models import Account, DayChange, Firm, Staff, Team
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal, PrincipalKind
from guanxi.identity.roles import ADMINISTRATOR, ROLES, TAKERS

_LONGEST_BACK = 10  # years of a calendar: nothing that waits for a person is older
_LED = tuple(name for name in TAKERS if name != ADMINISTRATOR)
_held: ContextVar[list[Firm] | None] = ContextVar("held_firm", default=None)


def firm() -> Firm:
    """The firm of this installation. Raises Firm.DoesNotExist before `guanxi init`."""
    held = _held.get()
    if held:
        return held[0]
    found = Firm.objects.get(pk=1)
    if held is not None:
        held.append(found)
    return found


@contextmanager
def firm_read_once() -> Iterator[None]:
    """Inside the block `firm()` reads once: every panel of a page asks for currency and zone."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def firm_day() -> date:
    """The day it is for the firm, in its own zone."""
    return clock.local_day(clock.now(), firm().zone)


def asker_of(principal: Principal) -> Asker:
    """Who asks a list: the words of a question mean the firm's day, zone and currency."""
    own = firm()
    return Asker(principal.staff_id, clock.local_day(clock.now(), own.zone), own.zone, own.currency)


def is_set_up() -> bool:
    """True once `guanxi init` has written the firm."""
    return Firm.objects.filter(pk=1).exists()


@lru_cache(maxsize=8)
def system_principal(code: str = "command") -> Principal:
    """The installation itself at work (command line, worker, nightly steps): every right, every row."""
    return Principal(
        kind=PrincipalKind.SYSTEM,
        code=code,
        role="admin",
        scope=Scope.ALL,
        permissions=frozenset(p.value for p in Permission),
        clear_fields=ROLES["admin"].clear_fields,
        name=code,
    )


def is_closed_demo(account: Account) -> bool:
    """True for the demo's public sign-ins in a firm that is no demo: nobody may come in by a password that all know."""
    staff: Staff | None = getattr(account, "staff", None)
    return staff is not None and staff.is_demo and not firm().is_demo


def principal_of(account: Account) -> Principal | None:
    """The principal of a signed-in account (at most one query more). None without an active member of staff behind it."""
    staff: Staff | None = getattr(account, "staff", None)  # read with the account
    if staff is None or staff.left_on is not None or not account.is_active or staff.role not in ROLES:
        return None
    return principal_of_staff(staff)


def principal_of_staff(staff: Staff) -> Principal:
    """The principal of one member of staff with the rights of this moment (one query for the teams of the scope)."""
    return _principal(staff, _scope_teams(ROLES[staff.role].scope, staff.team))


def is_as_before(principal: Principal) -> bool:
    """Whether a colleague still has the very rights with which something long was begun (two queries at most)."""
    if principal.kind != PrincipalKind.STAFF or principal.staff_id is None:
        return principal.is_active
    staff = Staff.objects.select_related("team", "account").filter(pk=principal.staff_id, left_on=None).first()
    if staff is None or (staff.account is not None and not staff.account.is_active):
        return False
    return staff.role in ROLES and principal_of_staff(staff) == principal


def principals_of(people: Iterable[Staff]) -> list[tuple[Staff, Principal]]:
    """The same for many colleagues, read with their teams: one query more, however many they are."""
    teams = list(Team.objects.order_by("-lo"))
    known = [staff for staff in people if staff.role in ROLES]
    return [(staff, _principal(staff, _teams_within(ROLES[staff.role].scope, staff.team, teams))) for staff in known]


def _principal(staff: Staff, team_ids: tuple[int, ...]) -> Principal:
    role = ROLES[staff.role]
    return Principal(
        kind=PrincipalKind.STAFF,
        code=staff.code,
        role=role.name,
        staff_id=staff.pk,
        team_id=staff.team_id,
        scope=role.scope,
        team_ids=team_ids,
        permissions=frozenset(p.value for p in role.permissions),
        clear_fields=role.clear_fields,
        is_active=staff.left_on is None,
        name=staff.name,
    )


def subtree(team: Team) -> list[int]:
    """Ids of a team and all below it (no query where nothing is below)."""
    if team.lo == team.hi:
        return [team.pk]
    return list(Team.objects.filter(lo__gte=team.lo, lo__lte=team.hi).values_list("pk", flat=True))


def teams_in_order() -> list[Team]:
    """All open teams in the order of the tree, the firm first. Teams are few: hundreds, not thousands."""
    return list(Team.objects.filter(closed_on=None).order_by("lo"))


def all_teams() -> list[Any]:
    """All teams in the order of the tree, closed ones too, each with how many work in it as `people`."""
    working = Count("staff", filter=Q(staff__left_on=None))
    return list(Team.objects.annotate(people=working).order_by("lo"))


def find_team(code: str, principal: Principal) -> Team | None:
    """A team by code, closed ones too, for whoever may edit staff; None for everybody else."""
    return Team.objects.filter(code=code).first() if may(principal, Permission.EDIT_STAFF) else None


def work_calendar(day: date, *, since: date | None = None) -> Calendar:
    """Business days around a day (its year, the one before and the next; from `since` on, where that is earlier): the
    country's where it is known, and what the firm changed (one query).
    """
    first = min(day.year - 1, since.year if since else day.year)
    years = tuple(range(max(first, day.year - _LONGEST_BACK), day.year + 2))
    free, working = _country_days(firm().currency, years)
    changes = DayChange.objects.filter(day__year__range=(years[0], years[-1]))
    return Calendar(frozenset(free), working, dict(changes.values_list("day", "is_working")))


def named_days(
    year: int, language: str = "zh-hans"
) -> tuple[dict[date, str], frozenset[date], dict[date, tuple[bool, str]]]:
    """Of one year: the country's days off by name (in a language of the desk), its weekend days at work, and the firm's own
    (is worked, why).
    """
    free, working = _country_days(firm().currency, (year,), "zh_CN" if language.startswith("zh") else "en_US")
    own = DayChange.objects.filter(day__year=year).order_by("day")
    return (
        {day: name for day, name in free.items() if day.year == year},
        frozenset(day for day in working if day.year == year),
        {day: (is_working, name) for day, is_working, name in own.values_list("day", "is_working", "name")},
    )


@lru_cache(maxsize=32)
def _country_days(
    currency: str, years: tuple[int, ...], names: str = "zh_CN"
) -> tuple[dict[date, str], frozenset[date]]:
    if currency != "CNY":  # of other countries the firm enters its own days
        return {}, frozenset()
    from holidays.countries import China  # noqa: PLC0415 - tables of no use to most requests

    country = China(years=years, language=names)
    return dict(country), frozenset(country.weekend_workdays)


def has_own_administrator() -> bool:
    """Whether somebody who is not of the demo can sign in as administrator: else clearing it would lock everybody out."""
    own = Staff.objects.filter(role=ADMINISTRATOR, left_on=None, is_demo=False, account__is_active=True)
    return own.exists()


def demo_people() -> tuple[list[int], list[int]]:
    """Ids of the demo's staff, those who left too, and of its teams."""
    staff = Staff.objects.filter(is_demo=True).order_by("pk").values_list("pk", flat=True)
    teams = Team.objects.filter(is_demo=True).order_by("pk").values_list("pk", flat=True)
    return list(staff), list(teams)


def top_team() -> Team:
    """The top of the tree: the firm itself."""
    return Team.objects.get(parent=None)


def top_of(team_ids: Iterable[int]) -> int | None:
    """The team above all others of these; None where there are none."""
    return Team.objects.filter(pk__in=list(team_ids)).order_by("lo").values_list("pk", flat=True).first()


def find_staff(code: str, principal: Principal) -> Staff | None:
    """The colleague of that code, as far as the principal sees colleagues; None is the same answer for a stranger."""
    return staff_seen_by(principal).filter(code=code).first()


def find_colleague(code: str, principal: Principal) -> Staff | None:
    """A colleague by code, also one who has left, for whoever may edit staff; None for everybody else."""
    found = Staff.objects.select_related("team", "account").filter(code=code)
    return found.first() if may(principal, Permission.EDIT_STAFF) else None


def colleague_by_email(email: str, principal: Principal) -> Staff | None:
    """The colleague who signs in with that e-mail, also one who has left; None for who may not edit staff."""
    found = Staff.objects.select_related("team", "account").filter(account__email=email)
    return found.first() if may(principal, Permission.EDIT_STAFF) else None


def all_colleagues(principal: Principal, limit: int = 500) -> list[Staff]:
    """Everybody who works here, then those who left, by name, with their teams; none for who may not edit staff."""
    if not may(principal, Permission.EDIT_STAFF):
        return []
    people = Staff.objects.select_related("team").order_by(F("left_on").asc(nulls_first=True), "name_key", "pk")
    return list(people[:limit])


def names_seen_by(principal: Principal, limit: int = 1_000) -> list[tuple[str, str]]:
    """(code, name) of the colleagues a principal may see, by name: what a condition of a list offers to choose from."""
    return list(staff_seen_by(principal).values_list("code", "name")[:limit])


def names_of_takers(principal: Principal, limit: int = 1_000) -> list[tuple[str, str]]:
    """The same of those to whom a principal may give customers and work: what a form offers to choose from."""
    return list(takers_seen_by(principal).values_list("code", "name")[:limit])


def takers_seen_by(principal: Principal) -> QuerySet[Staff]:
    """The colleagues in sight who can be given customers and work (roles.TAKERS): every form offers exactly these."""
    return staff_seen_by(principal).filter(role__in=TAKERS)


def takes_work(staff: Staff) -> bool:
    """Whether a colleague can be given customers and work, with the role of this moment. Whoever takes work over sees its
    customer for as long (record.actions.services.sharing).
    """
    return staff.left_on is None and staff.role in TAKERS


def staff_seen_by(principal: Principal) -> QuerySet[Staff]:
    """Colleagues a principal may see: those of the own branch, all for scope ALL."""
    people = Staff.objects.filter(left_on=None).order_by("name_key", "pk")
    if not may(principal, Permission.VIEW_STAFF):
        return people.none()
    if principal.scope == Scope.ALL:
        return people
    if principal.team_id is None:
        return people.none()
    teams = list(Team.objects.order_by("-lo"))  # few, and one query
    own = next(team for team in teams if team.pk == principal.team_id)
    return people.filter(team_id__in=_teams_within(Scope.BRANCH, own, teams))


def people_led_by(principal: Principal) -> QuerySet[Staff]:
    """The others who work on customers in the teams that a principal leads; nobody for whoever leads none."""
    people = Staff.objects.filter(left_on=None, role__in=_LED).exclude(pk=principal.staff_id or 0)
    people = people.select_related("team").order_by("name_key", "pk")
    if principal.scope < Scope.TEAM or not may(principal, Permission.ASSIGN_CUSTOMERS):
        return people.none()
    return people if principal.scope == Scope.ALL else people.filter(team_id__in=principal.team_ids)


def _scope_teams(scope: Scope, team: Team) -> tuple[int, ...]:
    if scope == Scope.TEAM:
        return tuple(subtree(team))
    if scope == Scope.BRANCH:
        return _teams_within(scope, team, list(Team.objects.order_by("-lo")))  # one query: teams are few
    return ()


def _teams_within(scope: Scope, team: Team, teams: Sequence[Team]) -> tuple[int, ...]:
    """Ids of the teams that a scope covers, by the numbers of this moment; `teams` are all, the lowest first."""
    if scope not in (Scope.TEAM, Scope.BRANCH):
        return ()
    top = next(one for one in teams if one.pk == team.pk)
    if scope == Scope.BRANCH:
        above = [one for one in teams if one.lo <= top.lo and one.hi >= top.hi]
        top = next((one for one in above if one.kind == TeamKind.BRANCH), above[-1])
    return tuple(sorted(one.pk for one in teams if top.lo <= one.lo <= top.hi))
