"""Showing a masked field in clear: an act with a reason, in the journal (trust.md, masking by role)."""

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.models import Address, Customer, Identifier
from guanxi.record.customers.permissions import FIELD_OF_KIND
from guanxi.record.customers.queries.page import clear_text
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services.seeing import seen_customer

_NO_REASON = gettext_noop("Say why you need to see it.")
_NOT_THERE = gettext_noop("This identifier is not found.")
_NOT_A_FIELD = gettext_noop("There is no such field to show.")


@transaction.atomic
def reveal_identifier(identifier_id: int, *, reason: str, by: Principal) -> str:
    """Return an identifier of a seen customer in clear, and write down who saw it and why.

    Raises Denied, and Refused: customers.identifier_not_found, customers.no_reason.
    """
    require(by, Permission.REVEAL)
    reason = _reasoned(reason)
    identifier = Identifier.objects.filter(pk=identifier_id).first()
    if identifier is None:
        raise Refused("customers.identifier_not_found", _NOT_THERE)
    try:
        customer = seen_customer(identifier.customer_id, by)
    except Refused:
        raise Refused("customers.identifier_not_found", _NOT_THERE) from None
    _journal(customer, FIELD_OF_KIND[identifier.kind], reason, by)
    return clear_text(identifier)


@transaction.atomic
def reveal_field(customer_id: int, field: str, *, reason: str, by: Principal) -> str:
    """Return the name, birthday (ISO) or current address of a seen customer in clear, and write down who saw it and why.

    Raises Denied, and Refused: customers.not_found, customers.not_a_field, customers.no_reason.
    """
    require(by, Permission.REVEAL)
    reason = _reasoned(reason)
    customer = seen_customer(customer_id, by)
    if field == "name":
        clear = customer.name
    elif field == "birthday":
        clear = customer.birthday.isoformat() if customer.birthday else ""
    elif field == "address":
        clear = (
            Address.objects.filter(customer=customer, valid_to=None)
            .order_by("-pk")
            .values_list("text", flat=True)
            .first()
            or ""
        )
    else:
        raise Refused("customers.not_a_field", _NOT_A_FIELD)
    _journal(customer, field, reason, by)
    return clear


def _reasoned(reason: str) -> str:
    reason = sound_text(reason, 200)
    if not reason:
        raise Refused("customers.no_reason", _NO_REASON)
    return reason


def _journal(customer: Customer, field: str, reason: str, by: Principal) -> None:
    payload = {"field": field, "reason": reason}
    record_act(
        "customer.revealed", by=by.actor, noun=Noun("customer", customer.code), payload=payload, subject=customer.code
    )
