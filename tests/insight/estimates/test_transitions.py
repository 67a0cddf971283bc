"""What comes next by what is owned, and the order of families: by hand, and against counting customer by customer."""

import datetime as dt
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight.estimates.transitions import ORDERED_JOINT, family_order, fit_transitions, judge_transitions

DAY = dt.date(2024, 1, 1)
NOW = dt.date(2026, 6, 30)


def acquired(*rows: tuple) -> pa.Table:
    """customer, family, cell, days after DAY."""
    columns = list(zip(*rows, strict=True))
    days = pa.array([DAY + dt.timedelta(int(day)) for day in columns[3]], pa.date32())
    return pa.table({"customer": columns[0], "family": columns[1], "cell": columns[2], "day": days})


def test_by_hand():
    """Forty take a card and then, of ten of them, a loan within a year; ten others begin with the loan and take nothing."""
    rows = [(who, "card", "p", 0) for who in range(40)] + [(who, "loan", "p", 300) for who in range(10)]
    rows += [(who, "loan", "p", 0) for who in range(40, 50)]
    found = fit_transitions(acquired(*rows), NOW, prior=50)
    everywhere = 10 / 40  # of sets without a loan, a loan came next
    assert found.of_cells[-1].tolist() == [0.0, everywhere]
    of_cell = (10 + 50 * everywhere) / (40 + 50)
    assert found.chances_of(["card"], "p") == {"loan": pytest.approx((10 + 50 * of_cell) / (40 + 50))}
    assert found.chances_of(["loan"], "p") == {"card": 0.0}  # nobody took a card after anything
    assert found.chances_of(["card", "loan"], "p") == {}
    assert found.chances_of([], "elsewhere") == {"card": 0.0, "loan": everywhere}
    late = [(who, "loan", "p", 366 if who < 10 and day == 300 else day) for who, _family, _cell, day in rows[40:]]
    assert fit_transitions(acquired(*rows[:40], *late), NOW).of_cells[-1].tolist() == [0.0, 0.0]


def test_cells_differ_as_far_as_they_can_tell():
    rows = [(who, "card", "p" if who < 1_000 else "o", 0) for who in range(1_010)]
    rows += [(who, "loan", "p", 30) for who in range(500)]
    found = fit_transitions(acquired(*rows), NOW)
    assert found.chances_of(["card"], "p")["loan"] == pytest.approx(0.5, abs=0.01)
    assert 0.33 < found.chances_of(["card"], "o")["loan"] < 0.45  # ten of whom nobody took one pull it down a little


@pytest.mark.parametrize("seed", range(5))
def test_against_counting_customer_by_customer(seed):
    random = np.random.default_rng(seed)
    families, cells = [f"f{n}" for n in range(6)], ["a", "b"]
    of = {who: cells[random.integers(2)] for who in range(300)}
    rows = [
        (int(who), families[random.integers(6)], of[int(who)], int(random.integers(0, 700)))
        for who in random.integers(0, 300, 1_200)
    ]
    found = fit_transitions(acquired(*rows), NOW)
    entered, followed = Counter(), Counter()
    until = (NOW - dt.timedelta(365) - DAY).days
    for who in range(300):
        first: dict[str, int] = {}
        for whose, family, _cell, day in rows:
            if whose == who:
                first[family] = min(day, first.get(family, day))
        days = sorted(set(first.values()))
        for place, day in enumerate(days):
            if day > until:
                continue
            owned = frozenset(family for family, at in first.items() if at <= day)
            entered[owned, of[who]] += 1
            if place + 1 < len(days) and days[place + 1] - day <= 365:
                for family, at in first.items():
                    followed[owned, of[who], family] += at == days[place + 1]
    for bits, cell, count, after in zip(found.sets, found.cells, found.entered, found.followed, strict=True):
        owned = frozenset(name for number, name in enumerate(found.families) if int(bits) >> number & 1)
        assert entered.pop((owned, found.cell_names[cell])) == count
        assert [followed[owned, found.cell_names[cell], name] for name in found.families] == after.tolist()
    assert not entered


@pytest.mark.parametrize("seed", range(5))
def test_how_often_it_was_right_against_asking_customer_by_customer(seed):
    random = np.random.default_rng(seed)
    families, cut = [f"f{n}" for n in range(6)], DAY + dt.timedelta(600)
    rows = [
        (int(who), families[min(int(random.geometric(0.4)) - 1, 5)], "ab"[int(who) % 2], int(random.integers(0, 900)))
        for who in random.integers(0, 400, 900)
    ]
    learned = fit_transitions(acquired(*[row for row in rows if row[3] <= 600]), cut)
    firsts: dict[tuple[int, str], int] = {}
    for who, family, _cell, day in rows:
        firsts[who, family] = min(day, firsts.get((who, family), day))
    often = Counter(family for (_who, family), day in firsts.items() if day <= 600)
    taken = table = simple = 0
    for who in range(400):
        mine = {family: day for (whose, family), day in firsts.items() if whose == who}
        owned = {family for family, day in mine.items() if day <= 600}
        took = mine.keys() - owned
        if owned and took:
            chances = learned.chances_of(owned, "ab"[who % 2])
            taken += 1
            table += max(sorted(chances), key=chances.__getitem__) in took
            simple += max(sorted(chances), key=often.__getitem__) in took
    found = judge_transitions(acquired(*rows), cut)
    assert (found.taken, found.table, found.simple) == (taken, table, simple) and taken > 50


def test_the_order_is_what_most_who_took_both_did():
    rows = [(who, "card", "p", 0) for who in range(150)] + [
        (who, "loan", "p", 10 if who < 120 else -10) for who in range(150)
    ]
    rows += [(who, "fund", "p", 5 if who % 2 else -5) for who in range(150)]  # before or after, as it comes
    rows += [(who, "home", "p", 9) for who in range(ORDERED_JOINT - 1)]  # too few
    [one, *more] = family_order(acquired(*rows)).to_pylist()
    assert (one["first"], one["then"], one["both"], one["share"]) == ("card", "loan", 150, pytest.approx(0.8))
    assert 0.72 < one["low"] < 0.8
    assert {(row["first"], row["then"]) for row in more} == {("fund", "loan")}  # on day 10 all others have had it
    same = acquired(*[(who, name, "p", 0) for who in range(200) for name in ("card", "loan")])
    assert family_order(same).num_rows == 0


def test_nothing_is_known_of_nobody():
    nothing = acquired((1, "card", "p", 0)).slice(0, 0)
    assert fit_transitions(nothing, NOW).chances_of(["card"]) == {}
    assert family_order(nothing).num_rows == 0
    assert judge_transitions(nothing, NOW).taken == 0
