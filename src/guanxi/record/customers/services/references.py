"""Bare customers from nothing but their references: what a file of dealings knows of them (--create-customers)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from guanxi.ground import clock
from guanxi.ground.ids import new_codes
from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import checked, reference_form
from guanxi.ground.text.pinyin import name_key
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, search
from guanxi.record.customers.choices import CustomerKind, IdentifierKind, Stage, State, Tier
from guanxi.record.customers.models import NEVER, Customer, Identifier, IdentifierKey, Tombstone
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.queries.references import customers_of_keys
from guanxi.record.customers.rules.marks import MAX_REFERENCE, key_of
from guanxi.record.customers.services.attempts import until_undisturbed
from guanxi.record.customers.services.dirty import mark_dirty

STEP = 20_000
# Up to here documents are written at once; more of them wait for search.index_missing().
INDEX_NOW = 2_000

_HEAD = (
    "id", "code", "kind", "name", "name_key", "reference", "gender", "company", "language", "source", "stage",
    "state", "tier", "value", "last_contact_on", "version", "created_on", "created_at", "updated_at", "is_demo",
)  # fmt: skip
_IDENTIFIER = ("id", "customer_id", "kind", "norm", "label", "source", "valid_from", "is_live")
_KIND = IdentifierKind.REFERENCE


def register_references(
    references: Iterable[str], *, by: Principal, source: str, name_from_reference: bool = True, is_demo: bool = False
) -> dict[str, int]:
    """Return the customer of each reference, making those that are not there: in the pool, stage customer (they deal),
    named by the reference. References that cannot be used (empty, rounded by a spreadsheet, erased, of a customer that
    `by` does not see) are missing from the answer.

    For 100,000s: more than 2,000 new ones are found by pieces only after `search.index_missing()`. One transaction, or
    a savepoint in the caller's. Raises Denied.
    """
    require(by, Permission.CREATE_CUSTOMERS)

    def make(step: Sequence[str]) -> dict[str, int]:
        return _Making(by, source, named=name_from_reference, is_demo=is_demo).run(step)

    given = list(dict.fromkeys(references))
    forms = _forms_of(given)
    found: dict[str, int] = {}
    wanted = list(dict.fromkeys(forms.values()))
    for start in range(0, len(wanted), STEP):
        step = wanted[start : start + STEP]
        found |= until_undisturbed(partial(make, step))
    return {text: found[form] for text, form in forms.items() if form in found}


def _forms_of(given: Sequence[str]) -> dict[str, str]:
    forms = {}
    for text in given:
        try:
            form = text if _is_plain(text) else reference_form(checked(text))
        except Refused:
            continue
        if len(form) <= MAX_REFERENCE:
            forms[text] = form
    return forms


def _is_plain(text: str) -> bool:
    """Digits, as most references are, need no further look."""
    return text.isascii() and text.isdigit()


def _named(form: str) -> tuple[str, str]:
    return form, form if _is_plain(form) else name_key(form)


class _Making:
    """One step of references on its way to customers."""

    def __init__(self, by: Principal, source: str, *, named: bool, is_demo: bool) -> None:
        self.by, self.source, self.named, self.is_demo = by, source, named, is_demo
        self.now: datetime = clock.now()
        self.today: date = clock.local_day(self.now, firm().zone)

    def run(self, forms: Sequence[str]) -> dict[str, int]:
        ring = keyring()
        keys = {key_of(_KIND, form, ring): form for form in forms}
        known = customers_of_keys(_KIND, keys)
        reach = reach_of(self.by)
        found = {form: head.id for form, head in known.items() if reach.covers(head.owner_id, head.team_id)}
        erased = set(Tombstone.objects.values_list("key", flat=True))
        fresh = {key: form for key, form in keys.items() if form not in known and key not in erased}
        return found | self._make(fresh)

    def _make(self, fresh: dict[int, str]) -> dict[str, int]:
        if not fresh:
            return {}
        ids, today = bulk.next_ids(Customer, len(fresh)), bulk.day(self.today)
        bulk.insert(Customer, _HEAD, self._heads(ids, list(fresh.values())))
        bulk.insert(
            Identifier,
            _IDENTIFIER,
            [
                (key, customer_id, int(_KIND), form, "", self.source, today, True)
                for key, customer_id, form in zip(bulk.next_ids(Identifier, len(ids)), ids, fresh.values(), strict=True)
            ],
        )
        bulk.insert(IdentifierKey, ("key", "customer_id"), sorted(zip(fresh, ids, strict=True)))
        made = dict(zip(fresh.values(), ids, strict=True))
        if len(made) <= INDEX_NOW:
            search.reindex_customers(ids)
        mark_dirty(ids)
        entry = Entry(Noun("customers", self.source[:40]), payload={"created": len(ids)}, count=len(ids))
        record_acts("customer.registered", [entry], by=self.by.actor)
        return made

    def _heads(self, ids: Sequence[int], forms: Sequence[str]) -> list[tuple[Any, ...]]:
        now = bulk.moment(self.now)
        kind, stage, state, tier = (
            int(value) for value in (CustomerKind.PERSON, Stage.CUSTOMER, State.NONE, Tier.NONE)
        )
        never, today = bulk.day(NEVER), bulk.day(self.today)
        same = (0, "", "", self.source, stage, state, tier, 0, never, 1, today, now, now, self.is_demo)
        return [
            (key, code, kind, *(_named(form) if self.named else ("", "")), form, *same)
            for key, code, form in zip(ids, new_codes(len(ids)), forms, strict=True)
        ]
