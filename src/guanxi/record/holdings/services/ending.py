"""We end a contract: a person gives notice of it, with the ground that it gives, and closes it once the days of the notice are over.

Nothing else of ours closes one: what else ended comes with the files of those who keep the accounts (SEG-03).
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import hold_customers, mark_dirty
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import STANDS, Ending, Holding
from guanxi.record.holdings.permissions import require_ending, seen_holdings
from guanxi.record.holdings.rules import check_notice, checked_ground, may_be_withdrawn

_NO_HOLDING = gettext_noop("There is no such contract in force.")
_STANDS = gettext_noop("Notice of this contract has been given already.")
_NO_NOTICE = gettext_noop("There is no such notice.")
_NOT_BEFORE = gettext_noop("The notice runs until {day}; the contract may be closed from then on.")

_RUN_OUT = gettext_noop("The notice ran out on {day} and can no longer be taken back; the contract is to be closed.")


@transaction.atomic
def give_notice(
    customer_id: int, *, holding: str, ground: str, ends_on: dt.date, by: Principal, noticed_on: dt.date | None = None
) -> int:
    """Note that a customer was given notice of a contract (by its code), on a ground of it; returns the id. noticed_on: today.

    Raises Denied (also for what is no person), and Refused: ending.no_holding, ending.stands, and as the rules do.
    """
    person, today = require_ending(by), firm_day()
    words, day = checked_ground(ground), noticed_on or today
    check_notice(day, ends_on, today=today)
    hold_customers()
    there = seen_holdings(by).select_for_update(of=("self",)).select_related("customer")
    found = there.filter(customer=customer_id, code=holding, status=HoldingStatus.OPEN).first()
    if found is None:
        raise Refused("ending.no_holding", _NO_HOLDING)
    if _standing().filter(holding=found).exists():
        raise Refused("ending.stands", _STANDS)
    row = Ending.objects.create(holding=found, ground=words, noticed_on=day, ends_on=ends_on, given_by_id=person)
    _kept("ending.noticed", found, by, ends_on=ends_on.isoformat())
    return row.pk


@transaction.atomic
def withdraw_notice(customer_id: int, *, ending: int, by: Principal) -> None:
    """Take a notice back that stands, on its last day at the latest. Raises Denied, and Refused: ending.none, ending.run_out."""
    row, person = _locked(customer_id, ending, by)
    today = firm_day()
    if not may_be_withdrawn(row.ends_on, today):
        raise Refused("ending.run_out", _RUN_OUT, day=row.ends_on)
    row.withdrawn_on, row.settled_by_id = today, person
    row.save(update_fields=["withdrawn_on", "settled_by"])
    _kept("ending.withdrawn", row.holding, by, ends_on=row.ends_on.isoformat())


@transaction.atomic
def close_noticed(customer_id: int, *, ending: int, by: Principal) -> None:
    """Close a contract whose notice has run out, as ended by us. Raises Denied, and Refused: ending.none, ending.not_before."""
    row, person = _locked(customer_id, ending, by)
    today, held = firm_day(), row.holding
    if today < row.ends_on:
        raise Refused("ending.not_before", _NOT_BEFORE, day=row.ends_on)
    row.closed_on, row.settled_by_id = today, person
    row.save(update_fields=["closed_on", "settled_by"])
    held.status, held.closed_on, held.attributes = HoldingStatus.CLOSED, today, held.attributes | {"ended_by": "us"}
    held.save(update_fields=["status", "closed_on", "attributes"])
    mark_dirty([held.customer_id])
    _kept("ending.closed", held, by, ends_on=row.ends_on.isoformat())


def _locked(customer_id: int, ending: int, by: Principal) -> tuple[Ending, int]:
    person = require_ending(by)
    hold_customers()
    there = _standing().select_for_update(of=("self",)).select_related("holding__customer")
    seen = seen_holdings(by).filter(customer=customer_id, status=HoldingStatus.OPEN)
    row = there.filter(pk=ending, holding__in=seen).first()
    if row is None:
        raise Refused("ending.none", _NO_NOTICE)
    return row, person


def _standing() -> QuerySet[Ending]:
    return Ending.objects.filter(STANDS)


def _kept(kind: str, held: Holding, by: Principal, **payload: object) -> None:
    code = held.customer.code
    record_act(kind, by=by.actor, noun=Noun("customer", code), payload=payload, subject=code)
