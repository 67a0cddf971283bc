"""Banks of `guanxi simulate` as editions, what the detectors said of them month by month, and what truly happened."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from guanxi.insight import detectors
from guanxi.insight.detectors import balance_runoff, first_income, savings, spend_drop
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.project.simulation import FirmPlan, simulate_firm
from guanxi.record.catalogue.matching import Place, Register
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.queries.moves import Move, Settled
from guanxi.record.signals.rules.moving import DEFAULTS
from guanxi.record.signals.services import supposing

NEVER = 10**6
CUSTOMERS, BEGIN, DAYS, MONTHS = 4_000, dt.date(2022, 7, 1), 1_461, 48
JUDGED = range(24, MONTHS)  # months at whose end the detectors of accounts are asked


@dataclass(frozen=True)
class Bank:
    """Signals: (customer, kind, key, state) → the day (from the first) on which it was told first."""

    customers: int
    happened: dict[str, np.ndarray]
    signals: dict[tuple[int, str, str, str], int]
    demand: np.ndarray
    addresses: list[dict]
    estates: list[dict]

    def day(self, *kinds: str) -> np.ndarray:
        """The first day on which one of these happened to each customer; NEVER where none did."""
        day = np.full(self.customers, NEVER)
        some = np.isin(self.happened["kind"], kinds)
        np.minimum.at(day, self.happened["customer"][some], self.happened["day"][some])
        return day

    def until(self, kind: str) -> np.ndarray:
        """The day on which what happened was over; NEVER where nothing did."""
        day = np.full(self.customers, NEVER)
        some = self.happened["kind"] == kind
        np.minimum.at(day, self.happened["customer"][some], self.happened["until"][some])
        return day

    def told(self, kind: str, *states: str) -> list[tuple[int, int]]:
        """(customer, day) of each signal of a kind when it first stood in one of these states."""
        first: dict[tuple[int, str], int] = {}
        for (who, said, key, state), day in self.signals.items():
            if said == kind and state in states:
                first[who, key] = min(day, first.get((who, key), NEVER))
        return sorted((who, day) for (who, _), day in first.items())

    def near(self, who: int, day: int, kind: str, before: int) -> bool:
        """Whether something of this kind happened to him, or lasted, in so many days before."""
        rows = (self.happened["customer"] == who) & (self.happened["kind"] == kind)
        return bool((rows & (self.happened["day"] <= day) & (self.happened["until"] >= day - before)).any())


def month_ends() -> list[dt.date]:
    first = BEGIN.year * 12 + BEGIN.month - 1
    return [spend_drop.last_day_of(first + number) for number in range(MONTHS)]


def bank_of(seed: int, customers: int = CUSTOMERS) -> Bank:
    """The bank of a seed, asked at the end of each judged month by what was known then."""
    with tempfile.TemporaryDirectory() as place:
        simulate_firm(Path(place), FirmPlan(customers, 0, seed, BEGIN.isoformat(), DAYS, trade="bank"))
        names = "truth happened dealings products holdings balances addresses estates".split()
        files = {name: pq.read_table(Path(place) / f"{name}.parquet") for name in names}
    bench = edition_of(files)
    signals: dict[tuple[int, str, str, str], int] = {}
    for on in [month_ends()[at] for at in JUDGED]:
        rows = detectors.run(bench, as_of=on, only=(savings, balance_runoff, first_income))
        for row in rows.select(["customer_id", "kind", "key", "state"]).to_pylist():
            signals.setdefault(tuple(row.values()), (on - BEGIN).days)
    demand = np.zeros((customers, MONTHS))
    held = bench.arrow(
        "SELECT customer_id, months_between_firsts($b, month) AS place, sum(amount) AS amount FROM balances GROUP BY ALL",
        b=BEGIN,
    )
    demand[held["customer_id"].to_numpy(), held["place"].to_numpy()] = held["amount"].to_numpy() / 100
    bench.close()
    told = {name: files["happened"][name].to_numpy() for name in ("kind", "day", "until", "share")}
    told["customer"] = _places(files["happened"]["reference"]).to_numpy()
    return Bank(customers, told, signals, demand, files["addresses"].to_pylist(), files["estates"].to_pylist())


def edition_of(files: dict[str, pa.Table]) -> Workbench:
    """An edition with the files' customers, holdings, balances and salaries."""
    bench = Workbench.with_empty_edition()
    bench.run("INSERT INTO firm (currency, zone, margin_rate) VALUES ('CNY', 'Asia/Shanghai', 1)")
    number = _places(files["truth"]["reference"])
    same = {"stage": pa.int8(), "state": pa.int8(), "tier": pa.int8()}
    values = {
        name: pa.array([value] * len(number), same[name]) for name, value in (("stage", 3), ("state", 0), ("tier", 9))
    }
    people = {"customer_id": number, "code": files["truth"]["reference"], "segment": pa.array([""] * len(number))}
    bench.keep("customers", pa.table(people | values | {"born_on": files["truth"]["born_on"]}))
    products = files["products"].append_column("product_id", pa.array([1, 2], pa.int64()))
    bench.keep("products", products)
    term = pc.equal(files["holdings"]["product"], "DEPOSIT-TERM")
    bench.keep(
        "holdings",
        pa.table(
            {
                "holding_id": _holdings(files["holdings"]["reference"]),
                "customer_id": _places(files["holdings"]["customer"]),
                "product_id": pc.add(pc.cast(term, pa.int64()), 1),
                "status": pa.array([1] * len(term), pa.int16()),
                "closed_on": files["holdings"]["closed_on"],
                "renewal_on": files["holdings"]["renewal_on"],
            }
        ),
    )
    bench.keep(
        "balances",
        pa.table(
            {
                "customer_id": _places(files["balances"]["holding"]),
                "holding_id": _holdings(files["balances"]["holding"]),
                "month": _months(files["balances"]["day"]),
                "day": files["balances"]["day"],
                "amount": _minor(files["balances"]["amount"]),
            }
        ),
    )
    paid = {"customer_id": _places(files["dealings"]["customer"]), "month": _months(files["dealings"]["occurred_at"])}
    bench.keep("incomes", pa.table(paid | {"amount": pc.negate(_minor(files["dealings"]["amount"]))}))
    return bench


