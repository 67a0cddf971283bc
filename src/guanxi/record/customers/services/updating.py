"""Changing what the head row says of a customer."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import name_form
from guanxi.ground.text.pinyin import name_key
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers import search
from guanxi.record.customers.cities import city_ids
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import reads
from guanxi.record.customers.rules.words import MAX_CITY, MAX_NAME, read_gender, read_kind, sound_birthday, sound_text
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.keys import add_keys, keys_of_customers
from guanxi.record.customers.services.seeing import seen_customer
from guanxi.record.customers.services.writing import plain

_CONFLICT = gettext_noop("Somebody else changed this customer meanwhile. Look at the new values and change again.")
_NOT_A_FIELD = gettext_noop("A customer has no field “{field}” that can be changed here.")
_MASKED = gettext_noop("You cannot change a field that you do not see in clear.")
_NO_NAME = gettext_noop("A customer needs a name.")


@transaction.atomic
def update_customer(customer_id: int, changes: Mapping[str, str | date], *, version: int, by: Principal) -> int:
    """Change fields of a customer and return the new version: name, kind, gender, birthday, company, language, city, as
    texts of a form ("" empties what may be empty). What is the same is not written.

    Raises Denied, and Refused: customers.not_found, customers.conflict when the version is not the present one,
    customers.not_a_field, customers.masked_field, or what a field says of a bad value.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    for field in changes:
        if field not in _READERS:
            raise Refused("customers.not_a_field", _NOT_A_FIELD, field=excerpt(field))
        if not reads(by, field):
            raise Refused("customers.masked_field", _MASKED)
    customer = seen_customer(customer_id, by)
    if customer.version != version:
        raise Refused("customers.conflict", _CONFLICT)
    today = firm_day()
    wanted: dict[str, Any] = {}
    for field, text in changes.items():
        wanted |= _READERS[field](text, today)
    differing = {column: value for column, value in wanted.items() if getattr(customer, column) != value}
    if not differing:
        return version
    return _write(customer, differing, by)


def _write(customer: Customer, differing: Mapping[str, Any], by: Principal) -> int:
    done = Customer.objects.filter(pk=customer.pk, version=customer.version).update(
        **differing, version=F("version") + 1, updated_at=clock.now()
    )
    if not done:
        raise Refused("customers.conflict", _CONFLICT)
    add_keys(keys_of_customers([customer.pk]))  # the old name's key stays: a file that knows no better still finds him
    search.reindex_customers([customer.pk])
    mark_dirty([customer.pk])
    was = {column: [plain(getattr(customer, column)), plain(value)] for column, value in differing.items()}
    record_act(
        "customer.updated", by=by.actor, noun=Noun("customer", customer.code), payload=was, subject=customer.code
    )
    return customer.version + 1


def _read_name(text: str | date, today: date) -> dict[str, Any]:
    name = sound_text(str(text), MAX_NAME)
    if not name_form(name):
        raise Refused("customers.name_missing", _NO_NAME)
    return {"name": name, "name_key": name_key(name)}


def _read_city(text: str | date, today: date) -> dict[str, Any]:
    name = sound_text(str(text), MAX_CITY)
    return {"city_id": city_ids([name]).get(name)}


_READERS: dict[str, Callable[[str | date, date], dict[str, Any]]] = {
    "name": _read_name,
    "kind": lambda text, today: {"kind": read_kind(str(text))},
    "gender": lambda text, today: {"gender": read_gender(str(text)) if text else 0},
    "birthday": lambda text, today: {"birthday": sound_birthday(text, today) if text else None},
    "company": lambda text, today: {"company": sound_text(str(text), MAX_NAME)},
    "language": lambda text, today: {"language": sound_text(str(text), 10)},
    "city": _read_city,
}
