"""What is to be done next for several customers at once."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from guanxi.ground import clock
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.actions.queries.lines import ActionLine, in_order, lines_of
from guanxi.record.actions.rules import LIVE, PENDING

_STEP = 500
_MOST_EACH = 10  # live actions of one customer: pacing lets there be fewer


def next_step(principal: Principal) -> Subquery:
    """The first live action of the customer of a row, its `reason` and `channel`: an expression for rows of customers whom the
    principal sees. Raises Denied without the right to see actions.
    """
    require(principal, Permission.VIEW_ACTIONS)
    live = Action.objects.filter(customer=OuterRef("pk"), status__in=sorted(LIVE))
    return Subquery(in_order(live).values(of=JSONObject(reason="reason", channel="channel"))[:1])


def customers_at_work(customer_ids: Sequence[int], *, since: dt.date) -> set[int]:
    """Which of these customers have work that waits, or had some that was done since a day of the firm."""
    from_then = clock.start_of_day(since, firm().zone)
    found: set[int] = set()
    for start in range(0, len(customer_ids), _STEP):
        theirs = Action.objects.filter(customer_id__in=customer_ids[start : start + _STEP])
        waits = Q(status__in=sorted(PENDING)) | Q(status=ActionStatus.DONE, answered_at__gte=from_then)
        found |= set(theirs.filter(waits).values_list("customer_id", flat=True))
    return found


def next_actions(customer_ids: Sequence[int], *, principal: Principal, on: dt.date) -> dict[int, ActionLine]:
    """The first live action of each of these customers, as far as the principal sees actions; none where there is none
    (one query).
    """
    found = seen_actions(principal).filter(customer_id__in=list(customer_ids), status__in=sorted(LIVE))
    first: dict[int, ActionLine] = {}
    for line in lines_of(in_order(found)[: _MOST_EACH * len(customer_ids)], principal, on):
        first.setdefault(line.customer_id, line)
    return first
