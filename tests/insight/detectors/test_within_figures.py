"""The figures of decisioning.md 4.5 within the cycle, on firms of `guanxi simulate`: noise, and how soon a departure is found."""

import datetime as dt
import json

import numpy as np
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors import spend_drop, within_cycle
from guanxi.project.simulation import FirmPlan
from guanxi.project.simulation.cards import CardTerms
from tests.insight.detectors.simulated_firm import NEVER, Firm, firm_of

MONTHS = range(24, 36)


def alarms(firm: Firm) -> np.ndarray:
    """(alarms, 2): customer and day (from the first) of every alarm within the months, each asked on its last day but one;
    the closed months themselves are kept quiet, so that the daily rule is seen alone.
    """
    begin, found = dt.date.fromisoformat(firm.plan.first_day), []
    never = {"spend_drop.replay": 1, "spend_drop.watch_z": -99, "spend_drop.alarm_z": -99}
    for month in MONTHS:
        as_of = spend_drop.last_day_of(firm.first_month + month) - dt.timedelta(days=1)
        rows = detectors.run(firm.bench, as_of=as_of, thresholds=never, only=(spend_drop, within_cycle)).to_pylist()
        for row in rows:
            evidence = json.loads(row["evidence"])
            if evidence["measure"] == "gross_by_window":
                raised = dt.date.fromisoformat(evidence["path"][0][1])
                found.append((row["customer_id"], (raised - begin).days))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def measured(firm: Firm) -> tuple[float, float, float]:
    """Noise a 1,000 quiet customer-months, and of the departures the shares found within 30 and within 45 days."""
    who, day = alarms(firm).T
    gone = firm.gone("left", "switched", "fell")
    empty = np.zeros((firm.plan.customers, firm.months + 1), bool)
    lapse = firm.happened["kind"] == "lapsed"
    month = firm.month_of(firm.happened["day"][lapse])
    for reached in (0, 1):  # windows of a month reach into the one before
        empty[firm.happened["customer"][lapse], month + reached] = True
    noise = (day < gone[who]) & ~empty[who, firm.month_of(day)]
    ends = firm.month_of(gone)[:, None] > np.array(MONTHS)
    quiet = ends & ~empty[:, MONTHS.start : MONTHS.stop]
    begins = np.datetime64(firm.plan.first_day, "M") + MONTHS.start
    first_day = (begins.astype("datetime64[D]") - np.datetime64(firm.plan.first_day)).astype(int)
    real = np.flatnonzero((gone >= first_day) & (gone < firm.plan.days - 46))
    found = np.full(firm.plan.customers, NEVER)
    after = day >= gone[who]
    np.minimum.at(found, who[after], day[after])
    delay = found[real] - gone[real]
    return 1_000 * noise.sum() / quiet.sum(), float((delay <= 30).mean()), float((delay <= 45).mean())


@pytest.mark.drill
@pytest.mark.parametrize("kept", [(0.0, 0.20), (0.05, 0.50)])
def test_few_false_alarms_and_most_switches_within_six_weeks(kept):
    """The book: 4.7 a 1,000, 49 % within 30 days, 91 % within 45. It is reached where who departs leaves at most a fifth: a
    fall of less than seven tenths is none to this rule (of cards that keep up to half it finds half). Twenty purchases a month:
    windows of few purchases differ more by chance (docs/measurements.md).
    """
    told = []
    terms = CardTerms(kept=kept, all_gone=0.0, fall_rate=0.0)
    for seed in (1, 2, 3):
        firm = firm_of(FirmPlan(2_000, 2_000 * 36 * 20, seed, trade="cards", terms=terms), tier=1)
        told.append(measured(firm))
        print(
            f"kept {kept}, seed {seed}: {told[-1][0]:.1f} noise a 1,000, {told[-1][1]:.0%} in 30 days, {told[-1][2]:.0%} in 45"
        )
        firm.bench.close()
    noise, month, six_weeks = np.mean(told, axis=0)
    assert noise <= 4.7
    if kept[1] <= 0.2:
        assert month >= 0.49
        assert six_weeks >= 0.90
