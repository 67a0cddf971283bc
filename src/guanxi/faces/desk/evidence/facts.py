"""What the figures of an evidence say, one sentence each, for the list beside the drawing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look

Figures = Mapping[str, Any]
SPENDING, VISITS, RENEWAL, MIX = "gross_by_month", "visit_days", "renewal", "tier_shares"
DEPOSITS, WITHIN = "deposits_by_month", "gross_by_window"
# Tables whose rows the page of evidence opens.
PROVEN = ("dealings", "balances")


def fact_words(evidence: Mapping[str, Any], look: Look) -> list[str]:
    """Sentences from the figures of an evidence; none for a measure without words here."""
    figures = evidence.get("figures", {})
    words = _WORDS.get(evidence.get("measure", ""))
    return words(figures, look) if words and figures else []


def rows_words(evidence: Mapping[str, Any]) -> str:
    """How the rows of an evidence are called on the door to them."""
    figures = evidence.get("figures", {})
    if evidence.get("measure") == SPENDING and "cycles" in figures:
        months = figures["cycles"] + 1
        return ngettext("{count} month", "{count} months", months).format(count=months)
    if evidence.get("measure") == VISITS and "visits" in figures:
        return ngettext("{count} visit", "{count} visits", figures["visits"]).format(count=figures["visits"])
    return _("Rows")


def _spending(figures: Figures, look: Look) -> list[str]:
    said = [
        _("In the {cycles} months before, every month lay between {low} and {high}").format(
            cycles=figures["cycles"],
            low=cells.money(figures["low"], look.currency),
            high=cells.money(figures["high"], look.currency),
        )
    ]
    if figures["below"] > 0:
        less = cells.money(figures["below"], look.currency)
        far = _("{less} less than usual, far beyond the usual ups and downs")
        said.append((far if figures["z"] <= -3 else _("{less} less than usual")).format(less=less))
    return said


def _within(figures: Figures, look: Look) -> list[str]:
    low, high, less = (cells.money(figures[name], look.currency) for name in ("low", "high", "below"))
    before = _("In the {cycles} times 30 days before, each lay between {low} and {high}")
    return [
        before.format(cycles=figures["cycles"], low=low, high=high),
        _("{less} less than usual, far beyond the usual ups and downs").format(less=less),
    ]


def _visits(figures: Figures, look: Look) -> list[str]:
    last = dt.date.fromisoformat(figures["last"])
    days = (look.today - last).days
    away = ngettext("{days} day since {last}", "{days} days since {last}", days).format(
        days=days, last=cells.short_date(last, look.today)
    )
    if figures["gap"] is None:
        return [away]
    rhythm = _("Until then every {gap} days on average").format(gap=f"{figures['gap']:g}")
    said = [rhythm, away]
    if figures.get("usual"):
        said.append(
            _("Spent about {usual} a month in the last year").format(usual=cells.money(figures["usual"], look.currency))
        )
    return said


def _mix(figures: Figures, look: Look) -> list[str]:
    first, then = cells.number(figures["purchases_before"]), cells.number(figures["purchases"])
    return [
        _("From 1 (all cheap) to 3 (all dear): {before} before, {after} now").format(
            before=f"{figures['index_before']:.2f}", after=f"{figures['index']:.2f}"
        ),
        _(
            "{first} purchases before and {then} since, in dining, lodging, groceries, fuel and general retail alone"
        ).format(first=first, then=then),
    ]


def _deposits(figures: Figures, look: Look) -> list[str]:
    if "usual" in figures:
        usual, now = (cells.money(figures[name], look.currency) for name in ("usual", "now"))
        return [_("Usually {usual} on deposit, {now} now").format(usual=usual, now=now)]
    first, now, term = (cells.money(figures[name], look.currency) for name in ("first", "now", "term"))
    return [
        _("{first} on deposit {months} months ago, {now} now").format(first=first, months=figures["months"], now=now),
        _("{term} of it is tied for a time").format(term=term),
    ]


def _renewal(figures: Figures, look: Look) -> list[str]:
    day = dt.date.fromisoformat(figures["renewal_on"])
    days = (day - look.today).days
    if days < 0:
        return [_("It ended on {day}").format(day=cells.short_date(day, look.today))]
    words = ngettext("{days} day are left, until {day}", "{days} days are left, until {day}", days)
    return [words.format(days=days, day=cells.short_date(day, look.today))]


_WORDS = {
    SPENDING: _spending,
    WITHIN: _within,
    VISITS: _visits,
    RENEWAL: _renewal,
    MIX: _mix,
    DEPOSITS: _deposits,
}
