"""Writing a batch of newcomers and changes: a constant number of statements, whatever the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from guanxi.record.customers import bulk, search
from guanxi.record.customers.models import NEVER, Address, Customer, Identifier, IdentifierKey
from guanxi.record.customers.rules.marks import NAME_ONLY, Mark
from guanxi.record.customers.rules.newcomers import Prepared
from guanxi.record.customers.services.attempts import Overtaken
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.matching import Known

HEAD_COLUMNS = (
    "id", "code", "kind", "name", "name_key", "reference", "gender", "birthday", "company", "language", "source",
    "owner_id", "team_id", "city_id", "stage", "state", "tier", "value", "last_contact_on", "version", "created_on",
    "created_at", "updated_at", "is_demo",
)  # fmt: skip
_CHANGEABLE = (
    "name", "name_key", "kind", "reference", "gender", "birthday", "company", "language", "city_id", "owner_id",
    "team_id",
)  # fmt: skip
_IDENTIFIER = ("id", "customer_id", "kind", "norm", "cipher", "label", "source", "valid_from", "is_live")
_ADDRESS = ("id", "customer_id", "text", "city", "district", "source", "valid_from", "valid_to")
# Whose change alters the search document.
_SEARCHED = {"name", "reference", "owner_id", "team_id"}


@dataclass(slots=True)
class _Change:
    """What one row adds to a customer, until the ids of what was added are known."""

    known: Known
    changes: dict[str, Any]
    marks: Sequence[Mark]
    address: Prepared | None


@dataclass(slots=True)
class Batch:
    """What the rows of one batch amount to."""

    now: datetime
    today: date
    source: str
    made: list[Known] = field(default_factory=list)
    touched: dict[int, Known] = field(default_factory=dict)
    changes: list[_Change] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)  # addresses that ended one known before

    def note_change(
        self, known: Known, changes: dict[str, Any], marks: Sequence[Mark], address: Prepared | None
    ) -> None:
        """Remember what a row changed about a customer."""
        if known.id is not None:
            self.touched[known.id] = known
        self.changes.append(_Change(known, changes, marks, address))


def write_batch(batch: Batch) -> None:
    """Write heads, identifiers, keys, addresses, search documents and the dirty list, in the caller's transaction."""
    for known, customer_id in zip(batch.made, bulk.next_ids(Customer, len(batch.made)), strict=True):
        known.id = customer_id
    everyone = [*batch.made, *batch.touched.values()]
    bulk.insert(Customer, HEAD_COLUMNS, _heads(batch))
    _update_heads(batch)
    identifiers = _write_identifiers(batch, everyone)
    moves = _write_addresses(batch, everyone)
    for change in batch.changes:
        _complete_change(change, identifiers, moves)
    _write_documents(batch)
    mark_dirty(known.id for known in everyone if known.id is not None)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def _heads(batch: Batch) -> list[tuple[Any, ...]]:
    now = bulk.moment(batch.now)
    never, day = bulk.day(NEVER), cache(bulk.day)
    rows = []
    for known in batch.made:
        head = known.head
        # fmt: off
        rows.append((
            known.id, head["code"], int(head["kind"]), head["name"], head["name_key"], head["reference"],
            int(head["gender"]), day(head["birthday"]), head["company"], head["language"], head["source"],
            head["owner_id"], head["team_id"], head["city_id"], int(head["stage"]), 0, 9, 0, never, 1,
            day(head["created_on"]), now, now, head["is_demo"],
        ))
        # fmt: on
    return rows


def _update_heads(batch: Batch) -> None:
    """Every touched customer gets a new version; a version that is not the one read means somebody was faster."""
    now = bulk.moment(batch.now)
    rows = [
        (
            known.id,
            known.head["version"],
            *(known.head[column] for column in _CHANGEABLE),
            known.head["version"] + 1,
            now,
        )
        for known in batch.touched.values()
    ]
    if bulk.update(Customer, (*_CHANGEABLE, "version", "updated_at"), rows, guard="version") < len(rows):
        raise Overtaken


def _write_identifiers(batch: Batch, everyone: Sequence[Known]) -> dict[tuple[int, int, str], int]:
    """Write fresh identifiers and keys; return, where rows changed somebody, their ids by customer, kind and norm."""
    fresh = [
        (known.id or 0, kind, norm, cipher, key, known.source or batch.source)
        for known in everyone
        for kind, norm, key, cipher in known.fresh_marks
    ]
    kept = [mark for mark in fresh if mark[1] != NAME_ONLY]
    ids, today = bulk.next_ids(Identifier, len(kept)), bulk.day(batch.today)
    bulk.insert(
        Identifier,
        _IDENTIFIER,
        [
            (key, customer_id, kind, norm, cipher, "", source, today, True)
            for key, (customer_id, kind, norm, cipher, _, source) in zip(ids, kept, strict=True)
        ],
    )
    # In the order of the tree: neighbours share a page.
    bulk.insert(IdentifierKey, ("key", "customer_id"), sorted({(mark[4], mark[0]) for mark in fresh}))
    return {mark[:3]: key for key, mark in zip(ids, kept, strict=True)} if batch.changes else {}


def _write_addresses(batch: Batch, everyone: Sequence[Known]) -> dict[int, tuple[int, int | None]]:
    """Write fresh addresses, each ending the one before; return by row (its identity) the id added and the id ended."""
    movers = [known for known in everyone if known.fresh_addresses]
    ids = iter(bulk.next_ids(Address, sum(len(known.fresh_addresses) for known in movers)))
    today, ended, rows, moves = bulk.day(batch.today), [], [], {}
    for known in movers:
        if known.address_id:
            ended.append(known.address_id)
        before = known.address_id
        for place in known.fresh_addresses:
            key, until = next(ids), None if place is known.fresh_addresses[-1] else today
            source = place.source or batch.source
            rows.append((key, known.id, place.address, place.city, place.district, source, today, until))
            moves[id(place)] = (key, before)
            before = key
        if known.address_id and before:
            batch.moved.append(before)
    bulk.update(Address, ("valid_to",), [(key, today) for key in ended])
    bulk.insert(Address, _ADDRESS, rows)
    return moves


def _complete_change(
    change: _Change, identifiers: dict[tuple[int, int, str], int], moves: dict[int, tuple[int, int | None]]
) -> None:
    """Name the rows that were added, so that the import can take them back."""
    customer_id = change.known.id or 0
    added, ended = moves[id(change.address)] if change.address else (None, None)
    change.changes["identifiers"] = [identifiers[customer_id, mark.kind, mark.norm] for mark in change.marks]
    change.changes["addresses"] = {"added": [added] if added else [], "ended": [ended] if ended else []}


def _write_documents(batch: Batch) -> None:
    search.add_documents([(known.id or 0, _grams_of(known)) for known in batch.made])
    search.reindex_customers(
        known.id for known in batch.touched.values() if known.id and (known.fresh_marks or known.changed & _SEARCHED)
    )


def _grams_of(known: Known) -> set[str]:
    head = known.head
    return search.grams_of(head["name"], known.marks, owner_id=head["owner_id"], team_id=head["team_id"])
