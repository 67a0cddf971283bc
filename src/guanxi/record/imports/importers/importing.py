"""What the engine and an importer agree on, and what most importers have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission
from guanxi.identity.principals import Principal
from guanxi.record.catalogue import queries as catalogue_reads
from guanxi.record.catalogue import services as catalogue
from guanxi.record.consents.services import retract_consents
from guanxi.record.conversations import queries as conversations
from guanxi.record.customers.services.removing import delete_customers
from guanxi.record.dealings import queries as dealings
from guanxi.record.holdings import queries as holdings
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.mapping import Columns, Field, guess_mapping
from guanxi.record.imports.reading.batches import BadRow, Batch

_STEP = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One import as its importer sees it. `source` is what created records name as their source."""

    by: Principal
    mapping: Columns = field(default_factory=dict)
    currency: str = "CNY"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    source: str = ""
    create_customers: bool = False
    with_private: bool = False
    is_demo: bool = False

    def named(self, source: str) -> "Run":
        """The same run with its source."""
        return replace(self, source=source)


@dataclass(frozen=True, slots=True)
class Before:
    """Cells of a row that the batch changed: enough to restore it, and to see whether somebody changed it since."""

    offset: int
    table: str
    row_id: int
    old: Mapping[str, Any]
    new: Mapping[str, Any]


@dataclass(slots=True)
class Written:
    """What a batch became. One outcome byte and one id (0 where none) a row, in row order.

    problems: offset → why a row failed, or a remark on one that was stored.
    made:     ids of what was created beside the rows: {"customers": […], "products": […]}.
    """

    outcomes: bytearray
    ids: Any
    problems: dict[int, BadRow] = field(default_factory=dict)
    before: list[Before] = field(default_factory=list)
    made: dict[str, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def empty(cls, count: int) -> "Written":
        """Nothing decided yet about `count` rows."""
        return cls(bytearray(count), [0] * count)

    def fail(self, offset: int, column: str, refusal: Refused, value: str = "") -> None:
        """Row `offset` is not stored, for this reason."""
        self.outcomes[offset] = Outcome.FAILED
        self.problems.setdefault(offset, BadRow(column, refusal, value))

    def store(self, offset: int, outcome: Outcome, row_id: int) -> None:
        """Row `offset` stands in the record as `row_id`."""
        self.outcomes[offset] = outcome
        self.ids[offset] = row_id


class Overtaken(Exception):
    """What an importer remembered is no longer so (a customer was merged away): forget it and do the batch again."""


class Importer(ABC):
    """One kind of import, made anew for each run; it may remember what it has looked up from batch to batch.

    batch:    least and most rows of a transaction.
    by_row:   rows have no identity of their own and are known by the file's digest and their number.
    rule:     when two rows are the same record, in words: shown before anything is stored.
    tells_doubles: the report lists rows that are the same record, in the file and with what was known.
    journals: the noun's own service journals each batch, so that the engine need not.
    """

    kind: str
    fields: Sequence[Field]
    permissions: Sequence[Permission]
    rule: str | Promise = ""
    batch: tuple[int, int] = (500, 5_000)
    by_row = False
    tells_doubles = False
    journals = False
    run: Run

    def guess(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Which columns are which fields, by their names."""
        return guess_mapping(self.fields, columns)

    def check(self, mapping: Columns) -> None:  # noqa: B027 - many kinds have nothing to do here
        """Raise Refused for a mapping that cannot be."""

    def refused_columns(self, columns: Sequence[str], mapping: Columns) -> Mapping[str, Refused]:
        """Columns from which nothing is taken though one might think so, and why: said in every report."""
        del columns, mapping
        return {}

    def start(self, run: Run, *, rows: int, alone: bool) -> None:
        """Begin: `rows` that are about to come (0 where nobody knows), `alone` when nobody works meanwhile."""
        del rows, alone
        self.run = run

    def forget(self) -> None:  # noqa: B027 - many kinds have nothing to do here
        """Drop what was remembered: the batch is done again after another writer was met."""

    @abstractmethod
    def prepare(self, batch: Batch) -> Any:
        """Read a batch, outside of any transaction."""

    def standing(self, settled: Mapping[int, int]) -> Mapping[int, int]:
        """Of rows that stand in a record already (offset → id), those whose record is still there."""
        return settled

    @abstractmethod
    def write(self, prepared: Any, *, stored: Mapping[int, int]) -> Written:
        """Store a batch in the engine's transaction. stored: offset → id of rows that an earlier import of the same
        file has stored: for `by_row` those it has created, which are the same rows; for others what they were last time.
        """

    def finish(self) -> None:  # noqa: B027 - many kinds have nothing to do here
        """After the last batch, also of a resumed import: what is better done once for all rows."""

    def names(self, ids: Sequence[int]) -> list[str]:
        """How reports name records of this kind."""
        return [str(row_id) for row_id in ids]

    @abstractmethod
    def remove(self, ids: Sequence[int]) -> list[int]:
        """Undo: delete created records, in the caller's transaction; returns those that must stay."""

    def restore(self, before: Sequence[Before]) -> list[int]:
        """Undo: set cells back, given in the order of undoing; returns the ids of records changed since."""
        del before
        return []

    def remove_made(self, noun: str, ids: Sequence[int]) -> list[str]:
        """Undo: delete what was made beside the rows and is used by nothing else; returns names of what stays."""
        used = used_elsewhere(noun, ids)
        free = [row_id for row_id in ids if row_id not in used]
        if noun == "customers":
            delete_customers(free, by=self.run.by, cause="import undone")
            return [str(row_id) for row_id in sorted(used)]
        if noun == "consents":
            retract_consents(ids, by=self.run.by, cause=self.run.source)
            return []
        if noun == "families":
            catalogue.remove_families(free)
            return []
        catalogue.remove_products(free)
        return sorted(catalogue_reads.product_names(used).values())


def used_elsewhere(noun: str, ids: Sequence[int]) -> set[int]:
    """Those of the customers or products that dealings, holdings or conversations name."""
    used: set[int] = set()
    for start in range(0, len(ids), _STEP):
        some = ids[start : start + _STEP]
        if noun == "customers":
            used |= dealings.used_customers(some) | holdings.used_customers(some) | conversations.used_customers(some)
        elif noun == "products":
            used |= holdings.used_products(some)
    if noun == "products" and len(used) < len(ids):
        used |= dealings.used_products(ids)
    return used
