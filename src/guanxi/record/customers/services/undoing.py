"""Undoing what rows of an import changed about customers that were known before (the ledger of imports calls this)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, search
from guanxi.record.customers.models import PRESENT, Address, Customer, Identifier
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.keys import keys_of_customers, settle_keys
from guanxi.record.customers.services.telling import tell_taken_back
from guanxi.record.customers.services.writing import plain

Change = tuple[int, Mapping[str, Any]]  # customer, `Registered.changes` of one row

_STEP = 2_000


@transaction.atomic
def undo_updates(changes: Sequence[Change], *, by: Principal) -> list[tuple[int, str]]:
    """Take back what rows changed, given oldest first; identifiers and addresses that they added go, ended ones return.

    A column that somebody has changed since keeps that later value: such (customer, column) pairs are returned.
    Erased and deleted customers are left alone. Raises Denied.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    kept: list[tuple[int, str]] = []
    by_customer: dict[int, list[Mapping[str, Any]]] = {}
    for customer_id, change in changes:
        by_customer.setdefault(customer_id, []).append(change)
    for ids in bulk.steps_of(by_customer, _STEP):
        kept += _undo_step({customer_id: by_customer[customer_id] for customer_id in ids}, by)
    if by_customer:
        entry = Entry(Noun("customers", ""), payload={"undone": len(by_customer)}, count=len(by_customer))
        record_acts("customer.update_undone", [entry], by=by.actor)
    return kept


def _undo_step(changes: Mapping[int, list[Mapping[str, Any]]], by: Principal) -> list[tuple[int, str]]:
    customers = {c.pk: c for c in Customer.objects.select_for_update().filter(PRESENT, pk__in=list(changes))}
    keys = keys_of_customers(customers)
    kept: list[tuple[int, str]] = []
    added: list[int] = []
    for customer_id, customer in customers.items():
        for change in reversed(changes[customer_id]):
            kept += [(customer_id, column) for column in _put_back(customer, change["head"])]
            added += change["identifiers"]
    gone = _undo_addresses([change for key in customers for change in reversed(changes[key])])
    tell_taken_back(list(customers), sorted(gone), by=by)
    Identifier.objects.filter(pk__in=added, customer_id__in=list(customers)).delete()
    columns = sorted({column for key in customers for change in changes[key] for column in change["head"]})
    if columns:
        Customer.objects.bulk_update(customers.values(), [_field(column) for column in columns])
    Customer.objects.filter(pk__in=list(customers)).update(version=F("version") + 1, updated_at=clock.now())
    settle_keys(keys, keys_of_customers(customers))
    search.reindex_customers(customers)
    mark_dirty(customers)
    return kept


def _put_back(customer: Customer, head: Mapping[str, Sequence[Any]]) -> list[str]:
    """Set columns to what they were where they still are what the row made of them; return the others."""
    kept = []
    for column, (old, new) in head.items():
        if plain(getattr(customer, column)) == new:
            setattr(customer, column, _typed(column, old))
        else:
            kept.append(column)
    return kept


def _undo_addresses(changes: Sequence[Mapping[str, Any]]) -> set[int]:
    """Newest first: an address that is still the current one goes, and the one it ended is current again. Where the
    customer has moved on since, that stands. Returns those that went.
    """
    touched = [key for change in changes for keys in change["addresses"].values() for key in keys]
    current = set(Address.objects.filter(pk__in=touched, valid_to=None).values_list("pk", flat=True))
    gone: set[int] = set()
    reopened: set[int] = set()
    for change in changes:
        added = set(change["addresses"]["added"])
        if added and added <= current | reopened:
            gone |= added
            reopened |= set(change["addresses"]["ended"])
    Address.objects.filter(pk__in=gone).delete()
    Address.objects.filter(pk__in=reopened - gone).update(valid_to=None)
    return gone


def _typed(column: str, value: Any) -> Any:
    return next(field for field in Customer._meta.concrete_fields if field.column == column).to_python(value)


def _field(column: str) -> str:
    """The field of a column: owner_id is the field owner."""
    return next(field.name for field in Customer._meta.concrete_fields if field.column == column)
