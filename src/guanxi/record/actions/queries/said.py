"""What one customer answered about offers."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet

from guanxi.record.actions.models import OfferAnswer
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

_DIALLED = (Channel.CALL, Channel.VISIT)


def offer_answers_of(customer_id: int, *, since: dt.date) -> list[tuple[str, int, dt.date, int, int]]:
    """(offer, outcome, day, place ascending in time, channel) of the answers of a customer from a day on (one query); for
    steps of the house, which see every customer.
    """
    found = OfferAnswer.objects.filter(action__customer=customer_id, answered_on__gte=since).order_by("pk")
    return list(found.values_list("offer", "outcome", "answered_on", "pk", "channel"))


def offers_given(customer_id: int, *, since: dt.date) -> frozenset[str]:
    """The offers that a customer accepted after a day (one query); for steps of the house, which see every customer."""
    found = OfferAnswer.objects.filter(action__customer=customer_id, outcome=Outcome.ACCEPTED, answered_on__gt=since)
    return frozenset(found.values_list("offer", flat=True))


def acceptances_of(offer: str, *, since: dt.date, until: dt.date) -> list[tuple[int, frozenset[str]]]:
    """(customer, causes) of each time that an offer was accepted from `since` to `until`, in the order of time (one query): the
    origin of the work that carried it, and the kinds of signals it named. For steps of the house, which see every customer.
    """
    found = OfferAnswer.objects.filter(offer=offer, outcome=Outcome.ACCEPTED, answered_on__range=(since, until))
    columns = ("action__customer_id", "action__origin", "action__reason_facts__offer__because")
    rows = found.order_by("pk").values_list(*columns)
    return [(customer, frozenset([origin, *(because or ())])) for customer, origin, because in rows]


def accepted_versions(versions: Iterable[str], *, since: dt.date, until: dt.date) -> list[tuple[int, str]]:
    """(tier of the customer now, code of the version) of each time that one of these versions of offers was accepted from `since` to
    `until` (one query); for steps of the house, which see every customer.
    """
    wanted = frozenset(versions)
    found = OfferAnswer.objects.filter(outcome=Outcome.ACCEPTED, answered_on__range=(since, until)).order_by("pk")
    rows = found.values_list("action__customer__tier", "action__reason_facts__offer__code")
    return [(tier, code) for tier, code in rows if code in wanted]


def refusals_of(offers: Sequence[str], *, until: dt.date) -> list[tuple[int, dt.date]]:
    """(customer, day) of each no to one of these offers by a day (one query); for steps of the house, which see every customer."""
    found = OfferAnswer.objects.filter(offer__in=offers, outcome=Outcome.REFUSED, answered_on__lte=until)
    return list(found.order_by("pk").values_list("action__customer_id", "answered_on"))


def dials_of(action_id: int) -> int:
    """How often in a row nobody was reached about the offer of an action, since somebody last was (one query)."""
    return _in_vain().filter(action=action_id).count()


def given_up(times: int, *, since: dt.date) -> list[tuple[str, int]]:
    """(key, customer) of the work about whose offer nobody was reached so many times in a row, the last of them since a day (one
    query). For steps of the house, which see every customer.
    """
    found = _in_vain().filter(answered_on__gte=since).values("action__key", "action__customer_id")
    often = found.annotate(times=Count("pk")).filter(times__gte=max(times, 1)).order_by("action__key")
    return list(often.values_list("action__key", "action__customer_id"))


def _in_vain() -> QuerySet[OfferAnswer]:
    """Attempts on the telephone or in person after which nobody was reached about the same matter."""
    later = OfferAnswer.objects.filter(action=OuterRef("action"), pk__gt=OuterRef("pk")).exclude(
        outcome=Outcome.NO_ANSWER
    )
    return OfferAnswer.objects.filter(~Exists(later), outcome=Outcome.NO_ANSWER, channel__in=_DIALLED)
