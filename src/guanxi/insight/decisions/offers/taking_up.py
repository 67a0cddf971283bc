"""Taking up what was proposed in a contact, as long as there is some of it."""

from django.db import transaction

from guanxi.engage.offers.stock import Stocked, hold_unit
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.actions.services import Taking, take_up_offer
from guanxi.record.customers.services import hold_customers


@transaction.atomic
def take_up_proposed(customer_id: int, offer: Stocked, taking: Taking, *, by: Principal) -> str:
    """As `take_up_offer`, once a unit of the offer is kept for the customer. Raises as it does, and Refused: benefit.none_left."""
    require(by, Permission.LOG_CONVERSATIONS)
    hold_customers()
    hold_unit(offer, customer_id)
    return take_up_offer(customer_id, taking, by=by)
