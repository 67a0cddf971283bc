"""What an edition keeps for the next one never shows: with it or without it, the same signals, bit for bit."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from guanxi.insight import detectors
from guanxi.insight.detectors import inactivity, spend_drop
from guanxi.insight.warehouse.workbench import Workbench
from tests.insight.detectors.edition import fill_from_lines

HABITS = (spend_drop, inactivity)  # whose findings an edition keeps
PEOPLE = 80
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2026, 3, 31)
# Small firms judge by the firm's figures; here segments are large enough to have their own.
FEW = {"detectors.segment_customers": 10, "detectors.volume_customers": 10}

Lines = dict[int, list[tuple[dt.date, int]]]


class Firm:
    """Lines of customers, in an edition that keeps, and in one built anew for every question."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.lines: Lines = {who: self._habit() for who in range(1, PEOPLE + 1)}
        self.given_up: dict[int, dt.date] = {}
        self.kept = self._bench()

    def _habit(self) -> list[tuple[dt.date, int]]:
        mean = float(self.rng.choice([6, 15, 30]))
        stops = int(self.rng.choice([5_000, 5_000, self.rng.integers(500, 1_100)]))
        falls, day, found = int(self.rng.integers(600, 1_400)), 0.0, []
        while day < min(stops, (LAST - FIRST).days):
            amount = 30_000 * float(self.rng.uniform(0.7, 1.3)) * (0.15 if day > falls else 1)
            found.append((FIRST + dt.timedelta(days=int(day)), round(amount)))
            day += max(1.0, self.rng.gamma(8, mean / 8))
        return found

    def _bench(self) -> Workbench:
        bench = Workbench.with_empty_edition()
        bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
        self._fill(bench)
        return bench

    def _fill(self, bench: Workbench) -> None:
        people = [
            {"customer_id": who, "code": f"c{who:05}", "stage": 3, "state": 0, "tier": 9, "segment": "ab"[who % 2]}
            for who in self.lines
        ]
        bench.keep("customers", pa.Table.from_pylist(people))
        rows = [(who, day, amount) for who, lines in self.lines.items() for day, amount in lines]
        columns = zip(("customer_id", "day", "amount"), zip(*rows, strict=True), strict=True)
        fill_from_lines(bench, pa.table({name: pa.array(values) for name, values in columns}))
        bench.run(
            "DELETE FROM checks; INSERT INTO checks (customer_id, lines, counted, amount, hash)"
            " SELECT customer_id, sum(lines), sum(lines), 0, 0 FROM days GROUP BY customer_id"
        )
        closed = [{"customer_id": who, "closed_on": day} for who, day in self.given_up.items()]
        schema = pa.schema([("customer_id", pa.int64()), ("closed_on", pa.date32())])
        bench.keep("holdings", pa.Table.from_pylist(closed, schema=schema))

    def change(self, *, since: dt.date, until: dt.date) -> None:
        """Some customers buy, or give something up, or are gone, on days of a span; as an increment takes it in."""
        changed = [int(who) for who in self.rng.choice(sorted(self.lines), size=4, replace=False)]
        for who in changed:
            day = since + dt.timedelta(days=int(self.rng.integers(0, (until - since).days + 1)))
            self.lines[who].append((day, int(self.rng.integers(1_000, 60_000))))
        if self.rng.random() < 0.3:
            self.given_up[changed[0]] = since
        if self.rng.random() < 0.2:
            del self.lines[changed[1]]
        self.kept.register("redone", pa.table({"customer_id": pa.array(changed, pa.int64())}))
        self.kept.run("DELETE FROM rhythms WHERE customer_id IN (SELECT customer_id FROM redone)")
        self._fill(self.kept)

    def both(self, as_of: dt.date, thresholds: dict[str, float]) -> tuple[pa.Table, pa.Table]:
        return (
            detectors.run(self.kept, as_of=as_of, thresholds=thresholds, keep=True, only=HABITS),
            detectors.run(self._bench(), as_of=as_of, thresholds=thresholds, only=HABITS),
        )


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(9))
def test_what_was_kept_and_what_is_computed_anew_are_the_same(seed):
    firm = Firm(seed)
    as_of, stated, kept_cycles, kept_rhythms = dt.date(2025, 6, 10), 0, set(), set()
    for step in range(14):
        thresholds = FEW | ({"spend_drop.watch_z": -1.5, "inactivity.gaps": 12} if step in {6, 7} else {})
        kept, anew = firm.both(as_of, thresholds)
        assert kept.to_pylist() == anew.to_pylist()
        assert detectors.notes_of(kept) == detectors.notes_of(anew)
        stated += kept.num_rows
        kept_cycles.add(firm.kept.scalar("SELECT count(*) FROM spend_inputs WHERE is_kept"))
        kept_rhythms.add(firm.kept.scalar("SELECT count(*) FROM kept_rhythms"))
        yesterday, as_of = as_of, as_of + dt.timedelta(days=int(firm.rng.choice([1, 1, 7, 31, -3])))
        # bought yesterday; or brought in late, for a month long closed; or for a day to come
        late, early = dt.timedelta(days=int(firm.rng.choice([0, 0, 45, 200]))), dt.timedelta(days=40 * (step % 5 == 4))
        firm.change(since=yesterday - late, until=yesterday - late + early)
    assert stated > 50
    assert {0, 8} <= kept_cycles
    assert {1, 2, 3, 4, 5, 6, 7} & kept_cycles  # a month has closed, or something came in late: only those after it
    assert max(kept_rhythms) > PEOPLE / 2
    assert min(kept_rhythms) == 0
