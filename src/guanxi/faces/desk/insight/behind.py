"""The customers behind a figure of the whole, as a short list."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import near
from guanxi.record.customers.queries import CustomerRow
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import ALARMS
from guanxi.record.standing.choices import Cause, Loyalty

_KINDS = {
    "in_danger": gettext_lazy("In danger"),
    "grow": gettext_lazy("To be raised from B"),
    "came": gettext_lazy("New customers"),
    "left": gettext_lazy("Left"),
}


@dataclass(frozen=True)
class Line:
    """One customer: `what` is why it stands here, `when` since when."""

    href: str
    name: str
    tier: int
    what: str
    when: str
    value: str
    owner: str


@dataclass(frozen=True)
class BehindPage:
    title: str
    sentence: str
    value_head: str
    lines: list[Line]
    tabs: list[tuple[str, str, bool]]
    more: str = ""
    when_head: str = ""
    none: str = ""


def moves_page(
    found: Sequence[tuple[int, int, dt.date, int]],
    customers: Sequence[CustomerRow],
    look: Look,
    *,
    asked: Mapping[str, str],
    since: dt.date,
    limit: int,
) -> BehindPage:
    """Who went from one tier to another."""
    by_id = {customer.id: customer for customer in customers}
    lines = [
        line_of(by_id[customer], look, what=str(Cause(cause).label), on=on)
        for _key, customer, on, cause in found[:limit]
        if customer in by_id
    ]
    title = _("From tier {old} to tier {new}").format(old=asked["from"].upper(), new=asked["to"].upper())
    question = f"from={asked['from']}&to={asked['to']}"
    question += "".join(f"&{name}={asked[name]}" for name in ("cause", "in") if asked[name])
    more = f"{reverse('standing_moves')}?{question}&before={found[limit - 1][0]}" if len(found) > limit else ""
    sentence = _("since {day}").format(day=cells.short_date(since, look.today))
    return BehindPage(title, sentence, cells.with_sign(_("Value"), look.currency), lines, [], more)


def alarms_page(
    found: Sequence[tuple[int, SignalRow]],
    customers: Sequence[CustomerRow],
    look: Look,
    *,
    kind: SignalKind,
    state: SignalState,
) -> BehindPage:
    """Whom an open alarm of one kind concerns."""
    by_id = {customer.id: customer for customer in customers}
    lines = [
        line_of(by_id[customer], look, what=near(signal.explanation, look.today), on=signal.detected_on)
        for customer, signal in found
        if customer in by_id
    ]
    here = f"{reverse('standing_alarms')}?kind={kind.value}"
    tabs = [(f"{here}&state={one.value}", str(one.label), one == state) for one in ALARMS]
    sentence = _("the newest first, at most a hundred")
    return BehindPage(str(kind.label), sentence, cells.with_sign(_("Value"), look.currency), lines, tabs)


def loyal_page(
    found: Sequence[tuple[int, float, float, dt.date | None]],
    customers: Sequence[CustomerRow],
    look: Look,
    *,
    kind: str,
) -> BehindPage:
    """Who is loyal in one way, or worth keeping and in danger ("in_danger")."""
    by_id = {customer.id: customer for customer in customers}
    lines = [
        line_of(by_id[customer], look, what=_loyalty_words(score, coverage), on=last)
        for customer, score, coverage, last in found
        if customer in by_id
    ]
    title = _("Worth keeping, and in danger") if kind == "in_danger" else str(_KINDS.get(kind) or Loyalty(kind).label)
    sentence = _("the most valuable first, at most a hundred")
    value_head, tabs = cells.with_sign(_("Value"), look.currency), _kinds(kind)
    none = _("No customer whom you see is of this kind.")
    if kind in (Loyalty.TRUE, Loyalty.LATENT, Loyalty.SPURIOUS, Loyalty.NONE):
        none = _("What customers think of us is known from a survey, and none is on record.")
    return BehindPage(title, sentence, value_head, lines, tabs, when_head=_("Last purchase"), none=none)


def promising_page(
    found: Sequence[tuple[int, int, dt.date | None]], customers: Sequence[CustomerRow], look: Look
) -> BehindPage:
    """The tenth of tier B that could bring most more, as much as the upper quarter of their peers: who are to grow."""
    by_id = {customer.id: customer for customer in customers}
    words = _("could bring {money} more a year, as a quarter of the peers do")
    lines = [
        line_of(by_id[customer], look, what=words.format(money=cells.money(potential, look.currency)), on=last)
        for customer, potential, last in found
        if customer in by_id
    ]
    sentence, none = (
        _("the tenth of tier B that could bring most more, at most a hundred"),
        _("No customer whom you see is of this kind."),
    )
    head = cells.with_sign(_("Value"), look.currency)
    return BehindPage(
        _("To be raised from B"), sentence, head, lines, _kinds("grow"), when_head=_("Last purchase"), none=none
    )


def _kinds(kind: str) -> list[tuple[str, str, bool]]:
    kinds = [*_KINDS.items(), *Loyalty.choices]
    return [(f"{reverse('standing_loyal')}?kind={one}", str(label), one == kind) for one, label in kinds]


def _loyalty_words(score: float | None, coverage: float | None) -> str:
    if score is None:
        return _("too little observed for a score")
    return _("loyalty {score} of 100, {coverage} of the traits observed").format(
        score=cells.decimals(score, 0), coverage=cells.percent(coverage or 0)
    )


def line_of(customer: CustomerRow, look: Look, *, what: str, on: dt.date | None) -> Line:
    """One customer behind a figure."""
    return Line(
        href=reverse("customer", args=[customer.code]),
        name=customer.name,
        tier=customer.tier,
        what=what,
        when=cells.day_words(on, look.today),
        value=cells.whole_amount(customer.value, look.currency),
        owner=customer.owner_name,
    )
