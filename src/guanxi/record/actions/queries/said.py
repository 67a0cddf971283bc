"""What one customer answered about offers."""

import datetime as dt

from guanxi.record.actions.models import OfferAnswer


def offer_answers_of(customer_id: int, *, since: dt.date) -> list[tuple[str, int, dt.date, int]]:
    """(offer, outcome, day, place ascending in time) of the answers of a customer from a day on (one query); for steps of the
    house, which see every customer.
    """
    found = OfferAnswer.objects.filter(action__customer=customer_id, answered_on__gte=since).order_by("pk")
    return list(found.values_list("offer", "outcome", "answered_on", "pk"))
