"""A page of a table as a question asks for it: filtered, counted up to a bound, in keyset order, or grouped.

Where few rows fit, all of them are gathered and sorted. Where many do, an index of the order is walked from the place where
the page begins; an order without an index is refused in words. Customers have their own reader (patterns.md section 1).
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, Count, F, IntegerChoices, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets.kinds import Operator
from guanxi.ground.sheets.questions import Group, GroupRow, Listed, Question
from guanxi.ground.sheets.sources import Asker, Source, where_all

Row = TypeVar("Row")

COUNTED = 10_000  # more than this is shown as "10,000+"
MOST_GROUPED = 200_000  # rows; more are not grouped while somebody waits
_MOST_GROUPS = 200
_OF_NONE = frozenset({Operator.EMPTY, Operator.NOT_IN_LAST})  # what holds of a day that there is none of

_BAD_PLACE = gettext_noop("This address of a page is not valid any more: begin from the start.")
_TOO_MANY_TO_SORT = gettext_noop("More than {most} rows fit: add a condition, then sort them so.")
_TOO_MANY_TO_GROUP = gettext_noop("More than {most} rows fit: add a condition, then group them.")


@dataclass(frozen=True, slots=True)
class Order:
    """By what rows are ordered: a path, and the value that stands for none where there may be none (where the order is
    walked, one below all others). `is_told` false: addresses do not tell the value where a page ended (a name).
    """

    path: str
    none: Any = None
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what rows are grouped: the path of the value that conditions carry, of its label, or its choices."""

    path: str
    label: str = ""
    choices: type[IntegerChoices] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How a noun's list stands in its tables. `columns`: paths read for a row. `walks`: the orders that an index gives,
    (path, key), the usual one among them; the others are for no more rows than are counted. `sums`: sums of groups by
    column; where rows have a `currency` of their own, only those in the firm's are summed.
    """

    columns: tuple[str, ...]
    sources: Mapping[str, Source]
    orders: Mapping[str, Order]
    walks: frozenset[str]
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: behind the row of this key. `value` None: it has none of what the rows are ordered by."""

    value: Any
    key: int


def read_list(
    listing: Listing,
    found: QuerySet[Any],
    question: Question,
    asker: Asker,
    make: Callable[[Sequence[Any]], Row],
    *,
    walked: QuerySet[Any] | None = None,
) -> Listed[Row]:
    """Answer a question over `found` (what the principal sees): three queries (four where some rows have no value),
    whatever the rows; `make` builds a row of the listing's columns. `walked` is the same, written for a walk in order.

    Raises Refused for what the list does not understand, a bad place, too many rows to group or to sort so.
    """
    fitting = found.filter(where_all(question, listing.sources, asker))
    if question.group_by:
        return _grouped(listing, fitting, question, asker)
    count = fitting.order_by()[: COUNTED + 1].count()
    if not question.limit:
        return Listed([], min(count, COUNTED), count > COUNTED)
    order = listing.orders.get(question.sort.column)
    if order is None:
        raise Refused("sheets.unknown_sort", _BAD_PLACE)
    place = _place_of(question, fitting, order)
    if count <= COUNTED:
        picked = _gathered(fitting, question, order, place)
    elif question.sort.column in listing.walks:
        picked = _walked(listing, found if walked is None else walked, question, asker, place)
    else:
        raise Refused("sheets.too_many_to_sort", _TOO_MANY_TO_SORT, most=f"{COUNTED:,}")
    shown = picked[: question.limit]
    following = _address(question, order, *shown[-1]) if len(picked) > question.limit else ""
    rows = [make(row) for row in _by_key(listing, found, [key for key, _ in shown])]
    return Listed(rows, min(count, COUNTED), count > COUNTED, following)


def _gathered(found: QuerySet[Any], question: Question, order: Order, place: _Place | None) -> list[tuple[int, Any]]:
    """(key, value) of one row more than the page holds, of few rows: all of them are sorted."""
    value = F(order.path) if order.none is None else Coalesce(F(order.path), Value(order.none))
    if place and place.value is None:
        place = _Place(order.none, place.key)
    return _in_order(found.annotate(sort_value=value), question, place, question.limit + 1)


def _walked(
    listing: Listing, found: QuerySet[Any], question: Question, asker: Asker, place: _Place | None
) -> list[tuple[int, Any]]:
    """The same of many: an index is read from the place on until the page is full. Conditions on what it holds say where
    to begin and to end. Where there may be no value, rows without one are read apart: they fill one end of the index, and
    comparing with a value leads to neither side of them.
    """
    order, most, falls = listing.orders[question.sort.column], question.limit + 1, question.sort.descending
    own = tuple(g for g in question.all_of if all(one.filter == question.sort.column for one in g))
    others = tuple(group for group in question.all_of if group not in own)
    found = _put_to_each_row(found, where_all(replace(question, all_of=others), listing.sources, asker))
    found = found.annotate(sort_value=F(order.path))
    within = where_all(replace(question, all_of=own), listing.sources, asker)
    if order.none is None:
        return _in_order(found.filter(within), question, place, most)
    parts = {  # by whether rows have none: those stand first
        True: (_fits_none(own), Q(**{f"{order.path}__isnull": True})),
        False: (not _fits_only_none(own), within & Q(**{f"{order.path}__gte": order.none})),
    }
    turns = [False, True] if falls else [True, False]
    picked: list[tuple[int, Any]] = []
    for has_none in turns[turns.index(place.value is None) if place else 0 :]:
        fits, part = parts[has_none]
        start = place if place and (place.value is None) == has_none else None
        if fits and len(picked) < most:
            picked += _in_order(found.filter(part), question, start, most - len(picked))
    return picked


