"""Savings that pile up (LEV-08), money that leaves, first income (LEV-11): the statement's numbers and others."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors.backtesting import Replay, backtest
from guanxi.insight.warehouse.categories import is_deposit, is_term
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.signals.rules import Level, recompute_deposits
from tests.insight.detectors.edition import Edition

JUNE_2028 = dt.date(2028, 6, 30)
FAMILIES = {
    1: ("DEPOSIT", "DEPOSIT-DEMAND"),
    2: ("DEPOSIT", "DEPOSIT-TERM"),
    3: ("BANK", "BANK-MORTGAGE"),
    4: ("储蓄", "活期储蓄"),
}
DEMAND, TERM, LOAN, CHINESE = FAMILIES


class Accounts(Edition):
    """An edition with balances at the end of months, and income by month."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[dict] = []
        self.balances: list[dict] = []
        self.incomes: list[dict] = []

    def holds(self, who: int, product: int, levels: dict[str, float], **fields: object) -> int:
        """A holding with its balance at the end of some months ("2026-06"); its number."""
        number = len(self.held) + 1
        self.held.append(
            {
                "holding_id": number,
                "customer_id": who,
                "product_id": product,
                "status": 1,
                "closed_on": None,
                "renewal_on": None,
            }
            | fields
        )
        for month, level in levels.items():
            first = dt.date.fromisoformat(f"{month}-01")
            self.balances.append(
                {"customer_id": who, "holding_id": number, "month": first, "day": first, "amount": round(level * 100)}
            )
        return number

    def earns(self, who: int, months: dict[str, float]) -> None:
        self.incomes += [
            {"customer_id": who, "month": dt.date.fromisoformat(f"{m}-01"), "amount": round(a * 100)}
            for m, a in months.items()
        ]

    def fill(self):
        bench = super().fill()
        day = pa.date32()
        products = [{"product_id": n, "family": f, "reference": r, "name": r} for n, (f, r) in FAMILIES.items()]
        bench.keep("products", pa.Table.from_pylist(products))
        held = {
            "holding_id": pa.int64(),
            "customer_id": pa.int64(),
            "product_id": pa.int64(),
            "status": pa.int16(),
            "closed_on": day,
            "renewal_on": day,
        }
        bench.keep("holdings", pa.Table.from_pylist(self.held, schema=pa.schema(held)))
        levels = {"customer_id": pa.int64(), "holding_id": pa.int64(), "month": day, "day": day, "amount": pa.int64()}
        bench.keep("balances", pa.Table.from_pylist(self.balances, schema=pa.schema(levels)))
        earned = {"customer_id": pa.int64(), "month": day, "amount": pa.int64()}
        bench.keep("incomes", pa.Table.from_pylist(self.incomes, schema=pa.schema(earned)))
        return bench


def span(first: str, levels: list[float]) -> dict[str, float]:
    """Levels of months in a row."""
    year, month = map(int, first.split("-"))
    numbers = range(year * 12 + month - 1, year * 12 + month - 1 + len(levels))
    return {f"{n // 12}-{n % 12 + 1:02}": level for n, level in zip(numbers, levels, strict=True)}


def stated(edition: Accounts, as_of: dt.date = JUNE_2028, **thresholds: float) -> dict[tuple[int, str], dict]:
    rows = detectors.run(edition.fill(), as_of=as_of, thresholds=thresholds).to_pylist()
    return {(row["customer_id"], row["kind"]): row | {"evidence": json.loads(row["evidence"])} for row in rows}


def saver(
    *, step: float = 7_500, months: int = 24, first: float = 50_000, begin: str = "2026-06", **born: object
) -> Accounts:
    """Demand deposits from `first`, `step` more each month; 50,000 of it put into a term deposit in three months."""
    edition = Accounts()
    who = edition.add("saver", **born)
    total = [first + step * number for number in range(months + 1)]
    tied = [50_000 * ((number >= 9) + (number >= 15) + (number >= 21)) for number in range(months + 1)]
    edition.holds(who, DEMAND, span(begin, [a - b for a, b in zip(total, tied, strict=True)]))
    for at in (9, 15, 21):
        if months >= at:
            month = list(span(begin, total))[at]
            edition.holds(who, TERM, {month: 50_000}, renewal_on=dt.date(2031, 1, 1))
    return edition


