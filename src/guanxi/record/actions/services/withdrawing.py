"""Taking work off the lists because nobody needs it any more: by whatever it loses its ground, it goes in one way."""

from collections.abc import Sequence

from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Actor, Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import Act, next_status
from guanxi.record.actions.services.sharing import share_as_work_stands


def withdraw_work(actions: Sequence[Action], *, kind: str, actor: Actor) -> None:
    """Withdraw pending actions (locked, with their customers), each under an act of this kind; in the transaction of the act that takes
    their ground, which has asked for the right.
    """
    for action in actions:
        action.status = next_status(ActionStatus(action.status), Act.WITHDRAW) or action.status
        action.version += 1
        action.save(update_fields=["status", "version"])
    share_as_work_stands(actions, actor=actor, today=firm_day())
    entries = [
        Entry(Noun("action", one.code), {"customer": one.customer.code, "offer": one.offer}, one.customer.code)
        for one in actions
    ]
    if entries:
        record_acts(kind, entries, by=actor)
