"""Run often or seldom, on the day or late: the record ends with the same open signals, and a second run writes nothing."""

import calendar
import datetime as dt
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.insight import detectors
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.signals.services import raise_signals
from tests.insight.detectors.edition import Edition
from tests.stories.scene import SYSTEM, Scene, build_scene

pytestmark = pytest.mark.django_db
START = dt.date(2024, 1, 1)
PEOPLE = 12
HABITS = (spend_drop, inactivity)  # what a firm of purchases alone has something to say to
_WORDS = ("kind", "state", "occurred_on", "severity", "at_stake", "probability", "evidence", "closed_on")


@pytest.fixture
def scene() -> Scene:
    return build_scene()


def some_firm(seed: int, ids: list[int]) -> Workbench:
    """Customers of many kinds over two and a half years: steady, falling, leaving, returning, irregular, one-time."""
    rng = np.random.default_rng(seed)
    edition = Edition()
    for number in range(PEOPLE):
        who = edition.add()
        mean, spread = float(rng.choice([4, 10, 30, 75])), float(rng.choice([0.1, 0.5, 1.0]))
        leaves = int(rng.choice([10_000, 10_000, rng.integers(200, 800)]))
        falls, factor = int(rng.integers(300, 900)), float(rng.choice([1, 1, 0.1, 0.4]))
        back = leaves + int(rng.choice([10_000, 60, 150]))
        day, stop = float(rng.integers(0, 60)), 1 if number == 0 else 10_000
        while day < 913 and stop:
            if day < leaves or day > back:
                amount = mean * 140 * (factor if day > falls else 1) * float(rng.uniform(0.8, 1.25))
                edition.visits(who, [START + dt.timedelta(days=int(day))], amount=amount)
                stop -= 1
            day += max(1.0, rng.gamma(1 / spread**2, mean * spread**2))
    for row, pk in zip(edition.customers, ids, strict=True):
        row["customer_id"], row["code"] = pk, f"c{pk:08}"
    edition.lines = [(ids[who - 1], day, amount) for who, day, amount in edition.lines]
    return edition.fill()


def run(bench: Workbench, as_of: dt.date) -> dict[str, int]:
    return raise_signals(detectors.run(bench, as_of=as_of, only=HABITS), by=SYSTEM, as_of=as_of)


def open_now() -> list[dict]:
    return list(Signal.objects.filter(closed_on=None).order_by("key").values("key", "customer_id", *_WORDS))


days = st.integers(min_value=400, max_value=912)


@settings(
    max_examples=2 if os.environ.get("CI") else 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), runs=st.lists(days, min_size=2, max_size=5, unique=True))
def test_many_runs_end_where_the_last_alone_ends(scene, seed, runs):
    ids = [scene.customer(str(number)).pk for number in range(PEOPLE)]
    bench = some_firm(seed, ids)
    *_, last = ordered = [START + dt.timedelta(days=day) for day in sorted(runs)]
    for as_of in ordered:
        run(bench, as_of)
    stepwise = open_now()
    again = run(bench, last)
    assert (again["new"], again["changed"], again["closed"]) == (0, 0, 0)
    Signal.objects.all().delete()
    run(bench, last)
    assert open_now() == stepwise
    Signal.objects.all().delete()
    Customer.objects.filter(pk__in=ids).delete()


@pytest.mark.drill
def test_states_begin_on_the_same_days_whether_run_daily_or_once_a_quarter(scene):
    """What a daily run saw begin on a day, a late run dates to that day; a state that lasted is never dated later."""
    ids = [scene.customer(str(number)).pk for number in range(PEOPLE)]
    bench = some_firm(20, ids)
    first, last = dt.date(2025, 12, 24), dt.date(2026, 1, 31)
    daily: dict[tuple[str, str], dt.date] = {}
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        for row in detectors.run(bench, as_of=day, only=HABITS).select(["key", "state", "occurred_on"]).to_pylist():
            stated = row["key"], row["state"]
            if stated not in daily and day > first:
                assert row["occurred_on"] == day, row  # seen on the day it began
            assert daily.setdefault(stated, row["occurred_on"]) == row["occurred_on"]
    quarter = {
        (row["key"], row["state"]): row["occurred_on"]
        for row in detectors.run(bench, as_of=last, only=HABITS).to_pylist()
    }
    assert quarter
    assert {key: daily[key] for key in quarter} == quarter


def test_falls_are_only_stated_when_a_month_closes(scene):
    ids = [scene.customer(str(number)).pk for number in range(PEOPLE)]
    bench = some_firm(4, ids)
    for month in (1, 2, 6, 12):
        closes = dt.date(2025, month, calendar.monthrange(2025, month)[1])
        rows = detectors.run(bench, as_of=closes, only=HABITS).to_pylist()
        before = {row["key"]: row["state"] for row in rows if row["kind"] == "spend_drop"}
        middle = detectors.run(bench, as_of=closes + dt.timedelta(days=20), only=HABITS).to_pylist()
        assert {row["key"]: row["state"] for row in middle if row["kind"] == "spend_drop"} == before
