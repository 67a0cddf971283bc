"""What of an offer is given already: what customers accepted, and what is proposed to them and still open."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import LIVE
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel


def accepted_units(since: Mapping[str, dt.datetime]) -> dict[str, int]:
    """How often each offer (reference) was accepted from its moment on (one query); for steps of the house, which see every
    customer. Answers of an erased customer are gone, and with them what they used up.
    """
    if not since:
        return {}
    each = reduce(or_, (Q(offer=offer, answered_at__gte=at) for offer, at in sorted(since.items())))
    # a day earlier than the first of them: the day is the firm's, and it has the index
    first = min(since.values()).date() - dt.timedelta(days=1)
    said = OfferAnswer.objects.filter(each, outcome=Outcome.ACCEPTED, answered_on__gte=first)
    return dict(said.order_by().values_list("offer").annotate(Count("pk")))


def coupon_units(offer: str, *, since: dt.date) -> tuple[int, int]:
    """How many coupons of a partner's offer (reference) went out since a day, and how many were redeemed since (one query)."""
    said = OfferAnswer.objects.filter(offer=offer, channel=Channel.POST, answered_on__gte=since)
    went, used = Q(outcome=Outcome.REACHED), Q(outcome=Outcome.ACCEPTED)
    found = said.aggregate(
        went=Count("action", filter=went, distinct=True), used=Count("action", filter=used, distinct=True)
    )
    return found["went"], found["used"]


def reserved_units(offers: Iterable[str], *, but_of: int | None = None) -> dict[str, int]:
    """How many customers, but one, each offer is proposed to just now, or goes along to with the leaflet of another (two queries);
    for steps of the house.
    """
    asked = sorted(offers)
    live = Action.objects.filter(status__in=sorted(LIVE)).exclude(customer=but_of).order_by()
    kept = Counter(dict(live.filter(offer__in=asked).values_list("offer").annotate(Count("customer", distinct=True))))
    letters = live.filter(enclosed__isnull=False).values_list("enclosed").annotate(Count("customer", distinct=True))
    for along, customers in letters:
        kept.update(dict.fromkeys(set(along) & set(asked), customers))
    return dict(kept)


def open_proposals(customer_id: int | None = None) -> list[tuple[int, str]]:
    """(customer, offer) of every proposal of an offer that is still open, and of every leaflet that is to go along with one, of
    everybody or of one (one query); for steps of the house.
    """
    found = Action.objects.filter(status__in=sorted(LIVE)).exclude(offer="")
    if customer_id is not None:
        found = found.filter(customer=customer_id)
    rows = found.values_list("customer_id", "offer", "enclosed")
    return sorted({(customer, one) for customer, offer, along in rows for one in (offer, *(along or ()))})
