"""Identifiers and contact points: adding one, ending one."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import checked
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers import search
from guanxi.record.customers.choices import SINGLE_KINDS, IdentifierKind
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.permissions import FIELD_OF_KIND, reads
from guanxi.record.customers.rules.marks import mark_of
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.keys import add_keys
from guanxi.record.customers.services.seeing import seen_customer

_TAKEN = gettext_noop("This {field} belongs to another customer.")
_HAS_ONE = gettext_noop("This customer already has a {field}; end it first.")
_NOT_THERE = gettext_noop("This identifier is not found.")
_BACKWARDS = gettext_noop("An identifier cannot end before it began or in the future.")


@transaction.atomic
def add_identifier(
    customer_id: int, *, kind: IdentifierKind, text: str, by: Principal, label: str = "", source: str = "desk"
) -> int:
    """Add an identifier or contact point and return its id; one that he has already is answered as it is.

    Raises Denied, and Refused: customers.not_found, what the kind says of a bad text, customers.identifier_taken when a
    strong one belongs to somebody else, customers.has_one for a second reference or ID number.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    customer = seen_customer(customer_id, by)
    today = firm_day()
    mark = mark_of(kind, checked(text), keyring(), today=today)
    own = Identifier.objects.filter(customer=customer, kind=kind, is_live=True)
    there = own.filter(norm=mark.norm).first()
    if there is not None:
        return there.pk
    if kind in SINGLE_KINDS and own.exists():
        raise Refused("customers.has_one", _HAS_ONE, field=kind.label)
    try:
        with transaction.atomic():
            added = Identifier.objects.create(
                customer=customer, kind=kind, norm=mark.norm, cipher=mark.cipher,
                label=checked(label)[:40], source=source[:60], valid_from=today,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("customers.identifier_taken", _TAKEN, field=kind.label) from None
    add_keys([(mark.key, customer.pk)])
    if kind == IdentifierKind.REFERENCE:
        Customer.objects.filter(pk=customer.pk).update(reference=mark.norm)
    _finish("customer.identifier_added", customer, kind, by)
    return added.pk


@transaction.atomic
def end_identifier(identifier_id: int, *, by: Principal, on: date | None = None) -> None:
    """End an identifier today or on an earlier day: it stays in the history and still finds its customer in a search,
    but counts no more when rows are recognised. Ending it twice does nothing.

    Raises Denied, and Refused: customers.identifier_not_found (also for one of an unseen customer, or of a field not
    read in clear), customers.ends_wrongly.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    identifier = Identifier.objects.filter(pk=identifier_id).first()
    if identifier is None or not reads(by, FIELD_OF_KIND[identifier.kind]):
        raise Refused("customers.identifier_not_found", _NOT_THERE)
    customer = seen_customer(identifier.customer_id, by)
    if identifier.valid_to is not None:
        return
    day = on or firm_day()
    if day > firm_day() or (identifier.valid_from and day < identifier.valid_from):
        raise Refused("customers.ends_wrongly", _BACKWARDS)
    Identifier.objects.filter(pk=identifier.pk).update(valid_to=day, is_live=False)
    if identifier.kind == IdentifierKind.REFERENCE and customer.reference == identifier.norm:
        Customer.objects.filter(pk=customer.pk).update(reference="")
    _finish("customer.identifier_ended", customer, IdentifierKind(identifier.kind), by)


def _finish(act: str, customer: Customer, kind: IdentifierKind, by: Principal) -> None:
    Customer.objects.filter(pk=customer.pk).update(version=F("version") + 1, updated_at=clock.now())
    search.reindex_customers([customer.pk])
    mark_dirty([customer.pk])
    record_act(
        act,
        by=by.actor,
        noun=Noun("customer", customer.code),
        payload={"kind": kind.name.lower()},
        subject=customer.code,
    )
