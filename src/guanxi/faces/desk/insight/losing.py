"""How many are lost, which and when, with their intervals, and whether the reasons found are those that customers name
(decisioning.md 4.8 and 4.13).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese
from guanxi.record.standing.overview import growth_in_sight, sees_everybody
from guanxi.rescue.winback.choices import LossCause
from guanxi.rescue.winback.rules import AGREEMENT_TARGET, Agreement

_MONTHS_SHOWN = 12
_TENURES = {
    "under 1 year": gettext_lazy("customer for less than a year"),
    "1 to 2 years": gettext_lazy("customer for 1 to 2 years"),
    "2 to 5 years": gettext_lazy("customer for 2 to 5 years"),
    "5 years and more": gettext_lazy("customer for 5 years and more"),
}
_SEGMENTS = {"person": gettext_lazy("Persons"), "organisation": gettext_lazy("Organisations")}


_FOR = {
    "unknown": pgettext_lazy("left for", "a cause nobody knows"),
    "few": pgettext_lazy("left for", "other causes together"),
}


def cause_words(cause: str) -> str:
    """The cause of a loss, also where it is not known."""
    return str(LossCause(cause).label) if cause else pgettext("cause of loss", "not known")


def quarter_words(first: dt.date) -> str:
    """A quarter by its first day."""
    number = first.month // 3 + 1
    return f"{first.year}年第{number}" if is_chinese() else f"Q{number} {first.year}"


def quarter_alone(first: dt.date) -> str:
    """The same where it stands alone, in a cell."""
    return f"{quarter_words(first)}季度" if is_chinese() else quarter_words(first)


def known_rates(look: Look) -> dict[str, Any]:
    """What the edition tells of the whole firm; nothing for who does not see everybody."""
    part = growth_in_sight(look.principal) if sees_everybody(look.principal) else None
    return part.facts.get("loss_rates", {}) if part else {}


def conversion_words(told: Mapping[str, Mapping[str, float]]) -> str:
    """How much sooner who came back buys than who is new: medians of the year; "" where one side is not known (WIN-03)."""
    if not {"regained", "new"} <= told.keys():
        return ""
    said = {
        f"{name}_{what}": cells.decimals(told[name]["median_days"], 0)
        for name, what in (("regained", "days"), ("new", "days"))
    }
    said |= {name: cells.number(int(told[name]["customers"])) for name in ("regained", "new")}
    return _(
        "From the first contact to the purchase: {regained_days} days in the middle of {regained} who came back, {new_days} in the "
        "middle of {new} new ones."
    ).format(**said)


def rate_lines(cells_told: Sequence[Mapping[str, Any]], causes: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Rates by segment and time as a customer, then by cause."""
    lines = [
        Line(_path(one), _figures(one), is_sum=not one["cell"] and not one["merged"], under=_drawn_in(one))
        for one in cells_told
    ]
    return lines + [Line(_("cause: {cause}").format(cause=cause_words(one["cause"])), _figures(one)) for one in causes]


def incidence_words(told: Sequence[Mapping[str, Any]]) -> str:
    """Of those who come, how many leave within a year, and for which cause; "" while that is not known."""
    if not told:
        return ""
    parts = [
        _("{share} for {cause}").format(
            share=cells.percent(one["within_1_year"], 1),
            cause=_FOR.get(one["cause"]) or cause_words(one["cause"]),
        )
        for one in told
    ]
    return _("Of those who come, {share} are lost within a year: {parts}.").format(
        share=cells.percent(sum(one["within_1_year"] for one in told), 1),
        parts=pgettext("joins parts of a heading", "; ").join(parts),
    )


def month_lines(months: Sequence[Mapping[str, Any]], today: dt.date) -> list[Line]:
    """The last twelve months or spans of months with few losses, the latest first."""
    return [
        Line(
            dotted([_months(one, today), _("preliminary") if one["preliminary"] else ""]),
            _figures(one),
        )
        for one in reversed(months[-_MONTHS_SHOWN:])
    ]


def agreed_line(one: Agreement, today: dt.date) -> Line:
    """One month: how many said why, of how many a reason was found, and the share that agrees."""
    share = cells.percent(one.share) if one.share is not None else cells.NOTHING
    figures = (cells.number(one.declared), cells.number(one.found), share)
    return Line(cells.month_words(one.month, today), figures)


def agreed_words(months: Sequence[Agreement]) -> str:
    """Of the whole year, against the target; with few the share says little, so the number stands beside it."""
    found, same = sum(one.found for one in months), sum(one.same for one in months)
    if not found:
        return _("Nobody said why of whom a reason had been found as well.")
    words = ngettext(
        "Of {count} reason that was found, {share} is what the customer said; it should be {target} or more.",
        "Of {count} reasons that were found, {share} are what the customers said; it should be {target} or more.",
        found,
    )
    return words.format(
        count=cells.number(found), share=cells.percent(same / found), target=cells.percent(AGREEMENT_TARGET)
    )


def _path(one: Mapping[str, Any]) -> str:
    if one["merged"]:
        return _("others together")
    names = [str(_SEGMENTS.get(part) or _TENURES.get(part) or part) for part in one["cell"]]
    return dotted(names) if names else _("All customers")


def _drawn_in(one: Mapping[str, Any]) -> str:
    """The rate drawn towards that of the group around it, as if twelve of its customer-months were seen too (4.13)."""
    if one.get("smoothed") is None or not (one["cell"] or one["merged"]):
        return ""
    return _("drawn towards the group around it: {rate}").format(rate=cells.percent(one["smoothed"], 2))


def _figures(one: Mapping[str, Any]) -> tuple[str, ...]:
    if one["rate"] is None:
        return (cells.NOTHING, cells.NOTHING, cells.NOTHING)
    span = _("{low} to {high}").format(low=cells.percent(one["lower"], 2), high=cells.percent(one["upper"], 2))
    return (cells.number(one["losses"]), cells.percent(one["rate"], 2), span)


def _months(one: Mapping[str, Any], today: dt.date) -> str:
    first, last = (dt.date.fromisoformat(f"{told}-01") for told in (one["month"], one.get("until", one["month"])))
    return cells.months_words(first, last, today)
