"""The evidence of deposits on its page: months and rows of the balances, the figures computed again, nothing for who may not."""

import datetime as dt

import pytest

from guanxi.record.catalogue.models import Family, Product
from guanxi.record.holdings.models import Balance, Holding
from guanxi.record.signals.models import Signal
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(scene) -> Signal:
    """Thirteen months of savings, the last at a quarter; and a loan that is nobody's saving."""
    customer = scene.ids["王海峰"]
    family = Family.objects.create(reference="DEPOSIT", name="存款")
    demand = Product.objects.create(reference="DEPOSIT-DEMAND", name="活期存款", family=family)
    loan = Product.objects.create(reference="LOAN-X", name="贷款")
    saved = Holding.objects.create(customer_id=customer, product=demand, reference="D-1")
    owed = Holding.objects.create(customer_id=customer, product=loan, reference="L-1")
    for month in range(13):
        day = dt.date(2024 + (month + 4) // 12, (month + 4) % 12 + 1, 28)
        amount = 8_000_000 if month < 12 else 2_000_000
        Balance.objects.create(holding=saved, day=day, amount=amount, currency="CNY")
        Balance.objects.create(holding=owed, day=day, amount=77_700_000, currency="CNY")
    figures = {"usual": 8_000_000, "now": 2_000_000, "drop": 0.75, "months": 1}
    span = {"from": "2024-05-01", "to": "2025-05-31"}
    given = {"drop": 0.5, "least": 2_000_000}
    evidence = {
        "table": "balances",
        "customer_id": customer,
        **span,
        "measure": "deposits_by_month",
        "given": given,
        "figures": figures,
    }
    day = dt.date(2025, 5, 31)
    return Signal.objects.create(
        key="runoff", customer_id=customer, kind="balance_runoff", state="alarm", occurred_on=day, detected_on=day,
        changed_on=day, evidence=evidence,
    )  # fmt: skip


def test_the_page_computes_the_deposits_again_from_its_rows(scene, looking, case):
    words = words_of(looking(scene, "lin", language="en").get(f"/signals/{case.code}/evidence/"))
    assert "Deposits fell from about ¥80,000 to ¥20,000 by the end of May 2025 (−75.0%)." in words
    assert "Computed from 13 balances" in words
    assert (
        "Computed again from these rows: usually ¥80,000 on deposit, ¥20,000 now. This agrees with what was said."
        in words
    )
    assert "活期存款" in words
    assert "777,000" not in words


def test_a_month_alone_shows_its_rows(scene, looking, case):
    client = looking(scene, "lin", language="en")
    words = words_of(client.get(f"/signals/{case.code}/evidence/?month=2025-05"))
    assert words.partition("The rows themselves")[2].count("活期存款") == 1
    assert client.get(f"/signals/{case.code}/evidence/?month=2020-01").status_code == 400


def test_a_balance_that_was_corrected_is_said(scene, looking, case):
    Balance.objects.filter(day=dt.date(2025, 5, 28), amount=2_000_000).update(amount=7_000_000)
    words = words_of(looking(scene, "lin", language="en").get(f"/signals/{case.code}/evidence/"))
    assert "The rows have changed since; the next refresh brings what is said up to date." in words


def test_out_of_sight_there_is_no_page(scene, looking, case):
    assert looking(scene, "huang").get(f"/signals/{case.code}/evidence/").status_code == 404
