"""Ties between customers: relations and households."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.models import Customer, Household, Relation
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.rules.words import MAX_NAME, sound_text
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.seeing import seen_customer, seen_customers

_SELF = gettext_noop("A customer has no relation to himself.")
_THERE = gettext_noop("This relation is recorded already.")
_NOT_THERE = gettext_noop("This relation is not found.")
_NO_HOUSEHOLD = gettext_noop("This household is not found.")
_NO_NAME = gettext_noop("A household needs a name.")


@dataclass(frozen=True, slots=True)
class NewRelation:
    """`other` is the customer's `kind`: his spouse, the one who recommended him."""

    other_id: int
    kind: RelationKind
    note: str = ""
    source: str = "desk"
    told_on: date | None = None


@transaction.atomic
def relate_customers(customer_id: int, relation: NewRelation, *, by: Principal) -> int:
    """Record that a customer has another as relation; returns the row's id. Both must be seen.

    Raises Denied, and Refused: customers.not_found, customers.relation_to_self, customers.relation_there.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if customer_id == relation.other_id:
        raise Refused("customers.relation_to_self", _SELF)
    customers = {customer.pk: customer for customer in seen_customers([customer_id, relation.other_id], by)}
    note, told_on = sound_text(relation.note, MAX_NAME), relation.told_on or firm_day()
    try:
        with transaction.atomic():
            added = Relation.objects.create(
                customer_id=customer_id, other_id=relation.other_id, kind=relation.kind, note=note,
                source=relation.source[:60], told_on=told_on,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("customers.relation_there", _THERE) from None
    _finish("customer.related", list(customers.values()), {"kind": int(relation.kind)}, by)
    return added.pk


@transaction.atomic
def relate_household(customer_id: int, relation: NewRelation, *, household: str, by: Principal) -> int:
    """Record a relation, and with `household` (the name of a new one, should neither be in one) let both keep house
    together; returns the relation's id. Raises as `relate_customers` and `keep_house_together` do.
    """
    added = relate_customers(customer_id, relation, by=by)
    if household:
        keep_house_together(customer_id, relation.other_id, name=household, by=by)
    return added


@transaction.atomic
def end_relation(relation_id: int, *, by: Principal) -> None:
    """End a relation today; twice does nothing. Raises Denied, Refused customers.relation_not_found."""
    require(by, Permission.EDIT_CUSTOMERS)
    relation = Relation.objects.filter(pk=relation_id).first()
    if relation is None:
        raise Refused("customers.relation_not_found", _NOT_THERE)
    try:
        customer = seen_customer(relation.customer_id, by)
    except Refused:
        raise Refused("customers.relation_not_found", _NOT_THERE) from None
    if relation.ended_on is None:
        Relation.objects.filter(pk=relation.pk).update(ended_on=firm_day())
        _finish("customer.unrelated", [customer], {"kind": relation.kind}, by)


@transaction.atomic
def open_household(name: str, member_ids: Sequence[int], *, by: Principal) -> int:
    """Open a household with its members and return its id; they leave the one they were in.

    Raises Denied, and Refused: customers.not_found, customers.household_name.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    name = sound_text(name, 120)
    if not name:
        raise Refused("customers.household_name", _NO_NAME)
    members = seen_customers(member_ids, by)
    household = Household.objects.create(name=name)
    _settle(members, household.pk, by)
    return household.pk


@transaction.atomic
def join_household(customer_id: int, household_id: int, *, by: Principal) -> None:
    """Let a customer keep house with those of a household, of whom one at least must be seen.

    Raises Denied, and Refused: customers.not_found, customers.household_not_found.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    customer = seen_customer(customer_id, by)
    if not Customer.objects.filter(visible_to(by), household=household_id).exists():
        raise Refused("customers.household_not_found", _NO_HOUSEHOLD)
    _settle([customer], household_id, by)


@transaction.atomic
def keep_house_together(customer_id: int, other_id: int, *, name: str, by: Principal) -> int:
    """Let two customers keep house together and return the household: the one that either is in (the other's, where both
    are in one), or a new one called `name`. Both must be seen.

    Raises Denied, and Refused: customers.not_found, customers.relation_to_self, customers.household_name.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if customer_id == other_id:
        raise Refused("customers.relation_to_self", _SELF)
    there = {customer.pk: customer for customer in seen_customers([customer_id, other_id], by)}
    customer, other = there[customer_id], there[other_id]
    household_id = other.household_id or customer.household_id
    if household_id is None:
        return open_household(name, [customer_id, other_id], by=by)
    _settle([customer, other], household_id, by)
    return household_id


@transaction.atomic
def leave_household(customer_id: int, *, by: Principal) -> None:
    """Let a customer keep house alone; an empty household stays in the record. Raises Denied, Refused."""
    require(by, Permission.EDIT_CUSTOMERS)
    _settle([seen_customer(customer_id, by)], None, by)


def _settle(customers: Sequence[Customer], household_id: int | None, by: Principal) -> None:
    moving = [customer for customer in customers if customer.household_id != household_id]
    ids = [customer.pk for customer in moving]
    Customer.objects.filter(pk__in=ids).update(household=household_id, version=F("version") + 1, updated_at=clock.now())
    _finish("customer.household_changed", moving, {"to": household_id}, by)


def _finish(act: str, customers: Sequence[Customer], payload: dict[str, object], by: Principal) -> None:
    mark_dirty([customer.pk for customer in customers])
    entries = [Entry(Noun("customer", customer.code), payload=payload, subject=customer.code) for customer in customers]
    if entries:
        record_acts(act, entries, by=by.actor)
