"""How the decisions of credit review turned out, in words and small tables; cells of few people are hidden."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.record.customers.choices import Gender
from guanxi.rescue.credit.queries import LEAST_SHOWN, Cell, watch
from guanxi.rescue.credit.rules import LEAST_REVERSED


@dataclass(frozen=True)
class Watching:
    """The monitor: a sentence, whether it is an alarm, and tables of (group, decided, share that kept the limit)."""

    sentence: str
    is_alarm: bool
    tables: list[tuple[str, list[tuple[str, str, str]]]]
    hidden: str


def watching_of(look: Look) -> Watching:
    """The monitor over the cases in sight."""
    seen = watch(principal=look.principal, on=look.today)
    said = ngettext(
        "Of {lowered} lower limit that was told, {overturned} was taken back on appeal.",
        "Of {lowered} lower limits that were told, {overturned} were taken back on appeal.",
        seen.lowered,
    ).format(lowered=cells.number(seen.lowered), overturned=cells.number(seen.overturned))
    if seen.is_too_sharp:
        said = _("{said} That is more than a fifth: the rule is too sharp, or the evidence too thin.").format(said=said)
    elif seen.lowered < LEAST_REVERSED:
        said = _("{said} Too few yet to judge the rule by.").format(said=said)
    hidden = _("Groups of fewer than {count} cases are hidden.").format(count=LEAST_SHOWN)
    genders, ages = _rows(seen.by_gender, _gender), _rows(seen.by_age, _age)
    tables = [(_("Gender"), genders), (_("Age"), ages)] if genders else []
    return Watching(said, seen.is_too_sharp, tables, hidden)


def _rows(found: Sequence[Cell], say: Callable[[str], str]) -> list[tuple[str, str, str]]:
    return [(say(cell.group), _count(cell), _share(cell)) for cell in found]


def _count(cell: Cell) -> str:
    return cells.NOTHING if cell.decided is None else cells.number(cell.decided)


def _share(cell: Cell) -> str:
    if cell.decided is None or cell.kept is None:
        return cells.NOTHING
    return cells.percent(cell.kept / cell.decided)


def _gender(group: str) -> str:
    return str(Gender(int(group)).label)


def _age(group: str) -> str:
    if not group:
        return _("not known")
    low, _dash, high = group.partition("-")
    if low == "0":
        return _("below {years}").format(years=int(high) + 1)
    return _("{years} and older").format(years=low) if high == "200" else f"{low}–{high}"
