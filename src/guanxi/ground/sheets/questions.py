"""What a list is asked for, and what it answers: the same shapes for every noun and every face.

A question is written as the query of an address (`where=tier.in.a,b&where=last_contact.not_in_last.60&sort=-value`), so a
link can be shared and a saved view is this text. Inside one `where`, alternatives are joined by `|` and values by
commas; all of these signs within a value are percent-escaped once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote, urlencode

from guanxi.ground.sheets.kinds import NO_VALUE, SEVERAL, Operator

Row = TypeVar("Row")

PAGE = 80  # rows of a page
MOST_GROUPS, MOST_CONDITIONS, MOST_VALUES = 20, 40, 100
MOST_LETTERS = 6_000  # of a whole question
WORDS = ("where", "sort", "after", "columns", "by")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a filter by its name; `values` are alternatives where there are several (two ends for between)."""

    filter: str
    operator: Operator
    values: tuple[str, ...] = ()

    def text(self) -> str:
        """As an address carries it."""
        parts = [self.filter, self.operator.value]
        if self.values:
            parts.append(",".join(quote(value, safe=" :+") for value in self.values))
        return ".".join(parts)


Group = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of rows: a column's name and its direction."""

    column: str
    descending: bool

    def text(self) -> str:
        """As an address carries it."""
        return f"-{self.column}" if self.descending else self.column


@dataclass(frozen=True, slots=True)
class Question:
    """A list asked for: all of the groups hold, each by one of its conditions.

    `columns` empty: the usual ones. `group_by`: a column, or "" for rows. `after`: the place where a page ended.
    `limit` 0: only counted.
    """

    sort: Sort
    all_of: tuple[Group, ...] = ()
    after: str = ""
    columns: tuple[str, ...] = ()
    group_by: str = ""
    limit: int = PAGE

    def words(self) -> list[tuple[str, str]]:
        """The query of its address as pairs, in one fixed order."""
        pairs = [("where", "|".join(condition.text() for condition in group)) for group in self.all_of]
        pairs.append(("sort", self.sort.text()))
        for word, value in (("columns", ",".join(self.columns)), ("by", self.group_by), ("after", self.after)):
            if value:
                pairs.append((word, value))
        return pairs

    def text(self) -> str:
        """The query of its address: what a saved view keeps. Two equal questions have the same text."""
        return urlencode(self.words(), safe=",:|-")

    def href(self, path: str, extra: Mapping[str, str] | None = None) -> str:
        """The address of this question under a path; `extra` words ("view") come first."""
        return f"{path}?{urlencode([*(extra or {}).items(), *self.words()], safe=',:|-')}"

    def changed(self, **parts: Any) -> "Question":
        """The same with some parts changed, from its first page on."""
        return replace(self, **({"after": ""} | parts))

    def with_group(self, group: Group, at: int | None = None) -> "Question":
        """With one group more, or another one at a place; an empty group takes the place away; no group stands twice."""
        groups: list[Group] = list(self.all_of)
        if at is None:
            groups.append(group)
        else:
            groups[at] = group
        return self.changed(all_of=tuple(dict.fromkeys(one for one in groups if one)))

    def asks(self, filter_: str) -> bool:
        """Whether any condition is on this filter."""
        return any(condition.filter == filter_ for group in self.all_of for condition in group)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of a grouped list: `value` as a condition carries it ("" for none), how it is called, its count (exact up
    to a bound, then `is_more`) and sums by column, in minor units where the column is money.
    """

    value: str
    label: object
    count: int
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A page of rows (or, for a grouped question, its groups). `count` is exact up to a bound, else the bound with
    `is_more`; `next` continues the list ("" at its end).
    """

    rows: Sequence[Row]
    count: int
    is_more: bool = False
    next: str = ""
    groups: Sequence[GroupRow] = ()


def parse_group(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Split one `where` into (filter, operator, values) of its alternatives. Raises ValueError; checks no names."""
    if not text or text.count("|") >= MOST_CONDITIONS:
        raise ValueError(text)
    return [_parse_condition(part) for part in text.split("|")]


def fitting(operator: Operator, values: Sequence[str]) -> bool:
    """Whether an operator takes so many values."""
    if operator in NO_VALUE:
        return not values
    if operator == Operator.BETWEEN:
        return len(values) == 2
    if operator in SEVERAL:
        return 0 < len(values) <= MOST_VALUES
    return len(values) == 1


def _parse_condition(text: str) -> tuple[str, str, tuple[str, ...]]:
    name, _, rest = text.partition(".")
    operator, _, values = rest.partition(".")
    if values.count(",") >= MOST_VALUES:
        raise ValueError(text)
    return name, operator, tuple(unquote(value, errors="strict") for value in values.split(",")) if values else ()
