"""What comes before any offer with one customer: work that is owed, or care (decisioning.md 3.3, class order)."""

import datetime as dt
from enum import IntEnum

from django.db.models import Q

from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import LIVE, SUPPOSED, TOUCH

_STAYS = frozenset({"spend_drop", "inactivity"})  # alarms in a talk about which an offer to stay has its place


class First(IntEnum):
    """What is to be done first: nothing, an alarm that an offer to stay may go with, anything else that is owed or care."""

    NOTHING = 0
    ALARM = 1
    OWED = 2


def what_comes_first(customer_id: int, on: dt.date) -> First:
    """Of one customer (one query); for steps of the house, which see every customer. What is owed counts from its day on; a
    question about what is only supposed belongs to the conversation itself and keeps nothing back, and so does the touch of the
    quarter, which this very conversation is, and an offer that comes first: it is decided again with the others.
    """
    owed = Q(action_class=ActionClass.OBLIGATION, due_on__lte=on) | Q(action_class=ActionClass.CARE)
    live = Action.objects.filter(owed, customer=customer_id, status__in=sorted(LIVE)).exclude(
        origin__in=(*SUPPOSED, TOUCH)
    )
    live = live.exclude(~Q(offer="") & ~Q(origin__in=_STAYS))
    origins = set(live.values_list("origin", flat=True))
    if not origins:
        return First.NOTHING
    return First.ALARM if origins <= _STAYS else First.OWED
