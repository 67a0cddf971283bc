"""The synthetic firm: exact totals, the same seed the same rows, people who pass the product's own checks."""

import datetime as dt

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from guanxi.ground.text.phones import phone_form
from guanxi.ground.text.resident_ids import read_resident_id
from guanxi.project.simulation.firm import FirmPlan, simulate_firm


def _firm(folder, **changes):
    plan = FirmPlan(**({"customers": 400, "dealings": 5000, "seed": 3} | changes))
    counts = simulate_firm(folder, plan)
    return counts, {name: pq.read_table(folder / f"{name}.parquet") for name in ("customers", "dealings", "truth")}


def test_totals_are_exact_and_truth_counts_them(tmp_path):
    counts, firm = _firm(tmp_path)
    assert counts == {"customers": 400, "dealings": 5000, "products": 400}
    assert firm["dealings"].num_rows == 5000
    made = firm["dealings"].group_by("customer").aggregate([("customer", "count")])
    truth = dict(zip(firm["truth"]["reference"].to_pylist(), firm["truth"]["dealings"].to_pylist(), strict=True))
    assert {c: n for c, n in truth.items() if n} == dict(
        zip(made["customer"].to_pylist(), made["customer_count"].to_pylist(), strict=True)
    )


def test_the_same_seed_writes_the_same_rows_and_another_seed_others(tmp_path):
    _, one = _firm(tmp_path / "a")
    _, again = _firm(tmp_path / "b")
    _, other = _firm(tmp_path / "c", seed=4)
    assert one["dealings"].equals(again["dealings"]) and one["customers"].equals(again["customers"])
    assert not one["dealings"].equals(other["dealings"])


def test_people_pass_our_own_checks_and_share_nothing(tmp_path):
    _, firm = _firm(tmp_path, customers=3000, dealings=10)
    people = firm["customers"].to_pylist()
    for column in ("reference", "phone", "id_number"):
        assert len({person[column] for person in people}) == len(people)
    for person in people[:200]:
        assert phone_form(person["phone"]) == "+86" + person["phone"]
        resident = read_resident_id(person["id_number"], today=dt.date(2026, 7, 1))
        assert (resident.birthday, resident.gender) == (person["birthday"], person["gender"])


def test_nobody_deals_outside_his_life(tmp_path):
    _, firm = _firm(tmp_path)
    joined = firm["dealings"].join(firm["truth"], keys="customer", right_keys="reference")
    day = pc.days_between(dt.date(2023, 7, 1), pc.cast(joined["occurred_at"], "date32"))
    assert pc.all(pc.greater_equal(day, joined["start"])).as_py()
    assert pc.all(pc.less(day, joined["end"])).as_py()


def test_what_happened_to_buyers_is_what_their_truth_says(tmp_path):
    _, firm = _firm(tmp_path)
    told = pq.read_table(tmp_path / "happened.parquet").to_pylist()
    lives = {life["reference"]: life for life in firm["truth"].to_pylist()}
    left = {row["reference"]: row["day"] for row in told if row["kind"] == "left"}
    moved = {row["reference"]: row["day"] for row in told if row["kind"] == "switched"}
    assert left == {name: life["end"] for name, life in lives.items() if life["end"] < 1096}
    assert moved == {name: life["switch"] for name, life in lives.items() if life["switch"] < life["end"]}
    assert len(told) == len(left) + len(moved) > 100


def test_cards_are_used_each_month_but_for_what_happened(tmp_path):
    """Exact totals; empty are the months that lapsed and those after the card was left, and no others."""
    counts, firm = _firm(tmp_path, trade="cards", dealings=400 * 36 * 3)
    assert counts["dealings"] == firm["dealings"].num_rows == pc.sum(firm["truth"]["dealings"]).as_py() == 43_200
    assert set(firm["dealings"]["price_tier"].unique().to_pylist()) == {1, 2, 3}
    who = pc.cast(pc.utf8_slice_codeunits(firm["dealings"]["customer"], 1), "int64").to_numpy()
    month = (
        pc.cast(firm["dealings"]["occurred_at"], "date32").to_numpy().astype("datetime64[M]").astype(int) - 53 * 12 - 6
    )
    bought = np.zeros((400, 36), bool)
    bought[who, month] = True
    begins = (np.datetime64("2023-07") + np.arange(36)).astype("datetime64[D]") - np.datetime64("2023-07-01")
    expected = np.ones((400, 36), bool)
    for row in pq.read_table(tmp_path / "happened.parquet").to_pylist():
        one = int(row["reference"][1:])
        if row["kind"] == "left":
            expected[one, begins.astype(int) >= row["day"]] = False
        elif row["kind"] == "lapsed":
            expected[one, np.searchsorted(begins.astype(int), row["day"])] = False
    after_leaving = bought & ~expected
    assert not after_leaving.any()
    missing = np.argwhere(
        expected & ~bought
    )  # a lapse after a switch is told of no more: the card is no measure by then
    moved = {
        int(row["reference"][1:])
        for row in pq.read_table(tmp_path / "happened.parquet").to_pylist()
        if row["share"] > 0
    }
    assert {int(one) for one, _ in missing} <= moved
    assert len(missing) < 0.01 * expected.sum()


