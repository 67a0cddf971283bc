"""The traits of loyalty from days, families and recommendations; what was not observed is said."""

import datetime as dt
import random

import pyarrow as pa
import pytest

from guanxi.insight.appraisal.loyalty import appraise_loyalty, tell_loyalty
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.appraisal import books

JAN = dt.date(2024, 1, 1)


def on(number: int) -> dt.date:
    return JAN + dt.timedelta(number)


def row_of(bench: Workbench, customer: int, as_of: dt.date) -> dict[str, object]:
    rows = appraise_loyalty(bench, as_of=as_of).rows.to_pylist()
    return next(row for row in rows if row["customer_id"] == customer)


def add(bench: Workbench, table: str, **columns: list[object]) -> None:
    bench.register("given", pa.table(columns))
    names = ", ".join(columns)
    bench.run(f"INSERT INTO {table} ({names}) SELECT {names} FROM given")
    bench.unregister("given")


def sell(
    bench: Workbench, families: list[str], bought: list[tuple[int, int]], day: dt.date, *, last: dt.date | None = None
) -> None:
    """Products 1 … n, one a family, and who bought which on one day, and again on a last one."""
    add(bench, "products", product_id=list(range(1, len(families) + 1)), family=families)
    who, what = zip(*bought, strict=True)
    first, again = (pa.array([one] * len(bought), pa.date32()) for one in (day, last or day))
    add(bench, "bought", customer_id=list(who), product_id=list(what), first_day=first, last_day=again)


def test_a_monthly_customer_who_never_missed_a_visit():
    bench = books.print_days([(1, on(30 * n), 100) for n in range(24)])
    found = row_of(bench, 1, on(30 * 23 + 10))
    assert found["regular"] == pytest.approx(100)
    assert (found["loyalty"], found["loyalty_coverage"]) == (None, pytest.approx(0.30))
    assert found["loyalty_class"] == ""


@pytest.mark.parametrize(
    ("answers", "back", "kind", "immune"),
    [
        ((9, 9, 9, None), 10, "true", 200 / 3),  # first of two firms: (1 - 1/3) x 2/2
        ((3, 3, 3, None), 10, "spurious", 200 / 3),  # LOY-01: he comes, and thinks little of us
        ((8, None, None, 1), 10, "spurious", 200 / 3),  # (80 + 10) / 2: what was not answered does not count as average
        ((9, 9, 9, None), 731, "", None),  # two years ago: not known any more
    ],
)
def test_who_comes_and_thinks_well_of_us_is_loyal_and_who_only_comes_is_not(answers, back, kind, immune):
    bench = books.print_days([(1, on(30 * n), 100) for n in range(24)])
    day = on(30 * 23 + 10)
    names = ("value", "quality", "satisfaction", "recommend")
    told = {name: pa.array([answer], pa.int16()) for name, answer in zip(names, answers, strict=True)}
    asked = pa.array([day - dt.timedelta(back)], pa.date32())
    add(bench, "surveys", customer_id=[1], asked_on=asked, rank=[1], among=[2], **told)
    found = row_of(bench, 1, day)
    assert (found["loyalty_class"], found["immune"]) == (kind, immune and pytest.approx(immune))


def test_missed_visits_and_uneven_gaps_cost_regularity():
    """Ten gaps of 30 days and one of 90: mean 390 / 11, two visits missed of the last twelve cycles, and one more later."""
    days, here = [0], 0
    for gap in [30] * 5 + [90] + [30] * 5:
        here += gap
        days.append(here)
    bench = books.print_days([(1, on(day), 100) for day in days])
    mean = 390 / 11
    variance = (10 * 30**2 + 90**2 - 390**2 / 11) / 10
    damped = 100 / 12 / (1 + variance / mean**2)
    # twelve cycles lived; the long gap was round(90 / 35.5) - 1 = 2 visits long
    assert row_of(bench, 1, on(here))["regular"] == pytest.approx(10 * damped)
    assert row_of(bench, 1, on(here + 40))["regular"] == pytest.approx(9 * damped)
    assert row_of(bench, 1, on(here + 36 * 14))["regular"] == 0


def fail(bench: Workbench, customer: int, *days: dt.date) -> None:
    add(bench, "failures", customer_id=[customer] * len(days), day=pa.array(days, pa.date32()))


