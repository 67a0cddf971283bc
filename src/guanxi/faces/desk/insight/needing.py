"""What customers need us for, by tier, in lines (SEG-09)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.record.catalogue.queries import family_names

_MOST = 12
_TIERS = {"1": "A", "2": "B", "3": "C"}


@dataclass(frozen=True)
class Need:
    """`rule`: how offers name it; `example`: the rule of its most valuable cell; `cells`: customers and value by tier."""

    name: str
    rule: str
    example: str
    cells: list[tuple[str, str]]


def needs_lines(found: Iterable[Mapping[str, Any]], look: Look) -> list[Need]:
    """The most valuable needs, one query."""
    rows = list(found)[:_MOST]
    names = family_names([row["need"] for row in rows if row["need"]])
    lines = [_line(row, names, look) for row in rows]
    return sorted(lines, key=lambda line: not line.rule)  # what is not known comes last


def _line(row: Mapping[str, Any], names: Mapping[str, str], look: Look) -> Need:
    need, tiers = row["need"], row["tiers"]
    rule = "need = '{}'".format(need.replace("'", "''")) if need else ""
    best = max(tiers, key=lambda tier: tiers[tier]["value"])
    return Need(
        name=names.get(need, need) or _("not known"),
        rule=rule,
        example=f"tier = '{_TIERS[best]}' and {rule}" if rule else "",
        cells=[_cell(tiers.get(tier), look) for tier in _TIERS],
    )


def _cell(cell: Mapping[str, int] | None, look: Look) -> tuple[str, str]:
    if cell is None:
        return cells.NOTHING, ""
    return cells.number(cell["customers"]), cells.whole_amount(cell["value"], look.currency)
