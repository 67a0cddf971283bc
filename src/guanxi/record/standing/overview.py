"""Named reads of the whole: sums of the counted parts in sight, and the customers behind a movement.

No query here looks at more than the parts (some thousand rows), but `values_in_sight`, which is bounded.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import top_of, top_team, work_calendar
from guanxi.record.customers.choices import Tier
from guanxi.record.customers.permissions import reach_of
from guanxi.record.standing.choices import Loyalty
from guanxi.record.standing.models import AlarmCell, Cell, Flow, Growth
from guanxi.record.standing.permissions import parts_within, seen_condition
from guanxi.record.standing.rules import Wait

NO_TIER = 9
MOST_VALUES = 20_000
_YEAR = dt.timedelta(365)


@dataclass(frozen=True)
class Part:
    """Customers of one tier and state: how many, how many of them bought for the first time this quarter, their value."""

    tier: int
    state: int
    customers: int
    newcomers: int
    value: int


@dataclass(frozen=True)
class Moved:
    """Customers that went from one tier to another, for one cause, and what they are worth now."""

    old: int
    new: int
    cause: int
    customers: int
    value: int


@dataclass(frozen=True)
class Alarms:
    """Alarms of one kind and tier that became such on one day, open or over lately: how many, money at stake a month, and the day on
    which somebody first spoke to the customer.
    """

    tier: int
    kind: str
    is_open: bool
    alarmed_on: dt.date
    contacted_on: dt.date | None
    signals: int
    at_stake: int


def sees_everybody(principal: Principal) -> bool:
    """Whether the figures are those of the whole firm: whoever sees all, or leads the team above all others and sees the
    pool.
    """
    reach = reach_of(principal)
    return reach.everyone or bool(reach.pool and reach.team_ids and top_team().pk in reach.team_ids)


def parts_in_sight(principal: Principal) -> list[Part]:
    """Customers in sight by tier and state (one query over the parts). Raises Denied."""
    sums = {"customers": Sum("customers"), "newcomers": Sum("newcomers"), "value": Sum("value")}
    found = Cell.objects.filter(parts_within(principal)).values("tier", "state").annotate(**sums)
    return [_part(row) for row in found.order_by("tier", "state")]


def moves_in_sight(principal: Principal, *, since: dt.date) -> list[Moved]:
    """Movements between tiers since a day, the largest first (one query over the parts). Raises Denied."""
    sums = {"customers": Sum("customers"), "value": Sum("value")}
    found = Flow.objects.filter(parts_within(principal), on__gte=since).values("old", "new", "cause").annotate(**sums)
    return sorted((_moved(row) for row in found), key=lambda row: (-row.customers, row.old, row.new, row.cause))


def crossed_in_sight(principal: Principal, *, as_of: dt.date) -> tuple[int, int]:
    """How many times somebody in sight went from B to A in the year up to a day, and from A to B (one query over the parts); whoever
    went twice counts twice. Raises Denied.
    """
    year = Flow.objects.filter(parts_within(principal), on__gt=as_of - _YEAR, on__lte=as_of)
    between = (
        year.filter(old__in=(Tier.A, Tier.B), new__in=(Tier.A, Tier.B)).values_list("old").annotate(Sum("customers"))
    )
    found = dict(between)
    return found.get(Tier.B, 0), found.get(Tier.A, 0)


def alarms_in_sight(principal: Principal) -> list[Alarms]:
    """Alarms in sight, open or over lately, by tier, kind, day and first contact (one query over the parts). Raises Denied."""
    names = ("tier", "kind", "is_open", "alarmed_on", "contacted_on")
    sums = {"signals": Sum("signals"), "at_stake": Sum("at_stake")}
    found = (
        AlarmCell.objects.filter(parts_within(principal))
        .values(*names)
        .annotate(**{f"all_{k}": v for k, v in sums.items()})
    )
    return [
        Alarms(**{name: row[name] for name in names}, signals=row["all_signals"], at_stake=row["all_at_stake"])
        for row in found.order_by(*names)
    ]


def waits_of(alarms: list[Alarms], *, on: dt.date, promised: Mapping[int, int]) -> Mapping[int, Wait]:
    """How long alarms waited for the first contact, in the firm's business days, by tier: those that are over count where somebody
    spoke to the customer, and wait for nobody where none did. `promised` are the days within
    which somebody speaks to a customer of a tier (one query for the calendar).
    """
    calendar = work_calendar(on, since=min((row.alarmed_on for row in alarms), default=on))
    by_tier: dict[int, tuple[Counter[int], Counter[int]]] = {}
    for row in alarms:
        met, waiting = by_tier.setdefault(row.tier, (Counter(), Counter()))
        if row.contacted_on:
            met[calendar.between(row.alarmed_on, row.contacted_on)] += row.signals
        elif row.is_open:
            waiting[calendar.between(row.alarmed_on, on)] += row.signals
    return {tier: Wait.of(met, waiting, promised=promised.get(tier)) for tier, (met, waiting) in by_tier.items()}


def values_in_sight(principal: Principal) -> list[int] | None:
    """The value of each customer in sight who ever bought; None for more than MOST_VALUES. Raises Denied."""
    condition, params = seen_condition(principal, "c")
    sql = f"""SELECT s.value FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE s.tier <> {NO_TIER} AND {condition} LIMIT {MOST_VALUES + 1}"""  # noqa: S608 - a condition of our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        values = [row[0] for row in cursor.fetchall()]
    return values if len(values) <= MOST_VALUES else None


def moved_customers(
    principal: Principal, *, old: int, new: int, cause: int, since: dt.date, before: int = 0, limit: int = 100
) -> list[tuple[int, int, dt.date, int]]:
    """(id of the movement, customer id, day, cause) of the customers in sight behind a movement, newest first; `cause` 0
    is any. Raises Denied.
    """
    condition, params = seen_condition(principal, "c")
    more = " AND m.cause = %s" * bool(cause) + " AND m.id < %s" * bool(before)
    sql = f"""SELECT m.id, m.customer_id, m."on", m.cause
        FROM standing_standingmove m JOIN customers_customer c ON c.id = m.customer_id
        WHERE m.field = 'tier' AND m."old" = %s AND m."new" = %s AND m."on" >= %s{more} AND {condition}
        ORDER BY m.id DESC LIMIT %s"""  # noqa: S608 - conditions of our own words
    wanted: list[Any] = [old, new, since.isoformat(), *([cause] if cause else []), *([before] if before else [])]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*wanted, *params, limit])
        return [(key, customer, _day(on), why) for key, customer, on, why in cursor.fetchall()]


@dataclass(frozen=True)
class GrowthPart:
    """What the edition tells of growth of the customers in sight; `is_firm`: of all."""

    facts: dict[str, Any]
    is_firm: bool


def growth_in_sight(principal: Principal) -> GrowthPart | None:
    """Growth of the whole for whoever sees everybody, else of the teams in sight; None for who sees only own customers or
    where nothing was told. Raises Denied.
    """
    require(principal, Permission.VIEW_STANDING)
    if sees_everybody(principal):
        found = Growth.objects.filter(team_id=None).first()
        return GrowthPart(found.facts, is_firm=True) if found else None
    team = top_of(reach_of(principal).team_ids)
    found = Growth.objects.filter(team_id=team).first() if team else None
    return GrowthPart(found.facts, is_firm=False) if found else None


def growth_of_firm(principal: Principal) -> dict[str, Any]:
    """What the edition tells of growth of the whole firm, for whoever enters what it costs; {} where nothing was told. Raises Denied."""
    require(principal, Permission.ENTER_COSTS)
    found = Growth.objects.filter(team_id=None).first()
    return found.facts if found else {}


def prospects_told(principal: Principal) -> dict[str, Any]:
    """What the firm's own prospects of some years tell of those of today; {} where nothing was told (one query). Raises Denied."""
    require(principal, Permission.VIEW_STANDING)
    return _of_firm("prospects")