def test_who_spends_on_after_we_failed_him_is_tolerant_and_the_mean_of_his_failures_counts():
    """Monthly 100 until the failure on day 345, 50 after it: half. The second, on day 465, changed nothing any more: whole."""
    spent = [(1, on(30 * n), 100 if 30 * n < 345 else 50) for n in range(24)]
    bench = books.print_days([*spent, (2, on(400), 70)])
    fail(bench, 1, on(345), on(465))
    fail(bench, 2, on(345))  # he had spent nothing before: nothing can be shown
    assert row_of(bench, 1, on(465 + 89))["tolerant"] == pytest.approx(50)  # the second has not lain 90 days back
    found = row_of(bench, 1, on(465 + 90))
    assert (found["tolerant"], found["loyalty_coverage"]) == (pytest.approx(75), pytest.approx(0.45))
    assert row_of(bench, 2, on(465 + 90))["tolerant"] is None
    assert row_of(bench, 1, on(345 + 730))["tolerant"] == pytest.approx(100)  # of 24 months the second alone


def test_where_nothing_or_only_yesterday_is_on_record_nobody_is_tolerant_and_that_is_said():
    bench = books.print_days([(1, on(30 * n), 100) for n in range(24)])
    unsaid = {str(one) for one in appraise_loyalty(bench, as_of=on(720)).missing}
    fail(bench, 1, on(719))
    found = appraise_loyalty(bench, as_of=on(720))
    assert found.rows["tolerant"].to_pylist() == [None]
    assert {str(one) for one in found.missing} == unsaid
    assert any("failure of ours" in words for words in unsaid)
    told = appraise_loyalty(bench, as_of=on(719 + 90))
    assert not any("failure of ours" in str(one) for one in told.missing)


def promote(bench: Workbench, *spans: tuple[int, int]) -> None:
    days = {
        name: pa.array([on(span[place]) for span in spans], pa.date32())
        for place, name in enumerate(("since", "until"))
    }
    add(bench, "promotions", **days)


def test_who_buys_of_us_while_rivals_sell_cheaply_is_immune_as_far_as_he_spends_what_was_expected():
    """Every tenth day 100 for 400 days; of the 40 days of two promotions (one of them told twice) he came half as often."""
    promoted = set(range(100, 121)) | set(range(200, 219))
    days = [n for n in range(0, 400, 10) if n not in promoted] + [110, 210]
    bench = books.print_days([(1, on(n), 100) for n in days] + [(2, on(390), 100), (3, on(0), 100), (3, on(399), 100)])
    promote(bench, (100, 120), (200, 218), (205, 218))
    found = row_of(bench, 1, on(399))
    rate = 100 * (len(days) - 2) / 360
    assert found["immune"] == pytest.approx(100 * 200 / (40 * rate))
    rows = {row["customer_id"]: row["immune"] for row in appraise_loyalty(bench, as_of=on(399)).rows.to_pylist()}
    assert rows[2] is None  # a customer for ten days
    assert rows[3] is None  # of whom not two purchases were to be expected in forty days
    assert row_of(bench, 1, on(99))["immune"] is None  # before the first of them


def test_share_of_wallet_and_promotions_count_half_each_and_more_than_expected_is_all():
    bench = books.print_days([(1, on(10 * n), 100) for n in range(40)] + [(1, on(105), 900)])
    promote(bench, (100, 120))
    add(
        bench, "surveys", customer_id=[1], asked_on=pa.array([on(395)], pa.date32()), rank=pa.array([1], pa.int16()),
        among=pa.array([2], pa.int16()),
    )  # fmt: skip
    assert row_of(bench, 1, on(399))["immune"] == pytest.approx(0.5 * 200 / 3 + 0.5 * 100)


def test_who_came_back_counts_from_the_return():
    """Away for three years, then monthly five times: of twelve months six saw him."""
    days = [0, 30, 60, 1160, 1190, 1220, 1250, 1280, 1310]
    bench = books.print_days([(1, on(day), 100) for day in days])
    found = row_of(bench, 1, on(1310))
    # the mean gap is 163.75 days: in twelve of those cycles the long absence was six visits long
    assert found["regular"] is not None
    assert 0 < found["regular"] < 30


def test_three_purchases_are_not_irregular_but_unknown():
    bench = books.print_days([(1, on(day), 100) for day in (0, 30, 60)])
    assert row_of(bench, 1, on(70))["regular"] is None


