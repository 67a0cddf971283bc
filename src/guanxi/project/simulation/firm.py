"""Write one synthetic firm to a folder: customers, products, dealings as Parquet, and the truth beside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from guanxi.project.simulation import bank, bank_files, cards, people, trade
from guanxi.project.simulation.columns import decimals, references

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


_CARD_DEALINGS = _DEALINGS.append(pa.field("category", pa.string())).append(pa.field("price_tier", pa.int16()))
_HAPPENED = pa.schema(
    [
        ("reference", pa.string()),
        ("kind", pa.string()),
        ("day", pa.int64()),
        ("until", pa.int64()),
        ("share", pa.float64()),
    ]
)
_CARD_TRUTH = pa.schema(
    [("reference", pa.string()), ("level", pa.int64()), ("spread", pa.float64()), ("dealings", pa.int64())]
)
# shops: buyers who come at random moments. visits: the same, each at a rhythm of his own. cards: see cards.py.
# bank: see bank.py and homes.py.
Trade = Literal["shops", "visits", "cards", "bank"]
TRADES: tuple[Trade, ...] = get_args(Trade)


@dataclass(frozen=True)
class FirmPlan:
    """`dealings` is the exact total (of a bank none is asked: its dealings are the salaries). Days run from `first_day` for
    `days` days.
    """

    customers: int
    dealings: int
    seed: int
    first_day: str = "2023-07-01"
    days: int = 1096
    references: bool = False
    trade: Trade = "shops"
    terms: cards.CardTerms = field(default_factory=cards.CardTerms)
    banking: bank.BankTerms = field(default_factory=bank.BankTerms)


def simulate_firm(folder: Path, plan: FirmPlan, *, progress: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Write `customers.parquet`, `products.parquet`, `dealings.parquet`, `truth.parquet` and `happened.parquet` into `folder`.

    The same plan writes the same rows. `progress` is told how many customers are written. Returns row counts.
    happened: reference, kind (cards.KINDS), day and until (from the first day; until: the first day after), share (of the
    spending that stays; of a big ticket its size in usual months). A bank has its own kinds (bank.py, homes.py), and also writes
    `holdings`, `balances`, `addresses` and `estates`. Raises ValueError when the plan has no customers, or
    fewer dealings than cards need.
    """
    if plan.customers < 1:
        raise ValueError("A firm needs at least one customer.")
    folder.mkdir(parents=True, exist_ok=True)
    if plan.trade == "bank":
        _write_customers(folder / "customers.parquet", plan, progress)
        span = (plan.first_day, plan.days)
        return {
            "customers": plan.customers,
            **bank_files.write_bank(folder, plan.customers, plan.seed, span, plan.banking),
        }
    _write_products(folder / "products.parquet")
    _write_customers(folder / "customers.parquet", plan, progress)
    dealings = _write_cards(folder, plan) if plan.trade == "cards" else _write_shops(folder, plan)
    return {"customers": plan.customers, "dealings": dealings, "products": _PRODUCTS}


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


def _write_shops(folder: Path, plan: FirmPlan) -> int:
    random = np.random.default_rng(plan.seed)
    cumulative = trade.intensity(np.datetime64(plan.first_day), plan.days)
    truth = trade.draw_truth(random, plan.customers, plan.days, rhythms=plan.trade == "visits")
    counts = trade.share_out(random, truth, plan.dealings, cumulative)
    table = {name: getattr(truth, name) for name in ("start", "end", "switch", "rate", "basket", "unevenness")}
    reference = references(np.arange(plan.customers))
    pq.write_table(pa.table({"reference": reference, **table, "dealings": counts}), folder / "truth.parquet")
    with pq.ParquetWriter(folder / "happened.parquet", _HAPPENED) as writer:
        writer.write_table(_happened(trade.happenings(truth, plan.days)))
    _write_dealings(folder / "dealings.parquet", plan, (truth, counts, cumulative))
    return int(counts.sum())


