"""What is bought together and after one another: the reference results, brute force, and what may be shown."""

import datetime as dt
import itertools
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates.affinity import new_segments, pair_rules, worth_showing
from guanxi.insight.estimates.paths import next_steps

COLUMNS = ["antecedent", "consequent", "support", "confidence", "lift", "joint", "lift_lower"]


def table(lines) -> pa.Table:
    return pa.table(
        {"basket": pa.array([b for b, _ in lines], pa.int64()), "item": pa.array([i for _, i in lines], pa.string())}
    )


def rule(rules: pa.Table, first: str, second: str) -> dict:
    (found,) = [row for row in rules.to_pylist() if (row["antecedent"], row["consequent"]) == (first, second)]
    return found


def test_pairs_of_groceries(shared_data):
    lines = pc_csv.read_csv(shared_data / "groceries_baskets.csv.gz").rename_columns(["basket", "item"])
    rules = pair_rules(lines, 0.01)
    assert rules.column_names == COLUMNS
    assert rules.num_rows == 2 * 213  # both ways round
    first = rules.slice(0, 1).to_pylist()[0]
    assert (first["antecedent"], first["consequent"]) == ("beef", "root vegetables")
    assert (round(first["support"], 5), round(first["confidence"], 4), round(first["lift"], 3)) == (
        0.01739,
        0.3314,
        3.040,
    )
    most = rule(rules, "other vegetables", "whole milk")
    assert most["joint"] == max(rules["joint"].to_pylist()) == 736
    assert (round(most["support"], 5), round(most["lift"], 3)) == (0.07483, 1.514)
    assert most["support"] == 736 / 9835


def test_pairs_of_online_retail(shared_data):
    log = pq.read_table(shared_data / "online_retail_2010_2011.parquet")
    sold = pc.and_(pc.greater(log["quantity"], 0), pc.greater(log["unit_price"], 0))
    goods = pc.match_substring_regex(log["stock_code"], r"^\d")  # no postage, no fees
    kept = log.filter(pc.and_(pc.and_(sold, goods), pc.invert(pc.starts_with(log["invoice"], "C"))))
    lines = pa.table({"basket": kept["invoice"], "item": pc.utf8_upper(kept["stock_code"])})
    rules = pair_rules(lines, 0.01)
    assert rules.num_rows == 2 * 910
    found = rule(rules, "22386", "85099B")
    assert (round(found["support"], 5), round(found["lift"], 3)) == (0.04172, 6.411)
    assert found["support"] == max(rules["support"].to_pylist())


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("abcde")), max_size=40), st.floats(0.01, 1))
def test_it_is_what_counting_by_hand_gives(lines, least):
    baskets = defaultdict(set)
    for basket, item in lines:
        baskets[basket].add(item)
    alone = Counter(item for items in baskets.values() for item in items)
    joint = Counter(pair for items in baskets.values() for pair in itertools.permutations(items, 2))
    n = len(baskets)
    expected = {
        (a, b): (count / n, count / alone[a], count * n / (alone[a] * alone[b]), count)
        for (a, b), count in joint.items()
        if count / n >= least
    }
    rules = pair_rules(table(lines), least).to_pylist()
    found = {(r["antecedent"], r["consequent"]): (r["support"], r["confidence"], r["lift"], r["joint"]) for r in rules}
    assert found.keys() == expected.keys()
    assert all(found[pair] == pytest.approx(expected[pair]) for pair in expected)
    assert all(0 <= r["lift_lower"] <= r["lift"] for r in rules)
    assert [r["lift"] for r in rules] == sorted((r["lift"] for r in rules), reverse=True)


def test_rows_without_basket_or_item_and_repeated_items_do_not_count():
    lines = pa.table(
        {"basket": [1, 1, 1, 2, None, 3], "item": pa.array(["a", "b", "a", "a", "a", None]).dictionary_encode()}
    )
    found = rule(pair_rules(lines, 0.1), "a", "b")
    assert (found["support"], found["confidence"], found["lift"]) == (0.5, 0.5, 1.0)


def test_no_baskets_have_no_rules_and_a_support_must_be_a_share():
    assert pair_rules(table([]), 0.01).num_rows == 0
    assert (
        new_segments(
            table([]), pa.table({"basket": pa.array([], pa.int64()), "value": pa.array([], pa.int64())})
        ).num_rows
        == 0
    )
    for least in (0, -0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="must be a share"):
            pair_rules(table([(1, "a")]), least)


def baskets_of(joint: int, only_first: int, only_second: int, neither: int) -> list[tuple[int, str]]:
    """Baskets with both, with one, with neither of a and b."""
    kinds = ["ab"] * joint + ["a"] * only_first + ["b"] * only_second + ["z"] * neither
    return [(number, item) for number, items in enumerate(kinds) for item in items]


def test_the_lower_bound_is_that_of_the_delta_method():
    found = rule(pair_rules(table(baskets_of(200, 300, 400, 1100)), 0.01), "a", "b")
    assert found["lift"] == pytest.approx(200 * 2000 / (500 * 600))
    variance = 1 / 200 - 1 / 500 - 1 / 600 + (2 * found["lift"] - 1) / 2000
    assert found["lift_lower"] == pytest.approx(found["lift"] * np.exp(-1.959964 * np.sqrt(variance)))
    # and 95 of 100 shops drawn from this one have their lift above it, one side counted
    chance = np.random.default_rng(1)
    drawn = chance.multinomial(2000, np.array([200, 300, 400, 1100]) / 2000, 4000).T
    lifts = drawn[0] * 2000 / ((drawn[0] + drawn[1]) * (drawn[0] + drawn[2]))
    assert np.mean(lifts < found["lift_lower"]) == pytest.approx(0.025, abs=0.008)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ((400, 1000, 1000, 17600), True),  # support 2 %, lift 4
        ((190, 310, 810, 3690), True),  # lift 1.9
        ((4, 8, 346, 1642), False),  # lift 1.9 on 4 baskets
        ((99, 301, 401, 9199), False),  # lift 4.95 on 99
        ((150, 50, 50, 39750), False),  # support below half a per cent
        ((130, 370, 470, 1030), False),  # no more than by chance
    ],
)
def test_what_may_be_shown(cells, shown):
    rules = worth_showing(pair_rules(table(baskets_of(*cells)), 0.0001))
    assert (("a", "b") in zip(rules["antecedent"].to_pylist(), rules["consequent"].to_pylist(), strict=True)) is shown


