"""The false-alarm figures of decisioning.md 4.5 at the book's own size, and of 4.6 gap by gap, by simulation with hidden truth.
On firms of `guanxi simulate`: test_simulated_firm.py.
"""

import datetime as dt

import numpy as np
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors import spend_drop
from guanxi.insight.detectors.inactivity import silence
from guanxi.insight.detectors.thresholds import DEFAULTS
from tests.insight.detectors.crowd_of_cards import START, Cards, edition_of, make_cards

OWN = {name.removeprefix("inactivity."): value for name, value in DEFAULTS.items() if name.startswith("inactivity.")}


def judged(cards: Cards, months: range, **thresholds: float) -> dict[str, np.ndarray]:
    """(cards, len(months)) arrays from the detector's own scores: eligible, alarm, watch, z."""
    bench = edition_of(cards.spend[:, : months.stop])
    last = spend_drop.last_day_of(START + months.stop - 1)
    detectors.run(bench, as_of=last, thresholds={"spend_drop.replay": len(months) - 1, **thresholds})
    rows = bench.arrow(
        "SELECT customer_id, cycle - $first AS place, z, is_alarm, is_watch FROM spend_scores WHERE cycle >= $first",
        first=START + months.start,
    )
    shape = (len(cards.spend), len(months))
    who, place = rows["customer_id"].to_numpy(), rows["place"].to_numpy()
    found = {name: np.zeros(shape, bool) for name in ("eligible", "alarm", "watch")} | {"z": np.zeros(shape)}
    found["eligible"][who, place] = True
    found["alarm"][who, place] = rows["is_alarm"].to_numpy(zero_copy_only=False)
    found["watch"][who, place] = rows["is_watch"].to_numpy(zero_copy_only=False)
    found["z"][who, place] = rows["z"].to_numpy()
    return found


def noise_and_catch(cards: Cards, months: range, raised: np.ndarray, eligible: np.ndarray) -> tuple[float, float]:
    """(alarms per 1,000 quiet customer-months, share of switches caught within three cycles)."""
    when = np.arange(months.start, months.stop)
    before = when[None, :] < cards.switched[:, None]
    quiet = before & ~cards.lapsed[:, months.start : months.stop] & eligible
    noise = 1_000 * raised[quiet].sum() / quiet.sum()
    place = cards.switched - months.start
    real = np.nonzero((place >= 0) & (place < len(months) - 2))[0]
    real = real[eligible[real, place[real]]]
    caught = np.array([raised[i, place[i] : place[i] + 3].any() for i in real])
    return float(noise), float(caught.mean())


@pytest.mark.drill
def test_the_table_of_the_formula_book_at_its_own_size():
    """120,000 customers × 24 test cycles."""
    cards, months = make_cards(120_000, months=60, warm_up=36, seed=5), range(36, 60)
    found = judged(cards, months)
    noise, caught = noise_and_catch(cards, months, found["alarm"], found["eligible"])
    print(f"120,000 × 24: {noise:.2f} per 1,000 customer-months, {caught:.1%} within three cycles")
    assert noise <= 6
    assert caught >= 0.85


def visits_a_year(mean: float, cv: float, people: int, years: int, seed: int) -> float:
    """False alarms a customer-year of buyers who never leave, each gap judged by the gaps before it."""
    rng = np.random.default_rng(seed)
    count = 26 + int(years * 365 / mean)
    gaps = np.maximum(1, np.rint(rng.gamma(1 / cv**2, mean * cv**2, (people, count)))).astype(np.int64)
    alarms = 0
    for place in range(24, count):
        window = gaps[:, place - 24 : place]
        segment = (np.full(people, mean), np.full(people, max(0.05, round(cv**2 * 20) / 20)))
        found = silence(np.full(people, 24), window.sum(axis=1), (window**2).sum(axis=1), segment, OWN)
        alarms += int((gaps[:, place] > np.minimum(found.alarm, found.lapse)).sum())
    return alarms / (gaps[:, 24:].sum() / 365)


@pytest.mark.parametrize("mean", [7, 14, 30, 60])
@pytest.mark.parametrize("cv", [0.2, 0.5, 0.7])
def test_regular_buyers_have_at_most_a_tenth_of_a_false_alarm_a_year(mean, cv):
    rate = visits_a_year(mean, cv, people=400, years=10, seed=int(mean + 100 * cv))
    print(f"mean {mean} d, cv {cv}: {rate:.3f} false alarms a customer-year")
    assert rate <= 0.1


@pytest.mark.parametrize("mean", [7, 30])
def test_irregular_buyers_stay_within_reason(mean):
    assert visits_a_year(mean, 1.0, people=400, years=10, seed=mean) <= 0.25


def test_the_day_of_the_first_alarm_after_leaving_is_weeks_not_years():
    """The other side of the budget: a monthly buyer who leaves is an alarm within 3 months, a weekly one within 5 weeks."""
    for mean, limit in ((7, 35), (30, 90)):
        gaps = np.full(1, 24)
        found = silence(gaps, gaps * mean, gaps * mean * mean, (np.full(1, float(mean)), np.full(1, 0.25)), OWN)
        assert mean < found.watch[0] < found.alarm[0] <= limit


def test_dates_of_the_simulation_are_what_they_seem():
    assert spend_drop.last_day_of(START) == dt.date(2021, 1, 31)
    assert spend_drop.last_closed(dt.date(2021, 2, 28)) == START + 1
    assert spend_drop.last_closed(dt.date(2021, 2, 27)) == START
    assert spend_drop.last_closed(dt.date(2021, 1, 1)) == START - 1
