"""What stands beside an import on the disk, in words of ours: what was seen in its file, what a dry run found, which rows
were not stored. Written by services, read by queries.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.formulas import restored
from guanxi.record.imports.folders import LOOK, TRIAL, folder_of
from guanxi.record.imports.models import Import

# Our own column, in both languages since it comes back with the file: “row: why it was not stored”. Never imported.
_LOST = gettext_noop(
    "The file of these rows was lost when something failed. The reasons still stand here: correct the rows in your own"
    " file and send it again."
)
PROBLEM = "没有导入的原因 / not imported because"


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in a prepared file. samples, filled: the first cells of each column, and the share that is not
    empty; `about` roughly how many rows.
    """

    format: str
    encoding: str
    columns: list[str]
    samples: list[list[str]]
    filled: list[float]
    about: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What importing a prepared file would do. `refusal` says in words why it would be refused as a whole, else the
    counts; `complete` False when only the first rows were tried; `asked` is how it was asked for then.
    """

    asked: str
    refusal: str = ""
    refused: str = ""
    complete: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    by_column: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[Sequence[object]] = ()
    in_file: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not stored: its number and its cells."""

    row: int
    cells: list[str]


def rejected_rows(path: Path, *, after: int = 0, limit: int) -> tuple[list[str], list[Rejected]]:
    """The columns, and the first rows behind row `after`. Raises Refused for a file that a failure has left empty or cut."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            if not head:
                raise ValueError("no head")
            rows = (_rejected(cells, len(head)) for cells in reader)
            return head[:-1], list(islice((row for row in rows if row.row > after), limit))
    except (ValueError, csv.Error):
        raise Refused("imports.rejected_lost", _LOST) from None


def _rejected(cells: list[str], width: int) -> Rejected:
    """Raises ValueError for a row that is not whole."""
    if len(cells) != width:
        raise ValueError(cells)
    number, _, _why = cells[-1].partition(": ")
    return Rejected(int(number), [restored(text) for text in cells[:-1]])


def look_of(code: str) -> Look:
    """What was seen in a prepared file."""
    return Look(**json.loads((folder_of(code) / LOOK).read_text("utf-8")))


def trial_of(code: str) -> Trial | None:
    """What the last dry run of a prepared file found, however it was asked for; None before the first."""
    path = folder_of(code) / TRIAL
    return Trial(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def keep_look(code: str, look: Look) -> None:
    """Keep what was seen; what was tried before is about another reading."""
    folder = folder_of(code)
    (folder / LOOK).write_text(json.dumps(asdict(look), ensure_ascii=False), "utf-8")
    (folder / TRIAL).unlink(missing_ok=True)


def keep_trial(code: str, trial: Trial) -> None:
    """Keep what a dry run found."""
    (folder_of(code) / TRIAL).write_text(json.dumps(asdict(trial), ensure_ascii=False), "utf-8")


def asked_of(record: Import) -> str:
    """How an import is asked for, in one text that tells whether a trial is still about it."""
    names = ("create_customers", "with_private", "currency", "zone", "encoding")
    return json.dumps([record.mapping, [record.options.get(name) or "" for name in names]], sort_keys=True)
