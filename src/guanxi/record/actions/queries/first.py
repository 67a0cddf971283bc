"""What comes before any offer with one customer: work that is owed or care (decisioning.md 3.3, class order)."""

import datetime as dt

from django.db.models import Q

from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import LIVE, SUPPOSED


def is_something_first(customer_id: int, on: dt.date) -> bool:
    """Whether something is owed to a customer by a day, or care is due (one query); for steps of the house. A question about
    what is only supposed belongs to the conversation itself and keeps nothing back.
    """
    owed = Q(action_class=ActionClass.OBLIGATION, due_on__lte=on) | Q(action_class=ActionClass.CARE)
    live = Action.objects.filter(owed, customer=customer_id, status__in=sorted(LIVE))
    return live.exclude(origin__in=SUPPOSED).exists()
