"""Customers as an asset from an edition: bridges, growth, retention, arrivals, losses, and words for what is missing."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from guanxi.insight.appraisal.acquisition import tell_acquisition
from guanxi.insight.appraisal.asset import Past
from guanxi.insight.appraisal.claims import tell_claims
from guanxi.insight.appraisal.customers import appraise_customers
from guanxi.insight.appraisal.growth import TeamPlace, tell_growth, tell_growths
from guanxi.insight.appraisal.leaving import Told, tell_reasons, tell_second_lifetime
from guanxi.insight.appraisal.offering_more import Draws, compare_loss, fill_families, read_offered
from guanxi.insight.appraisal.summaries import appraise_summary
from guanxi.insight.appraisal.tiering import Memory
from guanxi.insight.appraisal.worth import Basis, Worth
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.market.queries import Spending
from tests.insight.appraisal import books
from tests.insight.appraisal.test_loyalty import add, sell

JAN = dt.date(2023, 1, 1)
END = JAN + dt.timedelta(1000)


def on(number: int) -> dt.date:
    return JAN + dt.timedelta(number)


def rank(bench: Workbench, best: int) -> None:
    """The first customers are of tier A, the others of tier B; all bought first on the first day of the log."""
    bench.run(
        "DELETE FROM estimates; INSERT INTO estimates (customer_id, tier_strict, age_days)"
        " SELECT customer_id, CASE WHEN customer_id <= $best THEN 1 ELSE 2 END, 1000 FROM customers",
        best=best,
    )


def test_equity_growth_and_retention_by_hand():
    """1 … 60 buy every hundred days; 61 … 80 until day 500; 81 … 90 come on day 700; 91 was there and comes back."""
    rows = [(pk, on(n), 100) for pk in range(1, 61) for n in range(0, 1000, 100)]
    rows += [(pk, on(n), 300) for pk in range(61, 81) for n in (300, 500)]
    rows += [(pk, on(n), 50) for pk in range(81, 91) for n in (700, 900)]
    rows += [(91, on(10), 70), (91, on(990), 80)]
    bench = books.print_days(rows)
    rank(bench, 20)
    told = tell_growth(bench, as_of=END, currency="CNY")
    assert (told["since"], told["days"]) == (on(635).isoformat(), 365)
    bridge = told["equity"]
    # before: days 271 … 635 hold four purchases of each of the sixty, and both of the twenty
    assert (bridge["opening"], bridge["closing"]) == (60 * 400 + 20 * 600, 60 * 300 + 10 * 100 + 80)
    assert (bridge["new"], bridge["regained"], bridge["lost"]) == (1000, 80, -12_000)
    assert (bridge["grown"], bridge["shrunk"]) == (0, -6000)
    assert bridge["customers"] == {
        "opening": 80,
        "new": 10,
        "regained": 1,
        "grown": 0,
        "shrunk": 60,
        "lost": 20,
        "closing": 71,
    }
    volume = told["volume"]
    change = bridge["closing"] / 12 * volume["now"]["months"] - bridge["opening"] / 12 * volume["before"]["months"]
    assert sum(volume["parts"].values()) == pytest.approx(change)
    assert sum(volume["sources"].values()) == pytest.approx(volume["parts"]["more"])
    assert volume["parts"]["cross_sell"] == 0
    kept = told["retention"]
    assert (kept["customers"], kept["stayed"], kept["rate"]) == (80, 60, 0.75)
    assert (kept["active"], kept["contribution"]) == (71, 19_080)
    assert told["quarter"] == "2025-07-01" == on(912).isoformat()
    assert told["score"]["active"] == {"built": 0, "kept": 70, "rescued": 1}
    assert told["score"]["best"] == {"built": 0, "kept": 20, "rescued": 0}
    assert told["tiers"] == {"1": 6000.0, "2": 13_080.0, "3": 0.0}
    assert told["missing"][0]["words"].startswith("No product belongs to a family")


@pytest.mark.parametrize(("new", "stays", "back"), [(10, 60, 1), (7, 12, 5)])
def test_many_good_and_loyal_customers_are_told_by_whether_this_quarter_built_kept_or_rescued_them(new, stays, back):
    """XUP-06: of each kind every third is of tier A, the first truly loyal, the second by habit, the third feigns it. The quarter
    began on day 912; whoever bought on its first day first is of it, whoever bought a day earlier was there.
    """
    days = {"built": (912, 960), "kept": (911,), "rescued": (546, 912), "lost": (20, 300)}
    kinds = ["built"] * new + ["kept"] * stays + ["rescued"] * back + ["lost"] * 4
    bench = books.print_days([(pk, on(n), 100) for pk, kind in enumerate(kinds, 1) for n in days[kind]])
    rank(bench, 0)
    bench.run("DELETE FROM loyalty; INSERT INTO loyalty (customer_id, loyalty) SELECT customer_id, 80 FROM customers")
    for pk, kind in enumerate(kinds, 1):
        place = kinds[: pk - 1].count(kind)
        said = ("true", "behavioural", "spurious", "none")[min(place, 3)]
        bench.run("UPDATE estimates SET tier_strict = $t WHERE customer_id = $pk", t=1 if place % 3 == 0 else 2, pk=pk)
        bench.run("UPDATE loyalty SET loyalty_class = $said WHERE customer_id = $pk", said=said, pk=pk)
    counts = {"built": new, "kept": stays, "rescued": back}
    assert tell_growth(bench, as_of=END, currency="CNY")["score"] == {
        "active": counts,
        "best": {way: -(-count // 3) for way, count in counts.items()},
        "loyal": dict.fromkeys(counts, 1),
    }


def test_teams_are_told_of_their_own_customers_and_all_below():
    """Teams 7 (numbers 1 … 3) and below it 8 (2) and 9 (3): customers 1 … 20 of 8, 21 … 60 of 9, 61 … 70 of none."""
    rows = [(pk, on(n), 100) for pk in range(1, 71) for n in range(0, 1000, 100)]
    bench = books.print_days(rows)
    bench.run(
        "UPDATE customers SET team_id = CASE WHEN customer_id <= 20 THEN 8 WHEN customer_id <= 60 THEN 9 END, source = '';"
        "INSERT INTO products (product_id, family) VALUES (1, 'card'); INSERT INTO bought SELECT customer_id, 1, DATE '2023-01-01',"
        " DATE '2025-09-01', 1, 0 FROM customers WHERE customer_id <= 40"
    )
    rank(bench, 30)
    teams = [TeamPlace(7, 1, 3), TeamPlace(8, 2, 2), TeamPlace(9, 3, 3), TeamPlace(10, 4, 4)]
    told = tell_growths(bench, as_of=END, currency="CNY", teams=teams)
    assert {team: one["score"]["active"]["kept"] for team, one in told.items()} == {None: 70, 7: 60, 8: 20, 9: 40}
    assert {team: one["tiers"]["1"] for team, one in told.items()} == {None: 9000, 7: 9000, 8: 6000, 9: 3000}
    assert {team: one["arrivals"]["existing"] for team, one in told.items()} == {None: 70, 7: 60, 8: 20, 9: 40}
    # of the whole all thirty of tier A have a card, and ten of the forty others
    assert [one["lift"] for one in told[None]["likeness"]] == [4.0]
    assert [one["lift"] for one in told[7]["likeness"]] == [3.0]
    assert told[8]["likeness"] == []  # all of them are of tier A
    assert told[None] == tell_growth(bench, as_of=END, currency="CNY")


def test_a_short_log_says_so():
    bench = books.print_days([(1, on(0), 100), (1, on(90), 100)])
    told = tell_growth(bench, as_of=on(100), currency="CNY")
    assert (told["equity"], told["volume"], told["retention"]) == (None, None, None)
    assert [one["params"] for one in told["missing"][:3]] == [{"days": 100, "least": 456}, {}, {}]
    assert (
        tell_growth(Workbench.with_empty_edition(), as_of=JAN, currency="CNY")["missing"][0]["words"]
        == "There are no dealings yet."
    )


def test_what_the_best_share_and_who_holds_more_leaves_less():
    rows = [(pk, on(n), 100) for pk in range(1, 201) for n in (0, 300, 600)]
    rows += [(pk, on(990), 100) for pk in range(1, 201) if pk <= 100 or pk % 2]
    bench = books.print_days(rows)
    rank(bench, 40)
    sell(
        bench,
        ["card", "loan"],
        [*((pk, 1) for pk in range(1, 201)), *((pk, 2) for pk in range(1, 61))],
        on(0),
        last=on(900),
    )
    told = tell_growth(bench, as_of=END, currency="CNY")
    assert [one["feature"] for one in told["likeness"]] == ["family:loan"]
    assert told["likeness"][0]["lift"] == pytest.approx(1 / (20 / 160))
    # who had bought within two years of the end and not in the last: of 140 with one family 50 did not come again
    assert [(row["families"], row["until"], row["customers"], row["lost"]) for row in told["by_families"]] == [
        (1, 4, 200, 50)
    ]
    assert told["by_families"][0]["rate"] == pytest.approx(0.25)


def test_new_regained_and_by_whose_word():
    rows = [(pk, on(900 + pk % 50), 100) for pk in range(1, 101)]  # new
    rows += [(pk, on(n), 100) for pk in range(101, 111) for n in (100, 130, 160, 950)]  # back after 790 days
    rows += [(pk, on(n), 100) for pk in range(111, 131) for n in range(0, 1000, 30)]
    bench = books.print_days(rows)
    bench.run(
        "UPDATE customers SET source = CASE WHEN customer_id <= 40 THEN 'fair' WHEN customer_id <= 80 THEN 'web' ELSE 'x' || customer_id END"
    )
    told_on = pa.array([on(890)] * 62, pa.date32())
    add(bench, "referrals", customer_id=list(range(1, 63)), referrer_id=[111] * 62, told_on=told_on)
    told = tell_acquisition(bench, as_of=END, currency="CNY")
    assert (told["customers"], told["new"], told["regained"], told["existing"]) == (130, 100, 10, 20)
    assert (told["recommended"], told["share_recommended"]) == (62, 0.62)
    # twenty sources of one customer each are too few: they stand together, and still too few they join the whole
    assert [(row["cell"], row["new"]) for row in told["cells"]] == [
        (["person", "fair"], 40),
        (["person", "web"], 40),
        ([], 20),
    ]
    assert told["cells"][0]["value"] == pytest.approx(1.0)
    assert (told["cost"], told["grade"]) == (None, "C")
    assert "costs of acquisition" in told["missing"][0]
    # what was entered as spent: 40 of the hundred by the web at 5 each with what is shared, ten of the fair at 16, merged upward
    spent = [
        Spending(("person", "web"), 150_00, (200, 100, 50, 40)),
        Spending(("person", "fair"), 150_00, (50, 20, 10, 10)),
    ]
    costed = tell_acquisition(bench, as_of=END, currency="CNY", spendings=[*spent, Spending((), 50_00, ())])
    assert [(row["cell"], row["each"]) for row in costed["costs"]] == [([], 16.0), (["person", "web"], 4.75)]
    assert (costed["cost"], len(costed["missing"])) == (7.0, len(told["missing"]) - 1)
    # the value of a word: a quarter of the five most valuable of the 62 whom 111 brought
    worth = appraise_customers(bench, as_of=END, memory=Memory(None, END)).rows
    brought = sorted(worth["lifetime_value"].to_pylist()[:62])[-5:]
    memo = appraise_summary(bench, "value", as_of=END, currency="CNY")["referrals"]
    assert memo == {"customers": 1, "brought": 62, "memo": pytest.approx(sum(brought) / 400)}


def test_lost_customers_and_what_the_record_says_of_why():
    rows = [(pk, on(n), 1000 * pk) for pk in range(1, 5) for n in (0, 50, 100)]
    rows += [(5, on(n), 100) for n in range(0, 1000, 40)]
    bench = books.print_days(rows)
    agreed = pa.array([on(110), on(110), on(500)], pa.date32())
    talk = {"direction": [2, 2, 2], "outcome": [3, 3, 3], "follow_up_on": agreed}
    add(bench, "conversations", customer_id=[1, 2, 3], day=pa.array([on(105)] * 3, pa.date32()), **talk)
    add(bench, "conversations", customer_id=[2], day=pa.array([on(112)], pa.date32()), direction=[2], outcome=[1])
    told = tell_reasons(bench, as_of=END, currency="CNY")
    kinds = "save_refused outside ended_by_us transferred product_gap price_match price_increase on_promotion life_ended product_over unheard"
    nothing = dict.fromkeys(kinds.split(), 0)
    assert (told["customers"], told["to_be_asked"], told["evidence"]) == (4, 3, {"unsolved": 1, **nothing})
    assert told["types"] == {
        "unknown": {"customers": 3, "worth": 270.0},
        "need_unmet": {"customers": 1, "worth": 30.0},
    }
    assert list(told["causes"]) == ["unknown", "service"]
    assert told["grade_reason"].startswith("No rule can be compared")
    assert (told["agreement"], told["compared"]) == (None, 0)
    second = tell_second_lifetime(bench, as_of=END, currency="CNY")
    assert (second["customers"], second["first_life_total"], second["pursued"]) == (4, 300.0, 0)
    assert second["missing"][0].startswith("There are no offers")
    ranked = {"offers": 2, "pursued": 3, "value": 12_345, "left_in_peace": {"dispute": 1}, "regained": 0}
    with_offers = tell_second_lifetime(bench, as_of=END, currency="CNY", ranked=ranked)
    assert (with_offers["offers"], with_offers["pursued"], with_offers["value"]) == (2, 3, 123.45)
    assert [words[:18] for words in with_offers["missing"]] == ["Nobody was won bac"]
    assert tell_second_lifetime(bench, as_of=END, currency="CNY", ranked=ranked | {"regained": 1})["missing"] == []
    # to come back some day is no promise, and a promise whose week is not over is not broken
    only_agreed = {"direction": [2], "outcome": [1], "follow_up_on": pa.array([on(110)], pa.date32())}
    add(bench, "conversations", customer_id=[4], day=pa.array([on(105)], pa.date32()), **only_agreed)
    assert tell_reasons(bench, as_of=END, currency="CNY")["evidence"] == {"unsolved": 1, **nothing}
    # whose contract is in force is not lost, however long he has bought nothing
    add(bench, "holdings", customer_id=[4], opened_on=pa.array([on(0)], pa.date32()), status=[1])
    assert tell_reasons(bench, as_of=END, currency="CNY")["customers"] == 3
    bench.run("UPDATE holdings SET closed_on = $day", day=on(400))
    assert tell_reasons(bench, as_of=END, currency="CNY")["customers"] == 4
    # a person's word counts at once
    bench.run("UPDATE customers SET stage = 4 WHERE customer_id = 5")
    assert tell_reasons(bench, as_of=END, currency="CNY")["customers"] == 5


def test_reasons_are_graded_by_who_said_why_against_the_most_frequent_reason():
    """Twelve left after a promise that nobody kept: a need not met. Nine say so, three name the price."""
    rows = [(pk, on(n), 1000) for pk in range(1, 13) for n in (0, 50, 100)]
    bench = books.print_days([*rows, *((99, on(n), 100) for n in range(0, 1000, 40))])
    talk = {"direction": [2] * 12, "outcome": [3] * 12, "follow_up_on": pa.array([on(110)] * 12, pa.date32())}
    add(bench, "conversations", customer_id=list(range(1, 13)), day=pa.array([on(105)] * 12, pa.date32()), **talk)
    said = [(pk, on(100), 2 if pk < 10 else 4) for pk in range(1, 13)]
    told = tell_reasons(bench, as_of=END, currency="CNY", known=Told.of([], said))
    assert (told["compared"], told["agreement"], told["grade"]) == (12, 0.75, "A")
    assert "75%" in told["grade_reason"] and told["declared"] == 12
    assert told["types"]["lower_price"]["customers"] == 3
    other = [(pk, day, 3 if reason == 2 else 4) for pk, day, reason in said]  # nobody left for what was found
    told = tell_reasons(bench, as_of=END, currency="CNY", known=Told.of([], other))
    assert (told["agreement"], told["grade"]) == (0.0, "B")
    few = tell_reasons(bench, as_of=END, currency="CNY", known=Told.of([], said[:9]))
    assert (few["compared"], few["agreement"], few["grade"]) == (9, None, "C")


def test_empty_firms_answer_in_words():
    bench = Workbench.with_empty_edition()
    for told in (
        tell_reasons(bench, as_of=None, currency="CNY"),
        tell_second_lifetime(bench, as_of=None, currency="CNY"),
        tell_acquisition(bench, as_of=None, currency="CNY"),
        tell_claims(bench, as_of=None, rule=Worth(Basis.PREMIUMS), currency="CNY"),
    ):
        assert (told["as_of"], told["customers"], told["grade"]) == (None, 0, "C")
        assert told["missing"]
        assert told["grade_reason"]


@pytest.mark.parametrize("answers", [(9, 4), (4, 9)])
def test_who_was_asked_twice_on_a_day_counts_once_and_always_with_the_same_answer(answers):
    bench = books.print_days([(pk, on(990), 100) for pk in range(1, 12)])
    for pk in range(1, 12):
        for said in (*answers, 10):
            day = on(989) if said == 10 else on(995)
            bench.run(
                "INSERT INTO surveys (customer_id, asked_on, satisfaction) VALUES ($pk, $day, $said)",
                pk=pk,
                day=day,
                said=said,
            )
    ends = tell_growth(bench, as_of=END, currency="CNY")["ends"]
    assert (ends["asked"], ends["satisfaction"]) == (11, 4.0)


@pytest.mark.parametrize(("left", "kept_left", "least"), [(40, 30, 200), (10, 60, 200)])
def test_who_was_offered_more_is_held_against_whom_chance_kept_from_it(left, kept_left, least):
    """XUP-03: of each thousand the last 300 were kept from the loan; half a year after its window some bought nothing. Those with two
    families were drawn too few to tell, and nobody counts who held the loan, came later, or whose half year is not over.
    """
    begun, until = on(700), on(730)
    sides = [*[True] * 400, *[False] * 300]
    stays = [*[False] * left, *[True] * (400 - left), *[False] * kept_left, *[True] * (300 - kept_left)]
    rows = [(pk, on(n), 100) for pk in range(1, 1001) for n in (300, 600)]
    rows += [(pk, on(n), 100) for pk in range(1, 1001) if pk > 700 or stays[pk - 1] for n in (760, 980)]
    bench = books.print_days(rows)
    rank(bench, 100)
    held = [
        *((pk, 1) for pk in range(1, 1001)),
        *((pk, 3) for pk in range(701, 800)),
        *((pk, 2) for pk in range(800, 901)),
    ]
    sell(bench, ["card", "loan", "fund"], held, on(0), last=on(900))
    people = list(range(1, 1001))
    arms = [*sides, *[pk % 2 == 0 for pk in range(701, 1001)]]
    begins = [begun if pk <= 900 else on(900) for pk in people]
    ends = [until if pk <= 900 else on(930) for pk in people]
    trials = pa.table(
        {
            "customer_id": pa.array(people, pa.int64()),
            "offer": ["more_loan"] * 1000,
            "avenue": pa.array([21] * 1000, pa.int32()),
            "bands": pa.array([0] * 1000, pa.int32()),
            "is_treated": arms,
            "begun_on": pa.array(begins, pa.date32()),
            "until": pa.array(ends, pa.date32()),
        }
    )
    again = trials.set_column(4, "is_treated", pc.invert(trials["is_treated"])).set_column(
        5, "begun_on", pa.array([on(740)] * 1000, pa.date32())
    )
    draws = Draws(pa.concat_tables([again, trials]), {"more_loan": "loan", "more_fund": "fund"})
    fill_families(bench)
    found = read_offered(bench, draws, as_of=END)
    one, two = compare_loss(found, 1, 1), compare_loss(found, 2, 4)
    counted = [one[name] for name in ("offered", "offered_lost", "control", "control_lost")]
    assert counted == [400, left, 300, kept_left]
    gap, low, high = one["change"]
    assert gap == pytest.approx(left / 400 - kept_left / 300)
    assert low < gap < high
    assert (two["offered"], two["control"], two["change"], two["least"]) == (49, 50, None, least)
    assert compare_loss(read_offered(bench, None, as_of=END), 1, 4)["change"] is None
    (row,) = tell_growth(bench, as_of=END, currency="CNY", draws=draws)["by_families"]
    assert (row["families"], row["until"], row["lost"]) == (1, 4, left + kept_left)
    assert (row["offered"]["offered"], row["offered"]["control"]) == (449, 350)
    assert row["offered"]["change"][0] == pytest.approx(left / 449 - kept_left / 350)


@pytest.mark.parametrize(("stayed", "left", "with_it"), [(80, 40, 10), (60, 30, 5)])
def test_what_keeps_tier_a_is_told_from_who_was_in_it_and_still_is(stayed, left, with_it):
    """SEG-04: all who stayed had a fund then and `with_it` of who left; who left moved down since, one of the first moved and came
    back, others were never in tier A. A loan bought after that day, by who stayed alone, is no trait of then.
    """
    best = stayed + left
    bench = books.print_days([(pk, on(n), 100) for pk in range(1, best + 51) for n in (0, 300, 600, 990)])
    rank(bench, stayed)
    bench.run("UPDATE estimates SET tier = tier_strict, first_day = $day", day=on(0))
    bench.run("INSERT INTO shown (customer_id, tier, state) SELECT customer_id, tier, 1 FROM estimates")
    sell(bench, ["fund"], [(pk, 1) for pk in range(1, stayed + with_it + 1)], on(0), last=on(900))
    add(bench, "products", product_id=[2], family=["loan"])
    days = pa.array([on(800)] * stayed, pa.date32())
    add(bench, "bought", customer_id=list(range(1, stayed + 1)), product_id=[2] * stayed, first_day=days, last_day=days)
    moved = pa.table(
        {
            "customer_id": pa.array([1, *range(stayed + 1, best + 1), best + 1], pa.int64()),
            "old": pa.array([1] * (left + 1) + [3], pa.int16()),
        }
    )
    told = tell_growth(bench, as_of=END, currency="CNY", past=Past(on(700), moved))["kept_best"]
    assert (told["since"], told["stayed"], told["left"], told["least"]) == (on(700).isoformat(), stayed, left, 30)
    (one,) = told["features"]
    assert (one["feature"], one["share_best"]) == ("family:fund", 1.0)
    assert one["share_left"] == pytest.approx(with_it / left)
    assert one["lift"] == pytest.approx(left / with_it)
    few = moved.slice(0, 30)  # 29 left: the others were in another tier all along
    told = tell_growth(bench, as_of=END, currency="CNY", past=Past(on(700), few))["kept_best"]
    assert (told["left"], told["features"]) == (29, [])
    assert tell_growth(bench, as_of=END, currency="CNY")["kept_best"]["since"] is None


def test_growth_counts_as_the_house_earns():
    """Ten buy for 100.00 at a tenth of margin each hundred days; five more only keep money, which grew from 1,000 to 3,000."""
    rows = [(pk, on(n), 10_000) for pk in range(1, 11) for n in range(0, 1000, 100)]
    bench = books.print_days(rows)
    bench.run("UPDATE days SET margin = 1000")
    bench.run("INSERT INTO customers (customer_id, code) SELECT range, 'd' || range FROM range(11, 16)")
    rank(bench, 15)
    months = [JAN.replace(year=2023 + n // 12, month=n % 12 + 1) for n in range(33)]  # the last is September 2025
    for month in months:
        amount = 100_000 if month < on(635) else 300_000
        bench.run(
            "INSERT INTO balances SELECT range, range, $month, $month, $amount FROM range(11, 16)",
            month=month,
            amount=amount,
        )
    plain = tell_growth(bench, as_of=END, currency="CNY")
    assert (plain["equity"]["opening"], plain["equity"]["closing"]) == (40_000, 30_000)
    premiums = tell_growth(bench, as_of=END, currency="CNY", rule=Worth(Basis.PREMIUMS))
    assert (premiums["equity"]["opening"], premiums["equity"]["closing"]) == (400_000, 300_000)
    earns = tell_growth(bench, as_of=END, currency="CNY", rule=Worth(on_balances=0.012))
    # a thousandth of a balance a month, of twelve months each; the five are customers by what they keep
    assert (earns["equity"]["opening"], earns["equity"]["closing"]) == (40_000 + 5 * 1_200, 30_000 + 5 * 3_600)
    assert (earns["equity"]["customers"]["opening"], earns["ends"]["contribution"]) == (15, 48_000)


def test_who_only_keeps_money_makes_a_page_of_growth():
    bench = books.print_days([(1, on(0), 100)])
    bench.run("DELETE FROM days")
    bench.run(
        "INSERT INTO balances VALUES (1, 1, $first, $first, 100000), (1, 1, $last, $last, 90000)",
        first=on(0),
        last=on(990),
    )
    bench.run("DELETE FROM feed")
    told = tell_growth(bench, as_of=END, currency="CNY", rule=Worth(on_balances=0.012))
    assert told["equity"]["closing"] == 90


def test_a_family_is_held_until_its_contract_ends_or_a_year_after_its_last_purchase():
    rows = [(pk, on(n), 100) for pk in range(1, 5) for n in range(0, 1000, 90)]
    bench = books.print_days(rows)
    rank(bench, 2)
    bench.run("INSERT INTO products (product_id, family) VALUES (1, 'card'), (2, 'loan')")
    add(
        bench, "bought", customer_id=[1, 2], product_id=[1, 1], first_day=[on(0), on(0)], last_day=[on(950), on(600)],
    )  # fmt: skip
    add(
        bench, "holdings", holding_id=[1, 2, 3], customer_id=[1, 3, 4], product_id=[2, 2, 2], status=[1, 2, 3],
        opened_on=[on(10), on(10), on(10)], closed_on=[None, on(700), None],
    )  # fmt: skip
    told = tell_growth(bench, as_of=END, currency="CNY")["volume"]
    assert told["now"]["families"] == 1.0  # two of the first, none of the others (a floor of one each on average)
    fill_families(bench)
    had = bench.arrow("SELECT * FROM families_had ORDER BY customer_id, family").to_pylist()
    assert [(row["customer_id"], row["family"], row["until"] > END, row["until"] > on(635)) for row in had] == [
        (1, "card", True, True), (1, "loan", True, True), (2, "card", False, True), (3, "loan", False, True),
    ]  # fmt: skip