def suppositions(bank: Bank) -> list[tuple[int, int, str, bool]]:
    """(customer, day, kind, whether in an estate) of what the record supposes of each address that was told after the first."""
    register = Register(
        Place(
            n,
            f"E{n}",
            row["name"],
            (row["aliases"],),
            row["city"],
            "",
            row["handover_on"],
            row["latitude"],
            row["longitude"],
        )
        for n, row in enumerate(bank.estates, 1)
    )
    found, last = [], {}
    for number, row in enumerate(bank.addresses):  # each customer's in the order in which they were told
        who, new = int(row["customer"][1:]), Settled(row["text"], row["city"], "", None)
        if who in last:
            old, again = last[who]
            move = Move(who, str(who), CustomerKind.PERSON, None, None, number, row["day"], old, new, again)
            made = supposing._made_of(move, register, DEFAULTS)
            found += [
                (who, (row["day"] - BEGIN).days, one.kind.value, "estate" in one.evidence["figures"]) for one in made
            ]
        last[who] = new, who in last
    return found


def _places(references: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.utf8_slice_codeunits(references, 1), pa.int64())


def _holdings(references: pa.ChunkedArray) -> pa.ChunkedArray:
    """A number for each account: even on demand, odd tied."""
    return pc.add(pc.multiply(_places(references), 2), pc.cast(pc.starts_with(references, "T"), pa.int64()))


def _months(day: pa.ChunkedArray) -> pa.Array:
    return pa.array(day.to_numpy().astype("datetime64[M]").astype("datetime64[D]"), pa.date32())


def _minor(amount: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(pc.multiply(amount, pa.scalar(100)), pa.int64())