def test_lotion_buyers_without_child_products_are_a_segment():
    """ACQ-05: 23 % of the buyers of lotion have bought nothing for children in 24 months."""
    lines = (
        [(n, "lotion") for n in range(1000)]
        + [(n, "nappies") for n in range(230, 1400)]
        + [(n, "tea") for n in range(1400, 6000)]
    )
    values = pa.table({"basket": list(range(300)), "value": [100] * 300})
    found = new_segments(table(lines), values).to_pylist()
    assert found == [
        {"item": "lotion", "companion": "nappies", "buyers": 1000, "customers": 230, "share": 0.23, "value": 23000},
        {"item": "nappies", "companion": "lotion", "buyers": 1170, "customers": 400, "share": 400 / 1170, "value": 0},
    ]


@pytest.mark.parametrize("without", [99, 1100])
def test_too_few_or_too_many_without_are_no_segment(without):
    """Below 100 customers it is nobody's segment; where most go without, the two do not usually go together."""
    lines = (
        [(n, "lotion") for n in range(without + 900)]
        + [(n, "nappies") for n in range(without, 6000)]
        + [(n, "tea") for n in range(6000, 20000)]
    )
    values = pa.table({"basket": [1], "value": [1]})
    assert "lotion" not in new_segments(table(lines), values)["item"].to_pylist()


START = dt.date(2024, 1, 1)


def acquisitions(rows) -> pa.Table:
    return pa.table(
        {
            "customer": pa.array([c for c, _, _ in rows], pa.int64()),
            "item": pa.array([i for _, i, _ in rows], pa.string()),
            "day": pa.array([START + dt.timedelta(n) for _, _, n in rows], pa.date32()),
        }
    )


def test_what_comes_after_an_account_and_when():
    rows = [(1, "account", 0), (1, "card", 10), (1, "loan", 400), (2, "account", 0), (2, "card", 30), (3, "account", 5)]
    rows += [
        (3, "loan", 25),
        (4, "account", 300),
        (4, "card", 301),
        (5, "account", 3),
        (5, "account", 9),
        (1, "card", 20),
    ]
    found = next_steps(acquisitions(rows), START + dt.timedelta(500)).to_pylist()
    assert found == [
        {
            "item": "account",
            "next": "card",
            "followed": 4,
            "customers": 2,
            "share": 0.5,
            "median_days": 20,
            "lower_days": 15,
            "upper_days": 25,
        },
        {
            "item": "account",
            "next": "loan",
            "followed": 4,
            "customers": 1,
            "share": 0.25,
            "median_days": 20,
            "lower_days": 20,
            "upper_days": 20,
        },
    ]
    # the fourth account is too young to be counted, and 390 days from card to loan are more than a year
    wider = next_steps(acquisitions(rows), START + dt.timedelta(900), within_days=400)
    assert [(row["item"], row["next"], row["followed"], row["customers"]) for row in wider.to_pylist()] == [
        ("account", "card", 5, 3),
        ("account", "loan", 5, 1),
        ("card", "loan", 3, 1),
    ]


def test_what_is_got_on_one_day_is_one_step():
    rows = [(1, "account", 0), (1, "card", 0), (1, "loan", 50), (1, "fund", 50), (2, "fund", 5), (2, "account", 1)]
    found = next_steps(acquisitions(rows), START + dt.timedelta(500)).to_pylist()
    assert {(row["item"], row["next"], row["customers"]) for row in found} == {
        ("account", "fund", 2),
        ("account", "loan", 1),
        ("card", "fund", 1),
        ("card", "loan", 1),
    }
    assert next_steps(acquisitions([]), START).num_rows == 0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd"), st.integers(0, 20)), max_size=30), st.integers(1, 20)
)
def test_steps_are_what_walking_each_customer_gives(rows, within):
    as_of = START + dt.timedelta(25)
    waits, followed = defaultdict(list), Counter()
    for customer in {c for c, _, _ in rows}:
        first: dict[str, int] = {}
        for _, item, day in (row for row in rows if row[0] == customer):
            first[item] = min(day, first.get(item, day))
        days = sorted(set(first.values()))
        for item, day in first.items():
            if day > 25 - within:
                continue
            followed[item] += 1
            later = [d for d in days if d > day]
            for other, other_day in first.items():
                if later and other_day == later[0] and other_day - day <= within:
                    waits[item, other].append(other_day - day)
    found = {(row["item"], row["next"]): row for row in next_steps(acquisitions(rows), as_of, within).to_pylist()}
    assert found.keys() == waits.keys()
    for (item, other), days in waits.items():
        row = found[item, other]
        assert (row["followed"], row["customers"]) == (followed[item], len(days))
        assert [row["lower_days"], row["median_days"], row["upper_days"]] == pytest.approx(
            np.quantile(days, [0.25, 0.5, 0.75])
        )
