"""Who came and who left, in lines: new customers by source, losses by cause and by what was held (ACQ-06, WIN-06, XUP-03)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from guanxi.faces.desk.insight.lines import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.words import sentences

_MOST_SOURCES = 12
_MOST_FAMILIES = 4  # more are counted together (insight.appraisal.growth)

_CAUSES = {
    "service": gettext_lazy("our service"),
    "innovation": gettext_lazy("nothing new from us"),
    "competitor": gettext_lazy("a rival drew them"),
    "quality_price": gettext_lazy("price or quality unstable"),
    "exogenous": gettext_lazy("their conditions changed"),
    "unknown": gettext_lazy("not known: to be asked"),
}


def families_lines(rows: Any) -> list[Line]:
    """Who did not come again, by the families held a year ago."""
    return [
        Line(
            _held(row["families"], row["until"]),
            (
                cells.number(row["customers"]),
                cells.number(row["lost"]),
                cells.percent(row["rate"], 1),
                _span(cells.percent(row["low"], 1), cells.percent(row["high"], 1)),
            ),
            under=_offered_more(row.get("offered")),
        )
        for row in rows
    ]


def _offered_more(found: Mapping[str, Any] | None) -> str:
    """What offering them a further family changed, against those whom chance kept from it; in words where too few tell. Editions of
    before this comparison have none.
    """
    if found is None:
        return ""
    sides = {name: cells.number(found[name]) for name in ("offered", "control", "least")}
    if found["change"] is None:
        words = _("no estimate by chance: {offered} offered more, {control} kept from it; {least} of each are needed")
        return words.format(**sides)
    change, low, high = (cells.decimals(100 * figure, 1) for figure in found["change"])
    words = _("offered more, share lost {change} points ({low} to {high}): {offered} against {control} kept from it")
    return words.format(change=change, low=low, high=high, **sides)


def _held(first: int, last: int) -> str:
    if last > first:
        words = _("{count} families or more") if last >= _MOST_FAMILIES else _("{count} to {last} families")
        return words.format(count=first, last=last)
    if first >= _MOST_FAMILIES:
        return _("{count} families or more").format(count=first)
    return ngettext("{count} family", "{count} families", first).format(count=first)


def arrivals_lines(found: Mapping[str, Any]) -> list[Line]:
    """New customers of a year by source."""
    rows = []
    for cell in found["cells"][:_MOST_SOURCES]:
        source = cell["cell"][1] if len(cell["cell"]) > 1 else _("several sources")
        value = cells.NOTHING if cell["value"] is None else cells.decimals(cell["value"], 0)
        rows.append(Line(source or _("no source"), (_kind(cell["cell"]), cells.number(cell["new"]), value)))
    return rows


def _kind(cell: list[str]) -> str:
    return (
        {"person": _("people"), "organisation": _("organisations")}.get(cell[0], cell[0])
        if cell
        else pgettext("customers", "all")
    )


def arrivals_words(found: Mapping[str, Any]) -> str:
    """How many came, and by whose word."""
    words = [
        _("{new} new customers in twelve months, {regained} came back after a long absence.").format(
            new=cells.number(found["new"]), regained=cells.number(found["regained"])
        )
    ]
    if found["recommended"]:
        share = cells.percent(found["share_recommended"])
        words.append(_("{share} of the new ones came by somebody’s word.").format(share=share))
    return sentences(words)


def causes_lines(found: Mapping[str, Any]) -> list[Line]:
    """Losses by cause, the most valuable first."""
    return [
        Line(str(_CAUSES.get(name, name)), (cells.number(row["customers"]), cells.decimals(row["worth"], 0)))
        for name, row in found["causes"].items()
    ]


def causes_words(found: Mapping[str, Any]) -> str:
    """How many are still to be asked why."""
    asked = found.get("to_be_asked", 0)
    words = ngettext(
        "{asked} of {customers} lost customer is still to be asked why.",
        "{asked} of {customers} lost customers are still to be asked why.",
        found["customers"],
    )
    return words.format(asked=cells.number(asked), customers=cells.number(found["customers"]))


def _span(low: str, high: str) -> str:
    return _("{low} to {high}").format(low=low, high=high)
