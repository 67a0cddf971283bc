"""What an import made of its rows: the customers themselves, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

from guanxi.identity.principals import Principal
from guanxi.record.customers.queries import CustomerRow, customer_rows
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.rules import unpack_integers, unpack_outcomes

OF_OUTCOME = {"created": Outcome.CREATED, "updated": Outcome.UPDATED, "unchanged": Outcome.UNCHANGED}


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of the file and the customer it became."""

    row: int
    line: int
    customer: CustomerRow


def records_of(
    code: str, *, principal: Principal, what: str, after: int = 0, limit: int = 100
) -> tuple[list[RecordRow], int]:
    """Rows of an import of customers that were created, updated or unchanged, behind row `after`, with the customers as
    the principal may see them, and the row to go on after (0 at the end). Rows whose customer is gone are left out.
    """
    record = seen_imports(principal).filter(code=code, kind="customers").first()
    if record is None:
        return [], 0
    some: list[tuple[int, int, int]] = []
    for found in _rows(record, OF_OUTCOME[what], after):
        some.append(found)
        if len(some) > limit:
            break
    shown, more = some[:limit], len(some) > limit
    customers = {customer.id: customer for customer in customer_rows([key for _, _, key in shown], principal)}
    rows = [RecordRow(row, line, customers[key]) for row, line, key in shown if key in customers]
    return rows, shown[-1][0] if more else 0


def _rows(record: Import, wanted: Outcome, after: int) -> Iterator[tuple[int, int, int]]:
    """(row, line, customer) of the rows behind `after` with an outcome."""
    batches = record.batches.filter(first_row__gt=after - _MOST_ROWS).order_by("first_row")
    for batch in batches.iterator(chunk_size=20):
        if batch.first_row + batch.count <= after:
            continue
        outcomes = unpack_outcomes(bytes(batch.outcomes))
        if wanted not in outcomes:
            continue
        ids, lines = unpack_integers(bytes(batch.ids)), unpack_integers(bytes(batch.lines))
        for offset, outcome in enumerate(outcomes):
            if outcome == wanted and batch.first_row + offset > after:
                yield batch.first_row + offset, lines[offset], ids[offset]


_MOST_ROWS = 1_000_000  # no batch has more rows
