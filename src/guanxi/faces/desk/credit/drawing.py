"""The picture of a case: its months beside the usual one, and the shares of the price tiers before and after."""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.faces.desk.evidence.charts import WIDTH, bars_chart, months_chart
from guanxi.faces.desk.evidence.drawing import counted_rows, months_of, sums_by_month
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look

_MONTHS = 13
_BAR, _GAP = 22, 44
_LEAST_LABEL = 0.09  # narrower parts carry no figure
_LOOKS = ("f3", "f2", "f1")  # value, mid, premium


def months_picture(evidence: Mapping[str, Any], look: Look) -> SafeString:
    """Purchases by month, from the very rows of the evidence (two queries); nothing where they are not in sight."""
    rows = counted_rows(evidence, look)
    if not rows:
        return SafeString("")
    months = months_of(evidence)[-_MONTHS:]
    sums = sums_by_month((row for row in rows if row.occurred_on >= months[0]), months)
    charted = [(_label(month), sums[month][0]) for month in months]
    if "spent" not in evidence["given"]:
        return bars_chart(charted, _("Purchases by month"), cells.money(charted[-1][1], look.currency))
    spent = evidence["given"]["spent"]
    usual, now = cells.money(spent["usual"], look.currency), cells.money(spent["now"], look.currency)
    words = {
        "title": _("Purchases by month: usually {usual}, {now} in the last one").format(usual=usual, now=now),
        "middle": _("usual {usual}").format(usual=usual),
        "now": now,
    }
    return months_chart(charted, spent["usual"], words)


def tiers_picture(figures: Mapping[str, Sequence[float]]) -> SafeString:
    """Two bars: the shares of cheap, middling and dear places before and after."""
    rows = ((_("before"), figures["before"]), (_("since"), figures["after"]))
    parts: list[str] = []
    for place, (label, shares) in enumerate(rows):
        parts += _bar(place * _GAP, label, shares)
    said = _("Cheap, middling, dear: {before} before, {after} since").format(
        before=_shares(figures["before"]), after=_shares(figures["after"])
    )
    drawn = "".join(parts)
    return SafeString(
        f'<svg class="chart spark" viewBox="0 0 {WIDTH} {2 * _GAP}" role="img" aria-label="{escape(said)}">{drawn}</svg>'
    )


def _bar(top: int, label: str, shares: Sequence[float]) -> list[str]:
    parts, x = [f'<text x="0" y="{top + 10}">{escape(label)}</text>'], 0.0
    for share, look in zip(shares, _LOOKS, strict=True):
        width = share * WIDTH
        parts.append(f'<rect class="{look}" x="{x:.1f}" y="{top + 15}" width="{width:.1f}" height="{_BAR - 8}"/>')
        if share >= _LEAST_LABEL:
            parts.append(f'<text class="m k" x="{x + width / 2:.1f}" y="{top + 40}">{share * 100:.0f}%</text>')
        x += width
    return parts


def _shares(shares: Sequence[float]) -> str:
    return " / ".join(f"{share * 100:.0f}%" for share in shares)


def _label(month: dt.date) -> str:
    return cells.month_words(month, month, short=True)
