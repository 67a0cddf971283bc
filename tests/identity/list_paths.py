"""What lists, their groups and their files show of a customer: ways to read, for the matrix."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from guanxi.faces.desk.lists.exporting import file_of
from guanxi.faces.desk.lists.nouns import LISTS_BY_NAME
from guanxi.faces.shared.lists.asked import asked_of
from guanxi.faces.shared.look import Look
from guanxi.ground.sheets import Condition, Operator, Question
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from tests.identity.world import Target

Read = Callable[[Principal, Target], object]

# The noun of the matrix, the name of its list, and a column by which it is grouped.
_HANGING = (
    ("holding", "holdings", "status"),
    ("dealing", "dealings", "channel"),
    ("conversation", "conversations", "channel"),
    ("action", "actions", "status"),
)


def _asked(name: str, target: Target, *, by: str = "") -> Question:
    question = LISTS_BY_NAME[name].sheet.read_question({}).changed(group_by=by)
    return question.with_group((Condition("customer", Operator.IN, (target.code,)),))


def _in_list(name: str) -> Read:
    """Whether the whole list holds a row of the target."""
    noun = LISTS_BY_NAME[name]
    plain = noun.sheet.read_question({})
    code = (lambda t: t.action) if name == "actions" else (lambda t: t.code)  # rows hang on the customer but actions
    return lambda p, t: code(t) in [row.code for row in noun.read(plain, p).rows]


def _asked_for(name: str) -> Read:
    """Whether a question about the target has rows, or a count."""
    noun = LISTS_BY_NAME[name]

    def read(principal: Principal, target: Target) -> bool:
        found = noun.read(_asked(name, target), principal)
        assert found.count == len(found.rows)
        return found.count > 0

    return read


def _grouped(name: str, by: str) -> Read:
    noun = LISTS_BY_NAME[name]
    return lambda p, t: sum(group.count for group in noun.read(_asked(name, t, by=by), p).groups)


@lru_cache(maxsize=64)
def _file(principal: Principal) -> str:
    """The first piece of the list of customers as a file: whoever asks with other rights than before gets no second."""
    noun = LISTS_BY_NAME["customers"]
    require(principal, noun.permission)
    question = noun.sheet.read_text("columns=name,reference")
    noon = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    look = Look(principal, noon, "CNY", today=noon.date())
    answer = file_of(asked_of(noun, question, look), "csv", by=principal)
    return next(iter(answer.streaming_content)).decode()


def _in_portfolio(principal: Principal, target: Target) -> bool:
    """Whether the list of customers tells the target's figures and next action."""
    noun = LISTS_BY_NAME["customers"]
    question = noun.sheet.read_text("columns=name,potential,risk,next")
    rows = [row for row in noun.read(question, principal).rows if row.code == target.code]
    return any(row.next and row.grade for row in rows)


LIST_READS: dict[str, dict[str, Read]] = (
    {
        noun: {
            "list": _in_list(name),
            "list, asked for the customer": _asked_for(name),
            f"list, in groups by {by}": _grouped(name, by),
        }
        for noun, name, by in _HANGING
    }
    | {"standing": {"in the portfolio": _in_portfolio}}
    | {"export": {"list of customers as a file": lambda p, t: t.reference in _file(p)}}
)
