"""Taking customers away and bringing them back. A deleted customer is in no list, no search and recognised by nobody."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, search
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.keys import add_keys, drop_keys, keys_of_customers
from guanxi.record.customers.services.seeing import seen_customers

_STEP = 5_000
_TAKEN = gettext_noop("An identifier of this customer belongs to somebody else by now; end it there first.")
_NOT_DELETED = gettext_noop("This customer is not deleted.")


@transaction.atomic
def delete_customers(ids: Sequence[int], *, by: Principal, cause: str = "") -> int:
    """Delete customers: kept whole for `restore_customers`, their identifiers free for others. Returns how many.

    Raises Denied, and Refused (customers.not_found) when one is not seen.
    """
    require(by, Permission.DELETE_CUSTOMERS)
    codes = []
    for step in bulk.steps_of(dict.fromkeys(ids), _STEP):
        codes += [customer.code for customer in seen_customers(step, by, shared=False)]
        take_away(step)
    _journal("customer.deleted", codes, by, cause)
    return len(codes)


@transaction.atomic
def restore_customers(ids: Sequence[int], *, by: Principal) -> int:
    """Bring deleted customers back with all they had. Returns how many.

    Raises Denied, and Refused: customers.not_found, customers.not_deleted (erased ones cannot come back),
    customers.identifier_taken when somebody else has one of their strong identifiers now.
    """
    require(by, Permission.DELETE_CUSTOMERS)
    codes = []
    for step in bulk.steps_of(dict.fromkeys(ids), _STEP):
        customers = seen_customers(step, by, gone=True, shared=False)
        if any(customer.deleted_at is None or customer.erased_at for customer in customers):
            raise Refused("customers.not_deleted", _NOT_DELETED)
        codes += [customer.code for customer in customers]
        bring_back(step)
    _journal("customer.restored", codes, by, "")
    return len(codes)


def take_away(ids: Sequence[int]) -> None:
    """Delete customers in the caller's transaction, who has checked them and writes the journal."""
    drop_keys(keys_of_customers(ids))
    Identifier.objects.filter(customer_id__in=ids, is_live=True).update(is_live=False)
    _set_deleted(ids, deleted=True)
    search.reindex_customers(ids)
    mark_dirty(ids)


@transaction.atomic
def bring_back(ids: Sequence[int]) -> None:
    """Restore deleted customers in the caller's transaction, who has checked them and writes the journal.

    Raises Refused (customers.identifier_taken); then nothing was restored.
    """
    _set_deleted(ids, deleted=False)
    _revive_identifiers(ids)
    add_keys(keys_of_customers(ids))
    search.reindex_customers(ids)
    mark_dirty(ids)


def _revive_identifiers(ids: Sequence[int]) -> None:
    try:
        with transaction.atomic():
            Identifier.objects.filter(customer_id__in=ids, valid_to=None).update(is_live=True)
    except IntegrityError:
        raise Refused("customers.identifier_taken", _TAKEN) from None


def _set_deleted(ids: Sequence[int], *, deleted: bool) -> None:
    now = clock.now()
    Customer.objects.filter(pk__in=ids).update(
        deleted_at=now if deleted else None, updated_at=now, version=F("version") + 1
    )


def _journal(kind: str, codes: Sequence[str], by: Principal, cause: str) -> None:
    payload = {"cause": cause} if cause else None
    if len(codes) == 1:
        entry = Entry(Noun("customer", codes[0]), payload=payload, subject=codes[0] if payload else "")
    else:
        entry = Entry(Noun("customers", ""), payload={"cause": cause, "count": len(codes)}, count=len(codes))
    if codes:
        record_acts(kind, [entry], by=by.actor)
