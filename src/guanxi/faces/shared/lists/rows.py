"""Lists of a sheet as HTML. The renderer of a row is compiled once for a set of columns (patterns.md section 2): each cell
kind is one small function that escapes by itself; no template and no component runs per cell.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from operator import attrgetter
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.words import near
from guanxi.ground.sheets import Column, Kind


@dataclass(slots=True)
class Pen:
    """What one rendering writes with: the day and currency, and words that were already made (days repeat a lot)."""

    today: dt.date
    currency: str
    zone: str = "UTC"
    days: dict[dt.date | None, str] = field(default_factory=dict)
    badges: dict[tuple[str, Any], str] = field(default_factory=dict)

    def day(self, value: dt.date | None) -> str:
        """A day in words."""
        words = self.days.get(value)
        if words is None:
            words = self.days[value] = cells.day_words(value, self.today)
        return words


Cell = Callable[[Any, Pen], str]


@dataclass(frozen=True)
class Drawing:
    """How a list is drawn beside its columns: `attributes` of a row where they are not called like the column, `tones`
    of badges by (column, value), `bare` columns whose badge is the value itself (a tier's letter), `blank` values
    (column, value) that say that nothing is known yet. `currency`: the attribute with a row's own currency, where it has
    one. `cut`: columns of long text, which take what room is left. `told`: how the texts of columns are put in words.
    """

    attributes: tuple[tuple[str, str], ...] = ()
    tones: tuple[tuple[tuple[str, int], str], ...] = ()
    bare: frozenset[str] = frozenset()
    blank: frozenset[tuple[str, int]] = frozenset()
    currency: str = ""
    cut: frozenset[str] = frozenset()
    told: tuple[tuple[str, Callable[[str], str]], ...] = ()


class Rows:
    """The compiled renderer of a set of columns; the first one is the link to the row."""

    def __init__(self, columns: Sequence[Column], drawing: Drawing) -> None:
        names = dict(drawing.attributes)
        tones = dict(drawing.tones)
        self._read = attrgetter(*(names.get(column.name, column.name) for column in columns), "code")
        self._cells = [_cell_of(column, tones, drawing) for column in columns]
        self._opens = [f'<td class="{css_of(column, drawing)}">' for column in columns]
        self._own = [column.kind == Kind.MONEY and bool(drawing.currency) for column in columns]
        self._currency = attrgetter(drawing.currency) if drawing.currency else None

    def render(
        self, rows: Iterable[Any], pen: Pen, href: Callable[[str], str], *, begin: bool = False, ticks: bool = False
    ) -> SafeString:
        """The rows of a table's body. `href` gives the address of a row by its code ("": it opens nothing); `begin`: the
        keyboard stands on the first; `ticks`: each begins with a box to choose it.
        """
        made = [self._row(row, pen, href, ticks=ticks) for row in rows]
        if begin and made:
            made[0] = made[0].replace('tabindex="-1"', 'tabindex="-1" autofocus', 1)
        return SafeString("".join(made))

    def _row(self, row: Any, pen: Pen, href: Callable[[str], str], *, ticks: bool) -> str:
        *values, code = self._read(row)
        if self._currency is not None:
            own = self._currency(row)
            values = [(value, own) if is_own else value for value, is_own in zip(values, self._own, strict=True)]
        first, *parts = (cell(value, pen) for cell, value in zip(self._cells, values, strict=True))
        place = href(code)
        link = f'<a href="{place}" data-open>{first}</a>' if place else first
        rest = "".join(f"{start}{part}</td>" for start, part in zip(self._opens[1:], parts, strict=True))
        return f'<tr data-line data-code="{code}" tabindex="-1">{_tick(code, first) if ticks else ""}{self._opens[0]}{link}</td>{rest}</tr>'


def _tick(code: str, name: str) -> str:
    words = escape(gettext("Choose %s"))
    box = f'<input class="check" type="checkbox" name="code" form="bulk" data-tick value="{code}"'
    return f'<td class="pickcol">{box} aria-label="{words % name}"></td>'


@cache
def compiled(columns: tuple[Column, ...], drawing: Drawing) -> Rows:
    """The renderer of these columns, made once."""
    return Rows(columns, drawing)


def css_of(column: Column, drawing: Drawing) -> str:
    """The classes of a column's cells and head."""
    number = " num" if column.kind in (Kind.MONEY, Kind.NUMBER, Kind.RISK) else ""
    day = " day" if column.kind in (Kind.DATE, Kind.MOMENT) else ""
    cut = " cut" if column.name in drawing.cut else ""
    return f"c-{column.name.replace('_', '-')}{number}{day}{cut}"


def _cell_of(column: Column, tones: Mapping[tuple[str, int], str], drawing: Drawing) -> Cell:
    if column.kind == Kind.MONEY:
        return _money_cell(drawing)
    if column.kind == Kind.DATE:
        return lambda value, pen: pen.day(value)
    if column.kind == Kind.MOMENT:
        return lambda value, pen: cells.moment_words(value, pen.zone, pen.today)
    if column.kind == Kind.BADGE:
        return _badge_cell(column, tones, drawing)
    if column.kind == Kind.NUMBER:
        return lambda value, _: cells.number(value)
    if column.kind == Kind.RISK:
        return _risk_cell
    if column.name in drawing.cut:
        return lambda value, pen: cells.text(near(value or "", pen.today))
    if (told := dict(drawing.told).get(column.name)) is not None:
        return lambda value, _: cells.text(told(value))
    if column.mask == "phone":
        return lambda value, _: cells.phone(value)
    if column.mask == "birthday":
        return lambda value, _: cells.birthday(value)
    if column.mask == "account":
        return lambda value, _: cells.text(cells.masked(value or ""))
    return lambda value, _: cells.text(value) if value not in (None, "") else ""


def _risk_cell(value: float | None, _pen: Pen) -> str:
    """A chance to lose somebody, in its tone."""
    tone, words = cells.risk_tone(value), cells.NOTHING if value is None else cells.percent(value)
    return f'<span data-tone="{tone}">{words}</span>' if tone else words


def _money_cell(drawing: Drawing) -> Cell:
    if not drawing.currency:
        return lambda value, pen: cells.whole_amount(value, pen.currency)

    def own(value: Any, pen: Pen) -> str:
        minor, currency = value
        words = cells.amount(minor, currency)
        return words if currency == pen.currency else f"{cells.text(cells.sign_of(currency))} {words}"

    return own


def _badge_cell(column: Column, tones: Mapping[tuple[str, int], str], drawing: Drawing) -> Cell:
    labels = {c.value: c.label for c in column.choices if (column.name, c.value) not in drawing.blank}
    bare = column.name in drawing.bare

    def badge(value: Any, pen: Pen) -> str:
        key = (column.name, value)
        made = pen.badges.get(key)
        if made is None:
            tone = tones.get(key, "")
            label = labels.get(value, "")
            made = cells.tier(value) if bare else cells.tag(label, tone) if tone else cells.text(label)
            pen.badges[key] = made
        return made

    return badge
