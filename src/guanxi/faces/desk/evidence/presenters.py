"""The rows behind a number: sums by month or visits, every row that was counted, and the number computed again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.evidence import drawing
from guanxi.faces.desk.evidence.facts import MIX, SPENDING, WITHIN
from guanxi.faces.desk.evidence.judging import Judging, Typed, judging_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import act_words, due_words
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, near, sentences
from guanxi.record.actions.queries import ActionLine
from guanxi.record.dealings.queries import DealingRow
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import EvidenceRow, recompute
from guanxi.record.signals.wording import mix_in_words

MOST_ROWS = 500


@dataclass(frozen=True)
class About:
    """Whose evidence, and what it is said to prove; the signal behind it, and the code of the action one came from.
    `supposed`: what may be behind it; `follows`: what is at stake, proposed, by whom and until when.
    """

    name: str
    href: str
    claim: str
    evidence: Mapping[str, Any]
    signal: SignalRow | None = None
    action: str = ""
    tier: int = 0
    supposed: str = ""
    follows: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Sum:
    """One period: label, amount, how many rows; `href` shows its rows alone."""

    label: str
    amount: str
    lines: int
    href: str
    is_now: bool


@dataclass(frozen=True)
class Row:
    """One purchase."""

    day: str
    what: str
    how: str
    amount: str


@dataclass(frozen=True)
class Page:
    """The evidence page."""

    about: About
    sentence: str
    chart: SafeString
    sums: list[Sum]
    rows: list[Row]
    recomputed: str
    agrees: bool
    amount_head: str
    period: str
    cut: str
    judging: Judging | None
    counted_head: str
    nothing: str


def follows_of(action: ActionLine, look: Look) -> list[tuple[str, str]]:
    """What follows from the evidence of an action: what is at stake a year, what is proposed, by whom, until when."""
    due, note, _tone = due_words(action, look)
    told = [
        (_("Proposal"), act_words(action)),
        (_("By"), action.owner_name or _("nobody yet")),
        (_("Due"), dotted((due, note))),
    ]
    if not action.value_at_stake:
        return told
    stake = _("about {stake} of margin a year").format(stake=cells.money(action.value_at_stake, look.currency))
    return [(_("At stake"), stake), *told]


def evidence_page(about: About, look: Look, *, month: str = "", typed: Typed | None = None) -> Page:
    """The page of an evidence; `month` ("2026-05") shows the rows of that month alone."""
    evidence = about.evidence
    rows = drawing.counted_rows(evidence, look)
    counted = [
        EvidenceRow(row.occurred_on, row.amount, is_purchase=True, tier=drawing.tier_of(row, evidence)) for row in rows
    ]
    figures = recompute(counted, evidence)
    months = drawing.months_of(evidence)
    chosen = chosen_of(month, months)
    if chosen is None and len(rows) > MOST_ROWS:
        chosen = months[-1]
    shown = [row for row in rows if chosen is None or row.occurred_on.replace(day=1) == chosen]
    agrees = figures == evidence["figures"]
    first, last = months[0], dt.date.fromisoformat(evidence["to"])
    return Page(
        about=replace(about, claim=near(about.claim, look.today)),
        sentence=_counted(len(rows), first, last, look),
        chart=drawing.draw(evidence, look),
        sums=_sums(rows, months, chosen, look),
        rows=[_row(row, look) for row in reversed(shown[-MOST_ROWS:])],
        recomputed=sentences((_recomputed(evidence["measure"], figures, look), verdict(agrees=agrees))),
        agrees=agrees,
        amount_head=cells.with_sign(_("Amount"), look.currency),
        period=cells.month_words(chosen, look.today) if chosen else "",
        cut=_cut(len(shown)),
        judging=judging_of(about.signal, look, back=about.action, typed=typed),
        counted_head=_("Purchases"),
        nothing=_("No purchases in this month."),
    )


def chosen_of(month: str, months: Sequence[dt.date]) -> dt.date | None:
    """The month asked for, None for all of them. Raises BadRequest for one outside the evidence."""
    if not month:
        return None
    known = {f"{first:%Y-%m}": first for first in months}
    if month not in known:
        raise BadRequest("a month outside this evidence")
    return known[month]


def _counted(rows: int, first: dt.date, last: dt.date, look: Look) -> str:
    counted = ngettext("Computed from {rows} purchase", "Computed from {rows} purchases", rows).format(
        rows=cells.number(rows)
    )
    between = _("{first} to {last}").format(
        first=cells.month_words(first, look.today), last=cells.month_words(last, look.today)
    )
    return dotted((counted, between))


def _sums(rows: list[DealingRow], months: list[dt.date], chosen: dt.date | None, look: Look) -> list[Sum]:
    sums = drawing.sums_by_month(rows, months)
    return [
        Sum(
            label=cells.month_words(month, look.today),
            amount=cells.amount(sums[month][0], look.currency),
            lines=sums[month][1],
            href=f"?month={month:%Y-%m}#rows",
            is_now=month == (chosen or months[-1]),
        )
        for month in reversed(months)
    ]


def _row(row: DealingRow, look: Look) -> Row:
    return Row(
        day=cells.short_date(row.occurred_on, look.today),
        what=row.product or row.category or cells.NOTHING,
        how=dotted((row.channel.label if row.channel else "", row.order)),
        amount=cells.amount(row.amount, look.currency),
    )


def _recomputed(measure: str, figures: Mapping[str, Any], look: Look) -> str:
    if measure == SPENDING:
        return _("Computed again from these rows: usually {usual} a month, {now} in the last, {below} less.").format(
            usual=cells.money(figures["usual"], look.currency),
            now=cells.money(figures["now"], look.currency),
            below=cells.money(figures["below"], look.currency),
        )
    if measure == WITHIN:
        return _(
            "Computed again from these rows: usually {usual} in 30 days, {now} in the last 30, {below} less."
        ).format(**{name: cells.money(figures[name], look.currency) for name in ("usual", "now", "below")})
    if measure == MIX:
        mix = mix_in_words(figures["before"], figures["after"])
        return _("Computed again from these rows: {mix}.").format(mix=mix)
    last = cells.short_date(dt.date.fromisoformat(figures["last"]), look.today)
    if figures["gap"] is None:
        return _("Computed again from these rows: one visit, on {last}.").format(last=last)
    return _("Computed again from these rows: every {gap} days over {visits} visits, the last on {last}.").format(
        gap=f"{figures['gap']:g}", visits=figures["visits"], last=last
    )


def verdict(*, agrees: bool) -> str:
    """Whether the figures computed again are those that were said."""
    if agrees:
        return _("This agrees with what was said.")
    return _("The rows have changed since; the next refresh brings what is said up to date.")


def _cut(shown: int) -> str:
    if shown <= MOST_ROWS:
        return ""
    return _("The latest {most} of {shown} rows are shown; all are counted.").format(
        most=MOST_ROWS, shown=cells.number(shown)
    )