def test_breadth_counts_families_held_of_those_that_matter():
    rows = [(pk, on(30 * n), 100) for pk in range(1, 201) for n in range(12)]
    bench = books.print_days(rows)
    day = on(330)
    common = [(pk, product) for pk in range(1, 201) for product in (1, 2) if product == 1 or pk % 2]
    sell(bench, ["card", "loan", "fund", "fund", "rare"], [*common, (1, 3), (1, 4), (7, 5)], day)
    found = row_of(bench, 1, on(340))
    # card, loan and fund matter? Fund and rare are held by 1 of 200: less than one in a hundred
    assert found["breadth"] == pytest.approx(100)
    assert row_of(bench, 2, on(340))["breadth"] == pytest.approx(0)
    assert (found["loyalty_coverage"], found["loyalty_class"], found["is_worth_keeping"]) == (0.5, "behavioural", True)
    assert found["loyalty"] == pytest.approx((0.3 * found["regular"] + 0.2 * 100) / 0.5)
    # two more holders make funds matter: three families, of which 1 has all and 3 has card and loan
    add(
        bench,
        "holdings",
        customer_id=[9, 11],
        product_id=[3, 4],
        status=[1, 1],
        opened_on=pa.array([day, day], pa.date32()),
    )
    assert row_of(bench, 1, on(340))["breadth"] == pytest.approx(100)
    assert row_of(bench, 3, on(340))["breadth"] == pytest.approx(50)
    # what was bought more than a year ago is no longer held
    assert row_of(bench, 3, on(330 + 366))["breadth"] is None


def test_closed_holdings_are_not_held():
    bench = books.print_days([(pk, on(0), 100) for pk in range(1, 5)])
    sell(bench, ["card", "loan"], [(pk, 1) for pk in range(1, 5)], on(0))
    opened = pa.array([on(0)] * 4, pa.date32())
    closed = pa.array([None, on(50), on(90), None], pa.date32())
    add(
        bench,
        "holdings",
        customer_id=[1, 2, 3, 4],
        product_id=[2] * 4,
        status=[1, 2, 2, 3],
        opened_on=opened,
        closed_on=closed,
    )
    found = {pk: row_of(bench, pk, on(60))["breadth"] for pk in (1, 2, 3, 4)}
    assert found == {1: 100, 2: 0, 3: 100, 4: 0}


def test_recommendations_of_two_years():
    bench = books.print_days([(pk, on(30 * n), 100) for pk in range(1, 6) for n in range(30)])
    told = pa.array([on(800), on(850), on(100), on(860), on(2000)], pa.date32())
    add(bench, "referrals", customer_id=[2, 3, 4, 1, 5], referrer_id=[1, 1, 1, 5, 2], told_on=told)
    as_of = on(870)
    assert row_of(bench, 1, as_of)["recommends"] == pytest.approx(75)
    assert row_of(bench, 5, as_of)["recommends"] == pytest.approx(50)
    assert row_of(bench, 2, as_of)["recommends"] is None  # told later
    assert row_of(bench, 3, as_of)["recommends"] is None


def test_the_answer_says_what_is_missing_and_how_well_it_ranks():
    rng = random.Random(5)
    rows = [(pk, on(30 * n + pk % 7), 100) for pk in range(1, 101) for n in range(24)]
    rows += [(pk, on(rng.randint(0, 500)), 100) for pk in range(101, 201) for _ in range(6)]
    bench = books.print_days(list(dict.fromkeys(rows)))
    told = tell_loyalty(bench, as_of=None)
    assert (told["model"], told["customers"], told["shown"], told["classes"]) == ("loyalty", 200, 0, {})
    assert told["traits"]["regular"]["observed"] == 200
    assert len(told["missing"]) == 5
    assert told["grade"] == "C"
    sell(bench, ["card", "loan"], [(pk, 1 + pk % 2) for pk in range(1, 201)], on(420))
    told = tell_loyalty(bench, as_of=None)
    assert (told["shown"], sum(told["classes"].values())) == (200, 200)
    assert len(told["missing"]) == 4
    assert told["grade"] == "A"  # half came every month and half are gone: both orders are right
    assert "against" in told["grade_reason"]


def test_an_empty_firm():
    told = tell_loyalty(Workbench.with_empty_edition(), as_of=None)
    assert (told["customers"], told["grade"], told["missing"]) == (0, "C", ["There are no dealings yet."])
    assert appraise_loyalty(Workbench.with_empty_edition(), as_of=JAN).rows.num_rows == 0
