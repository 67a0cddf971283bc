"""What all offers together bring, in words and lines: who is held out of them for the year against everybody else (decisioning.md 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import sentences


@dataclass(frozen=True)
class Brought:
    """`lines`: customers and what each brought, of both sides; `words`: what the difference says; `source`: how it was found."""

    words: str
    source: str = ""
    tone: str = ""
    head: str = ""
    lines: list[Line] = field(default_factory=list)


def brought(facts: Mapping[str, Any], look: Look) -> Brought | None:
    """None for a part of the firm, and where the edition is older than these figures."""
    if "bringing" not in facts:
        return None
    found = facts["bringing"]
    if not found:
        return Brought(_("No offer has been decided on yet: there is nothing to compare."))
    since = cells.short_date(date.fromisoformat(found["since"]), look.today)
    if found["effect"] is None:
        held = ngettext(
            "{count} customer is held out of all offers this year.",
            "{count} customers are held out of all offers this year.",
            found["held"],
        ).format(count=cells.number(found["held"]))
        least = _("What offers bring can be told from {least} on who were customers long enough before {since}.")
        return Brought(sentences([held, least.format(least=cells.number(found["least"]), since=since)]))
    gap, low, high = (cells.money(round(found[name]), look.currency) for name in ("effect", "low", "high"))
    is_sure = found["low"] > 0 or found["high"] < 0
    said = (
        _("Offers bring {gap} a customer since {since}, surely between {low} and {high}.")
        if is_sure
        else _("Offers change {gap} a customer since {since}, between {low} and {high}: that may be chance.")
    )
    source = _(
        "One customer in fifty, drawn anew each year, gets no offers; what is owed and care they get as everybody does. The difference "
        "is cleared of what both sides brought in as long a time before, which explains {share} of how customers differ."
    )
    return Brought(
        words=said.format(gap=gap, since=since, low=low, high=high),
        source=source.format(share=cells.percent(found["explained"])),
        tone="good" if found["low"] > 0 else "watch" if found["high"] < 0 else "",
        head=cells.with_sign(_("Each"), look.currency),
        lines=[
            Line(str(name), (cells.number(found[count]), cells.whole_amount(round(found[each]), look.currency)))
            for name, count, each in (
                (_("May get offers"), "others", "each_others"),
                (_("Held out of them"), "held", "each_held"),
            )
        ],
    )
