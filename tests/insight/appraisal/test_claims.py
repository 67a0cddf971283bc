"""`guanxi estimate claims`: how often, how dear, and what share of the premium, of a house that ranks by premiums less claims."""

import datetime as dt

import pytest
from scipy.stats import chi2

from guanxi.insight.appraisal.claims import tell_claims
from guanxi.insight.appraisal.worth import Basis, Worth
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.holdings.choices import HoldingStatus
from tests.insight.appraisal import books

AS_OF = dt.date(2026, 6, 30)
INSURER = Worth(Basis.PREMIUMS)


def back(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days)


@pytest.fixture
def bench() -> Workbench:
    """A hundred persons insured for years at 2,000 a year; forty claims of 1,500 among the first forty. Twenty firms insured for half the
    year at 10,000, with four claims of 500: too few to be told apart.
    """
    premiums = [(who, back(100), 200_000 if who < 100 else 1_000_000) for who in range(120)]
    claims = [(who, back(50), -150_000) for who in range(40)] + [(who, back(60), -50_000) for who in range(100, 104)]
    older = [(who, back(365), -150_000) for who in range(30)]
    made = books.print_days([*premiums, *claims, *older])
    made.run("UPDATE customers SET segment = CASE WHEN customer_id < 100 THEN 'person' ELSE 'organisation' END")
    made.run("INSERT INTO refunds SELECT customer_id, day, 1 FROM days WHERE net < gross")
    opened, half = back(2_000), back(182)
    for who in range(120):
        made.run(
            "INSERT INTO holdings (customer_id, product_id, status, opened_on) VALUES ($who, 1, $open, $day)",
            who=who, open=int(HoldingStatus.OPEN), day=opened if who < 100 else half,
        )  # fmt: skip
    return made


def test_claims_by_year_in_force_by_claim_and_by_premium(bench):
    told = tell_claims(bench, as_of=AS_OF, rule=INSURER, currency="CNY")
    years = 100 * 365 / 365.25 + 20 * 183 / 365.25
    assert (told["customers"], told["claims"], told["grade"]) == (120, 44, "B")
    low, high = chi2.ppf(0.025, 88) / 2, chi2.ppf(0.975, 90) / 2
    assert told["frequency"] == pytest.approx([44 / years, low / years, high / years])
    paid, premiums = 40 * 1_500 + 4 * 500, 100 * 2_000 + 20 * 10_000
    assert told["severity"] == pytest.approx(paid / 44)
    assert told["loss_ratio"] == pytest.approx(
        [paid / premiums, paid / premiums * low / 44, paid / premiums * high / 44]
    )
    [cell] = told["cells"]
    assert (cell["segment"], cell["severity"]) == ("person", 1_500)
    assert cell["frequency"][0] == pytest.approx(40 / (100 * 365 / 365.25))


def test_a_contract_counts_for_the_days_it_was_in_force(bench):
    bench.run("UPDATE holdings SET closed_on = $day, status = 3 WHERE customer_id < 100", day=back(264))
    told = tell_claims(bench, as_of=AS_OF, rule=INSURER, currency="CNY")
    assert told["cells"][0]["frequency"][0] == pytest.approx(40 / (100 * 100 / 365.25))


def test_of_a_shop_money_paid_out_is_a_refund_and_of_few_claims_nothing_is_said(bench):
    shop = tell_claims(bench, as_of=AS_OF, rule=Worth(), currency="CNY")
    assert (shop["grade"], shop["claims"], shop["frequency"], shop["cells"]) == ("C", 0, None, [])
    assert "refund" in shop["missing"][0]
    bench.run("DELETE FROM refunds WHERE customer_id < 35")
    few = tell_claims(bench, as_of=AS_OF, rule=INSURER, currency="CNY")
    assert (few["claims"], few["grade"], few["frequency"]) == (9, "C", None)
    assert few["missing"] == ["9 claims in twelve months: of fewer than 10 nothing is said."]
