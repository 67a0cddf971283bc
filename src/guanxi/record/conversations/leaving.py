"""What contacts tell of why customers leave: what they asked for or said, whom they named, and enquiries that nobody answered
(decisioning.md 4.8, WIN-06). For the refresh, which sees everybody, and for the page of the lost.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q

from guanxi.identity.principals import Principal
from guanxi.record.conversations.choices import NAMES_RIVAL, Direction, Heard, Outcome
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.permissions import seen_conversations

ANSWERED_WITHIN = timedelta(hours=24)
# The kind of evidence that each tells of; of business that goes elsewhere only where it is named where to.
_KINDS = {
    Heard.PRICE_MATCH: "price_match",
    Heard.PRODUCT_GAP: "product_gap",
    Heard.TO_A_RIVAL: "transferred",
    Heard.MOVED_AWAY: "outside",
    Heard.CLOSED_BUSINESS: "life_ended",
    Heard.TOO_OLD: "life_ended",
    Heard.PRODUCT_ENDED: "product_over",
    Heard.ENDED_BY_US: "ended_by_us",
}


def told_in_contacts(until: date) -> list[tuple[int, str, date, date | None]]:
    """(customer, kind of evidence, day, day on which what was asked for was there) of contacts by a day."""
    told = ~Q(heard=Heard.NOTHING), Q(heard__in=sorted(_KINDS))  # the first names the index, for SQLite
    found = Conversation.objects.filter(*told, on__lte=until, deleted_at=None).order_by()
    found = found.exclude(heard=Heard.TO_A_RIVAL, rival=None)
    # sorted here, as below: asked for in an order, the database reads every contact by the index of that order
    rows = sorted(found.values_list("pk", "customer_id", "heard", "on", "met_on"), key=itemgetter(0))
    return [(customer, _KINDS[Heard(heard)], on, met_on) for _pk, customer, heard, on, met_on in rows]


def named_rivals(until: date) -> list[tuple[int, date, str]]:
    """(customer, day, competitor) of contacts by a day in which one was named, the oldest first."""
    told = (
        ~Q(heard=Heard.NOTHING),
        Q(heard__in=sorted(NAMES_RIVAL), rival__isnull=False),
    )  # the first names the index, as below
    found = Conversation.objects.filter(*told, on__lte=until, deleted_at=None).order_by()
    rows = sorted(found.values_list("on", "pk", "customer_id", "rival__name"))
    return [(customer, on, rival) for on, _pk, customer, rival in rows]


def unanswered_enquiries(until: date) -> list[tuple[int, date]]:
    """(customer, day) of enquiries that nobody had answered 24 hours later, of those whose 24 hours end by the day: an answer
    is a contact to the customer in these hours in which he was reached.
    """
    answers = Conversation.objects.filter(
        customer=OuterRef("customer"), direction=Direction.OUT, deleted_at=None,
        at__gte=OuterRef("at"), at__lte=OuterRef("at") + ANSWERED_WITHIN,
    ).exclude(outcome=Outcome.NO_ANSWER)  # fmt: skip
    asked = Conversation.objects.filter(
        ~Exists(answers), direction=Direction.IN, outcome=Outcome.NO_ANSWER, on__lt=until, deleted_at=None
    )
    return list(asked.order_by("pk").values_list("customer_id", "on"))


def wants_to_leave(customer_id: int, *, since: date) -> bool:
    """Whether a customer said from a day on that it is to end with us (one query); for steps of the house, which see every customer."""
    said = Conversation.objects.filter(~Q(heard=Heard.NOTHING), customer=customer_id, heard=Heard.LEAVING)
    return said.filter(on__gte=since, deleted_at=None).exists()


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Something a customer asked for that we do not have, in his words; `rival`: who has it, where he said so."""

    code: str
    customer_id: int
    on: date
    summary: str
    rival: str


def open_requests(principal: Principal, *, limit: int = 20) -> list[OpenRequest]:
    """What customers in sight asked for and still do not have from us, the latest first (one query). Raises Denied."""
    asked = ~Q(heard=Heard.NOTHING), Q(heard=Heard.PRODUCT_GAP, met_on=None)  # the first names the index, for SQLite
    found = seen_conversations(principal).filter(*asked).order_by("-on", "-pk")
    rows = found.values_list("code", "customer_id", "on", "summary", "rival__name")[:limit]
    return [OpenRequest(code, customer, on, summary, rival or "") for code, customer, on, summary, rival in rows]
