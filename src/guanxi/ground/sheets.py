"""A noun's sheet: what is shown, filtered, sorted, edited and done, declared once and composed by every face.

Sheets are declared at import and checked then: a wrong one is a programming error (ValueError). What a request asks of a
sheet (a column, a sort, a filter) is checked against its closed lists: anything else, and anything that would let a
masked value be guessed by sorting or filtering on it, is Refused. Labels are text or lazy translations.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.masks import MASKS

NOTHING_CLEAR: frozenset[str] = frozenset()
_WIDTHS = ("", "s", "m", "l")


class Kind(StrEnum):
    """How a cell is rendered and an export typed."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    BADGE = "badge"
    DATE = "date"
    MOMENT = "moment"
    PERSON = "person"
    MASKED = "masked"


class Operator(StrEnum):
    """The closed list of what a filter may ask."""

    IS = "is"
    IN = "in"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    SINCE = "since"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Choice:
    """A stored value and how people call it."""

    value: str | int
    label: object


@dataclass(frozen=True, slots=True)
class Column:
    """mask: kind of MASKS for a personal value (kind masked), shown clear only to who may read field `name`.

    sortable: rows may be asked in its order. width: "", "s", "m" or "l". optional: not shown until chosen.
    """

    name: str
    label: object
    kind: Kind = Kind.TEXT
    sortable: bool = False
    mask: str = ""
    width: str = ""
    choices: tuple[Choice, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A question about one value; of a masked column it has that column's name, so that the mask guards it too."""

    name: str
    label: object
    operators: tuple[Operator, ...] = (Operator.IS,)
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One place of a form. length: characters at most, 0 for the kind's own bound."""

    name: str
    label: object
    kind: Kind = Kind.TEXT
    required: bool = False
    mask: str = ""
    length: int = 0
    choices: tuple[Choice, ...] = ()
    help: object = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A service offered on a row or a page. permission: the value of the permission it needs; confirm: question before it."""

    name: str
    label: object
    permission: str
    confirm: object = ""
    several: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of rows: a column's name and its direction."""

    column: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """sorts: names of sortable columns in the order they are offered, "-value" when descending first; the first is the default."""

    noun: str
    label: object
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sorts: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    acts: tuple[Act, ...] = ()

    def __post_init__(self) -> None:
        for part in ("columns", "filters", "fields", "acts"):
            _unique(f"{self.noun}.{part}", (item.name for item in getattr(self, part)))
        _unique(f"{self.noun}.sorts", (sort.removeprefix("-") for sort in self.sorts))
        sortable = {column.name for column in self.columns if column.sortable}
        if lost := {sort.removeprefix("-") for sort in self.sorts} - sortable:
            raise ValueError(f"{self.noun}.sorts: no sortable column {sorted(lost)}")
        for item in self._masked_or_not():
            if (item.kind == Kind.MASKED) != bool(item.mask) or (item.mask and item.mask not in MASKS):
                raise ValueError(f"{self.noun}.{item.name}: kind masked and a mask of MASKS belong together")
        for column in self.columns:
            if column.width not in _WIDTHS:
                raise ValueError(f"{self.noun}.{column.name}: width is one of {_WIDTHS}")

    def columns_named(self, names: Iterable[str]) -> tuple[Column, ...]:
        """Return the columns of a list of names, in its order; no name: those shown by default. Raises Refused."""
        known = {column.name: column for column in self.columns}
        wanted = tuple(dict.fromkeys(names))
        for name in wanted:
            if name not in known:
                raise _unknown("sheets.unknown_column", name)
        return tuple(known[name] for name in wanted) or tuple(column for column in self.columns if not column.optional)

    def sort_named(self, text: str, clear: Container[str] = NOTHING_CLEAR) -> Sort:
        """Return the order that "value" or "-value" asks for, "" the default one.

        clear: names of the personal fields the asking person reads unmasked; an order by another one is Refused.
        """
        if not text and not self.sorts:
            raise _unknown("sheets.unknown_sort", text)
        asked = text or self.sorts[0]
        name = asked.removeprefix("-")
        offered = {sort.removeprefix("-") for sort in self.sorts}
        if name not in offered or self._is_hidden(name, clear):
            raise _unknown("sheets.unknown_sort", text)
        return Sort(name, descending=asked.startswith("-"))

    def filter_named(self, name: str, operator: str, clear: Container[str] = NOTHING_CLEAR) -> tuple[Filter, Operator]:
        """Return the filter and operator a request names; unknown ones, and filters on masked values, are Refused."""
        found = next((filter_ for filter_ in self.filters if filter_.name == name), None)
        if found is None or operator not in found.operators or self._is_hidden(name, clear):
            raise _unknown("sheets.unknown_filter", f"{name} {operator}")
        return found, Operator(operator)

    def _masked_or_not(self) -> list[Column | Field]:
        return [*self.columns, *self.fields]

    def _is_hidden(self, name: str, clear: Container[str]) -> bool:
        return name not in clear and any(item.name == name and item.mask for item in self._masked_or_not())


def chosen(choices: tuple[Choice, ...], value: str | int) -> Choice:
    """Return the choice of a value as a request gives it (text) or a row holds it. Raises Refused for any other value."""
    for choice in choices:
        if str(choice.value) == str(value):
            return choice
    raise _unknown("sheets.unknown_choice", str(value))


def _unique(place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen or not name.isidentifier():
            raise ValueError(f"{place}: the name {name!r} stands twice or is no identifier")
        seen.add(name)


def _unknown(code: str, name: str) -> Refused:
    return Refused(code, gettext_noop("“{name}” cannot be asked for here."), name=excerpt(name))
