"""The preference card: eight fields, as told or agreed by the customer, each with source and date (PRF-01)."""

from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers import search
from guanxi.record.customers.choices import PreferenceField
from guanxi.record.customers.models import Customer, Preference
from guanxi.record.customers.rules.preferences import checked_preference
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services.seeing import seen_customer

_NO_FIELD = gettext_noop("The preference card has no such field.")
_NO_SOURCE = gettext_noop("Say who told it.")
_FUTURE = gettext_noop("This day is in the future.")
_NOT_THERE = gettext_noop("This preference is not found.")
_TOO_LATE = gettext_noop("Only what was taken off today can be put back; write it down again.")


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
    today = firm_day()
    if told_on is not None and told_on > today:
        raise Refused("customers.told_in_future", _FUTURE)
    text = checked_preference(text)
    there = Preference.objects.filter(customer=customer, field=field, text=text, ended_on=None).first()
    if there is not None:
        return there.pk
    added = Preference.objects.create(
        customer=customer, field=field, text=text, source=source, told_on=told_on or today
    )
    _kept("preference.recorded", added, customer, by)
    return added.pk


@transaction.atomic
def correct_preference(preference_id: int, *, text: str, source: str, by: Principal) -> int:
    """Put other words in the place of a line of the card, told today by `source`; the old line stays in the history.

    Returns the new line's id. Raises Denied, and Refused as `record_preference` does, customers.preference_not_found.
    """
    preference, customer = _of_somebody_seen(preference_id, by)
    if preference.ended_on is not None:
        raise Refused("customers.preference_not_found", _NOT_THERE)
    if checked_preference(text) == preference.text:
        return preference.pk
    _end(preference, customer, by)
    return record_preference(customer.pk, field=preference.field, text=text, source=source, by=by)


@transaction.atomic
def end_preference(preference_id: int, *, by: Principal) -> None:
    """Take a line off the card; it stays in the history. Raises Denied, Refused customers.preference_not_found."""
    preference, customer = _of_somebody_seen(preference_id, by)
    if preference.ended_on is None:
        _end(preference, customer, by)


@transaction.atomic
def resume_preference(preference_id: int, *, by: Principal) -> None:
    """Put a line that was taken off today back on the card. Raises Denied, and Refused: customers.preference_not_found,
    customers.preference_too_late.
    """
    preference, customer = _of_somebody_seen(preference_id, by)
    if preference.ended_on is None:
        return
    if preference.ended_on != firm_day():
        raise Refused("customers.preference_too_late", _TOO_LATE)
    preference.ended_on = None
    preference.save(update_fields=["ended_on"])
    _kept("preference.recorded", preference, customer, by)


@transaction.atomic
def quiet_preference(preference_id: int, *, is_quiet: bool, by: Principal) -> None:
    """Suggest nothing from a line of the card any more, or again. Raises Denied, Refused customers.preference_not_found."""
    preference, customer = _of_somebody_seen(preference_id, by)
    if preference.ended_on is not None:
        raise Refused("customers.preference_not_found", _NOT_THERE)
    if preference.is_quiet == is_quiet:
        return
    preference.is_quiet = is_quiet
    preference.save(update_fields=["is_quiet"])
    _kept("preference.quieted" if is_quiet else "preference.heeded", preference, customer, by)


def _of_somebody_seen(preference_id: int, by: Principal) -> tuple[Preference, Customer]:
    require(by, Permission.EDIT_CUSTOMERS)
    preference = Preference.objects.filter(pk=preference_id).first()
    if preference is None:
        raise Refused("customers.preference_not_found", _NOT_THERE)
    try:
        return preference, seen_customer(preference.customer_id, by)
    except Refused:
        raise Refused("customers.preference_not_found", _NOT_THERE) from None


def _end(preference: Preference, customer: Customer, by: Principal) -> None:
    preference.ended_on = firm_day()
    preference.save(update_fields=["ended_on"])
    _kept("preference.ended", preference, customer, by)


def _kept(kind: str, preference: Preference, customer: Customer, by: Principal) -> None:
    """What an act leaves behind: its journal row, and the card found by its words."""
    search.reindex_customers([customer.pk])
    payload = {"field": preference.field, "text": preference.text, "source": preference.source}
    record_act(kind, by=by.actor, noun=Noun("customer", customer.code), payload=payload, subject=customer.code)
