"""The synthetic firm: exact totals, the same seed the same rows, people who pass the product's own checks."""

import datetime as dt

import pyarrow.compute as pc
import pyarrow.parquet as pq

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
