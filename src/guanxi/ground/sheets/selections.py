"""Acts on several rows of a list: which rows are meant, and what became of the act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from guanxi.ground.sheets.questions import Question


@dataclass(frozen=True, slots=True)
class Selection:
    """Codes that somebody ticked, or a question whose order, place and columns do not matter. Each noun says how many."""

    codes: tuple[str, ...] = ()
    question: Question | None = None


class Skip(StrEnum):
    """Why nothing was done to a row of a selection."""

    UNSEEN = "unseen"  # a code of nothing that one sees, or may act on
    SAME = "same"  # it was so already
    SETTLED = "settled"  # it has its answer already
    CHANGED = "changed"  # somebody changed it meanwhile
    TAKEN = "taken"  # an identifier belongs to somebody else by now


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What was done to how many: `code` names the act for taking it back, "" where nothing was done."""

    code: str
    done: int
    skipped: Mapping[Skip, int] = field(default_factory=dict)
