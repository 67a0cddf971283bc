"""Asking why, without selling (WIN-01, WIN-02): who of tiers A and B left and nobody knows why is asked within 14 days."""

import datetime as dt
from hashlib import sha256

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.queries import customers_at_work
from guanxi.record.actions.services.handing_out import Work, hand_out, take_back
from guanxi.record.customers.choices import Channel, Stage, Tier
from guanxi.rescue.winback.choices import Reason
from guanxi.rescue.winback.models import Loss
from guanxi.rescue.winback.permissions import seen_losses
from guanxi.rescue.winback.rules import FIRST_AFTER

ORIGIN = "exit_question"
MAX_WORDS = 2_000

_UNKNOWN = gettext_noop("There is no such loss.")
_NO_REASON = gettext_noop("Choose the reason that the customer named.")
_TOO_LONG = gettext_noop("Say it in at most {most} characters.")


def ask_why(*, by: Principal, on: dt.date) -> int:
    """Put the questions of a day on the lists, and end those that are answered, over or too late. Nightly; again, it writes
    nothing. Returns how many are new. Raises Denied.

    One piece of work a customer: who is on a list already, was on one in these two weeks, or was spoken with since the loss
    could be known, is not asked once more.
    """
    require(by, Permission.RUN_REFRESH)
    open_ones = Loss.objects.filter(
        reason=Reason.UNKNOWN, declared=Reason.UNKNOWN, returned_on=None,
        known_on__gt=on - FIRST_AFTER, known_on__lte=on, customer__deleted_at=None, customer__merged_into=None,
    )  # fmt: skip
    rows = list(open_ones.order_by("pk").values_list(*_READ))
    wanted = [row for row in rows if row[7] in (Tier.A, Tier.B) and not _was_spoken_with(row)]
    busy = customers_at_work([row[1] for row in wanted], since=on - FIRST_AFTER)
    asked = [_question(row, on) for row in wanted if row[1] not in busy]
    keys = {question_key(row[0]) for row in rows}  # also whose tier sank since he was asked
    recent = Loss.objects.filter(known_on__gt=on - 3 * FIRST_AFTER, known_on__lte=on)
    over = [key for loss in recent.values_list("key", flat=True) if (key := question_key(loss)) not in keys]
    take_back(over, by=by)
    return hand_out(asked, by=by)


def question_key(loss_key: str) -> str:
    """The key of the action that asks about a loss."""
    return sha256(f"{ORIGIN}|{loss_key}".encode()).hexdigest()[:32]


def loss_evidence(code: str) -> dict[str, str]:
    """What work on a lost customer names as its proof: the loss, where the record says what it knows of why."""
    return {"table": "losses", "loss": code}


@transaction.atomic
def declare_reason(code: str, *, by: Principal, reason: Reason, words: str = "") -> None:
    """Write down what a lost customer said of why: it counts before everything that was concluded, and nobody asks again.

    Raises Denied, and Refused: winback.unknown, winback.no_reason, winback.too_long.
    """
    require(by, Permission.LOG_CONVERSATIONS)
    said = checked(words).strip()
    if reason == Reason.UNKNOWN:
        raise Refused("winback.no_reason", _NO_REASON)
    if len(said) > MAX_WORDS:
        raise Refused("winback.too_long", _TOO_LONG, most=MAX_WORDS)
    loss = seen_losses(by).select_for_update(of=("self",)).select_related("customer").filter(code=code).first()
    if loss is None:
        raise Refused("winback.unknown", _UNKNOWN)
    loss.declared, loss.words = reason, said
    loss.declared_on, loss.declared_by_id = firm_day(), by.staff_id
    loss.save(update_fields=["declared", "words", "declared_on", "declared_by"])
    customer = loss.customer.code
    payload = {"customer": customer, "reason": int(reason), "words": said}
    record_act("loss.declared", by=by.actor, noun=Noun("loss", loss.code), payload=payload, subject=customer)


_ASKED_BY = FIRST_AFTER - dt.timedelta(days=1)  # the last day on which the question still stands
_READ = (
    "key",
    "customer_id",
    "customer__code",
    "customer__owner_id",
    "customer__team_id",
    "lost_on",
    "known_on",
    "tier",
    "code",
    "customer__last_contact_on",
    "customer__stage",
)


def _was_spoken_with(row: tuple) -> bool:
    """Since the loss could be known; where a person said that the relationship is over, since it was."""
    *_, lost_on, known_on, _tier, _code, last_contact_on, stage = row
    return last_contact_on >= (lost_on if stage == Stage.LOST else known_on)


def _question(row: tuple, on: dt.date) -> Work:
    key, customer, code, owner, team, lost_on, known_on, _tier, loss, *_ = row
    return Work(
        key=question_key(key), customer_id=customer, customer_code=code, owner_id=owner, team_id=team,
        action_class=ActionClass.CARE, origin=ORIGIN, reason=ORIGIN, channel=Channel.CALL,
        due_on=max(known_on + _ASKED_BY, on), facts={"lost_on": lost_on.isoformat()}, evidence=loss_evidence(loss),
    )  # fmt: skip
