"""Fetching what an act is about through what its principal may see: what is not seen is not there."""

from collections.abc import Iterable

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import visible_to

NOT_FOUND = gettext_noop("This customer is not found.")


def seen_customers(ids: Iterable[int], by: Principal, *, gone: bool = False, shared: bool = True) -> list[Customer]:
    """Return the customers in the order of their keys, locked until the act's transaction ends. `shared`: those too that
    were shared one by one; who took over a piece of work notes and corrects, and neither gives away nor deletes nor merges.

    Raises Refused (customers.not_found) when one is not there or not seen: an act is done whole or not at all.
    Deleted and merged customers are there only with `gone`.
    """
    wanted = sorted(set(ids))
    rows = Customer.objects.filter(visible_to(by, gone=gone, shared=shared), pk__in=wanted).order_by("pk")
    found = list(rows.select_for_update(of=("self",)) if transaction.get_connection().in_atomic_block else rows)
    if len(found) != len(wanted):
        raise Refused("customers.not_found", NOT_FOUND)
    return found


def seen_customer(customer_id: int, by: Principal, *, gone: bool = False) -> Customer:
    """Return one customer, locked; Refused (customers.not_found) when not seen."""
    return seen_customers([customer_id], by, gone=gone)[0]
