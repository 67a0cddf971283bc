"""The figures of decisioning.md 4.5 within the cycle, by simulation with hidden truth: noise, and how soon a switch is found."""

import datetime as dt
import json

import numpy as np
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors import spend_drop, within_cycle
from tests.insight.detectors.crowd_of_cards import NEVER_ON, START, DailyCards, daily_edition_of, make_daily_cards

EPOCH = dt.date(1970, 1, 1)


def alarms(cards: DailyCards, months: range) -> np.ndarray:
    """(alarms, 2): customer and day of every alarm within the months, each asked on its last day but one; the closed months
    themselves are kept quiet, so that the daily rule is seen alone.
    """
    bench, found = daily_edition_of(cards), []
    for month in months:
        as_of = spend_drop.last_day_of(START + month) - dt.timedelta(days=1)
        thresholds = {"spend_drop.replay": 1, "spend_drop.watch_z": -99, "spend_drop.alarm_z": -99}
        rows = detectors.run(bench, as_of=as_of, thresholds=thresholds, only=(spend_drop, within_cycle)).to_pylist()
        for row in rows:
            evidence = json.loads(row["evidence"])
            if evidence["measure"] == "gross_by_window":
                raised = dt.date.fromisoformat(evidence["path"][0][1])
                found.append((row["customer_id"], (raised - EPOCH).days))
    bench.close()
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def measured(cards: DailyCards, months: range) -> tuple[float, float, float]:
    """Noise a 1,000 quiet customer-months, and of the switches the shares found within 30 and within 45 days."""
    found = alarms(cards, months)
    edges = [(spend_drop.last_day_of(START + month) - EPOCH).days for month in range(months.start - 1, months.stop)]
    who, day = found[:, 0], found[:, 1]
    month = np.searchsorted(edges, day) - 1 + months.start
    empty = (
        cards.lapsed | np.pad(cards.lapsed, ((0, 0), (1, 0)))[:, :-1]
    )  # windows of a month reach into the one before
    noise = (day < cards.switched[who]) & ~empty[who, month]
    ends = np.array(edges[1:])
    quiet = (cards.switched[:, None] > ends) & ~empty[:, months.start : months.stop]
    real = np.flatnonzero((cards.switched > edges[0]) & (cards.switched <= edges[-1] - 46))
    first = np.full(len(cards.switched), NEVER_ON)
    after = day >= cards.switched[who]
    np.minimum.at(first, who[after], day[after])
    delay = first[real] - cards.switched[real]
    return 1_000 * noise.sum() / quiet.sum(), float((delay <= 30).mean()), float((delay <= 45).mean())


@pytest.mark.drill
def test_few_false_alarms_and_most_switches_within_six_weeks():
    """The book: 4.7 a 1,000, 49 % within 30 days, 91 % within 45. Here switchers leave at most a fifth: a fall of less than
    seven tenths is none to this rule (of cards that keep 5 to 50 % it finds half).
    """
    told = []
    for seed in (1, 2, 3):
        cards = make_daily_cards(4_000, months=40, warm_up=26, seed=seed, kept=(0.0, 0.20))
        told.append(measured(cards, range(27, 39)))
        print(f"seed {seed}: {told[-1][0]:.1f} noise a 1,000, {told[-1][1]:.0%} in 30 days, {told[-1][2]:.0%} in 45")
    noise, month, six_weeks = np.mean(told, axis=0)
    assert noise <= 4.7
    assert month >= 0.49
    assert six_weeks >= 0.90
