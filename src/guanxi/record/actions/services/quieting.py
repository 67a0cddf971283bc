"""Sales that nobody wants any more leave the lists in the moment in which the customer says so (decisioning.md 3.4, 3.5, PIPL 15)."""

from collections.abc import Mapping

from guanxi.journal.rules import Actor
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import LIVE, OFFERED
from guanxi.record.actions.services.withdrawing import withdraw_work
from guanxi.record.customers.choices import Channel

_STEP = 500


def leave_sales(customers: Mapping[int, frozenset[Channel]], actor: Actor) -> int:
    """Take the sales that runs proposed to these customers on these channels (UNKNOWN: on all) off the lists, and return how many. What
    somebody took up in a contact, what is owed and what is care stay. In the transaction of the act that says so.
    """
    ids, taken = sorted(customers), 0
    for start in range(0, len(ids), _STEP):
        live = Action.objects.filter(
            customer__in=ids[start : start + _STEP], origin=OFFERED, action_class=ActionClass.VALUE, status__in=sorted(LIVE)
        )  # fmt: skip
        rows = live.select_for_update(of=("self",)).select_related("customer").order_by("pk")
        unwanted = [row for row in rows if customers[row.customer_id] & {Channel.UNKNOWN, Channel(row.channel)}]
        withdraw_work(unwanted, kind="action.unwanted", actor=actor)
        taken += len(unwanted)
    return taken
