"""Where a customer lives or works, with history."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.cities import city_ids
from guanxi.record.customers.models import Address, Customer
from guanxi.record.customers.permissions import reads
from guanxi.record.customers.rules.words import MAX_ADDRESS, MAX_CITY, sound_text
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.matching import is_same_place
from guanxi.record.customers.services.seeing import seen_customer
from guanxi.record.customers.services.telling import tell_moves

_EMPTY = gettext_noop("An address needs some words.")
_MASKED = gettext_noop("You cannot change a field that you do not see in clear.")


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A place as told. `estate_id` names an estate of the catalogue where the address stands in one."""

    text: str
    city: str = ""
    district: str = ""
    estate_id: int | None = None
    source: str = "desk"


@transaction.atomic
def change_address(customer_id: int, address: NewAddress, *, by: Principal) -> int | None:
    """Let a customer live at a new address from today on; the one before ends and stays in the history. A city given
    becomes the customer's city. Returns the new row's id, None when nothing changed.

    Raises Denied, and Refused: customers.not_found, customers.masked_field, customers.address_empty, a bad text.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if not reads(by, "address"):
        raise Refused("customers.masked_field", _MASKED)
    customer = seen_customer(customer_id, by)
    text = sound_text(address.text, MAX_ADDRESS)
    city, district = sound_text(address.city, MAX_CITY), sound_text(address.district, MAX_CITY)
    if not text:
        raise Refused("customers.address_empty", _EMPTY)
    current = Address.objects.filter(customer=customer, valid_to=None).order_by("-pk").first()
    if (
        current is not None
        and is_same_place(current.text, text)
        and (current.city, current.district) == (city, district)
    ):
        return None
    today = firm_day()
    Address.objects.filter(customer=customer, valid_to=None).update(valid_to=today)
    added = Address.objects.create(
        customer=customer, text=text, city=city, district=district, estate_id=address.estate_id,
        source=address.source[:60], valid_from=today,
    )  # fmt: skip
    home = {"city_id": city_id} if (city_id := city_ids([city]).get(city)) else {}
    Customer.objects.filter(pk=customer.pk).update(**home, version=F("version") + 1, updated_at=clock.now())
    mark_dirty([customer.pk])
    payload = {"from": current.text if current else "", "to": text}
    record_act(
        "customer.moved", by=by.actor, noun=Noun("customer", customer.code), payload=payload, subject=customer.code
    )
    tell_moves([added.pk], by=by)
    return added.pk
