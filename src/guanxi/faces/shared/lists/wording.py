"""Conditions in the words of a customer manager: “Last contact more than 60 days ago”, “Manager is me”."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.noun import ListedNoun
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import is_chinese
from guanxi.ground.sheets import Condition, Filter, Kind, Operator
from guanxi.ground.sheets.values import day_of, number_of

_TIER = "tier"  # a letter says more with its word


def either(words: list[str]) -> str:
    """A 或 B, A or B."""
    return (" 或 " if is_chinese() else " or ").join(words)


def condition_words(noun: ListedNoun, condition: Condition, look: Look) -> str:
    """What a condition asks of its filter, without the filter's name."""
    filter_ = noun.sheet.filter_of(condition.filter)
    if condition.operator == Operator.EMPTY:
        return _("nothing known")
    if condition.operator == Operator.ME:
        return _("me")
    if condition.operator == Operator.NOBODY:
        return _("nobody")
    if filter_.kind in (Kind.DATE, Kind.MOMENT):
        return days_words(condition.operator, condition.values, look.today)
    if filter_.kind in (Kind.MONEY, Kind.NUMBER):
        return _amount_words(filter_, condition, look)
    if filter_.kind in (Kind.TEXT, Kind.MASKED):
        said = "“{text}”" if condition.operator == Operator.IS else _("contains “{text}”")
        return said.format(text=condition.values[0])
    words = either([names_of(noun, filter_, condition, look).get(value, value) for value in condition.values])
    return _("not {choice}").format(choice=words) if condition.operator == Operator.NOT_IN else words


def names_of(noun: ListedNoun, filter_: Filter, condition: Condition, look: Look) -> Mapping[str, str]:
    """What the values of a condition are called; of one that is out of sight it is only said that it was chosen."""
    if filter_.choices:
        return {choice.word: choice_words(filter_, choice.word) for choice in filter_.choices}
    open_ = noun.open_filters.get(filter_.name)
    names = open_.names(condition.values, look) if open_ else {}
    return {value: names.get(value) or _("one out of sight") for value in condition.values}


def choice_words(filter_: Filter, word: str) -> str:
    """A choice of a filter; a tier is more than its letter here, and none is said in words."""
    label = next(str(choice.label) for choice in filter_.choices if choice.word == word)
    if filter_.name == _TIER:
        return _("no tier yet") if word == "none" else label
    return label


def days_words(operator: Operator, values: tuple[str, ...], today: dt.date) -> str:
    """A condition on a day."""
    if operator in (Operator.LAST, Operator.NOT_IN_LAST):
        days = int(values[0])
        if operator == Operator.LAST:
            return ngettext("in the last {count} day", "in the last {count} days", days).format(count=days)
        return ngettext("more than {count} day ago", "more than {count} days ago", days).format(count=days)
    if operator == Operator.COMING:
        days = int(values[0])
        return ngettext("in the next {count} day", "in the next {count} days", days).format(count=days)
    ends = [cells.day_words(day_of(value, today), today) for value in values]
    if operator == Operator.BETWEEN:
        return _("{first} to {last}").format(first=ends[0], last=ends[1])
    return (_("since {day}") if operator == Operator.SINCE else _("before {day}")).format(day=ends[0])


def operator_words(operator: Operator) -> str:
    """An operator in the menu of a condition."""
    words = {
        Operator.CONTAINS: _("contains"),
        Operator.IS: pgettext("operator", "is"),
        Operator.AT_LEAST: _("at least"),
        Operator.AT_MOST: _("at most"),
        Operator.BETWEEN: _("from … to …"),
        Operator.SINCE: pgettext("operator", "since"),
        Operator.BEFORE: pgettext("operator", "before"),
        Operator.LAST: _("in the last … days"),
        Operator.NOT_IN_LAST: _("more than … days ago"),
        Operator.COMING: _("in the next … days"),
        Operator.EMPTY: _("nothing known"),
    }
    return words[operator]


def _amount_words(filter_: Filter, condition: Condition, look: Look) -> str:
    sign = cells.sign_of(look.currency) if filter_.kind == Kind.MONEY else ""
    ends = [f"{sign}{cells.number(number_of(value))}" for value in condition.values]
    if condition.operator == Operator.BETWEEN:
        return _("{first} to {last}").format(first=ends[0], last=ends[1])
    least = condition.operator == Operator.AT_LEAST
    return (_("at least {amount}") if least else _("at most {amount}")).format(amount=ends[0])