def test_what_stays_of_a_card_that_moved_is_the_share_that_is_told(tmp_path):
    _, firm = _firm(tmp_path, trade="cards", customers=1000, dealings=1000 * 36 * 4)
    who = pc.cast(pc.utf8_slice_codeunits(firm["dealings"]["customer"], 1), "int64").to_numpy()
    day = (
        (firm["dealings"]["occurred_at"].to_numpy() - np.datetime64("2023-07-01")).astype("timedelta64[D]").astype(int)
    )
    amount = firm["dealings"]["amount"].to_numpy().astype(float)
    ratios = []
    for row in pq.read_table(tmp_path / "happened.parquet").to_pylist():
        if row["kind"] == "switched" and 365 <= row["day"] <= 731:
            mine = who == int(row["reference"][1:])
            before = amount[mine & (day >= row["day"] - 365) & (day < row["day"])].sum()
            ratios.append(amount[mine & (day >= row["day"]) & (day < row["day"] + 365)].sum() / before / row["share"])
    assert len(ratios) > 50
    assert np.median(ratios) == pytest.approx(1, abs=0.1)


def test_cards_need_a_dealing_a_month(tmp_path):
    with pytest.raises(ValueError, match="fewer dealings than months"):
        simulate_firm(tmp_path, FirmPlan(100, 1000, 1, trade="cards"))


def test_visitors_come_at_a_rhythm_as_uneven_as_is_told(tmp_path):
    _, firm = _firm(tmp_path, trade="visits", customers=600, dealings=60_000)
    truth = firm["truth"].to_pylist()
    days = {}
    for name, at in zip(
        firm["dealings"]["customer"].to_pylist(), firm["dealings"]["occurred_at"].to_pylist(), strict=True
    ):
        days.setdefault(name, []).append(at.timestamp() / 86_400)
    told, seen = [], []
    for life in truth:
        if (
            life["dealings"] >= 40
            and life["dealings"] < (life["end"] - life["start"]) / 6
            and life["switch"] == life["end"]
        ):
            gaps = np.diff(sorted(days[life["reference"]]))
            told.append(life["unevenness"])
            seen.append(gaps.std() / gaps.mean())
    assert len(told) > 60
    assert np.corrcoef(told, seen)[0, 1] > 0.9
    assert np.median(np.array(seen) / np.array(told)) == pytest.approx(1, abs=0.1)


def test_a_bank_writes_the_same_again_and_its_balances_tell_what_happened(tmp_path):
    """Who closed his account has no balance after it; who left keeps the share that is told; first salaries begin at work."""
    plan = FirmPlan(400, 0, 3, trade="bank")
    counts = simulate_firm(tmp_path / "a", plan)
    simulate_firm(tmp_path / "b", plan)
    simulate_firm(tmp_path / "c", FirmPlan(400, 0, 4, trade="bank"))
    names = "customers dealings holdings balances addresses estates truth happened".split()
    firm = {name: pq.read_table(tmp_path / "a" / f"{name}.parquet") for name in names}
    for name, table in firm.items():
        assert table.equals(pq.read_table(tmp_path / "b" / f"{name}.parquet"))
        assert name not in counts or counts[name] == len(table) > 0
    assert not firm["balances"].equals(pq.read_table(tmp_path / "c" / "balances.parquet"))
    assert firm["truth"]["born_on"].equals(firm["customers"]["birthday"])
    closed = {row["reference"]: row["closed_on"] for row in firm["holdings"].to_pylist() if row["closed_on"]}
    last: dict[str, dt.date] = {}
    for row in firm["balances"].to_pylist():
        last[row["holding"]] = max(row["day"], last.get(row["holding"], row["day"]))
    assert closed
    assert all(last[name] < day for name, day in closed.items() if name in last)
    assert pc.max(firm["dealings"]["amount"]).as_py() < 0
    first = {}
    for row in firm["dealings"].to_pylist():
        first[row["customer"]] = min(row["occurred_at"].date(), first.get(row["customer"], dt.date.max))
    told = [row for row in firm["happened"].to_pylist() if row["kind"] == "salary_moved"]
    assert told
    for row in told:
        begins = dt.date(2023, 7, 1) + dt.timedelta(days=row["day"])
        assert row["reference"] not in first or first[row["reference"]] <= begins + dt.timedelta(days=62)
