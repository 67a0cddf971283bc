"""Credit downshift (RSK-02): Ma's figures exactly and other numbers; the unchanged mix; what is too little to say anything."""

import datetime as dt
import json
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors.price_mix import chances
from guanxi.record.signals.rules import EvidenceRow, recompute
from tests.insight.detectors.edition import Edition
from tests.insight.detectors.test_price_mix import purchases

FEB_ENDS = dt.date(2026, 2, 28)
# twelve months with the median 35,500, spread so that 3,500 lies 9.8 below (RSK-02)
MA = [35_500, 33_800, 36_900, 34_600, 38_200, 35_500, 34_100, 36_400, 35_200, 37_300, 33_200, 35_800]
DEAR, CHEAP = ((3, 80, 8), (2, 15, 4), (1, 5, 3)), ((3, 10, 1), (2, 30, 4), (1, 60, 9))
EVEN, EVEN_NOW = ((3, 21, 3), (2, 40, 4), (1, 39, 5)), ((3, 17, 2), (2, 41, 4), (1, 42, 5))
Mix = tuple[tuple[int, int, int], ...]


class Tickets(Edition):
    """An edition whose purchases have price tiers: each month's sum is split by tier into so many payments."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: list[tuple] = []

    def pays(self, who: int, months: list[float], mix: Mix, *, until: str, category: int = 1) -> None:
        year, month = map(int, until.split("-"))
        for back, total in enumerate(reversed(months)):
            number = year * 12 + month - 1 - back
            for tier, share, payments in mix:
                for turn in range(payments):
                    on = dt.date(number // 12, number % 12 + 1, 1 + (turn * 7 + tier * 5) % 28)
                    sum_ = round(total * share)
                    minor = sum_ // payments + (sum_ % payments if turn == 0 else 0)
                    self.lines.append((who, on, minor))
                    self.tickets.append((who, on, minor, category, tier, None))

    def fill(self):
        bench = super().fill()
        columns = zip(*self.tickets, strict=True) if self.tickets else [[]] * 6
        names = ("customer_id", "day", "amount", "category", "price_tier", "product_id")
        kinds = (pa.int64(), pa.date32(), pa.int64(), pa.int8(), pa.int8(), pa.int64())
        arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
        bench.keep("tickets", pa.table(arrays, names=names))
        return bench


def ma(*now: float, before: Mix = DEAR, after: Mix = CHEAP, until: str = "2026-02", series=MA) -> Tickets:
    edition = Tickets()
    who = edition.add("ma")
    year, month = map(int, until.split("-"))
    number = year * 12 + month - 1 - len(now)
    edition.pays(who, list(series), before, until=f"{number // 12}-{number % 12 + 1:02}")
    edition.pays(who, list(now), after, until=until)
    return edition


def stated(edition: Edition, as_of: dt.date = FEB_ENDS, **thresholds: float) -> dict[str, dict]:
    rows = detectors.run(edition.fill(), as_of=as_of, thresholds=thresholds).to_pylist()
    return {row["kind"]: row | {"evidence": json.loads(row["evidence"])} for row in rows}


def test_ma_spends_a_tenth_and_at_cheaper_places():
    found = stated(ma(3_500))
    spent, credit = found["spend_drop"], found["credit_downshift"]
    assert (spent["state"], spent["evidence"]["figures"]["z"], spent["evidence"]["figures"]["drop"]) == (
        "alarm",
        -9.78,
        0.9014,
    )
    assert spent["evidence"]["figures"]["usual"] == 3_550_000
    assert credit["evidence"]["figures"] == {
        "before": [0.05, 0.15, 0.8],
        "after": [0.6, 0.3, 0.1],
        "purchases_before": 180,
        "purchases": 14,
        "index_before": 2.75,
        "index": 1.5,
        "divergence": 0.44,
    }
    assert (credit["state"], credit["occurred_on"], credit["severity"]) == ("alarm", FEB_ENDS, 0.625)
    assert credit["evidence"]["given"]["chance"] == 0.001
    assert credit["evidence"]["given"]["is_sure"] is True
    assert (credit["at_stake"], credit["probability"]) == (spent["at_stake"], 0.23)


def known_of(edition: Edition, salaries: dict[str, int], owed: dict[str, int]) -> dict:
    """The credit signal of Ma, whose salary (yuan by month) and debt the record knows."""
    bench = edition.fill()
    for month, amount in salaries.items():
        bench.run(
            "INSERT INTO incomes VALUES (1, CAST($month AS DATE), $amount)", month=f"{month}-01", amount=amount * 100
        )
    for month, amount in owed.items():
        bench.run(
            "INSERT INTO balances (customer_id, holding_id, month, amount) VALUES (1, 1, CAST($month AS DATE), $amount)",
            month=f"{month}-01", amount=-amount * 100,
        )  # fmt: skip
    rows = detectors.run(bench, as_of=FEB_ENDS).to_pylist()
    [found] = [row for row in rows if row["kind"] == "credit_downshift"]
    return found | {"evidence": json.loads(found["evidence"]), "facts": json.loads(found["facts"])}


MONTHS = [f"{2025 + number // 12}-{number % 12 + 1:02}" for number in range(1, 14)]  # February 2025 to 2026


@pytest.mark.parametrize(
    ("salaries", "owed", "given", "signs"),
    [
        ({}, {}, {}, None),
        (dict.fromkeys(MONTHS[:12], 30_000), {}, {"salary": (3_000_000, "2026-01-01", True)}, ["salary"]),
        (dict.fromkeys(MONTHS, 30_000), {}, {"salary": (3_000_000, "2026-02-01", False)}, None),
        (dict.fromkeys(MONTHS[:9], 30_000), {}, {}, None),  # nine of twelve are no habit
        ({}, {"2026-01": 8_000, "2026-02": 9_000}, {"owed": (800_000, 900_000, True)}, ["owed"]),
        ({}, {"2026-01": 8_000, "2026-02": 8_800}, {"owed": (800_000, 880_000, False)}, None),
        (
            dict.fromkeys(MONTHS[1:11], 20_000), {"2026-01": 1, "2026-02": 2},
            {"salary": (2_000_000, "2025-12-01", True), "owed": (100, 200, True)}, ["salary", "owed"],
        ),
    ],
)  # fmt: skip
def test_what_supports_it_is_told_and_none_is_needed(salaries, owed, given, signs):
    """4.7: a salary that stays away, more that is owed while less is spent; both raise the priority alone."""
    found = known_of(ma(3_500), salaries, owed)
    told = found["evidence"]["given"]
    assert {name: tuple(told[name].values()) for name in ("salary", "owed") if name in told} == given
    assert (found["state"], found["facts"].get("signs")) == ("alarm", signs)


def test_an_unchanged_mix_is_a_spend_drop_only():
    assert set(stated(ma(3_500, before=EVEN, after=EVEN_NOW))) == {"spend_drop"}


def test_between_the_two_both_are_flagged_and_nothing_is_sure():
    found = stated(ma(3_500, after=((3, 55, 5), (2, 25, 4), (1, 20, 3))))
    figures = found["credit_downshift"]["evidence"]["figures"]
    assert (figures["index"], found["credit_downshift"]["state"]) == (2.35, "watch")
    assert found["credit_downshift"]["evidence"]["given"]["is_sure"] is False
    assert found["spend_drop"]["state"] == "alarm"


def test_a_mix_that_rose_says_nothing_of_income():
    assert set(stated(ma(3_500, before=CHEAP, after=DEAR))) == {"spend_drop"}


def test_seven_purchases_are_too_few_eight_are_enough():
    few, enough = ((3, 10, 1), (2, 30, 2), (1, 60, 4)), ((3, 10, 1), (2, 30, 2), (1, 60, 5))
    assert set(stated(ma(3_500, after=few))) == {"spend_drop"}
    assert stated(ma(3_500, after=enough))["credit_downshift"]["evidence"]["figures"]["purchases"] == 8


def test_without_whitelisted_tickets_there_is_a_spend_drop_only():
    edition = ma(3_500)
    edition.tickets = [ticket for ticket in edition.tickets if ticket[1] < dt.date(2026, 2, 1)]
    assert set(stated(edition)) == {"spend_drop"}


def test_a_fall_by_a_third_opens_no_case():
    assert "credit_downshift" not in stated(ma(24_000))


def test_a_second_month_confirms_and_compares_with_the_months_before_the_fall():
    found = stated(ma(3_500, 4_000, until="2026-03"), dt.date(2026, 3, 31))
    credit = found["credit_downshift"]
    assert credit["state"] == found["spend_drop"]["state"] == "confirmed"
    assert (credit["evidence"]["from"], credit["evidence"]["given"]["base_to"]) == ("2025-02-01", "2026-01-31")
    assert credit["evidence"]["figures"]["purchases"] == 28
    assert credit["evidence"]["figures"]["before"] == [0.05, 0.15, 0.8]
    assert json.loads(credit["facts"])["now"] == 400_000
    first = stated(ma(3_500))["credit_downshift"]
    assert credit["key"] == first["key"]


def test_back_to_the_habit_it_is_cleared():
    edition = ma(3_500)
    edition.pays(1, [35_000], DEAR, until="2026-03")
    assert stated(edition, dt.date(2026, 3, 31))["credit_downshift"]["state"] == "cleared"


def test_other_numbers():
    """A teacher: 2,000 a month of groceries and retail, then 600 in the cheapest shops."""
    series = [2_000 + 40 * (number % 5) for number in range(12)]
    edition = ma(600, series=series, before=((3, 20, 4), (2, 60, 9), (1, 20, 5)), after=((2, 10, 2), (1, 90, 8)))
    figures = stated(edition)["credit_downshift"]["evidence"]["figures"]
    assert (figures["index_before"], figures["index"]) == (2.0, 1.1)
    assert (figures["before"], figures["after"]) == ([0.2, 0.6, 0.2], [0.9, 0.1, 0.0])


def test_the_figures_recompute_from_the_rows():
    edition = ma(3_500)
    evidence = stated(edition)["credit_downshift"]["evidence"]
    rows = [EvidenceRow(day, amount, True, tier) for _, day, amount, _, tier, _ in edition.tickets]
    assert recompute(rows, evidence) == evidence["figures"]
    untiered = [EvidenceRow(day, amount, True) for _, day, amount, _, _, _ in edition.tickets]
    assert recompute(untiered, evidence) != evidence["figures"]


def test_the_chance_is_the_same_in_every_run_and_that_of_the_purchases():
    one, other = stated(ma(3_500)), stated(ma(3_500))
    assert one == other
    edition = ma(3_500, after=((3, 40, 2), (2, 30, 3), (1, 30, 3)))
    given = stated(edition, **{"credit_downshift.index_fall": 0.3, "credit_downshift.divergence": 0.05})
    evidence = given["credit_downshift"]["evidence"]
    since, feb = dt.date(2025, 2, 1), dt.date(2026, 2, 1)
    order = sorted((day, amount, tier) for _, day, amount, _, tier, _ in edition.tickets if day >= since)
    case = [(amount, tier, day >= feb) for day, amount, tier in order]
    seed = int.from_bytes(sha256(f"credit_downshift|ma|{2026 * 12 + 1}".encode()).digest()[:8])
    assert evidence["given"]["chance"] == chances(purchases(case), np.array([seed], dtype=np.uint64))[0]


@pytest.mark.parametrize("category", [1, 2, 3, 4, 5])
def test_every_whitelisted_category_counts(category):
    edition = ma(3_500)
    edition.tickets = [(w, d, a, category, t, p) for w, d, a, _, t, p in edition.tickets]
    assert stated(edition)["credit_downshift"]["state"] == "alarm"


def test_sixteen_withdrawals_at_the_racecourse_are_no_ticket_and_no_signal():
    """PTN-04: what is not whitelisted reaches no detector but as money (tests/insight/warehouse/test_categories.py)."""
    edition = Tickets()
    edition.pays(edition.add("punter"), [2_000] * 14, EVEN, until="2026-02")
    edition.visits(1, [dt.date(2025, 1, 5) + dt.timedelta(days=26 * number) for number in range(16)], 300)
    assert stated(edition) == {}