def together_told(principal: Principal) -> dict[str, Any]:
    """What goes together, what comes next and when; {} where nothing was told (one query). Raises Denied."""
    require(principal, Permission.VIEW_STANDING)
    return together_kept()


def together_kept() -> dict[str, Any]:
    """The same for steps of the house."""
    return _of_firm("together")


def _of_firm(name: str) -> dict[str, Any]:
    """One part of what the last edition told of the whole firm."""
    found = Growth.objects.filter(team_id=None).values_list("facts", flat=True).first()
    return dict((found or {}).get(name) or {})


def loyal_customers(
    principal: Principal, *, kind: Loyalty, limit: int = 100
) -> list[tuple[int, float, float, dt.date | None]]:
    """(customer id, loyalty, coverage, last purchase) of the customers in sight of one class, the most valuable first.
    Raises Denied.
    """
    return _of_standing(principal, "s.loyalty_class = %s", [kind.value], limit)


def valued_in_danger(principal: Principal, *, limit: int = 100) -> list[tuple[int, float, float, dt.date | None]]:
    """The same of those who are worth keeping and in danger at once, of whatever class (RET-08). Raises Denied."""
    return _of_standing(principal, "s.is_worth_keeping AND s.is_in_danger", [], limit)


def arrived_customers(
    principal: Principal, *, since: dt.date, limit: int = 100
) -> list[tuple[int, float, float, dt.date | None]]:
    """The same of those in sight who bought for the first time after `since`. Raises Denied."""
    return _of_standing(principal, "s.first_on > %s", [since.isoformat()], limit)