def _put_to_each_row(found: QuerySet[Any], where: Q) -> QuerySet[Any]:
    """Filtered so that no planner sees an index that would bring millions of rows to sort: each is tested as it is met."""
    return found.filter(Case(When(where, then=True), default=False, output_field=BooleanField())) if where else found


def _fits_none(groups: Sequence[Group]) -> bool:
    """Whether a row without a value fits conditions on it."""
    return all(any(one.operator in _OF_NONE for one in group) for group in groups)


def _fits_only_none(groups: Sequence[Group]) -> bool:
    return any(all(one.operator == Operator.EMPTY for one in group) for group in groups)


def _in_order(found: QuerySet[Any], question: Question, place: _Place | None, most: int) -> list[tuple[int, Any]]:
    """(key, value) of at most so many rows behind a place."""
    if place:
        try:
            found = found.filter(_behind(place, question))
        except (ValueError, TypeError, ValidationError):  # no value of this column
            raise Refused("sheets.bad_place", _BAD_PLACE, name=excerpt(question.after)) from None
    sign = "-" if question.sort.descending else ""
    return list(found.order_by(f"{sign}sort_value", f"{sign}pk").values_list("pk", "sort_value")[:most])


def _by_key(listing: Listing, found: QuerySet[Any], keys: Sequence[int]) -> list[Sequence[Any]]:
    """The cells of rows that were picked, in the order of their keys."""
    rows = found.model._default_manager.filter(pk__in=keys).values_list("pk", *listing.columns)
    cells = {row[0]: row[1:] for row in rows}
    return [cells[key] for key in keys if key in cells]


def _grouped(listing: Listing, found: QuerySet[Any], question: Question, asker: Asker) -> Listed[Any]:
    grouping = listing.groupings.get(question.group_by)
    if grouping is None:
        raise Refused("sheets.unknown_column", _BAD_PLACE)
    count = found.order_by()[: MOST_GROUPED + 1].count()
    if count > MOST_GROUPED:
        raise Refused("sheets.too_many_to_group", _TOO_MANY_TO_GROUP, most=f"{MOST_GROUPED:,}")
    own = Q(**{listing.currency: asker.currency}) if listing.currency else Q()
    sums = {f"sum_{name}": Sum(path, filter=own) for name, path in listing.sums.items()}
    paths = dict.fromkeys((grouping.path, grouping.label or grouping.path))
    found = found.order_by().values(*paths).annotate(rows_in=Count("pk"), **sums)
    groups = [_group(listing, grouping, row) for row in found.order_by("-rows_in", *paths)[:_MOST_GROUPS]]
    return Listed([], min(count, COUNTED), count > COUNTED, groups=groups)


def _group(listing: Listing, grouping: Grouping, row: Mapping[str, Any]) -> GroupRow:
    value = row[grouping.path]
    label: object = row[grouping.label or grouping.path]
    if grouping.choices is not None:
        member = grouping.choices(value)
        value, label = member.name.lower(), member.label
    sums = {name: row[f"sum_{name}"] or 0 for name in listing.sums}
    return GroupRow("" if value is None else str(value), label or "", row["rows_in"], sums)


def _address(question: Question, order: Order, key: int, value: Any) -> str:
    """The place of a row at which a page ended, for its address."""
    if not order.is_told:
        value = ""
    elif value == order.none:
        value = None
    moment = value.isoformat() if isinstance(value, dt.date) else value
    text = json.dumps([question.sort.text(), moment, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place_of(question: Question, found: QuerySet[Any], order: Order) -> _Place | None:
    """The place that an address tells; None: the beginning. Raises Refused for a place of another order, or one nobody gave
    out, or one whose row is gone where the address does not tell its value.
    """
    if not question.after:
        return None
    try:
        padded = question.after[:600] + "=" * (-len(question.after) % 4)
        sort, value, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        plain = isinstance(value, str | int) or (value is None and order.none is not None)
        if sort != question.sort.text() or not plain or not isinstance(key, int) or isinstance(key, bool):
            raise ValueError
        if not 0 <= key < 2**63 or (isinstance(value, int) and not -(2**63) <= value < 2**63):
            raise ValueError
        if isinstance(value, str) and "\0" in value.encode().decode():  # nor half a letter
            raise ValueError
        if not order.is_told:
            (value,) = found.filter(pk=key).values_list(order.path, flat=True)
    except (ValueError, TypeError, UnicodeError):
        raise Refused("sheets.bad_place", _BAD_PLACE, name=excerpt(question.after)) from None
    return _Place(value, key)


def _behind(place: _Place, question: Question) -> Q:
    look, value = "lt" if question.sort.descending else "gt", place.value
    if value is None:  # within the part of those that have none
        return Q(**{f"pk__{look}": place.key})
    rest = Q(**{f"sort_value__{look}": value}) | Q(sort_value=value, **{f"pk__{look}": place.key})
    return Q(**{f"sort_value__{look}e": value}) & rest  # the first alone tells an index where to begin
