"""Kinds of values, and what may be asked of each: the closed lists behind every sheet."""

from enum import StrEnum


class Kind(StrEnum):
    """How a cell is rendered, an export typed, and which questions fit."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    BADGE = "badge"
    DATE = "date"
    MOMENT = "moment"
    PERSON = "person"
    RISK = "risk"
    MASKED = "masked"


class Operator(StrEnum):
    """The closed list of what a filter may ask."""

    IS = "is"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    SINCE = "since"
    LAST = "last"
    NOT_IN_LAST = "not_in_last"
    COMING = "coming"
    EMPTY = "empty"
    ME = "me"
    NOBODY = "nobody"


_AMOUNTS = (Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN)
_DAYS = (Operator.LAST, Operator.NOT_IN_LAST, Operator.SINCE, Operator.BEFORE, Operator.BETWEEN, Operator.EMPTY)

# Of a day that every row has; of a day that may lie ahead; of both; of a day that comes back every year.
KNOWN_DAYS = tuple(operator for operator in _DAYS if operator != Operator.EMPTY)
DAYS_AHEAD = (Operator.COMING, *_DAYS)
KNOWN_DAYS_AHEAD = (Operator.COMING, *KNOWN_DAYS)
YEARLY_DAYS = (Operator.COMING, Operator.SINCE, Operator.BEFORE, Operator.BETWEEN, Operator.EMPTY)

# In the order in which they are offered.
OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (Operator.CONTAINS, Operator.IS, Operator.EMPTY),
    Kind.MASKED: (Operator.CONTAINS, Operator.IS, Operator.EMPTY),
    Kind.BADGE: (Operator.IN, Operator.NOT_IN),
    Kind.MONEY: _AMOUNTS,
    Kind.NUMBER: _AMOUNTS,
    Kind.DATE: _DAYS,
    Kind.MOMENT: _DAYS,
    Kind.PERSON: (Operator.ME, Operator.IN, Operator.NOBODY),
}

# How many values a question takes; every other operator takes one.
NO_VALUE = frozenset((Operator.EMPTY, Operator.ME, Operator.NOBODY))
SEVERAL = frozenset((Operator.IN, Operator.NOT_IN))