def test_50000_to_230000_in_two_years_150000_of_it_tied():
    row = stated(saver())[1, "savings_accumulating"]
    assert (row["state"], row["occurred_on"], row["probability"]) == ("hypothesised", JUNE_2028, 0.5)
    assert row["evidence"]["figures"] == {
        "first": 5_000_000,
        "now": 23_000_000,
        "term": 15_000_000,
        "months": 24,
        "before": None,
    }
    assert (row["evidence"]["from"], row["evidence"]["to"]) == ("2026-06-30", "2028-06-30")
    assert row["at_stake"] == 0


def test_a_day_before_the_month_closes_and_a_month_earlier_nothing_is_said():
    assert stated(saver(), dt.date(2028, 6, 29)) == {}
    assert stated(saver(months=23), dt.date(2028, 5, 31)) == {}


def test_it_begins_after_the_last_large_purchase():
    edition = saver()
    edition.balances += [
        row | {"month": month, "amount": amount}
        for row, month, amount in (
            (edition.balances[0], dt.date(2026, 3, 1), 31_000_000),
            (edition.balances[0], dt.date(2026, 5, 1), 13_000_000),
        )
    ]
    row = stated(edition)[1, "savings_accumulating"]
    assert row["evidence"]["figures"]["before"] == 31_000_000
    assert row["evidence"]["from"] == "2026-06-30"
    later = stated(edition, dt.date(2028, 6, 30) + dt.timedelta(days=20))[1, "savings_accumulating"]
    assert later["key"] == row["key"]


@pytest.mark.parametrize("out, found", [(19_999.99, True), (20_000, False)])
def test_an_outflow_of_20000_begins_the_count_again(out, found):
    levels = [50_000 + 9_000 * number for number in range(25)]
    levels = levels[:12] + [levels[11] - out + 9_000 * number for number in range(13)]
    edition = Accounts()
    edition.holds(edition.add("one"), DEMAND, span("2026-06", levels))
    assert ((1, "savings_accumulating") in stated(edition)) is found


def test_big_spending_in_a_day_begins_the_count_again():
    edition = saver()
    edition.visits(1, [dt.date(2027, 2, 3)], 20_000)
    assert (1, "savings_accumulating") not in stated(edition)


def test_moving_money_into_a_term_deposit_is_no_outflow_and_a_loan_is_no_saving():
    edition = Accounts()
    edition.holds(edition.add("debtor"), LOAN, span("2026-06", [50_000 + 9_000 * number for number in range(25)]))
    edition.holds(
        edition.add("saver in chinese"), CHINESE, span("2026-06", [60_000 + 5_000 * number for number in range(25)])
    )
    assert set(stated(edition)) == {(2, "savings_accumulating")}


def test_too_little_growth_and_data_that_stopped_say_nothing():
    assert stated(saver(step=4_000)) == {}
    edition = saver()
    edition.holds(edition.add("another"), DEMAND, span("2028-07", [5, 5, 5, 5]))
    assert set(stated(edition, dt.date(2028, 10, 31))) == {
        (1, "savings_accumulating")
    }  # a balance stands until the next
    assert stated(saver(), dt.date(2028, 10, 31)) == {}


def test_other_numbers_and_an_open_count_of_months():
    row = stated(saver(first=8_000, step=6_000, months=31, begin="2025-11"))[1, "savings_accumulating"]
    assert row["evidence"]["figures"] == {
        "first": 800_000,
        "now": 19_400_000,
        "term": 15_000_000,
        "months": 31,
        "before": None,
    }
    assert row["occurred_on"] == dt.date(2027, 11, 30)


def runoff(*now: float, usual: float = 80_000, months: int = 12, **closed: object) -> Accounts:
    edition = Accounts()
    levels = [usual + 500 * (number % 3) for number in range(months)] + list(now)
    year, month = 2028, 6
    first = year * 12 + month - len(levels)
    edition.holds(edition.add("leaver"), DEMAND, span(f"{first // 12}-{first % 12 + 1:02}", levels), **closed)
    return edition


