"""Becoming a customer: the one way in, for forms, files, feeds and APIs alike (decision 5 of the five ideas)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from guanxi.ground import clock
from guanxi.ground.ids import new_codes
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.identity import queries as identity
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers.cities import city_ids
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.rules.newcomers import NewCustomer, Prepared, Problem, prepare_rows
from guanxi.record.customers.services.attempts import until_undisturbed
from guanxi.record.customers.services.matching import (
    Known,
    Registry,
    check_seen,
    is_same_place,
    load_addresses,
    load_registry,
)
from guanxi.record.customers.services.owners import names_of_owners, owners_by_name
from guanxi.record.customers.services.telling import tell_moves
from guanxi.record.customers.services.tombstones import check_not_erased, erased_keys
from guanxi.record.customers.services.writing import Batch, plain, write_batch

_NO_STAFF = gettext_noop("There is no colleague “{text}” to whom you may give customers.")
_MAY_NOT_GIVE = gettext_noop("You may not give this customer to somebody else.")


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(slots=True)
class Registered:
    """What one row became. `id` and `code` are those of the customer (0 and "" for a failed row).

    `changes` (updated rows only) is plain JSON and enough to undo the row exactly with `undo_updates`:
    {"head": {column: [old, new]}, "identifiers": [ids added], "addresses": {"added": [ids], "ended": [ids]}}.
    """

    outcome: Outcome
    id: int = 0
    code: str = ""
    problem: Problem | None = None
    changes: dict[str, Any] | None = None


def register_customers(rows: Sequence[NewCustomer], *, by: Principal, source: str) -> list[Registered]:
    """Recognise each row and make or complete its customer: one answer a row, in order (matching.py says the rule).

    A cell of a row completes what is empty and replaces what differs; an empty cell changes nothing, and a row that says
    nothing new writes nothing. Identifiers are added, never taken away. A customer is owned by the row's owner, else by
    the manager who takes him in, else he stands in the pool.
    One transaction, or a savepoint in the caller's. Raises Denied; a bad row is an answer, not an error.
    """
    require(by, Permission.CREATE_CUSTOMERS)
    today = identity.firm_day()
    prepared = prepare_rows(rows, today=today, ring=keyring())
    return register_prepared(prepared, by=by, source=source)


def register_prepared(prepared: Sequence[Prepared | Problem], *, by: Principal, source: str) -> list[Registered]:
    """As `register_customers`, with rows that were prepared before, outside of the transaction."""
    require(by, Permission.CREATE_CUSTOMERS)
    return until_undisturbed(lambda: _Registration(by, source).run(prepared))


class _Registration:
    """One batch on its way from rows to answers."""

    def __init__(self, by: Principal, source: str) -> None:
        self.by = by
        self.now: datetime = clock.now()
        self.today: date = clock.local_day(self.now, identity.firm().zone)
        self.reach = reach_of(by)
        self.batch = Batch(now=self.now, today=self.today, source=source)
        self.registry = Registry()
        self.owners: dict[str, tuple[int, int]] = {}
        self.owner_names: dict[int, str] | None = None
        self.cities: dict[str, int] = {}
        self.default_owner = self._default_owner()

    def run(self, prepared: Sequence[Prepared | Problem]) -> list[Registered]:
        rows = [row for row in prepared if isinstance(row, Prepared)]
        self.registry = load_registry(rows)
        if any(row.address for row in rows):
            load_addresses(self.registry)
        if any(row.owner for row in rows):
            self.owners = owners_by_name(self.by)
        self.cities = city_ids({row.city for row in rows if row.city})
        erased = erased_keys(rows)
        answers, met = [], []
        for row, code in zip(prepared, new_codes(len(prepared)), strict=True):
            answer, known = self._take(row, code, erased)
            answers.append(answer)
            met.append(known)
        write_batch(self.batch)
        for answer, known in zip(answers, met, strict=True):
            if known is not None:
                answer.id, answer.code = known.id or 0, known.head["code"]
        self._journal(answers)
        tell_moves(self.batch.moved, by=self.by)
        return answers

    def _take(self, row: Prepared | Problem, code: str, erased: dict[int, date]) -> tuple[Registered, Known | None]:
        if isinstance(row, Problem):
            return Registered(Outcome.FAILED, problem=row), None
        column = ""
        try:
            check_not_erased(row, erased)
            known = self.registry.match(row)
            column = "owner"
            owner = self._owner_of(row, known)
            column = ""
            if known is None:
                return Registered(Outcome.CREATED), self._make(row, owner, code)
            check_seen(known, self.reach)
            changes = self._complete(known, row, owner)
        except Refused as refused:
            return Registered(Outcome.FAILED, problem=Problem(column, refused)), None
        return Registered(Outcome.UPDATED if changes else Outcome.UNCHANGED, changes=changes), known

    def _make(self, row: Prepared, owner: tuple[int, int] | None, code: str) -> Known:
        owner_id, team_id = owner or self.default_owner
        head = {
            **head_of(row),
            "code": row.code or code,
            "city_id": self.cities.get(row.city),
            "owner_id": owner_id,
            "team_id": team_id,
            "source": row.source or self.batch.source,
            "stage": row.stage,
            "created_on": row.created_on or self.today,
            "is_demo": row.is_demo,
        }
        known = Known(None, head, row.form, source=head["source"], fresh_marks=list(row.marks))
        if row.address:
            known.address = row.address
            known.fresh_addresses.append(row)
        self.registry.add(known, [mark[:2] for mark in row.marks])
        self.batch.made.append(known)
        return known

    def _default_owner(self) -> tuple[int | None, int | None]:
        """A manager keeps whom he takes in; a leader's stand in the pool of the team; files belong to the whole firm."""
        if self.by.staff_id and self.by.scope == Scope.OWN:
            return self.by.staff_id, self.by.team_id
        return None, self.by.team_id if self.by.scope != Scope.ALL else None

    def _complete(self, known: Known, row: Prepared, owner: tuple[int, int] | None) -> dict[str, Any] | None:
        head, wanted = known.head, self._differences(known, row, owner)
        fresh = [mark for mark in row.marks if mark[:2] not in known.marks and mark.kind]
        moved = bool(row.address) and not is_same_place(known.address, row.address)
        if not (wanted or fresh or moved):
            return None
        if not may(self.by, Permission.EDIT_CUSTOMERS):
            raise Refused(
                "customers.may_not_edit", gettext_noop("You may not change customers that are already known.")
            )
        changes: dict[str, Any] = {
            "head": {column: [plain(head[column]), plain(new)] for column, new in wanted.items()}
        }
        head |= wanted
        known.changed |= wanted.keys()
        known.fresh_marks += fresh
        self.registry.add(known, [mark[:2] for mark in fresh])
        if moved:
            known.address = row.address
            known.fresh_addresses.append(row)
        self.batch.note_change(known, changes, fresh, row if moved else None)
        return changes

    def _differences(self, known: Known, row: Prepared, owner: tuple[int, int] | None) -> dict[str, Any]:
        """Columns of the head that the row says otherwise. A name differs when its normal form does."""
        head, given = known.head, head_of(row)
        # nothing given, nothing changed: the empty text, no day, gender not known
        wanted = {column: value for column, value in given.items() if value and value != head[column]}
        if row.form == known.form or not row.is_named:
            wanted.pop("name", None)
            wanted.pop("name_key", None)
        if head["reference"]:
            wanted.pop("reference", None)
        if row.kind is None:
            wanted.pop("kind", None)
        city = self.cities.get(row.city)
        if city is not None and city != head["city_id"]:
            wanted["city_id"] = city
        if owner is not None and owner[0] != head["owner_id"]:
            wanted |= {"owner_id": owner[0], "team_id": owner[1]}
        if "name" in wanted:
            known.form = row.form
        return wanted

    def _owner_of(self, row: Prepared, known: Known | None) -> tuple[int, int] | None:
        text = row.owner
        if not text:
            return None
        owner = self.owners.get(text) or self.owners.get(text.casefold())
        if owner is None:
            if known is not None and self._is_owned_by(known, text):
                return None
            raise Refused("customers.unknown_owner", _NO_STAFF, text=excerpt(text))
        if owner[0] != self.by.staff_id and not may(self.by, Permission.ASSIGN_CUSTOMERS):
            raise Refused("customers.may_not_assign", _MAY_NOT_GIVE)
        return owner

    def _is_owned_by(self, known: Known, name: str) -> bool:
        """Whether a customer is already with a colleague of this name: one who has left, or of a name that two have."""
        if self.owner_names is None:
            self.owner_names = names_of_owners(self.registry.by_id)
        return self.owner_names.get(known.head["owner_id"], "").casefold() == name.casefold()

    def _journal(self, answers: list[Registered]) -> None:
        """One row for the batch; a single customer has a row of his own."""
        counts = {outcome.value: sum(answer.outcome == outcome for answer in answers) for outcome in Outcome}
        written = counts["created"] + counts["updated"]
        if not written:
            return
        noun, subject = Noun("customers", self.batch.source[:40]), ""
        if len(answers) == 1:
            noun, subject = Noun("customer", answers[0].code), answers[0].code
        entry = Entry(noun, payload={**counts, "source": self.batch.source}, subject=subject, count=written)
        record_acts("customer.registered", [entry], by=self.by.actor)


def head_of(row: Prepared) -> dict[str, Any]:
    """The columns of the head row that a prepared row fills itself."""
    return {
        "name": row.name,
        "name_key": row.name_key,
        "kind": row.kind or 1,
        "reference": row.reference,
        "gender": row.gender or 0,
        "birthday": row.birthday,
        "company": row.company,
        "language": row.language,
    }
