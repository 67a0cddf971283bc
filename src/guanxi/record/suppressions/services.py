"""Acts: sales rest for somebody, go on again, and both taken back on the day itself."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.rules.words import sound_text
from guanxi.record.customers.services import EVERYWHERE, hold_customers, quiet_sales
from guanxi.record.customers.services.heads import seen_head
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.permissions import right_to_set
from guanxi.record.suppressions.rules import MOST_WORDS, SEVERAL, Rest, check_rest, read_cause, rests

_NOT_THERE = gettext_noop("This rest of sales is not found.")
_ALREADY = gettext_noop("Sales rest for this reason already.")
_UNSAID = gettext_noop("Say how the complaint was solved.")
_BEFORE = gettext_noop("It cannot end before it began.")
_FUTURE = gettext_noop("This day is in the future.")
_TOO_LATE = gettext_noop("Only what was done today can be undone.")


@transaction.atomic
def suppress(
    customer_id: int, *, cause: str, why: str, by: Principal, until: date | None = None, since: date | None = None
) -> int:
    """Let sales rest for a customer and return the id. until: the first day on which it is over by itself (None: until
    somebody ends it); since: when not today, the day on which it began (a complaint was made).

    Somebody may have several complaints and several reviews at a time; of every other cause one that stands. Raises Denied, and Refused:
    customers.not_found, suppressions.unknown_cause, .already, and as `rules.check_rest` does.
    """
    told = read_cause(cause)
    require(by, right_to_set(told))
    hold_customers()
    customer = seen_head(customer_id, by=by)
    today = firm_day()
    words = sound_text(why, MOST_WORDS)
    rest = Rest(told, since or today, until)
    check_rest(rest, words, today=today)
    if told not in SEVERAL and any(
        rests(row.rest, today) for row in Suppression.objects.filter(customer=customer.id, cause=told, ended_on=None)
    ):
        raise Refused("suppressions.already", _ALREADY)
    added = Suppression.objects.create(
        customer_id=customer.id, cause=told, since_on=rest.since_on, until=until, why=words, recorded_on=today,
        set_by_id=by.staff_id,
    )  # fmt: skip
    _kept("suppression.set", added, customer.code, by, why=words)
    if rests(rest, today):
        quiet_sales({customer.id: EVERYWHERE}, actor=by.actor)
    return added.pk


@transaction.atomic
def end_suppression(suppression_id: int, *, by: Principal, why: str = "", on: date | None = None) -> None:
    """Let sales go on again from a day (today); of a complaint: it was solved on it, and why says how. What has ended
    already stays as it is.

    Raises Denied, and Refused: suppressions.not_found, .unsaid (of a complaint), .ends_before, .in_future.
    """
    row, code = _of_somebody_seen(suppression_id, by)
    if row.ended_on is not None:
        return
    words, today = sound_text(why, MOST_WORDS), firm_day()
    day = on or today
    if row.cause == Cause.COMPLAINT and not words:
        raise Refused("suppressions.unsaid", _UNSAID)
    if day > today:
        raise Refused("suppressions.in_future", _FUTURE)
    if day < row.since_on:
        raise Refused("suppressions.ends_before", _BEFORE)
    row.ended_on, row.end_why, row.ended_by_id = day, words, by.staff_id
    row.save(update_fields=["ended_on", "end_why", "ended_by"])
    _kept("suppression.ended", row, code, by, why=words)


@transaction.atomic
def resume_suppression(suppression_id: int, *, by: Principal) -> None:
    """Undo an end of today: sales rest as before. Raises Denied, and Refused: suppressions.not_found, .too_late."""
    row, code = _of_somebody_seen(suppression_id, by)
    if row.ended_on is None:
        return
    if row.ended_on != firm_day():
        raise Refused("suppressions.too_late", _TOO_LATE)
    row.ended_on, row.end_why, row.ended_by_id = None, "", None
    row.save(update_fields=["ended_on", "end_why", "ended_by"])
    _kept("suppression.resumed", row, code, by)


@transaction.atomic
def withdraw_suppression(suppression_id: int, *, by: Principal) -> None:
    """Undo a rest that was written down today, as if it had never been. Raises Denied, and Refused: suppressions.not_found,
    .too_late.
    """
    row, code = _of_somebody_seen(suppression_id, by)
    if row.recorded_on != firm_day():
        raise Refused("suppressions.too_late", _TOO_LATE)
    row.delete()
    _kept("suppression.withdrawn", row, code, by)


def erase_suppressions(customer_ids: Sequence[int]) -> None:
    """Delete those of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    Suppression.objects.filter(customer__in=customer_ids).delete()


def _of_somebody_seen(suppression_id: int, by: Principal) -> tuple[Suppression, str]:
    hold_customers()
    row = Suppression.objects.filter(pk=suppression_id).first()
    if row is None:
        raise Refused("suppressions.not_found", _NOT_THERE)
    require(by, right_to_set(Cause(row.cause)))
    try:
        head = seen_head(row.customer_id, by=by)
    except Refused:
        raise Refused("suppressions.not_found", _NOT_THERE) from None
    row.refresh_from_db()  # the customer is held now: nobody ends it beside us
    return row, head.code


def _kept(kind: str, row: Suppression, code: str, by: Principal, *, why: str = "") -> None:
    payload = {"cause": str(row.cause), "since": row.since_on.isoformat(), "why": why}
    payload |= {"until": row.until.isoformat()} if row.until else {}
    record_act(kind, by=by.actor, noun=Noun("customer", code), payload=payload, subject=code)
