"""The detectors on firms of `guanxi simulate`, held against the truth that it writes beside and they never see."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project.simulation import FirmPlan, simulate_firm
from tests.insight.detectors.edition import fill_from_lines

EPOCH, DAYS = 1970 * 12, 1096
LAST = spend_drop.last_day_of(2026 * 12 + 5)


@dataclass(frozen=True)
class Firm:
    """An edition of the firm, and for each customer the day (from the first) on which he moved away or left for good."""

    bench: Workbench
    gone: np.ndarray
    end: np.ndarray


def firm_of(folder: Path, customers: int, each: int, seed: int) -> Firm:
    simulate_firm(folder, FirmPlan(customers, customers * each, seed))
    truth, dealings = pq.read_table(folder / "truth.parquet"), pq.read_table(folder / "dealings.parquet")
    bench = Workbench.with_empty_edition()
    bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
    bench.run(
        "INSERT INTO customers (customer_id, code, stage, state, tier, segment) "
        f"SELECT i, 'c' || i, 3, 0, 9, '' FROM range({customers}) r(i)"
    )
    minor = pc.cast(pc.multiply(dealings["amount"], pa.scalar(100)), pa.int64())
    who = pc.cast(pc.utf8_slice_codeunits(dealings["customer"], 1), pa.int64())
    day = pc.cast(dealings["occurred_at"], pa.date32())
    fill_from_lines(bench, pa.table({"customer_id": who, "day": day, "amount": minor}))
    end = truth["end"].to_numpy()
    return Firm(bench, np.minimum(truth["switch"].to_numpy(), end), end)


def falls(firm: Firm) -> tuple[float, float]:
    """(noise alarms a 1,000 quiet customer-months, share of the departures found in three closed cycles)."""
    detectors.run(firm.bench, as_of=LAST, thresholds={"spend_drop.replay": 12}, only=(spend_drop,))
    rows = firm.bench.arrow("SELECT customer_id, cycle, is_alarm FROM spend_scores ORDER BY customer_id, cycle")
    who, cycle = rows["customer_id"].to_numpy(), rows["cycle"].to_numpy()
    alarm = rows["is_alarm"].to_numpy(zero_copy_only=False)
    begin = np.datetime64("2023-07-01")
    ends = (begin.astype("datetime64[M]") + (cycle - 2023 * 12 - 6) + 1).astype("datetime64[D]") - begin
    quiet = firm.gone[who] >= ends.astype(int)
    month = (begin + firm.gone).astype("datetime64[M]").astype(int) + EPOCH  # in which the departure falls
    told = {(int(one), int(at)): bool(is_alarm) for one, at, is_alarm in zip(who, cycle, alarm, strict=True)}
    newest = int(cycle.max())
    real = [one for one in range(len(month)) if month[one] <= newest - 3 and (one, int(month[one])) in told]
    caught = [any(told.get((one, int(month[one]) + later), False) for later in range(4)) for one in real]
    return float(1_000 * alarm[quiet].sum() / quiet.sum()), float(np.mean(caught))


@pytest.mark.drill
def test_departures_are_found_and_the_noise_is_what_is_told(tmp_path):
    """Buyers at random moments are no cards: their months differ by chance far more than 4.5 supposes. So the catch is better
    than the book's 87 % and the noise is not its 5.7 (docs/measurements.md).
    """
    told = []
    for seed in range(1, 6):
        firm = firm_of(tmp_path / str(seed), 3_000, 300, seed)
        told.append(falls(firm))
        print(f"seed {seed}: {told[-1][0]:.1f} noise a 1,000, {told[-1][1]:.1%} of departures in three cycles")
    noise, caught = np.mean(told, axis=0)
    assert caught >= 0.95
    assert noise <= 22


@pytest.mark.drill
def test_who_left_is_absent_and_who_stays_is_not(tmp_path):
    """Of those who still buy as ever at most two in a hundred stand as absent; of those who left a year ago nearly all do."""
    for seed in range(1, 6):
        firm = firm_of(tmp_path / str(seed), 3_000, 100, seed)
        presence = inactivity.presence_of(firm.bench, as_of=LAST, given=detectors.DEFAULTS)
        state, who = presence.state.astype(str), presence.customer_id
        is_absent = np.isin(state, ["alarm", "lapsed"])
        stays, left = firm.gone[who] >= DAYS, firm.end[who] < DAYS - 365
        false, found = is_absent[stays].mean(), is_absent[left].mean()
        print(f"seed {seed}: {false:.2%} of {stays.sum()} who stay, {found:.1%} of {left.sum()} who left a year ago")
        assert false <= 0.02
        assert found >= 0.95
