"""A page of a table as a question asks for it: filtered, counted up to a bound, in keyset order, or grouped.

For tables whose lists need no index of their own making. Customers have their own reader (patterns.md section 1).
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count, F, IntegerChoices, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets.questions import GroupRow, Listed, Question
from guanxi.ground.sheets.sources import Asker, Source, where_all

Row = TypeVar("Row")

COUNTED = 10_000  # more than this is shown as "10,000+"
MOST_GROUPED = 200_000  # rows; more are not grouped while somebody waits
_MOST_GROUPS = 200

_BAD_PLACE = gettext_noop("This address of a page is not valid any more: begin from the start.")
_TOO_MANY_TO_SORT = gettext_noop("More than {most} rows fit: add a condition, then sort them so.")
_TOO_MANY_TO_GROUP = gettext_noop("More than {most} rows fit: add a condition, then group them.")


@dataclass(frozen=True, slots=True)
class Order:
    """By what rows are ordered: a path, and the value that stands for none where there may be none. `of_few`: only where no
    more rows fit than are counted. `is_told` false: addresses do not tell the value where a page ended (a name).
    """

    path: str
    none: Any = None
    of_few: bool = False
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what rows are grouped: the path of the value that conditions carry, of its label, or its choices."""

    path: str
    label: str = ""
    choices: type[IntegerChoices] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How a noun's list stands in its tables. `columns`: paths read for a row. `sums`: sums of groups by column; where
    rows have a `currency` of their own, only those in the firm's are summed. `walks`: for a table too large to sort, the
    orders that an index of its own gives; rows are then picked by key first, and other orders are for few rows.
    """

    columns: tuple[str, ...]
    sources: Mapping[str, Source]
    orders: Mapping[str, Order]
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    walks: frozenset[str] = frozenset()


def read_list(
    listing: Listing,
    found: QuerySet[Any],
    question: Question,
    asker: Asker,
    make: Callable[[Sequence[Any]], Row],
    *,
    walked: QuerySet[Any] | None = None,
) -> Listed[Row]:
    """Answer a question over `found` (what the principal sees): two queries (three where orders are walked), whatever the
    rows; `make` builds a row of the listing's columns. `walked` is the same, written for a walk in order.

    Raises Refused for what the list does not understand, a bad place, too many rows to group or to sort so.
    """
    where = where_all(question, listing.sources, asker)
    found = found.filter(where)
    if question.group_by:
        return _grouped(listing, found, question, asker)
    count = found.order_by()[: COUNTED + 1].count() if question.is_counted or listing.walks else 0
    if not question.limit:
        return Listed([], min(count, COUNTED), count > COUNTED)
    if count > COUNTED:
        if _is_of_few(listing, question):
            raise Refused("sheets.too_many_to_sort", _TOO_MANY_TO_SORT, most=f"{COUNTED:,}")
        found = walked.filter(where) if walked is not None and listing.walks else found
    ordered = _ordered(listing, found, question)
    picked = list(
        ordered.values_list("pk", "sort_value", *(() if listing.walks else listing.columns))[: question.limit + 1]
    )
    is_told = listing.orders[question.sort.column].is_told
    following = _place(question, picked[question.limit - 1], is_told=is_told) if len(picked) > question.limit else ""
    cells = [row[2:] for row in picked[: question.limit]]
    if listing.walks:
        cells = _by_key(listing, found, [row[0] for row in picked[: question.limit]])
    return Listed([make(row) for row in cells], min(count, COUNTED), count > COUNTED, following)


def _is_of_few(listing: Listing, question: Question) -> bool:
    order = listing.orders.get(question.sort.column)
    return (order is not None and order.of_few) or bool(listing.walks and question.sort.column not in listing.walks)


def _ordered(listing: Listing, found: QuerySet[Any], question: Question) -> QuerySet[Any]:
    """The rows behind the place of the question, in its order."""
    order = listing.orders.get(question.sort.column)
    if order is None:
        raise Refused("sheets.unknown_sort", _BAD_PLACE)
    found = found.annotate(
        sort_value=F(order.path) if order.none is None else Coalesce(F(order.path), Value(order.none))
    )
    if question.after:
        found = found.filter(_behind(question, found, order))
    sign = "-" if question.sort.descending else ""
    return found.order_by(f"{sign}sort_value", f"{sign}pk")


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


def _place(question: Question, row: Sequence[Any], *, is_told: bool) -> str:
    """Where a page ended, for its address."""
    key, value = row[0], row[1] if is_told else ""
    moment = value.isoformat() if isinstance(value, dt.date) else value
    text = json.dumps([question.sort.text(), moment, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _behind(question: Question, found: QuerySet[Any], order: Order) -> Q:
    """What comes behind the place of a question. Raises Refused for a place of another order, or one nobody gave out, or
    one whose row is gone where the address does not tell its value.
    """
    try:
        padded = question.after[:600] + "=" * (-len(question.after) % 4)
        sort, value, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        plain = isinstance(value, str | int) and isinstance(key, int) and not isinstance(key, bool)
        if sort != question.sort.text() or not plain or not 0 <= key < 2**63:
            raise ValueError
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError
        if not order.is_told:
            (value,) = found.filter(pk=key).values_list("sort_value", flat=True)
    except (ValueError, TypeError, UnicodeError):
        raise Refused("sheets.bad_place", _BAD_PLACE, name=excerpt(question.after)) from None
    look = "lt" if question.sort.descending else "gt"
    rest = Q(**{f"sort_value__{look}": value}) | Q(sort_value=value, **{f"pk__{look}": key})
    return Q(**{f"sort_value__{look}e": value}) & rest  # the first alone tells an index where to begin
