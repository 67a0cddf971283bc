"""Whole identifiers: one text, every kind that it can be, looked up by key and confirmed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.rules.marks import Mark, mark_of

MOST_HITS = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer to whom a whole identifier belongs (or, not live, once belonged)."""

    customer_id: int
    owner_id: int | None
    team_id: int | None
    kind: int


def customers_with(text: str, kinds: Collection[int], *, today: date) -> list[Hit]:
    """Return the present customers who have a text as a whole identifier of one of the kinds, at most 50; whoever has
    it now before whoever had it. No scope is applied: `find` and `services.look_up` do that.
    """
    marks = _marks_of(text, kinds, today)
    hits = rows_of(
        "SELECT customer_id, key FROM customers_identifierkey WHERE key IN {given} LIMIT %s",
        [mark.key for mark in marks],
        [MOST_HITS],
    )
    rows = rows_of(
        "SELECT c.id, c.owner_id, c.team_id, i.kind, i.norm, i.is_live FROM customers_customer c"
        " JOIN customers_identifier i ON i.customer_id = c.id WHERE c.deleted_at IS NULL AND c.merged_into_id IS NULL AND c.id IN {given}",
        {customer_id for customer_id, _ in hits},
    )
    wanted = {mark[:2] for mark in marks}
    found: dict[int, Hit] = {}
    for customer_id, owner_id, team_id, kind, norm, _is_live in sorted(rows, key=lambda row: (not row[5], row[0])):
        if (kind, norm) in wanted:
            found.setdefault(customer_id, Hit(customer_id, owner_id, team_id, kind))
    return list(found.values())


def _marks_of(text: str, kinds: Collection[int], today: date) -> list[Mark]:
    ring, marks = keyring(), []
    for kind in kinds:
        try:
            marks.append(mark_of(IdentifierKind(kind), text, ring, today=today))
        except Refused:
            continue
    return marks
