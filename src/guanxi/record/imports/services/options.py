"""How an import was asked for, and what it reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.mapping import Columns
from guanxi.record.imports.models import Import
from guanxi.record.imports.rules import Counts
from guanxi.record.imports.services.doubles import Doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user said. `mapping` None is guessed; currency and zone '' are the firm's; `most_rows` 0 is no limit;
    `digest` is that of the file as it was looked at before ('' for any), `unattended` a worker's going on by itself,
    `trial_s` for how long a dry run may look (it holds what a write holds).
    """

    mapping: Columns | None = None
    create_customers: bool = False
    currency: str = ""
    zone: str = ""
    encoding: str = ""
    feed: str = ""
    even_if_incomplete: bool = False
    with_private: bool = False
    dry_run: bool = False
    file_name: str = ""
    most_rows: int = 0
    is_demo: bool = False
    digest: str = ""
    unattended: bool = False
    trial_s: float = 10.0

    def stored(self) -> dict[str, Any]:
        """What of it the ledger keeps, so that a cut-off import can be continued by itself."""
        names = ("create_customers", "with_private", "even_if_incomplete")
        return {name: getattr(self, name) for name in names}


def options_of(record: Import, *, unattended: bool = False) -> ImportOptions:
    """How a stored import was asked for."""
    names = ("create_customers", "currency", "zone", "encoding", "with_private", "even_if_incomplete")
    return ImportOptions(
        mapping={field: tuple(columns) for field, columns in record.mapping.items()},
        feed=record.feed,
        file_name=record.file_name,
        is_demo=record.is_demo,
        digest=record.digest,
        unattended=unattended,
        **{name: record.options[name] for name in names if name in record.options},
    )


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a dry run found wrong: problems by column, and the first rows as (row, line, column, words, value)."""

    by_column: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[tuple[int, int, str, str, str]] = ()


@dataclass(slots=True)
class Report:
    """What an import did. `first_problems` are shown at once; all of them stand in the file `problems`. From
    `refused_columns` nothing was taken, for the reason given in words.
    """

    code: str
    kind: str
    status: ImportStatus
    counts: Counts
    mapping: Columns
    encoding: str
    seconds: float = 0.0
    problems: Path | None = None
    first_problems: Sequence[str] = ()
    resumed: bool = False
    complete: bool = True
    usual_rows: int = 0
    one_side: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused_columns: Mapping[str, str] = field(default_factory=dict)
    rule: str = ""
    doubles: Doubles | None = None
    trouble: Trouble = field(default_factory=Trouble)

    @property
    def succeeded(self) -> bool:
        """Whether everything that was to be stored is stored."""
        return not self.counts.failed and self.status == ImportStatus.DONE

    def as_json(self) -> dict[str, Any]:
        """The contract of `guanxi import --json`, and what only feeds and dry runs add."""
        counts = self.counts
        result: dict[str, Any] = {
            "rows": counts.rows,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "skipped": counts.skipped,
            "failed": counts.failed,
            "reasons": counts.reasons,
            "problems": str(self.problems) if self.problems else None,
            "seconds": round(self.seconds, 3),
            "import": self.code or None,
        }
        if self.refused_columns:
            result["refused_columns"] = dict(self.refused_columns)
        if self.doubles is not None:
            doubles = self.doubles
            file = str(doubles.file) if doubles.file else None
            result["duplicates"] = {"in_file": doubles.in_file, "known": doubles.known, "file": file}
        if self.one_side:
            result["known_to_one_side"] = {side: list(names) for side, names in self.one_side.items()}
        if self.status == ImportStatus.HELD:
            result |= {"held": "feed_incomplete", "usual_rows": self.usual_rows}
        if not self.code:
            result |= {"dry_run": True, "complete": self.complete, "encoding": self.encoding, "rule": self.rule}
            result["mapping"] = {name: list(columns) for name, columns in self.mapping.items()}
        return result
