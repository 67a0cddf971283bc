"""The preference card: eight fields, as told or agreed by the customer, each with source and date (PRF-01)."""

from datetime import date

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.choices import PreferenceField
from guanxi.record.customers.models import Preference
from guanxi.record.customers.rules.preferences import checked_preference
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services.seeing import seen_customer

_NO_FIELD = gettext_noop("The preference card has no such field.")
_NO_SOURCE = gettext_noop("Say who told it.")
_FUTURE = gettext_noop("This day is in the future.")
_NOT_THERE = gettext_noop("This preference is not found.")


@transaction.atomic
def record_preference(
    customer_id: int, *, field: int, text: str, source: str, by: Principal, told_on: date | None = None
) -> int:
    """Write a line of the card and return its id; the same words in the same field are there once.

    Raises Denied, and Refused: customers.not_found, customers.no_such_field, customers.no_source,
    customers.told_in_future, customers.preference_length, customers.not_kept (health, beliefs, family conflict).
    """
    require(by, Permission.EDIT_CUSTOMERS)
    customer = seen_customer(customer_id, by)
    if field not in PreferenceField.values:
        raise Refused("customers.no_such_field", _NO_FIELD)
    source = sound_text(source, 60)
    if not source:
        raise Refused("customers.no_source", _NO_SOURCE)
    today = clock.local_day(clock.now(), firm().zone)
    if told_on is not None and told_on > today:
        raise Refused("customers.told_in_future", _FUTURE)
    text = checked_preference(text)
    there = Preference.objects.filter(customer=customer, field=field, text=text, ended_on=None).first()
    if there is not None:
        return there.pk
    added = Preference.objects.create(
        customer=customer, field=field, text=text, source=source, told_on=told_on or today
    )
    payload = {"field": int(field), "text": text, "source": source}
    record_act(
        "preference.recorded", by=by.actor, noun=Noun("customer", customer.code), payload=payload, subject=customer.code
    )
    return added.pk


@transaction.atomic
def end_preference(preference_id: int, *, by: Principal) -> None:
    """Take a line off the card; it stays in the history. Raises Denied, Refused customers.preference_not_found."""
    require(by, Permission.EDIT_CUSTOMERS)
    preference = Preference.objects.filter(pk=preference_id).first()
    if preference is None:
        raise Refused("customers.preference_not_found", _NOT_THERE)
    try:
        customer = seen_customer(preference.customer_id, by)
    except Refused:
        raise Refused("customers.preference_not_found", _NOT_THERE) from None
    if preference.ended_on is None:
        preference.ended_on = clock.local_day(clock.now(), firm().zone)
        preference.save(update_fields=["ended_on"])
        payload = {"field": preference.field, "text": preference.text}
        record_act(
            "preference.ended",
            by=by.actor,
            noun=Noun("customer", customer.code),
            payload=payload,
            subject=customer.code,
        )
