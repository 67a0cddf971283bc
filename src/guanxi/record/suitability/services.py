"""Acts: a suitability test is noted, and ended where life has changed."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.customers.services import hold_customers
from guanxi.record.customers.services.heads import seen_head
from guanxi.record.suitability.models import RiskTest
from guanxi.record.suitability.permissions import NOTE
from guanxi.record.suitability.rules import checked_test, holds

_NONE = gettext_noop("There is no test that holds.")


@transaction.atomic
def note_test(
    customer_id: int,
    *,
    level: int,
    by: Principal,
    tested_on: date | None = None,
    valid_until: date | None = None,
    tested_by: int | None = None,
) -> int:
    """Note the level of risk that a customer's test found, done before `by` (or before the colleague tested_by), and return
    its id. tested_on: today; valid_until, its last day: a year later. The same test again is there once.

    Raises Denied, and Refused: customers.not_found, and as `rules.checked_test` does.
    """
    require(by, NOTE)
    hold_customers()
    customer, today = seen_head(customer_id, by=by), firm_day()
    test = checked_test(level, tested_on or today, valid_until, today=today)
    cells = {"level": test.level, "tested_on": test.tested_on, "valid_until": test.valid_until}
    latest = RiskTest.objects.filter(customer=customer.id).order_by("-tested_on", "-pk").first()
    if latest is not None and latest.test == test:
        return latest.pk
    added = RiskTest.objects.create(customer_id=customer.id, tested_by_id=tested_by or by.staff_id, **cells)
    _kept("risk_test.noted", customer.code, by, level=int(test.level), until=test.valid_until.isoformat())
    return added.pk


@transaction.atomic
def end_test(customer_id: int, *, by: Principal) -> None:
    """Let the latest test of a customer hold no more, from today on: his life has changed, or it was noted in error. A test
    before it does not come back. Raises Denied, and Refused: customers.not_found, suitability.none.
    """
    require(by, NOTE)
    hold_customers()
    customer, today = seen_head(customer_id, by=by), firm_day()
    row = RiskTest.objects.filter(customer=customer.id).order_by("-tested_on", "-pk").first()
    if row is None or not holds(row.test, today):
        raise Refused("suitability.none", _NONE)
    row.ended_on = today
    row.save(update_fields=["ended_on"])
    _kept("risk_test.ended", customer.code, by, level=row.level)


def erase_tests(customer_ids: Sequence[int]) -> None:
    """Delete those of erased customers, in the transaction of the erasure (customers.register_eraser)."""
    RiskTest.objects.filter(customer__in=customer_ids).delete()


def _kept(kind: str, code: str, by: Principal, **payload: object) -> None:
    record_act(kind, by=by.actor, noun=Noun("customer", code), payload=payload, subject=code)
