"""Signals of Ma's story, their cases, and what a person decides about them."""

import datetime as dt
from contextlib import contextmanager
from typing import Any

from guanxi.ground import clock
from guanxi.record.customers.models import Customer
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.models import Balance, Holding
from guanxi.record.signals.models import Signal
from guanxi.rescue.credit.choices import Decision, Way
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import Ruling
from guanxi.rescue.credit.services import decide_case, give_notice, review_cases
from tests.stories.scene import SYSTEM, Scene

FEB_ENDS, MONDAY, TUESDAY = dt.date(2026, 2, 28), dt.date(2026, 3, 2), dt.date(2026, 3, 3)


@contextmanager
def on(day: dt.date):
    """Nine o'clock in Shanghai on a day."""
    with clock.frozen(clock.start_of_day(day, "Asia/Shanghai") + dt.timedelta(hours=9)):
        yield


def evidence(
    customer: int, *, usual: int = 35_500, now: int = 3_500, highest: int = 4_000, is_sure: bool = True
) -> dict[str, Any]:
    """What the detector says of a fall in February 2026, money in yuan."""
    spent = {"usual": usual * 100, "now": now * 100, "drop": round(1 - now / usual, 4), "month": "2026-02-28"}
    given = {"base_to": "2026-01-31", "recent_from": "2026-02-01", "chance": 0.001, "draws": 999, "tiers": {}}
    given |= {"spent": spent, "z": -9.8, "highest": highest * 100, "is_sure": is_sure}
    figures = {
        "before": [0.05, 0.15, 0.8], "after": [0.6, 0.3, 0.1], "purchases_before": 144, "purchases": 12, "index_before": 2.75,
        "index": 1.5, "divergence": 0.443,
    }  # fmt: skip
    span = {"from": "2025-02-01", "to": "2026-02-28"}
    return {
        "table": "dealings",
        "customer_id": customer,
        **span,
        "measure": "tier_shares",
        "given": given,
        "figures": figures,
    }


def fallen(scene: Scene, name: str = "马国栋", *, state: str = "alarm", key: str = "", **told: Any) -> Customer:
    """A customer of Lin's with the signal."""
    customer = scene.customer(name, language="en")
    Signal.objects.create(
        key=key or f"credit-{name}", customer=customer, kind="credit_downshift", state=state, occurred_on=FEB_ENDS,
        detected_on=FEB_ENDS, changed_on=FEB_ENDS, evidence=evidence(customer.pk, **told),
    )  # fmt: skip
    return customer


def carry(customer: Customer, limit: str = "50000", *, owed: int = 0, **attributes: str) -> Holding:
    """A card with a limit in yuan and a balance."""
    card = Holding.objects.create(
        customer=customer,
        reference=f"CARD-{customer.pk}",
        opened_on=dt.date(2018, 3, 1),
        attributes={"limit": limit, **attributes},
    )
    if owed:
        Balance.objects.create(holding=card, day=dt.date(2026, 2, 20), amount=owed * 100, currency="CNY")
    return card


def opened(scene: Scene, **told: Any) -> CreditCase:
    """Ma's case, opened by the night."""
    customer = fallen(scene, **told)
    carry(customer)
    with on(dt.date(2026, 3, 1)):
        review_cases(by=SYSTEM, as_of=FEB_ENDS)
    return CreditCase.objects.get(customer=customer)


def ruling(decision: Decision = Decision.REDUCE, limit: int | None = 8_000, **more: Any) -> Ruling:
    """What a person decides on Monday; money in yuan."""
    terms: dict[str, Any] = {"decision": decision, "why": "Seen with both.", "contact": "Gao, 020-1234"}
    terms |= {"limit": None if limit is None else limit * 100, "starts_on": dt.date(2026, 3, 16)}
    return Ruling(**terms | more)


def decided(scene: Scene, terms: Ruling | None = None, **told: Any) -> CreditCase:
    """The case, decided by Gao on Monday."""
    case = opened(scene, **told)
    with on(MONDAY):
        decide_case(case.code, terms or ruling(), by=scene.person("gao"))
    case.refresh_from_db()
    return case


def told(scene: Scene, terms: Ruling | None = None) -> CreditCase:
    """The case, of which the customer had the notice by hand on Tuesday."""
    case = decided(scene, terms)
    with on(TUESDAY):
        give_notice(case.code, way=Way.HAND, on=TUESDAY, by=scene.person("gao"))
    case.refresh_from_db()
    return case


def bought(customer_id: int, month: str, yuan: int) -> None:
    """One purchase in a month."""
    day = dt.date.fromisoformat(f"{month}-15")
    Dealing.objects.create(
        customer_id=customer_id,
        occurred_on=day,
        occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
        amount=yuan * 100,
        currency="CNY",
    )
