"""Work that reached customers, as it was answered: what the contact policy counts beside contacts that were noted."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef, Q

from guanxi.ground.clock import local_day, start_of_day
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionStatus, NotNow
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.rules import BORN_ANSWERED, DESK_WORK, HANDED_OUT, PROPOSED
from guanxi.record.conversations.choices import Outcome

# Origins of work that is done by reaching the customer.
_SPOKEN: Final = tuple(origin for origin in (*PROPOSED, *HANDED_OUT) if origin not in DESK_WORK)


def worked_since(since: dt.date) -> list[tuple[int, dt.date, int, int | None]]:
    """(customer, day, channel, way of the offer) of each answer after a day by which somebody was reached: what was said to an offer
    (None: it names no way), and other work that is done, or that the customer did not want (two queries). What was answered when he
    came to us himself is no contact of ours. For steps of the house, which see every customer.
    """
    told = OfferAnswer.objects.filter(answered_on__gt=since).exclude(outcome=Outcome.NO_ANSWER)
    told = told.exclude(action__reason__in=BORN_ANSWERED).order_by("pk")
    offers = told.values_list("action__customer_id", "answered_on", "channel", "action__reason_facts__offer__way")
    zone = firm().zone
    said = OfferAnswer.objects.filter(action=OuterRef("pk"), answered_at=OuterRef("answered_at"))
    reached = Q(status=ActionStatus.DONE) | Q(status=ActionStatus.NOT_NOW, not_now=NotNow.DECLINED)
    work = Action.objects.filter(
        reached, ~Exists(said), origin__in=_SPOKEN, channel__gt=0,
        answered_at__gte=start_of_day(since + dt.timedelta(days=1), zone),
    ).exclude(reason__in=BORN_ANSWERED).order_by("pk")  # fmt: skip
    others = work.values_list("customer_id", "answered_at", "channel")
    return [*offers, *((customer, local_day(at, zone), channel, None) for customer, at, channel in others if at)]
