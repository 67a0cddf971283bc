"""What customers said to offers, kept beside the actions: a row each time somebody asked, taken back with the answer."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from guanxi.ground.clock import local_day
from guanxi.identity.queries import firm
from guanxi.record.actions.models import Action, OfferAnswer
from guanxi.record.actions.queries.said import dials_of
from guanxi.record.actions.rules import is_the_work
from guanxi.record.conversations.choices import Outcome
from guanxi.record.customers.choices import Channel

_most: list[Callable[[], int | None]] = []


def register_dials(most: Callable[[], int | None]) -> None:
    """Say who knows how often somebody is dialled for one matter; None is no rule. Twice does no harm."""
    _most[:] = [most]


def is_given_up(action: Action) -> bool:
    """Whether one more attempt that reached nobody is the last about the offer that an action is about (decisioning.md 3.4)."""
    if not action.offer or not is_the_work(action.reason) or went_by_post(action) or not _most:
        return False
    most = _most[0]()
    return most is not None and dials_of(action.pk) + 1 >= most


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
    return [action.offer, *(action.enclosed or ())]


def went_by_post(action: Action) -> bool:
    """Whether what an action offers goes out as a letter or leaflet."""
    return bool((action.reason_facts.get("offer") or {}).get("paper"))


def channel_of(action: Action) -> int:
    """How the offer of an action reaches the customer; the action itself may be a call about something else."""
    return int(Channel.POST) if went_by_post(action) else action.channel


def forget_answers(ids: Sequence[int], *, at: dt.datetime) -> None:
    """Take back what was answered at that moment about the offers of some actions."""
    OfferAnswer.objects.filter(action__in=ids, answered_at=at).delete()