def departed_customers(
    principal: Principal, *, since: dt.date, as_of: dt.date, limit: int = 100
) -> list[tuple[int, float, float, dt.date | None]]:
    """The same of those in sight who had bought in the year before `since` and in the year before `as_of` no more. Raises
    Denied.
    """
    between = [(day - _YEAR).isoformat() for day in (since, as_of)]
    return _of_standing(principal, "s.last_on > %s AND s.last_on <= %s", between, limit)


def promising_customers(principal: Principal, *, limit: int = 100) -> list[tuple[int, int, dt.date | None]]:
    """(customer id, potential, last purchase) of the tenth of tier B in sight who could bring most more, who are to grow (SEG-04).
    Raises Denied.
    """
    condition, params = seen_condition(principal, "c")
    middle = f"""FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE s.tier = {Tier.B.value} AND {condition}"""
    sql = f"""SELECT s.customer_id, s.potential, s.last_on {middle} AND s.potential > 0
        ORDER BY s.potential DESC, s.customer_id LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {middle}", params)
        tenth = -(-cursor.fetchone()[0] // 10)
        cursor.execute(sql, [*params, min(limit, tenth)])
        return [(key, potential, last and _day(last)) for key, potential, last in cursor.fetchall()]


def _of_standing(
    principal: Principal, which: str, given: list[Any], limit: int
) -> list[tuple[int, float, float, dt.date | None]]:
    condition, params = seen_condition(principal, "c")
    sql = f"""SELECT s.customer_id, s.loyalty, s.loyalty_coverage, s.last_on
        FROM standing_standing s JOIN customers_customer c ON c.id = s.customer_id
        WHERE {which} AND {condition}
        ORDER BY s.value DESC, s.customer_id LIMIT %s"""  # noqa: S608 - conditions of our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, *params, limit])
        return [(key, score, coverage, last and _day(last)) for key, score, coverage, last in cursor.fetchall()]


def _part(row: Mapping[str, Any]) -> Part:
    return Part(row["tier"], row["state"], row["customers"], row["newcomers"], row["value"])


def _moved(row: Mapping[str, Any]) -> Moved:
    return Moved(row["old"], row["new"], row["cause"], row["customers"], row["value"])


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
