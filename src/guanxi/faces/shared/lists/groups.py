"""A list in groups: how many and how much in each; every group opens to its rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.lists.wording import choice_words
from guanxi.ground.sheets import Column, Condition, GroupRow, Kind, Listed, Operator


@dataclass(frozen=True)
class GroupLine:
    """One group, its figures in words; `href` opens its rows."""

    label: str
    href: str
    count: str
    sums: list[str]


@dataclass(frozen=True)
class GroupTable:
    """All groups, the largest first. `heads` of what is summed."""

    by: str
    heads: list[str]
    lines: list[GroupLine]


def group_table(asked: AskedList, found: Listed[Any]) -> GroupTable:
    """The groups as a table."""
    columns = {column.name: column for column in asked.noun.sheet.columns}
    summed = [
        column for column in columns.values() if column.summed and found.groups and column.name in found.groups[0].sums
    ]
    heads = [
        cells.with_sign(column.label, asked.look.currency) if column.kind == Kind.MONEY else str(column.label)
        for column in summed
    ]
    return GroupTable(
        str(columns[asked.question.group_by].label), heads, [_line(asked, group, summed) for group in found.groups]
    )


def _line(asked: AskedList, group: GroupRow, summed: list[Column]) -> GroupLine:
    sums = [_sum(group.sums[column.name], column, asked) for column in summed]
    return GroupLine(_label(asked, group), _href(asked, group), cells.number(group.count), sums)


def _sum(value: int, column: Column, asked: AskedList) -> str:
    if column.kind == Kind.MONEY:
        return cells.whole_amount(value, asked.look.currency)
    return cells.number(value)


def _label(asked: AskedList, group: GroupRow) -> str:
    filter_ = asked.noun.sheet.filter_of(asked.question.group_by)
    if filter_.choices and group.value in {choice.word for choice in filter_.choices}:
        return choice_words(filter_, group.value)
    return str(group.label) or (_("nobody") if filter_.kind == Kind.PERSON else _("nothing known"))


def _href(asked: AskedList, group: GroupRow) -> str:
    """The rows of the group: the same question with one condition more; "" where no condition says it."""
    filter_ = asked.noun.sheet.filter_of(asked.question.group_by)
    empty = next((one for one in (Operator.EMPTY, Operator.NOBODY) if one in filter_.asks), None)
    if group.value:
        condition = Condition(filter_.name, Operator.IN, (group.value,))
    elif empty is not None:
        condition = Condition(filter_.name, empty)
    else:
        return ""
    return asked.href(asked.question.changed(group_by="").with_group((condition,)))
