"""A noun's sheet: what is shown, filtered, sorted, edited and done, declared once and composed by every face.

Sheets are declared at import and checked then: a wrong one is a programming error (ValueError). What a request asks of a
sheet (a column, a sort, a filter) is checked against its closed lists: anything else, and anything that would let a
masked value be guessed by sorting or filtering on it, is Refused. Labels are text or lazy translations.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets import questions
from guanxi.ground.sheets.kinds import OPERATORS, SEVERAL, Kind, Operator
from guanxi.ground.sheets.questions import Condition, Group, Question, Sort
from guanxi.ground.sheets.values import checked
from guanxi.ground.text.masks import MASKS

NOTHING_CLEAR: frozenset[str] = frozenset()
_WIDTHS = ("", "s", "m", "l")


@dataclass(frozen=True, slots=True)
class Choice:
    """A stored value and how people call it; `name` is how addresses call it, the value itself where there is none."""

    value: str | int
    label: object
    name: str = ""

    @property
    def word(self) -> str:
        """The word of addresses."""
        return self.name or str(self.value)


@dataclass(frozen=True, slots=True)
class Column:
    """mask: kind of MASKS for a personal value (kind masked), shown clear only to who may read field `name`.

    sortable: rows may be asked in its order. width: "", "s", "m" or "l". optional: not shown until chosen.
    grouped: rows may be grouped by it (there is a filter of its name, which opens a group). summed: groups show its sum.
    """

    name: str
    label: object
    kind: Kind = Kind.TEXT
    sortable: bool = False
    mask: str = ""
    width: str = ""
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    grouped: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A question about one value; of a masked column it has that column's name, so that the mask guards it too.

    `operators` empty: those that fit the kind. A badge without `choices` is open: pages offer its values by name.
    """

    name: str
    label: object
    operators: tuple[Operator, ...] = ()
    choices: tuple[Choice, ...] = ()
    kind: Kind = Kind.BADGE

    @property
    def asks(self) -> tuple[Operator, ...]:
        """What may be asked, in the order in which it is offered."""
        return self.operators or OPERATORS[self.kind]


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
        filters = {filter_.name for filter_ in self.filters}
        for column in self.columns:
            if column.grouped and column.name not in filters:
                raise ValueError(f"{self.noun}.{column.name}: grouped without a filter that opens a group")
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
        if found is None or operator not in found.asks or self._is_hidden(name, clear):
            raise _unknown("sheets.unknown_filter", f"{name} {operator}")
        return found, Operator(operator)

    def read_question(self, query: Mapping[str, Sequence[str]], clear: Container[str] = NOTHING_CLEAR) -> Question:
        """Return what an address asks of this noun: `where` (repeated), `sort`, `columns`, `by`, `after`.

        `clear`: names of the personal fields the asking person reads unmasked. Raises Refused for anything that no page
        of ours would ask: unknown or repeated words, columns, filters, operators, values; too many or too long ones.
        """
        if sum(len(value) for values in query.values() for value in values) > questions.MOST_LETTERS:
            raise _unknown("sheets.too_long", next(iter(query), ""))
        for word, values in query.items():
            if word not in questions.WORDS or (len(values) > 1 and word != "where"):
                raise _unknown("sheets.unknown_word", word)
        words = {word: values[0] for word, values in query.items() if values}
        columns = tuple(name for name in words.get("columns", "").split(",") if name)
        self.columns_named(columns)
        return Question(
            sort=self.sort_named(words.get("sort", ""), clear),
            all_of=self._read_groups([text for text in query.get("where", ()) if text], clear),
            after=words.get("after", ""),
            columns=tuple(dict.fromkeys(columns)),
            group_by=self._read_grouping(words.get("by", ""), clear),
        )

    def read_text(self, text: str, clear: Container[str] = NOTHING_CLEAR) -> Question:
        """Return the question of a saved text. Raises Refused."""
        try:
            query = parse_qs(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=100)
        except ValueError:
            raise _unknown("sheets.unknown_word", text) from None
        return self.read_question(query, clear)

    def read_condition(
        self, name: str, operator: str, values: Sequence[str], clear: Container[str] = NOTHING_CLEAR
    ) -> Condition:
        """Return one condition with its values in canonical form. Raises Refused."""
        filter_, asked = self.filter_named(name, operator, clear)
        if not questions.fitting(asked, values):
            raise _unknown("sheets.unknown_filter", f"{name} {operator}")
        read = tuple(_read_value(filter_, asked, value) for value in values)
        return Condition(name, asked, tuple(dict.fromkeys(read)) if asked in SEVERAL else read)

    def filter_of(self, name: str) -> Filter:
        """Return the filter of that name. Raises Refused."""
        found = next((filter_ for filter_ in self.filters if filter_.name == name), None)
        if found is None:
            raise _unknown("sheets.unknown_filter", name)
        return found

    def may_ask(self, name: str, clear: Container[str]) -> bool:
        """Whether somebody who reads `clear` may filter, sort or group by this name."""
        return not self._is_hidden(name, clear)

    def _read_groups(self, texts: Sequence[str], clear: Container[str]) -> tuple[Group, ...]:
        if len(texts) > questions.MOST_GROUPS:
            raise _unknown("sheets.too_many", texts[-1])
        groups: dict[Group, None] = {}
        for text in texts:
            try:
                parts = questions.parse_group(text)
            except ValueError:
                raise _unknown("sheets.unknown_filter", text) from None
            groups[tuple(dict.fromkeys(self.read_condition(*part, clear) for part in parts))] = None
        if sum(map(len, groups)) > questions.MOST_CONDITIONS:
            raise _unknown("sheets.too_many", texts[-1])
        return tuple(groups)

    def _read_grouping(self, name: str, clear: Container[str]) -> str:
        if name and (
            name not in {column.name for column in self.columns if column.grouped} or self._is_hidden(name, clear)
        ):
            raise _unknown("sheets.unknown_column", name)
        return name

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


def choices_of(members: Any) -> tuple[Choice, ...]:
    """Return the choices of an enumeration with labels; addresses call them by their names in lower case."""
    return tuple(Choice(member.value, member.label, member.name.lower()) for member in members)


def _read_value(filter_: Filter, operator: Operator, text: str) -> str:
    for choice in filter_.choices:
        if text == choice.word:
            return text
    try:
        if filter_.choices:
            raise ValueError(text)
        return checked(filter_.kind, operator, text)
    except ValueError:
        raise _unknown("sheets.unknown_choice", text) from None


def _unique(place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen or not name.isidentifier():
            raise ValueError(f"{place}: the name {name!r} stands twice or is no identifier")
        seen.add(name)


def _unknown(code: str, name: str) -> Refused:
    return Refused(code, gettext_noop("“{name}” cannot be asked for here."), name=excerpt(name))
