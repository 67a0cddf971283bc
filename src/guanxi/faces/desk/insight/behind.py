"""The customers behind a figure of the whole, as a short list."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import near
from guanxi.record.customers.queries import CustomerRow
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import ALARMS, SignalRow
from guanxi.record.standing.choices import Cause


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
        _line(by_id[customer], look, what=str(Cause(cause).label), on=on)
        for _key, customer, on, cause in found[:limit]
        if customer in by_id
    ]
    title = _("From tier {old} to tier {new}").format(old=asked["from"].upper(), new=asked["to"].upper())
    question = f"from={asked['from']}&to={asked['to']}" + (f"&cause={asked['cause']}" if asked["cause"] else "")
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
        _line(by_id[customer], look, what=near(signal.explanation, look.today), on=signal.detected_on)
        for customer, signal in found
        if customer in by_id
    ]
    here = f"{reverse('standing_alarms')}?kind={kind.value}"
    tabs = [(f"{here}&state={one.value}", str(one.label), one == state) for one in ALARMS]
    sentence = _("the newest first, at most a hundred")
    return BehindPage(str(kind.label), sentence, cells.with_sign(_("Value"), look.currency), lines, tabs)


def _line(customer: CustomerRow, look: Look, *, what: str, on: dt.date) -> Line:
    return Line(
        href=reverse("customer", args=[customer.code]),
        name=customer.name,
        tier=customer.tier,
        what=what,
        when=cells.day_words(on, look.today),
        value=cells.whole_amount(customer.value, look.currency),
        owner=customer.owner_name,
    )
