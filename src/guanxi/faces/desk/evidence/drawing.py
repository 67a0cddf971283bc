"""The drawing of an evidence, from the very rows it names."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.evidence.charts import months_chart, visits_chart
from guanxi.faces.desk.evidence.facts import SPENDING, VISITS, WITHIN
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may
from guanxi.insight.warehouse.categories import category_of
from guanxi.record.dealings.queries import DealingRow, evidence_rows
from guanxi.record.signals.rules import WINDOW, sums_of_windows

Evidence = Mapping[str, Any]
_MONTHS = 13
_VISITS = 40


def counted_rows(evidence: Evidence, look: Look) -> list[DealingRow]:
    """The purchases from which the figures of an evidence recompute, oldest first (two queries); none out of sight."""
    if evidence.get("table") != "dealings" or not may(look.principal, Permission.VIEW_DEALINGS):
        return []
    found = evidence_rows(
        evidence["customer_id"],
        principal=look.principal,
        first=dt.date.fromisoformat(evidence["from"]),
        last=dt.date.fromisoformat(evidence["to"]),
        currency=look.currency,
    )
    return [row for row in found if row.is_purchase]


def tier_of(row: DealingRow, evidence: Evidence) -> int:
    """The price tier by which a purchase counts in an evidence: its own, else the one found by its product; 0 outside the
    whitelisted categories.
    """
    if not category_of(row.category):
        return 0
    return row.price_tier or int(evidence["given"].get("tiers", {}).get(str(row.product_id), 0))


def draw(evidence: Evidence, look: Look) -> SafeString:
    """The drawing of an evidence of dealings; nothing for another, or where its rows are not in sight."""
    measure = evidence.get("measure")
    rows = counted_rows(evidence, look) if measure in (SPENDING, WITHIN, VISITS) else []
    if not rows:
        return SafeString("")
    if measure == VISITS:
        return _visits(rows, look)
    return _months(evidence, rows, look) if measure == SPENDING else _windows(evidence, rows, look)


def months_of(evidence: Evidence) -> list[dt.date]:
    """The first days of the months that an evidence spans, in order."""
    first, last = dt.date.fromisoformat(evidence["from"]), dt.date.fromisoformat(evidence["to"])
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [dt.date(month // 12, month % 12 + 1, 1) for month in span]


def sums_by_month(rows: Iterable[DealingRow], months: Sequence[dt.date]) -> dict[dt.date, tuple[int, int]]:
    """(amount, lines) of each month, zeros where nothing was bought."""
    sums = dict.fromkeys(months, (0, 0))
    for row in rows:
        month = row.occurred_on.replace(day=1)
        amount, lines = sums.get(month, (0, 0))
        sums[month] = (amount + row.amount, lines + 1)
    return sums


def _months(evidence: Evidence, rows: list[DealingRow], look: Look) -> SafeString:
    months = months_of(evidence)[-_MONTHS:]
    sums = sums_by_month((row for row in rows if row.occurred_on >= months[0]), months)
    figures = evidence["figures"]
    usual, now = cells.money(figures["usual"], look.currency), cells.money(figures["now"], look.currency)
    words = {
        "title": _("Purchases by month: usually {usual}, {now} in the last one").format(usual=usual, now=now),
        "middle": _("usual {usual}").format(usual=usual),
        "now": now,
    }
    return months_chart([(_month_label(month), sums[month][0]) for month in months], figures["usual"], words)


def _windows(evidence: Evidence, rows: list[DealingRow], look: Look) -> SafeString:
    """Thirty days each, named by the month in which they end."""
    last, figures = dt.date.fromisoformat(evidence["to"]), evidence["figures"]
    ends = [last - dt.timedelta(days=WINDOW * back) for back in range(figures["cycles"] + 1)]
    sums = sums_of_windows(((row.occurred_on, row.amount) for row in rows), last, len(ends))
    usual, now = cells.money(figures["usual"], look.currency), cells.money(figures["now"], look.currency)
    words = {
        "title": _("Purchases by 30 days: usually {usual}, {now} in the last ones").format(usual=usual, now=now),
        "middle": _("usual {usual}").format(usual=usual),
        "now": now,
    }
    charted = [(_month_label(end), amount) for end, amount in zip(ends, sums, strict=True)]
    return months_chart(charted[::-1], figures["usual"], words)


def _visits(rows: list[DealingRow], look: Look) -> SafeString:
    days = sorted({row.occurred_on for row in rows})[-_VISITS:]
    silent = (look.today - days[-1]).days
    words = {
        "title": _("Visits from {first} to {last}, none since").format(
            first=cells.short_date(days[0], look.today), last=cells.short_date(days[-1], look.today)
        ),
        "silence": ngettext("{days} day", "{days} days", silent).format(days=silent),
        "first": cells.short_date(days[0], look.today),
        "last": cells.short_date(days[-1], look.today),
        "today": _("today"),
    }
    return visits_chart(days, look.today, words)


def _month_label(month: dt.date) -> str:
    return cells.month_words(month, month, short=True)
