"""Moving relationships from stage to stage; every move is a dated event (OPS-06)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm, firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.models import PRESENT, Customer, StageChange
from guanxi.record.customers.rules.stages import BY_DEALING, check_next
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.seeing import seen_customers

_STEP = 5_000
_DEALING = "dealing"
BY_HAND = "by hand"

_FUTURE = gettext_noop("A stage cannot begin in the future.")
_TOO_LATE = gettext_noop("Only a change of stage that was made by hand today can be taken back.")


@transaction.atomic
def change_stage(ids: Sequence[int], *, to: Stage, cause: str, by: Principal, on: date | None = None) -> int:
    """Move customers to a stage (today, or on an earlier day) and return how many moved; who stands there stays.

    Raises Denied, and Refused: customers.not_found, customers.stage where the present stage does not lead there (then
    nobody moves), customers.stage_in_future.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    if on is not None and on > firm_day():
        raise Refused("customers.stage_in_future", _FUTURE)
    moving = [customer for customer in seen_customers(ids, by) if customer.stage != to]
    for customer in moving:
        check_next(Stage(customer.stage), to)
    _move([(customer.pk, Stage(customer.stage), to) for customer in moving], cause, on)
    _journal([customer.code for customer in moving], {"to": int(to), "cause": cause}, by)
    return len(moving)


@transaction.atomic
def withdraw_stage(customer_id: int, *, by: Principal) -> None:
    """Take back the last change of stage that somebody made today: the customer stands where he stood, the event goes.

    Raises Denied, and Refused: customers.not_found, customers.stage_too_late.
    """
    require(by, Permission.EDIT_CUSTOMERS)
    customer = seen_customers([customer_id], by)[0]
    last = StageChange.objects.filter(customer=customer).order_by("-pk").first()
    is_ours = last is not None and last.cause == BY_HAND and last.from_stage is not None
    if last is None or not is_ours or clock.local_day(last.at, firm().zone) != firm_day():
        raise Refused("customers.stage_too_late", _TOO_LATE)
    Customer.objects.filter(pk=customer.pk).update(
        stage=last.from_stage, version=F("version") + 1, updated_at=clock.now()
    )
    last.delete()
    mark_dirty([customer.pk])
    _journal([customer.code], {"to": last.from_stage, "cause": "withdrawn"}, by)


@transaction.atomic
def begin_dealing(ids: Sequence[int], *, by: Principal, cause: str = _DEALING) -> int:
    """Let those who deal be customers: prospects and targets become customers, the lost regained; others stay.

    Set-based, for importers; the caller has checked the right to record the dealings. Returns how many moved.
    """
    moved = 0
    for step in bulk.steps_of(dict.fromkeys(ids), _STEP):
        rows = Customer.objects.filter(PRESENT, pk__in=step, stage__in=BY_DEALING).values_list("pk", "stage")
        moves = [(key, Stage(old), BY_DEALING[Stage(old)]) for key, old in rows]
        _move(moves, cause, None)
        moved += len(moves)
    if moved:
        entry = Entry(Noun("customers", ""), payload={"cause": cause}, count=moved)
        record_acts("customer.stage_changed", [entry], by=by.actor)
    return moved


def forget_dealing(ids: Sequence[int], *, by: Principal) -> int:
    """Take `begin_dealing` back in the caller's transaction, for customers who have no dealing left: where it was their
    last move, the event goes and they stand where they stood. Returns how many moved back.
    """
    back = 0
    for step in bulk.steps_of(dict.fromkeys(ids), _STEP):
        last = StageChange.objects.filter(customer_id=OuterRef("pk")).order_by("-pk")
        rows = Customer.objects.filter(pk__in=step).annotate(
            event=Subquery(last.values("pk")[:1]),
            cause=Subquery(last.values("cause")[:1]),
            old=Subquery(last.values("from_stage")[:1]),
            new=Subquery(last.values("to_stage")[:1]),
        )
        moved = list(rows.filter(cause=_DEALING, new=F("stage")).values_list("pk", "old", "event"))
        for old in {old for _, old, _ in moved}:
            there = [key for key, stage, _ in moved if stage == old]
            Customer.objects.filter(pk__in=there).update(stage=old, version=F("version") + 1, updated_at=clock.now())
        StageChange.objects.filter(pk__in=[event for *_, event in moved]).delete()
        mark_dirty([key for key, _, _ in moved])
        back += len(moved)
    if back:
        entry = Entry(Noun("customers", ""), payload={"cause": "dealings removed"}, count=back)
        record_acts("customer.stage_changed", [entry], by=by.actor)
    return back


def _move(moves: Sequence[tuple[int, Stage, Stage]], cause: str, on: date | None) -> None:
    now, today = clock.now(), firm_day()
    for new in {new for _, _, new in moves}:
        there = [key for key, _, to in moves if to == new]
        Customer.objects.filter(pk__in=there).update(stage=new, version=F("version") + 1, updated_at=now)
    at, day = bulk.moment(now), bulk.day(on or today)
    bulk.insert(
        StageChange,
        ("customer_id", "at", "on", "from_stage", "to_stage", "cause"),
        [(key, at, day, int(old), int(new), cause[:60]) for key, old, new in moves],
    )
    mark_dirty([key for key, _, _ in moves])


def _journal(codes: Sequence[str], payload: dict[str, object], by: Principal) -> None:
    entries = [Entry(Noun("customer", code), payload=payload, subject=code) for code in codes]
    if entries:
        record_acts("customer.stage_changed", entries, by=by.actor)
