"""What an import made of its rows: the records themselves, page by page, as far as one sees them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.catalogue.queries import estates_by_id, products_by_id
from guanxi.record.conversations.queries import conversations_by_id
from guanxi.record.customers.queries import CustomerRow, customer_rows
from guanxi.record.dealings.queries import dealings_by_id
from guanxi.record.holdings.queries import balances_by_id, holdings_by_id
from guanxi.record.imports.choices import Outcome
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.rules import unpack_integers, unpack_outcomes

OF_OUTCOME = {"created": Outcome.CREATED, "updated": Outcome.UPDATED, "unchanged": Outcome.UNCHANGED}


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of the file, the record it became (a row of the queries of its kind), and the customer whose it is."""

    row: int
    line: int
    record: Any
    customer: CustomerRow | None


def records_of(
    code: str, *, principal: Principal, what: str, after: int = 0, limit: int = 100
) -> tuple[list[RecordRow], int]:
    """Rows of an import that were created, updated or unchanged, behind row `after`, with the records as the principal may
    see them, and the row to go on after (0 at the end). Rows whose record is gone, or not in sight, are left out.
    """
    record = seen_imports(principal).filter(code=code, kind__in=sorted(_READ)).first()
    if record is None:
        return [], 0
    permission, read = _READ[record.kind]
    if not may(principal, permission):
        return [], 0
    some: list[tuple[int, int, int]] = []
    for found in _rows(record, OF_OUTCOME[what], after):
        some.append(found)
        if len(some) > limit:
            break
    shown, more = some[:limit], len(some) > limit
    there = read([key for _, _, key in shown], principal)
    owners = _customers({one.customer_id for one in there.values() if hasattr(one, "customer_id")}, principal)
    rows = [
        RecordRow(row, line, there[key], owners.get(getattr(there[key], "customer_id", 0)))
        for row, line, key in shown
        if key in there
    ]
    return rows, shown[-1][0] if more else 0


def _customers(ids: Collection[int], principal: Principal) -> Mapping[int, CustomerRow]:
    return {customer.id: customer for customer in customer_rows(sorted(ids), principal)} if ids else {}


Read = Callable[[Collection[int], Principal], Mapping[int, Any]]
_READ: Mapping[str, tuple[Permission, Read]] = {
    "customers": (Permission.VIEW_CUSTOMERS, _customers),
    "holdings": (Permission.VIEW_HOLDINGS, lambda ids, by: holdings_by_id(ids, principal=by)),
    "dealings": (Permission.VIEW_DEALINGS, lambda ids, by: dealings_by_id(ids, principal=by)),
    "balances": (Permission.VIEW_HOLDINGS, lambda ids, by: balances_by_id(ids, principal=by)),
    "conversations": (Permission.VIEW_CONVERSATIONS, lambda ids, by: conversations_by_id(ids, principal=by)),
    "products": (Permission.VIEW_CATALOGUE, lambda ids, by: products_by_id(ids)),
    "estates": (Permission.VIEW_CATALOGUE, lambda ids, by: estates_by_id(ids)),
}


def _rows(record: Import, wanted: Outcome, after: int) -> Iterator[tuple[int, int, int]]:
    """(row, line, record) of the rows behind `after` with an outcome."""
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
