"""Write one synthetic firm to a folder: customers, products, dealings as Parquet, and the truth beside."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from guanxi.project.simulation import people, trade

_CHUNK = 100_000
_PRODUCTS = 400
_DEALINGS = pa.schema(
    [
        ("reference", pa.string()),
        ("customer", pa.string()),
        ("occurred_at", pa.timestamp("s")),
        ("amount", pa.decimal128(14, 2)),
        ("product", pa.string()),
    ]
)


@dataclass(frozen=True)
class FirmPlan:
    """`dealings` is the exact total. Days run from `first_day` for `days` days."""

    customers: int
    dealings: int
    seed: int
    first_day: str = "2023-07-01"
    days: int = 1096
    references: bool = False


def simulate_firm(folder: Path, plan: FirmPlan, *, progress: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Write `customers.parquet`, `products.parquet`, `dealings.parquet` and `truth.parquet` into `folder`.

    The same plan writes the same rows. `progress` is told how many customers are written. Returns row counts.
    Raises ValueError when the plan has no customers.
    """
    if plan.customers < 1:
        raise ValueError("A firm needs at least one customer.")
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(plan.seed)
    cumulative = trade.intensity(np.datetime64(plan.first_day), plan.days)
    truth = trade.draw_truth(random, plan.customers, plan.days)
    counts = trade.share_out(random, truth, plan.dealings, cumulative)
    _write_products(folder / "products.parquet")
    _write_truth(folder / "truth.parquet", truth, counts)
    _write_customers(folder / "customers.parquet", plan, progress)
    _write_dealings(folder / "dealings.parquet", plan, (truth, counts, cumulative))
    return {"customers": plan.customers, "dealings": int(counts.sum()), "products": _PRODUCTS}


def _write_products(file: Path) -> None:
    number = range(_PRODUCTS)
    pq.write_table(
        pa.table(
            {
                "reference": [f"P{n:04d}" for n in number],
                "name": [f"商品 {n:04d}" for n in number],
                "family": [f"F{n % 12:02d}" for n in number],
                "margin_rate": [round(0.05 + (n * 37 % 50) / 100, 2) for n in number],
            }
        ),
        file,
    )


def _write_truth(file: Path, truth: trade.Truth, counts: np.ndarray) -> None:
    table = {name: getattr(truth, name) for name in ("start", "end", "switch", "rate", "basket")}
    reference = [f"S{n:08d}" for n in range(len(counts))]
    pq.write_table(pa.table({"reference": reference, **table, "dealings": counts}), file)


def _write_customers(file: Path, plan: FirmPlan, progress: Callable[[int], None]) -> None:
    random = np.random.default_rng([plan.seed, 1])
    today = np.datetime64(plan.first_day) + plan.days
    writer: pq.ParquetWriter | None = None
    for first in range(0, plan.customers, _CHUNK):
        count = min(_CHUNK, plan.customers - first)
        table = people.people_table(random, first, count, today)
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
        progress(first + count)
    if writer:
        writer.close()


def _write_dealings(file: Path, plan: FirmPlan, lives: tuple[trade.Truth, np.ndarray, np.ndarray]) -> None:
    """Customers in chunks: each chunk's dealings are drawn and written together, so memory stays bounded."""
    truth, counts, cumulative = lives
    random = np.random.default_rng([plan.seed, 2])
    products = np.array([f"P{n:04d}" for n in range(_PRODUCTS)], dtype=object)
    written = 0
    with pq.ParquetWriter(file, _DEALINGS) as writer:
        for first in range(0, plan.customers, _CHUNK):
            number = np.arange(first, min(first + _CHUNK, plan.customers))
            who = np.repeat(number, counts[number])
            day = trade.draw_days(random, truth, who, cumulative)
            order = np.argsort(day, kind="stable")
            who, day = who[order], day[order]
            writer.write_table(_dealings_table(random, plan, (who, day, written), (truth, products)))
            written += len(who)


def _dealings_table(
    random: np.random.Generator,
    plan: FirmPlan,
    rows: tuple[np.ndarray, np.ndarray, int],
    world: tuple[trade.Truth, np.ndarray],
) -> pa.Table:
    who, day, written = rows
    truth, products = world
    second = random.integers(9 * 3600, 21 * 3600, len(who))
    at = (np.datetime64(plan.first_day) + day).astype("datetime64[s]") + second.astype("timedelta64[s]")
    amount = _decimals(trade.draw_amounts(random, truth, who))
    number = np.arange(written, written + len(who))
    reference = (
        pa.array(np.char.add("D", number.astype(str)), pa.string())
        if plan.references
        else pa.nulls(len(who), pa.string())
    )
    return pa.table(
        {
            "reference": reference,
            "customer": pa.array(np.char.add("S", np.char.zfill(who.astype(str), 8)), pa.string()),
            "occurred_at": pa.array(at),
            "amount": amount,
            "product": pa.array(products[trade.zipf(random, _PRODUCTS, len(who))], pa.string()),
        },
        schema=_DEALINGS,
    )


def _decimals(minor: np.ndarray) -> pa.Array:
    """Minor units (int64 ≥ 0) as decimal(14, 2), without rounding: the 128-bit integers behind Arrow's decimals."""
    wide = np.zeros((len(minor), 2), dtype=np.int64)
    wide[:, 0] = minor
    return pa.Array.from_buffers(pa.decimal128(14, 2), len(minor), [None, pa.py_buffer(wide)])
