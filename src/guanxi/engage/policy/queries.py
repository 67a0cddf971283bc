"""Named reads of the contact policy."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from guanxi.engage.offers.choices import Way
from guanxi.engage.policy.models import Capacity, ContextWeight, Lever, PolicyLine
from guanxi.engage.policy.permissions import require_sight
from guanxi.engage.policy.rules import DEFAULTS, Line
from guanxi.identity.principals import Principal


@dataclass(frozen=True, slots=True)
class LeverRow:
    """A lever that counts: the offer's reference, hundredths added, why, whose, until when."""

    code: str
    offer: str
    value: int
    why: str
    owner: str
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A context weight that counts: for a signal ("" state: any) and an issue, or one offer by reference."""

    code: str
    signal: str
    state: str
    issue: int | None
    offer: str
    weight: int
    why: str
    owner: str
    ends_on: dt.date


def policy_now() -> dict[str, Line]:
    """Every line as it counts now, by name: the firm's own where it set one, else the default."""
    own = dict(PolicyLine.objects.values_list("name", "amount"))
    return {name: replace(line, amount=own[name]) if name in own else line for name, line in DEFAULTS.items()}


def own_lines() -> set[str]:
    """Names of the lines that the firm has set itself."""
    return set(PolicyLine.objects.values_list("name", flat=True))


def capacities(day: dt.date) -> dict[Way, int | None]:
    """Units of each way on a day: 0 is none, None no limit. What was set for the day counts before every day's."""
    rows = Capacity.objects.filter(day__isnull=True).values_list("way", "units")
    found: dict[Way, int | None] = dict.fromkeys(Way) | {Way(way): units for way, units in rows}
    return found | {Way(way): units for way, units in Capacity.objects.filter(day=day).values_list("way", "units")}


def capacity_rows(*, principal: Principal, since: dt.date, limit: int = 200) -> list[tuple[int, dt.date | None, int]]:
    """(way, day or None, units) as they were set, every day's first, then the days to come. Raises Denied."""
    require_sight(principal)
    every = Capacity.objects.filter(day__isnull=True).order_by("way")
    days = Capacity.objects.filter(day__gte=since).order_by("day", "way")
    return [(one.way, one.day, one.units) for one in (*every, *days[:limit])]


def levers(on: dt.date, limit: int = 500) -> list[LeverRow]:
    """Levers that count on a day, by offer."""
    rows = Lever.objects.filter(set_on__lte=on, ends_on__gte=on).select_related("owner").order_by("offer")
    return [
        LeverRow(one.code, one.offer, one.value, one.why, one.owner.name if one.owner else "", one.ends_on)
        for one in rows[:limit]
    ]


def context_weights(on: dt.date, limit: int = 500) -> list[WeightRow]:
    """Context weights that count on a day, by signal, state and what they add to."""
    rows = ContextWeight.objects.filter(set_on__lte=on, ends_on__gte=on).select_related("owner")
    return [
        WeightRow(
            one.code, one.signal, one.state, one.issue, one.offer, one.weight, one.why,
            one.owner.name if one.owner else "", one.ends_on,
        )
        for one in rows.order_by("signal", "state", "issue", "offer")[:limit]
    ]  # fmt: skip


def lever_sums(on: dt.date) -> Mapping[str, int]:
    """Hundredths added to each offer by reference on a day."""
    return dict(Lever.objects.filter(set_on__lte=on, ends_on__gte=on).values_list("offer", "value"))
