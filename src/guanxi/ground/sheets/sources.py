"""Where the answer to a condition stands in a table: one small class a kind, the same for every noun's list."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import IntegerChoices, Q

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.sheets.kinds import Operator
from guanxi.ground.sheets.questions import Condition, Question
from guanxi.ground.sheets.values import day_of, days_of, minor_of, number_of

_NOT_ASKED = gettext_noop("“{name}” cannot be asked for here.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and on which day, in which zone and currency the words of the question are meant."""

    staff_id: int | None
    today: dt.date
    zone: str
    currency: str


class Source(Protocol):
    """Turns a condition into a filter on rows. Raises KeyError or ValueError for what it does not understand."""

    def where(self, condition: Condition, asker: Asker) -> Q:
        """The filter."""


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text; `is` compares without regard to case, as people do."""

    path: str

    def where(self, condition: Condition, asker: Asker) -> Q:
        if condition.operator == Operator.EMPTY:
            return Q(**{self.path: ""})
        look = {Operator.CONTAINS: "icontains", Operator.IS: "iexact"}[condition.operator]
        return Q(**{f"{self.path}__{look}": condition.values[0]})


@dataclass(frozen=True, slots=True)
class BadgeSource:
    """A stored choice. With `choices` values are their names in lower case; without, they are what stands in the table."""

    path: str
    choices: type[IntegerChoices] | Mapping[str, Any] | None = None

    def where(self, condition: Condition, asker: Asker) -> Q:
        if condition.operator == Operator.EMPTY:
            return Q(**{f"{self.path}__isnull": True})
        among = Q(**{f"{self.path}__in": [self._stored(value) for value in condition.values]})
        if condition.operator == Operator.NOT_IN:  # what has no value is none of those either
            return ~among | Q(**{f"{self.path}__isnull": True})
        if condition.operator in (Operator.IN, Operator.IS):
            return among
        raise KeyError(condition.operator)

    def _stored(self, value: str) -> Any:
        if self.choices is None:
            return value
        return self.choices[value] if isinstance(self.choices, Mapping) else self.choices[value.upper()]


@dataclass(frozen=True, slots=True)
class NumberSource:
    """A number stored as `scale` times what people write (1: as it is)."""

    path: str
    scale: int = 1

    def where(self, condition: Condition, asker: Asker) -> Q:
        return _between(self.path, condition, [number_of(value) * self.scale for value in condition.values])


@dataclass(frozen=True, slots=True)
class MoneySource:
    """Minor units. Where rows have a `currency` of their own, only those in the firm's are compared."""

    path: str
    currency: str = ""

    def where(self, condition: Condition, asker: Asker) -> Q:
        found = _between(self.path, condition, [minor_of(value, asker.currency) for value in condition.values])
        return found & Q(**{self.currency: asker.currency}) if self.currency else found


@dataclass(frozen=True, slots=True)
class DaySource:
    """A local day; None means that there is none."""

    path: str

    def where(self, condition: Condition, asker: Asker) -> Q:
        first, behind = days_asked(condition, asker.today)
        return _in_time(self.path, condition, first, behind)


@dataclass(frozen=True, slots=True)
class MomentSource:
    """An instant, asked for by the days of the firm's zone."""

    path: str

    def where(self, condition: Condition, asker: Asker) -> Q:
        first, behind = days_asked(condition, asker.today)
        return _in_time(self.path, condition, _start(first, asker), _start(behind, asker))


@dataclass(frozen=True, slots=True)
class PersonSource:
    """A colleague, by code."""

    path: str

    def where(self, condition: Condition, asker: Asker) -> Q:
        if condition.operator == Operator.NOBODY:
            return Q(**{f"{self.path}__isnull": True})
        if condition.operator == Operator.ME:
            return Q(**{self.path: asker.staff_id}) if asker.staff_id else Q(pk__in=[])
        return {Operator.IN: Q(**{f"{self.path}__code__in": list(condition.values)})}[condition.operator]


def where_all(question: Question, sources: Mapping[str, Source], asker: Asker) -> Q:
    """The filter of a whole question. Raises Refused for a condition that the list does not understand."""
    found = Q()
    for group in question.all_of:
        either = Q(pk__in=[])
        for condition in group:
            try:
                either |= sources[condition.filter].where(condition, asker)
            except (KeyError, ValueError, OverflowError):
                raise Refused("sheets.unknown_filter", _NOT_ASKED, name=excerpt(condition.text())) from None
        found &= either
    return found


def days_asked(condition: Condition, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """(first day, day behind the last) of a condition on a day; None: open. Of `not_in_last`, what lies before.

    The last n days are today and the n before it, the coming ones today and the n after it. Raises KeyError for an operator
    that asks for no day.
    """
    if condition.operator == Operator.EMPTY:
        return None, None
    if condition.operator in (Operator.LAST, Operator.NOT_IN_LAST):
        first = today - dt.timedelta(days=days_of(condition.values[0]))
        return (first, today + dt.timedelta(days=1)) if condition.operator == Operator.LAST else (None, first)
    if condition.operator == Operator.COMING:
        return today, today + dt.timedelta(days=days_of(condition.values[0]) + 1)
    days = [day_of(value, today) for value in condition.values]
    if condition.operator == Operator.BETWEEN:
        return min(days), max(days) + dt.timedelta(days=1)
    return {Operator.SINCE: (days[0], None), Operator.BEFORE: (None, days[0])}[condition.operator]


def _in_time(path: str, condition: Condition, first: Any, behind: Any) -> Q:
    none = Q(**{f"{path}__isnull": True})
    if condition.operator == Operator.EMPTY:
        return none
    found = Q(**{f"{path}__gte": first}) if first else Q()
    found &= Q(**{f"{path}__lt": behind}) if behind else Q()
    return found | none if condition.operator == Operator.NOT_IN_LAST else found


def _between(path: str, condition: Condition, ends: list[Any]) -> Q:
    if condition.operator == Operator.BETWEEN:
        return Q(**{f"{path}__gte": min(ends), f"{path}__lte": max(ends)})
    look = {Operator.AT_LEAST: "gte", Operator.AT_MOST: "lte"}[condition.operator]
    return Q(**{f"{path}__{look}": ends[0]})


def _start(day: dt.date | None, asker: Asker) -> dt.datetime | None:
    return None if day is None else clock.start_of_day(day, asker.zone)