def test_below_half_of_the_usual_is_an_alarm_and_a_second_month_confirms_it():
    row = stated(runoff(30_000))[1, "balance_runoff"]
    assert (row["state"], row["occurred_on"]) == ("alarm", JUNE_2028)
    assert row["evidence"]["figures"] == {"usual": 8_050_000, "now": 3_000_000, "drop": 0.6273, "months": 1}
    again = stated(runoff(30_000, 20_000))[1, "balance_runoff"]
    assert (again["state"], again["occurred_on"]) == ("confirmed", JUNE_2028)
    assert again["evidence"]["figures"] == {"usual": 8_050_000, "now": 2_000_000, "drop": 0.7516, "months": 2}
    third = stated(runoff(30_000, 20_000, 20_000))[1, "balance_runoff"]
    assert (third["state"], third["occurred_on"]) == ("confirmed", dt.date(2028, 5, 31))


@pytest.mark.parametrize(
    "edition", [runoff(41_000), runoff(30_000, 80_000), runoff(9_000, usual=28_000), runoff(1, months=5), runoff()]
)
def test_what_is_no_runoff(edition):
    assert stated(edition) == {}


def seasonal(*last: float, each: tuple[int, float] = (3, 25_000)) -> Accounts:
    """Two years around 80,000, in each of them three months around 25,000; then these."""
    months, low = each
    year = [low] * months + [80_000 + 500 * (number % 3) for number in range(12 - months)]
    levels = year + year + list(last)
    edition = Accounts()
    first = 2028 * 12 + 6 - len(levels)
    edition.holds(edition.add("dealer"), DEMAND, span(f"{first // 12}-{first % 12 + 1:02}", levels))
    return edition


@pytest.mark.parametrize(
    "edition", [seasonal(25_000), seasonal(26_000, 24_000), seasonal(20_000, 20_000, 20_000, 80_000)]
)
def test_a_season_of_every_year_is_no_runoff(edition):
    assert stated(edition) == {}


@pytest.mark.parametrize(
    "edition, state",
    [
        (seasonal(12_000), "alarm"),  # half of what was there a year ago
        (seasonal(25_000, 25_000, 25_000, 25_000, 25_000), "alarm"),  # the season is over, the money is not back
        (seasonal(25_000, 10_000, 9_000), "confirmed"),
    ],
)
def test_who_falls_below_his_season_or_stays_low_after_it_is_told(edition, state):
    assert stated(edition)[1, "balance_runoff"]["state"] == state


def test_a_closed_account_is_money_that_left():
    edition = runoff(80_000, closed_on=dt.date(2028, 6, 20))
    row = stated(edition)[1, "balance_runoff"]
    assert (row["state"], row["evidence"]["figures"]["now"]) == ("alarm", 0)


def employee(months: list[float], born: dt.date | None = dt.date(2008, 6, 1), first: str = "2028-04") -> Accounts:
    edition = Accounts()
    edition.earns(edition.add("li", born_on=born), span(first, months))
    return edition


def test_three_months_of_income_at_twenty():
    row = stated(employee([5_000, 5_200, 5_100]))[1, "first_income"]
    assert (row["state"], row["occurred_on"]) == ("hypothesised", JUNE_2028)
    assert row["evidence"]["figures"] == {"since": "2028-04-01", "months": 3, "middle": 510_000}


@pytest.mark.parametrize(
    "edition",
    [
        employee([5_000, 5_200], first="2028-05"),  # two months
        employee([5_000, 0, 5_200, 5_100], first="2028-03"),  # a hole
        employee([5_000] * 3, born=dt.date(2010, 7, 1)),  # seventeen
        employee([5_000] * 3, born=None),  # nobody knows how old
        employee([5_000] * 14, first="2027-05"),  # no news any more
        employee([5_000] * 3, first="2028-01"),  # stopped
        employee([5_000] * 4 + [0] + [5_000] * 5, first="2027-09"),  # the second time
    ],
)
def test_what_is_no_first_income(edition):
    assert stated(edition) == {}


@pytest.mark.parametrize("before", [[2_000, 2_000, 0, 0], [1_800, 0, 0, 0, 0, 0, 0, 0, 0]])
def test_a_summers_work_before_is_no_regular_income(before):
    """LEV-11 asks for three months in a row: who was paid for two once has not begun to earn by that."""
    first = 2028 * 12 + 3 - len(before)
    row = stated(employee([*before, 5_000, 5_200, 5_100], first=f"{first // 12}-{first % 12 + 1:02}"))[
        1, "first_income"
    ]
    assert row["evidence"]["figures"] == {"since": "2028-04-01", "months": 3, "middle": 510_000}


