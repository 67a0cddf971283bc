"""What customers said to offers, kept beside the actions: a row each time somebody asked, taken back with the answer."""

import datetime as dt
from collections.abc import Iterable, Sequence

from guanxi.ground.clock import local_day
from guanxi.identity.queries import firm
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel


def keep_answers(actions: Iterable[Action]) -> None:
    """Keep what was just answered about the offers of some actions, in the transaction of the answer; nothing where the
    customer was not asked.
    """
    zone = firm().zone
    said = [
        OfferAnswer(
            action=action, offer=offer, channel=channel_of(action), outcome=action.outcome,
            answered_at=action.answered_at, answered_on=local_day(action.answered_at, zone),
        )
        for action in actions
        if action.offer and action.outcome != Outcome.NONE and action.answered_at is not None
        for offer in _offers_of(action)
    ]  # fmt: skip
    OfferAnswer.objects.bulk_create(
        said, update_conflicts=True, unique_fields=["action", "offer", "answered_at"], update_fields=["outcome"]
    )


def _offers_of(action: Action) -> list[str]:
    """The offer that was answered; of a letter or leaflet that went out as well those that went along."""
    if not went_by_post(action) or action.outcome != Outcome.REACHED:
        return [action.offer]
    along = action.reason_facts["offer"].get("along", ())
    return [action.offer, *(one["reference"] for one in along if one["reference"] != action.offer)]


def went_by_post(action: Action) -> bool:
    """Whether what an action offers goes out as a letter or leaflet."""
    return bool((action.reason_facts.get("offer") or {}).get("paper"))


def channel_of(action: Action) -> int:
    """How the offer of an action reaches the customer; the action itself may be a call about something else."""
    return int(Channel.POST) if went_by_post(action) else action.channel


def forget_answers(ids: Sequence[int], *, at: dt.datetime) -> None:
    """Take back what was answered at that moment about the offers of some actions."""
    OfferAnswer.objects.filter(action__in=ids, answered_at=at).delete()
