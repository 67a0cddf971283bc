"""Which rows of a file of customers are one customer, and which were known before (OPS-04: the duplicate report)."""

import csv
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from guanxi.ground.text.formulas import neutralised
from guanxi.identity.principals import Principal
from guanxi.record.customers.queries import customer_rows
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.folders import doubles_path, folder_of
from guanxi.record.imports.models import Import
from guanxi.record.imports.rules import stored_mask, unpack_integers, unpack_outcomes

MOST_LISTED = 10_000
HEAD = ("row", "line", "same_as_row", "same_as_line", "customer", "name")
_STEP = 1_000


@dataclass(frozen=True, slots=True)
class Doubles:
    """Rows that named a customer of an earlier row (`in_file`), or one known before the import (`known`), counted; the
    first MOST_LISTED of them stand in `file`, with the row or the customer they agree with (None where there are none).
    """

    in_file: int = 0
    known: int = 0
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class _Double:
    row: int
    line: int
    customer: int
    same: tuple[int, int] | None  # the first row of this customer, and its line


def write_doubles(record: Import, *, by: Principal, with_known: bool) -> Doubles:
    """Find the doubles of an import in its ledger and list them in a file. with_known: list those known before, too;
    where the same file came before that is every row.
    """
    found, in_file, known = _find(record, with_known=with_known)
    path = doubles_path(record.code)
    if not found:
        path.unlink(missing_ok=True)
        return Doubles(in_file, known)
    folder_of(record.code)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEAD)
        for start in range(0, len(found), _STEP):
            writer.writerows(_named(found[start : start + _STEP], by))
    part.replace(path)
    return Doubles(in_file, known, path)


def count_doubles(record: Import) -> Doubles:
    """The same, counted only."""
    _, in_file, known = _find(record, with_known=False)
    return Doubles(in_file, known)


def _rows(record: Import) -> Iterator[tuple[int, int, int, int]]:
    """(row, line, outcome, customer) of each row that is stored."""
    for batch in record.batches.order_by("first_row").iterator(chunk_size=20):
        outcomes = unpack_outcomes(bytes(batch.outcomes))
        numbers, lines = unpack_integers(bytes(batch.ids)), unpack_integers(bytes(batch.lines))
        for offset, stands in enumerate(stored_mask(outcomes)):
            if stands:
                yield batch.first_row + offset, lines[offset], outcomes[offset], numbers[offset]


def _repeated(record: Import) -> frozenset[int]:
    """Customers whom more than one row named."""
    ids = sorted(array("q", (customer for _, _, _, customer in _rows(record))))
    return frozenset(one for one, other in pairwise(ids) if one == other)


def _find(record: Import, *, with_known: bool) -> tuple[list[_Double], int, int]:
    """The doubles to be listed, and how many there are in the file and with what was known."""
    repeated = _repeated(record)
    first: dict[int, tuple[int, int]] = {}
    found: list[_Double] = []
    in_file = known = 0
    for row, line, outcome, customer in _rows(record):
        same = first.get(customer)
        in_file += same is not None
        if same is None:
            if customer in repeated:
                first[customer] = (row, line)
            if outcome == Outcome.CREATED:
                continue
            known += 1
        if len(found) < MOST_LISTED and (same or with_known):
            found.append(_Double(row, line, customer, same))
    return found, in_file, known


def _named(doubles: Sequence[_Double], by: Principal) -> Iterator[tuple[object, ...]]:
    heads = {head.id: head for head in customer_rows(sorted({double.customer for double in doubles}), by)}
    for double in doubles:
        head = heads.get(double.customer)
        name = (head.reference or head.code, neutralised(head.name)) if head else ("", "")
        yield (double.row, double.line, *(double.same or ("", "")), *name)