def test_it_begins_on_the_day_of_coming_of_age_where_that_is_later():
    row = stated(employee([5_000] * 4, first="2028-03", born=dt.date(2010, 6, 12)))[1, "first_income"]
    assert row["occurred_on"] == dt.date(2028, 6, 12)


def test_when_income_begins_to_be_delivered_nobody_earns_for_the_first_time():
    edition = Accounts()
    for number in range(40):
        edition.earns(edition.add(f"p{number}", born_on=dt.date(1990, 1, 1)), span("2028-03", [5_000] * 4))
    edition.earns(edition.add("new", born_on=dt.date(2009, 1, 1)), span("2028-04", [4_000] * 3))
    assert set(stated(edition)) == {(41, "first_income")}


def levels_of(edition: Accounts, who: int) -> list[Level]:
    held = {row["holding_id"]: row for row in edition.held if is_deposit(*FAMILIES[row["product_id"]])}
    return [
        Level(row["holding_id"], row["day"], row["amount"], held[row["holding_id"]]["renewal_on"] is not None,
              held[row["holding_id"]]["closed_on"])
        for row in edition.balances
        if row["holding_id"] in held and row["customer_id"] == who
    ]  # fmt: skip


@pytest.mark.parametrize(
    "edition",
    [
        saver(),
        saver(first=8_000, step=6_000, months=31, begin="2025-11"),
        runoff(30_000),
        runoff(30_000, 20_000, 20_000),
        runoff(9_000, months=7),
        runoff(80_000, closed_on=dt.date(2028, 6, 20)),
    ],
)
def test_the_figures_recompute_from_the_balances(edition):
    (row,) = stated(edition).values()
    assert recompute_deposits(levels_of(edition, 1), row["evidence"]) == row["evidence"]["figures"]
    fewer = [level._replace(amount=level.amount // 2) for level in levels_of(edition, 1)]
    assert recompute_deposits(fewer, row["evidence"]) != row["evidence"]["figures"]
    assert recompute_deposits([], row["evidence"])["now"] == 0


@pytest.mark.parametrize(
    "family, reference",
    [
        *FAMILIES.values(),
        ("Savings", "S1"),
        ("", "定期一年"),
        ("", "Time deposit"),
        ("CARD", "GOLD"),
        ("存款", "T"),
        ("", ""),
    ],
)
def test_the_words_of_deposits_are_the_same_in_both_places(family, reference):
    with Workbench() as bench:
        asked = bench.arrow("SELECT is_deposit($f, $r) AS d, is_term($f, $r) AS t", f=family, r=reference).to_pylist()
    assert asked == [{"d": is_deposit(family, reference), "t": is_term(family, reference)}]


def test_a_run_off_is_replayed_and_judged_by_whether_the_money_came_back():
    """`guanxi backtest balance_runoff`: two leave and stay away, one comes back, one leaves too late to know."""
    edition = Accounts()
    steady = [100_000] * 16
    for tail in (
        [20_000] * 8,
        [10_000] * 8,
        [20_000, 20_000, 90_000] + [90_000] * 5,
        [100_000] * 7 + [5_000],
        [100_000] * 8,
    ):
        edition.holds(edition.add(), DEMAND, span("2026-07", [*steady, *tail]))
    told = backtest(edition.fill(), "balance_runoff", Replay(JUNE_2028))
    assert (told["months"], told["customers"], told["customer_months"]) == (12, 5, 60)
    alarm, sure = told["states"]["alarm"], told["states"]["confirmed"]
    assert {name: alarm[name] for name in ("alarms", "judged", "left", "undecided")} == {
        "alarms": 4, "judged": 3, "left": 2, "undecided": 1
    }  # fmt: skip
    assert {name: sure[name] for name in ("alarms", "judged", "left", "undecided")} == {
        "alarms": 3, "judged": 3, "left": 2, "undecided": 0
    }  # fmt: skip
    assert (alarm["delay_median"], sure["delay_median"]) == (
        29.0,
        60.0,
    )  # from 1 November to its end, and to that of December
    shop = Accounts()
    shop.spends(shop.add(), [2_000] * 12, until="2028-06")
    assert backtest(shop.fill(), "balance_runoff", Replay())["missing"] == ["There are no balances yet."]
