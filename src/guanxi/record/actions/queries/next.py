"""What is to be done next for several customers at once."""

import datetime as dt
from collections.abc import Sequence

from guanxi.identity.principals import Principal
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.actions.queries.lines import ActionLine, in_order, lines_of
from guanxi.record.actions.rules import LIVE

_MOST = 500


def next_actions(customer_ids: Sequence[int], *, principal: Principal, on: dt.date) -> dict[int, ActionLine]:
    """The first live action of each of these customers, as far as the principal sees actions; none where there is none."""
    found = seen_actions(principal).filter(customer_id__in=list(customer_ids), status__in=sorted(LIVE))
    actions = list(in_order(found)[:_MOST])
    first: dict[int, int] = {}
    for action in actions:
        first.setdefault(action.customer_id, action.pk)
    lines = {line.code: line for line in lines_of(found.filter(pk__in=first.values()), principal, on)}
    codes = {action.customer_id: action.code for action in actions if first[action.customer_id] == action.pk}
    return {customer: lines[code] for customer, code in codes.items() if code in lines}
