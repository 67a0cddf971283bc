"""Firms of `guanxi simulate` as editions, and beside them what truly happened, which no detector sees."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guanxi.insight import detectors
from guanxi.insight.detectors import spend_drop
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project.simulation import FirmPlan, simulate_firm
from tests.insight.detectors.edition import fill_from_lines

NEVER = 10**6
_CATEGORIES = {"dining": 1, "lodging": 2, "groceries": 3, "fuel": 4, "retail": 5}


@dataclass(frozen=True)
class Firm:
    """An edition, the truth a row a customer, what happened a row an event (customer: place; day, until: from the first day)."""

    plan: FirmPlan
    bench: Workbench
    truth: pa.Table
    happened: dict[str, np.ndarray]

    @property
    def first_month(self) -> int:
        return int(np.datetime64(self.plan.first_day, "M").astype(int)) + 1970 * 12

    @property
    def months(self) -> int:
        return self.month_of(np.array([self.plan.days - 1])).item() + 1

    def month_of(self, day: np.ndarray) -> np.ndarray:
        """The place of the calendar month of each day (NEVER of NEVER)."""
        months = (np.datetime64(self.plan.first_day) + np.minimum(day, NEVER // 2)).astype("datetime64[M]").astype(int)
        return np.where(day >= NEVER, NEVER, months + 1970 * 12 - self.first_month)

    def gone(self, *kinds: str) -> np.ndarray:
        """The first day on which one of these happened to each customer; NEVER where none did."""
        day = np.full(self.plan.customers, NEVER)
        some = np.isin(self.happened["kind"], kinds)
        np.minimum.at(day, self.happened["customer"][some], self.happened["day"][some])
        return day


def firm_of(plan: FirmPlan, *, tier: int = 9) -> Firm:
    """The firm of a plan; all in one tier and one segment."""
    with tempfile.TemporaryDirectory() as place:
        simulate_firm(Path(place), plan)
        truth, happened, dealings = (
            pq.read_table(Path(place) / f"{name}.parquet") for name in ("truth", "happened", "dealings")
        )
    bench = Workbench.with_empty_edition()
    bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
    bench.run(
        "INSERT INTO customers (customer_id, code, stage, state, tier, segment) "
        f"SELECT i, 'c' || i, 3, 0, {tier}, '' FROM range({plan.customers}) r(i)"
    )
    lines = pa.table({"customer_id": _places(dealings["customer"]), "day": _days(dealings), "amount": _minor(dealings)})
    fill_from_lines(bench, lines)
    if "price_tier" in dealings.column_names:
        numbers = pa.array([_CATEGORIES[name] for name in dealings["category"].to_pylist()], pa.int8())
        tickets = lines.append_column("category", numbers).append_column(
            "price_tier", dealings["price_tier"].cast(pa.int8())
        )
        bench.keep("tickets", tickets.append_column("product_id", pa.nulls(len(lines), pa.int64())))
    named = {name: happened[name].to_numpy() for name in ("kind", "day", "until", "share")}
    return Firm(plan, bench, truth, named | {"customer": _places(happened["reference"]).to_numpy()})


@dataclass(frozen=True)
class Falls:
    """What the detector said of each customer (rows) in each of the last months (columns), and what was so in truth.

    real: from the month of a departure on; fresh: in it and the two after; lapsed: a one-off empty month; at_once: who departs
    in the first five days of a month, so that the month itself is nearly whole.
    """

    months: range
    score: dict[str, np.ndarray]
    departed: np.ndarray
    lapsed: np.ndarray
    at_once: np.ndarray

    @property
    def real(self) -> np.ndarray:
        return np.array(self.months)[None, :] >= self.departed[:, None]

    @property
    def quiet(self) -> np.ndarray:
        return ~self.real & ~self.lapsed & self.score["eligible"]

    def noise(self, raised: np.ndarray) -> float:
        """Alarms a 1,000 quiet customer-months."""
        return float(1_000 * raised[self.quiet].sum() / self.quiet.sum())

    def caught(self, raised: np.ndarray, cycles: int = 3, *, among: np.ndarray | None = None) -> float:
        """Share of the departures (among: of these customers alone) found when so many cycles have closed."""
        place = self.departed - self.months.start
        some = np.flatnonzero((place >= 0) & (place <= len(self.months) - cycles) & (True if among is None else among))
        some = some[self.score["eligible"][some, place[some]]]
        return float(np.mean([raised[one, place[one] : place[one] + cycles].any() for one in some]))

    def precision(self, raised: np.ndarray, cycles: int = 3) -> float:
        """Share of the first alarms (after a cycle without) that tell of a departure in these cycles; an empty month is none."""
        first = raised & ~np.pad(raised, ((0, 0), (1, 0)))[:, :-1]
        return float((self.real & (np.array(self.months) < self.departed[:, None] + cycles))[first].mean())

    def single(self, z: float) -> np.ndarray:
        """The alarm of one cycle at another z (4.5's table)."""
        return (self.score["z"] <= z) & (self.score["fallen"] >= 0.5) & (self.score["stake"] >= 50_000)

    @property
    def confirmed(self) -> np.ndarray:
        watch = self.score["watch"]
        return watch & np.pad(watch, ((0, 0), (1, 0)))[:, :-1]


def falls_of(firm: Firm, cycles: int, **thresholds: float) -> Falls:
    """The spend drop's own scores of the last `cycles` closed months, each judged by what was known when it closed."""
    last = spend_drop.last_day_of(firm.first_month + firm.months - 1)
    detectors.run(firm.bench, as_of=last, thresholds={"spend_drop.replay": cycles, **thresholds}, only=(spend_drop,))
    months = range(firm.months - cycles, firm.months)
    rows = firm.bench.arrow(
        """SELECT customer_id, cycle - $first AS place, z, fallen, usual - now AS stake, is_alarm, is_watch, now
        FROM spend_scores WHERE cycle >= $first""",
        first=firm.first_month + months.start,
    )
    who, place = rows["customer_id"].to_numpy(), rows["place"].to_numpy()
    score = {name: np.zeros((firm.plan.customers, cycles)) for name in ("z", "fallen", "stake", "now")}
    score |= {name: np.zeros((firm.plan.customers, cycles), bool) for name in ("eligible", "alarm", "watch")}
    score["eligible"][who, place] = True
    for name, column in (("alarm", "is_alarm"), ("watch", "is_watch")):
        score[name][who, place] = rows[column].to_numpy(zero_copy_only=False)
    for name in ("z", "fallen", "stake", "now"):
        score[name][who, place] = rows[name].to_numpy()
    lapsed = np.zeros((firm.plan.customers, firm.months), bool)
    is_lapse = firm.happened["kind"] == "lapsed"
    lapsed[firm.happened["customer"][is_lapse], firm.month_of(firm.happened["day"][is_lapse])] = True
    gone = firm.gone("left", "switched", "fell")
    at = np.datetime64(firm.plan.first_day) + np.minimum(gone, NEVER // 2)
    at_once = (at - at.astype("datetime64[M]").astype("datetime64[D]")).astype(int) < 5
    return Falls(months, score, firm.month_of(gone), lapsed[:, months.start :], at_once)


def _places(references: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.utf8_slice_codeunits(references, 1), pa.int64())


def _days(dealings: pa.Table) -> pa.ChunkedArray:
    return pc.cast(dealings["occurred_at"], pa.date32())


def _minor(dealings: pa.Table) -> pa.ChunkedArray:
    return pc.cast(pc.multiply(dealings["amount"], pa.scalar(100)), pa.int64())