def _write_dealings(file: Path, plan: FirmPlan, lives: tuple[trade.Truth, np.ndarray, np.ndarray]) -> None:
    """Customers in chunks: each chunk's dealings are drawn and written together, so memory stays bounded."""
    truth, counts, cumulative = lives
    random = np.random.default_rng([plan.seed, 2])
    written = 0
    with pq.ParquetWriter(file, _DEALINGS) as writer:
        for number in _chunks(plan.customers):
            who = np.repeat(number, counts[number])
            day = trade.draw_days(random, truth, who, cumulative)
            order = np.argsort(day, kind="stable")
            who, day = who[order], day[order]
            second = _seconds(random, len(who))
            amount = trade.draw_amounts(random, truth, who)
            writer.write_table(_dealings_table(random, plan, (who, day, second, amount), written))
            written += len(who)


def _write_cards(folder: Path, plan: FirmPlan) -> int:
    """Cards in chunks, each with its own part of the dealings, so memory stays bounded."""
    random, again = (np.random.default_rng([plan.seed, salt]) for salt in (3, 4))
    first_day = np.datetime64(plan.first_day)
    begins = cards.begins_of(first_day, plan.days)
    season = cards.season_of(first_day, begins, plan.terms)
    written = 0
    with (
        pq.ParquetWriter(folder / "dealings.parquet", _CARD_DEALINGS) as dealings,
        pq.ParquetWriter(folder / "truth.parquet", _CARD_TRUTH) as truth,
        pq.ParquetWriter(folder / "happened.parquet", _HAPPENED) as happened,
    ):
        for number in _chunks(plan.customers):
            lives = cards.draw_cards(random, len(number), begins, plan.terms)
            total = plan.dealings * (int(number[-1]) + 1) // plan.customers - written
            bought = cards.draw_purchases(random, lives, total, begins, season)
            order = np.argsort(bought.day, kind="stable")
            who, day, amount = (values[order] for values in (bought.card, bought.day, bought.amount))
            second = _seconds(again, total)
            table = _dealings_table(again, plan, (number[who], day, second, amount), written)
            category = pa.array(cards.CATEGORIES[bought.category[order]], pa.string())
            table = table.append_column("category", category)
            dealings.write_table(table.append_column("price_tier", pa.array(bought.tier[order], pa.int16())))
            truth.write_table(_card_truth(number, lives, np.bincount(bought.card, minlength=len(number))))
            told = cards.happenings(lives, begins)
            happened.write_table(_happened(told | {"card": number[told["card"]]}))
            written += total
    return written


def _card_truth(number: np.ndarray, lives: cards.Cards, counts: np.ndarray) -> pa.Table:
    columns = (references(number), lives.level.astype(np.int64), lives.spread, counts)
    return pa.table(dict(zip(_CARD_TRUTH.names, columns, strict=True)), schema=_CARD_TRUTH)


def _happened(told: dict[str, np.ndarray]) -> pa.Table:
    kinds = pa.array(np.array(cards.KINDS, dtype=object)[told["kind"]], pa.string())
    named = {name: told[name] for name in ("day", "until", "share")}
    return pa.table({"reference": references(told["card"]), "kind": kinds, **named}, schema=_HAPPENED)


def _dealings_table(
    random: np.random.Generator,
    plan: FirmPlan,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    written: int,
) -> pa.Table:
    who, day, second, amount = rows
    products = np.array([f"P{n:04d}" for n in range(_PRODUCTS)], dtype=object)
    at = (np.datetime64(plan.first_day) + day).astype("datetime64[s]") + second.astype("timedelta64[s]")
    number = np.arange(written, written + len(who))
    reference = (
        pa.array(np.char.add("D", number.astype(str)), pa.string())
        if plan.references
        else pa.nulls(len(who), pa.string())
    )
    return pa.table(
        {
            "reference": reference,
            "customer": references(who),
            "occurred_at": pa.array(at),
            "amount": decimals(amount),
            "product": pa.array(products[trade.zipf(random, _PRODUCTS, len(who))], pa.string()),
        },
        schema=_DEALINGS,
    )


def _chunks(customers: int) -> Iterator[np.ndarray]:
    for first in range(0, customers, _CHUNK):
        yield np.arange(first, min(first + _CHUNK, customers))


def _seconds(random: np.random.Generator, count: int) -> np.ndarray:
    return random.integers(9 * 3600, 21 * 3600, count)
