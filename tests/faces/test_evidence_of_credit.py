"""The evidence of a credit case on its page: the shares out of the rows that it shows, both explanations, and no verdict."""

import datetime as dt

import pytest

from guanxi.record.dealings.models import Dealing
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import EvidenceRow, recompute
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
DEAR, CHEAP = ((3, 80, "酒店"), (2, 15, "餐饮"), (1, 5, "超市")), ((3, 10, "住宿"), (2, 30, "餐饮"), (1, 60, "超市"))


def pay(customer: int, day: dt.date, total: int, mix) -> None:
    """Three purchases in places of known tiers, and one at a bar that no evidence may read the tier of."""
    places = [*mix, (3, 50, "酒吧")]
    Dealing.objects.bulk_create(
        [
            Dealing(
                customer_id=customer, occurred_on=day, occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
                amount=total * share, currency="CNY", category=category, price_tier=tier,
            )
            for tier, share, category in places
        ]
    )  # fmt: skip


@pytest.fixture
def case(scene) -> Signal:
    """A case of January 2023, with the figures of its rows."""
    customer = scene.ids["王海峰"]
    for month in range(1, 13):
        pay(customer, dt.date(2022, month, 8), 35_500, DEAR)
    pay(customer, dt.date(2023, 1, 8), 3_500, CHEAP)
    spent = {"usual": 5_325_000, "now": 525_000, "drop": 0.9014, "month": "2023-01-31"}
    given = {"base_to": "2022-12-31", "recent_from": "2023-01-01", "spent": spent, "is_sure": True, "tiers": {}}
    span = {"from": "2022-01-01", "to": "2023-01-31"}
    evidence = {"table": "dealings", "customer_id": customer, **span, "measure": "tier_shares", "given": given}
    rows = [EvidenceRow(dt.date(2022, 5, 8), share, True, tier) for tier, share, _ in DEAR] * 12
    rows += [EvidenceRow(dt.date(2023, 1, 8), share, True, tier) for tier, share, _ in CHEAP]
    evidence["figures"] = recompute(rows, evidence)
    day = dt.date(2023, 1, 31)
    return Signal.objects.create(
        key="credit", customer_id=customer, kind="credit_downshift", state="alarm", occurred_on=day, detected_on=day,
        changed_on=day, evidence=evidence,
    )  # fmt: skip


def test_the_page_computes_the_shares_again_from_its_rows(scene, looking, case):
    words = words_of(looking(scene, "lin", language="en").get(f"/signals/{case.code}/evidence/"))
    mix = "dear places 80% → 10%, middling 15% → 30%, cheap 5% → 60% of the money"
    assert (
        f"Spending fell from about ¥53,250 a month to ¥5,250 in January 2023 (−90.1%), and its mix has moved: {mix}."
        in words
    )
    assert "A person looks at it; nothing about a limit is decided by itself." in words
    assert f"Computed again from these rows: {mix}. This agrees with what was said." in words
    assert "Both are suppositions: nobody has said so." in words


def test_rows_that_changed_are_said_to_have_changed(scene, looking, case):
    Dealing.objects.filter(customer_id=case.customer_id, occurred_on=dt.date(2023, 1, 8), price_tier=1).update(
        category="夜总会"
    )
    words = words_of(looking(scene, "lin", language="en").get(f"/signals/{case.code}/evidence/"))
    assert "The rows have changed since; the next refresh brings what is said up to date." in words
