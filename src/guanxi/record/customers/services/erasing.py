"""Erasing a person and keeping the statistics (PIPL 47, GDPR 17): who it was goes, that somebody dealt stays."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import F, Q

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import name_form
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import erase_subject, record_act
from guanxi.record.customers import search
from guanxi.record.customers.models import (
    Address,
    Customer,
    GroupMember,
    Household,
    Identifier,
    Merge,
    Preference,
    Relation,
    Share,
    StageChange,
    Tombstone,
)
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.holding_still import hold_customers_alone
from guanxi.record.customers.services.keys import drop_keys, identifier_keys, name_keys
from guanxi.record.customers.services.seeing import seen_customer
from guanxi.record.customers.services.tombstones import stone_keys

# eraser(ids): takes what its noun holds of these customers that tells who they are, in the transaction of the erasure.
Eraser = Callable[[Sequence[int]], None]

_erasers: dict[str, Eraser] = {}

_NO_BASIS = gettext_noop("Say on what ground this person is erased.")
_ERASED = gettext_noop("This customer was erased already.")


def register_eraser(name: str, eraser: Eraser) -> None:
    """Let a noun above take part in erasures; called once, by `project`. A name twice replaces."""
    _erasers[name] = eraser


@transaction.atomic
def erase_customer(customer_id: int, *, basis: str, by: Principal) -> None:
    """Erase a person, with all that was merged into him: identifiers, names, addresses, preferences, relations, groups,
    the payloads of the journal and their key, and what the registered nouns hold. His row stays empty under its code,
    so that dealings keep their sums, and a tombstone keeps files from bringing him back. Nothing undoes it.

    Raises Denied, and Refused: customers.not_found, customers.erased_already, customers.no_basis.
    """
    require(by, Permission.ERASE_CUSTOMERS)
    hold_customers_alone()
    basis = sound_text(basis, 60)
    if not basis:
        raise Refused("customers.no_basis", _NO_BASIS)
    customer = seen_customer(customer_id, by, gone=True)
    if customer.erased_at is not None:
        raise Refused("customers.erased_already", _ERASED)
    _erase([customer, *Customer.objects.filter(merged_into=customer)], basis, by)


@transaction.atomic
def reapply_tombstones(stones: Sequence[tuple[int, str, str, str]], *, by: Principal) -> int:
    """Erase again, after an old backup was restored, whoever was erased since: `stones` are rows of `tombstones()` kept
    outside (key, code, day, basis). Returns how many customers were erased again. Raises Denied.
    """
    require(by, Permission.ERASE_CUSTOMERS)
    hold_customers_alone()
    basis_of = {code: basis for _, code, _, basis in stones}
    there = list(Customer.objects.filter(code__in=basis_of, erased_at=None).order_by("pk"))
    for customer in there:
        _erase([customer], basis_of[customer.code], by)
    Tombstone.objects.bulk_create(
        [Tombstone(key=key, code=code, erased_on=day, basis=basis) for key, code, day, basis in stones],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len(there)


def tombstones() -> list[tuple[int, str, str, str]]:
    """Return all tombstones (key, code, day as ISO text, basis), to be kept outside of the database with its backups."""
    rows = Tombstone.objects.order_by("key").values_list("key", "code", "erased_on", "basis")
    return [(key, code, day.isoformat(), basis) for key, code, day, basis in rows]


def _erase(customers: Sequence[Customer], basis: str, by: Principal) -> None:
    ids = [customer.pk for customer in customers]
    _set_stones(customers, basis)
    drop_keys(identifier_keys(ids) | name_keys(ids))
    for name in sorted(_erasers):
        _erasers[name](ids)
    for model in (Identifier, Address, Preference, GroupMember, Share):
        model.objects.filter(customer__in=ids).delete()
    Relation.objects.filter(Q(customer__in=ids) | Q(other__in=ids)).delete()
    Merge.objects.filter(Q(winner__in=ids) | Q(loser__in=ids)).delete()  # its ledger names old values
    StageChange.objects.filter(customer__in=ids).update(cause="")
    households = {customer.household_id for customer in customers if customer.household_id}
    _empty_heads(ids)
    Household.objects.filter(pk__in=households, members=None).delete()
    search.reindex_customers(ids)
    search.forget_words()
    mark_dirty(ids)
    for customer in customers:
        erase_subject(customer.code, by=by.actor)
        record_act("customer.erased", by=by.actor, noun=Noun("customer", customer.code), payload={"basis": basis})


def _set_stones(customers: Sequence[Customer], basis: str) -> None:
    """Each of these people is told by any of their names and identifiers; the stone names one code for each key."""
    ring, today = keyring(), firm_day()
    marks = list(Identifier.objects.filter(customer__in=customers).values_list("kind", "norm"))
    stones: dict[int, Tombstone] = {}
    for customer in customers:
        for key in stone_keys(marks, name_form(customer.name), ring):
            stones.setdefault(key, Tombstone(key=key, code=customer.code, erased_on=today, basis=basis))
        # one of his own, so that the code is remembered where there was no identifier at all
        own = ring.blind_index("erased-code", customer.code)
        stones[own] = Tombstone(key=own, code=customer.code, erased_on=today, basis=basis)
    Tombstone.objects.bulk_create(stones.values(), ignore_conflicts=True, batch_size=500)


def _empty_heads(ids: Sequence[int]) -> None:
    now = clock.now()
    Customer.objects.filter(pk__in=ids).update(
        name="", name_key="", reference="", gender=0, birthday=None, company="", language="", source="",
        household=None, owner=None, team=None, city=None, deleted_at=now, erased_at=now, updated_at=now,
        version=F("version") + 1,
    )  # fmt: skip
