"""A noun's sheet (what is shown, filtered, sorted, edited and done), questions to it, and what a list answers."""

from guanxi.ground.sheets.declared import (
    NOTHING_CLEAR,
    Act,
    Choice,
    Column,
    Field,
    Filter,
    Sheet,
    choices_of,
    chosen,
)
from guanxi.ground.sheets.kinds import (
    DAYS_AHEAD,
    KNOWN_DAYS,
    KNOWN_DAYS_AHEAD,
    NO_VALUE,
    OPERATORS,
    SEVERAL,
    YEARLY_DAYS,
    Kind,
    Operator,
)
from guanxi.ground.sheets.questions import Condition, Group, GroupRow, Listed, Question, Sort
from guanxi.ground.sheets.selections import BulkDone, Selection, Skip

__all__ = [
    "DAYS_AHEAD",
    "KNOWN_DAYS",
    "KNOWN_DAYS_AHEAD",
    "NOTHING_CLEAR",
    "NO_VALUE",
    "OPERATORS",
    "SEVERAL",
    "YEARLY_DAYS",
    "Act",
    "BulkDone",
    "Choice",
    "Column",
    "Condition",
    "Field",
    "Filter",
    "Group",
    "GroupRow",
    "Kind",
    "Listed",
    "Operator",
    "Question",
    "Selection",
    "Sheet",
    "Skip",
    "Sort",
    "choices_of",
    "chosen",
]
