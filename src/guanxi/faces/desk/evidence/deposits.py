"""The balances behind what is said about deposits: by month, row by row, and the figures computed again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.evidence.judging import Typed, judging_of
from guanxi.faces.desk.evidence.presenters import MOST_ROWS, About, Page, Row, Sum, chosen_of, verdict
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, near, sentences
from guanxi.identity.permissions import Permission, may
from guanxi.insight.warehouse.categories import is_deposit, is_term
from guanxi.record.holdings.queries import BalanceOf, balances_until
from guanxi.record.signals.rules import Level, deposits_by_month, recompute_deposits

_YEAR = 12


def deposits_page(about: About, look: Look, *, month: str = "", typed: Typed | None = None) -> Page:
    """The page of an evidence of deposits; `month` ("2026-05") shows the balances of that month alone."""
    evidence = about.evidence
    first, last = (dt.date.fromisoformat(evidence[name]) for name in ("from", "to"))
    rows = _deposits(evidence["customer_id"], last, look)
    levels = [
        Level(
            row.holding,
            row.day,
            row.amount,
            row.renewal_on is not None or is_term(row.family, row.reference),
            row.closed_on,
        )
        for row in rows
    ]
    figures = recompute_deposits(levels, evidence)
    months = [dt.date(n // _YEAR, n % _YEAR + 1, 1) for n in range(_number(first), _number(last) + 1)]
    chosen = chosen_of(month, months)
    within = [row for row in rows if row.day >= months[0] and (chosen is None or row.day.replace(day=1) == chosen)]
    agrees = figures == evidence["figures"]
    counted = ngettext("Computed from {rows} balance", "Computed from {rows} balances", len(rows))
    return Page(
        about=replace(about, claim=near(about.claim, look.today)),
        sentence=dotted((counted.format(rows=cells.number(len(rows))), _span(months, look))),
        chart=SafeString(""),
        sums=_sums(levels, months, chosen, look),
        rows=[_row(row, look) for row in reversed(within[-MOST_ROWS:])],
        recomputed=sentences((_recomputed(figures, look), verdict(agrees=agrees))),
        agrees=agrees,
        amount_head=cells.with_sign(_("Amount"), look.currency),
        period=cells.month_words(chosen, look.today) if chosen else "",
        cut="",
        judging=judging_of(about.signal, look, back=about.action, typed=typed),
        counted_head=_("Balances"),
        nothing=_("No balance came in this month; the last one stands."),
    )


def _deposits(customer_id: int, last: dt.date, look: Look) -> list[BalanceOf]:
    if not may(look.principal, Permission.VIEW_HOLDINGS):
        return []
    found = balances_until(customer_id, principal=look.principal, last=last)
    return [row for row in found if is_deposit(row.family, row.reference)]


def _sums(levels: Sequence[Level], months: Sequence[dt.date], chosen: dt.date | None, look: Look) -> list[Sum]:
    totals = deposits_by_month(levels, _number(months[-1]))
    return [
        Sum(
            label=cells.month_words(month, look.today),
            amount=cells.amount(totals.get(_number(month), (0, 0))[0], look.currency),
            lines=sum(level.day.replace(day=1) == month for level in levels),
            href=f"?month={month:%Y-%m}#rows",
            is_now=month == (chosen or months[-1]),
        )
        for month in reversed(months)
    ]


def _row(row: BalanceOf, look: Look) -> Row:
    return Row(
        day=cells.short_date(row.day, look.today),
        what=row.product or cells.NOTHING,
        how="",
        amount=cells.amount(row.amount, look.currency),
    )


def _recomputed(figures: Mapping[str, Any], look: Look) -> str:
    if "usual" in figures:
        return _("Computed again from these rows: usually {usual} on deposit, {now} now.").format(
            usual=cells.money(figures["usual"], look.currency), now=cells.money(figures["now"], look.currency)
        )
    return _("Computed again from these rows: {first} at first, {now} now, {term} of it tied for a time.").format(
        **{name: cells.money(figures[name], look.currency) for name in ("first", "now", "term")}
    )


def _span(months: Sequence[dt.date], look: Look) -> str:
    first, last = (cells.month_words(month, look.today) for month in (months[0], months[-1]))
    return _("{first} to {last}").format(first=first, last=last)


def _number(day: dt.date) -> int:
    return day.year * _YEAR + day.month - 1
