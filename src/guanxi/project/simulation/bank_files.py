"""Write the accounts, salaries, addresses and estates of a synthetic bank, and the truth beside."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from guanxi.project.simulation import bank, homes, people
from guanxi.project.simulation.cards import begins_of
from guanxi.project.simulation.columns import decimals, references

_NEVER = 10**6
_CHUNK = 20_000
_PRODUCTS = (("DEPOSIT-DEMAND", "活期存款", "DEPOSIT"), ("DEPOSIT-TERM", "定期存款", "DEPOSIT"))


def write_bank(folder: Path, customers: int, seed: int, span: tuple[str, int], terms: bank.BankTerms) -> dict[str, int]:
    """Write products, dealings (the salaries: credits, so negative), holdings, balances by month, addresses, estates, truth and
    happened; span: the first day and the number of days. Returns row counts.
    """
    first_day, days = np.datetime64(span[0]), span[1]
    begins = begins_of(first_day, days)
    counts = dict.fromkeys(("dealings", "holdings", "balances", "addresses"), 0)
    estates = homes.draw_estates(np.random.default_rng([seed, 5]), days)
    _write(
        folder,
        "products",
        [pa.table(dict(zip(("reference", "name", "family"), zip(*_PRODUCTS, strict=True), strict=True)))],
    )
    _write(folder, "estates", [_estates(estates, first_day)])
    random, parts = np.random.default_rng([seed, 6]), []
    for first in range(0, customers, _CHUNK):
        number = np.arange(first, min(first + _CHUNK, customers))
        parts.append(_part(random, number, (first_day, days, begins), estates, terms))
    for name in parts[0]:
        _write(folder, name, tables := [part[name] for part in parts])
        if name in counts:
            counts[name] = sum(len(table) for table in tables)
    return counts | {"products": len(_PRODUCTS), "estates": len(estates.name)}


def _part(
    random: np.random.Generator,
    number: np.ndarray,
    when: tuple[np.datetime64, int, np.ndarray],
    estates: homes.Estates,
    terms: bank.BankTerms,
) -> dict[str, pa.Table]:
    """The tables of some customers by the name of their file."""
    first_day, days, begins = when
    told = bank.Told()
    gender = np.ones(len(number), np.int64)
    born, _ = people.lives(int(number[0]), len(number), first_day + days, gender)  # the birthdays of customers.parquet
    deposits = bank.draw_deposits(random, len(number), begins, first_day, terms, told)
    pay = bank.draw_pay(random, (born - first_day).astype(np.int64), begins, first_day, terms, told)
    live = homes.draw_homes(random, len(number), days, estates, terms.move_rate)
    for kind in (homes.NEW_HOME, homes.NEW_RENTED, homes.MOVED, homes.CAR):
        some = [move for move in live.moves if move[2] == kind or (kind == homes.CAR and move[3])]
        who, day = (np.array([move[at] for move in some], dtype=np.int64) for at in (0, 1))
        told.tell(kind, who, day)
    whose, on, city, text = zip(*live.addresses, strict=True)
    addresses = {
        "customer": references(number[np.array(whose)]),
        "day": _dates(first_day, np.array(on)),
        "city": city,
        "text": text,
    }
    truth = {"reference": references(number), "born_on": pa.array(born.astype("datetime64[D]"))}
    return {
        "dealings": _salaries(number, pay, begins, first_day),
        "addresses": pa.table(addresses),
        "truth": pa.table(truth),
        "happened": _happened(number, told),
        **_accounts(number, deposits, begins, first_day),
    }


def _accounts(
    number: np.ndarray, deposits: bank.Deposits, begins: np.ndarray, first_day: np.datetime64
) -> dict[str, pa.Table]:
    """One account on demand each, and one that ties money for a time to who has such money."""
    ends = begins[1:] - 1
    holdings, balances = [], []
    for letter, (product, _, _), money in zip("AT", _PRODUCTS, (deposits.demand, deposits.term), strict=True):
        has: np.ndarray = np.greater(money, 0)
        opened = np.zeros(len(number), np.int64) if letter == "A" else has.argmax(axis=1)
        some = np.flatnonzero(has.any(axis=1))
        closed = (
            np.where(deposits.closed[some] < begins[-1], deposits.closed[some], -1)
            if letter == "A"
            else np.full(len(some), -1)
        )
        holdings.append(
            pa.table(
                {
                    "reference": _accounts_of(letter, number[some]),
                    "customer": references(number[some]),
                    "product": pa.array([product] * len(some), pa.string()),
                    "opened_on": _dates(first_day, begins[opened[some]]),
                    "closed_on": _dates(first_day, closed, none=closed < 0),
                    "renewal_on": _dates(
                        first_day, np.full(len(some), begins[-1] + 365), none=np.full(len(some), letter == "A")
                    ),
                }
            )
        )
        is_told: np.ndarray = (np.arange(len(ends)) >= opened[:, None]) & np.asarray(has.any(axis=1))[:, None]
        is_told &= np.less(ends[None, :], deposits.closed[:, None]) | (letter == "T")
        who, month = np.nonzero(is_told)
        balances.append(
            pa.table(
                {
                    "holding": _accounts_of(letter, number[who]),
                    "day": _dates(first_day, ends[month]),
                    "amount": decimals(money[who, month]),
                }
            )
        )
    return {"holdings": pa.concat_tables(holdings), "balances": pa.concat_tables(balances)}


def _salaries(number: np.ndarray, pay: np.ndarray, begins: np.ndarray, first_day: np.datetime64) -> pa.Table:
    who, month = np.nonzero(pay)
    at = (first_day + begins[month] + 14).astype("datetime64[s]")
    return pa.table(
        {
            "customer": references(number[who]),
            "occurred_at": pa.array(at),
            "amount": decimals(-pay[who, month]),
            "category": pa.array(["salary"] * len(who), pa.string()),
        }
    )


def _estates(estates: homes.Estates, first_day: np.datetime64) -> pa.Table:
    columns = {"name": estates.name, "aliases": estates.alias, "city": estates.cities()}
    degrees = {"latitude": estates.latitude.round(5), "longitude": estates.longitude.round(5)}
    return pa.table({**columns, "handover_on": _dates(first_day, estates.handover), **degrees})


def _happened(number: np.ndarray, told: bank.Told) -> pa.Table:
    who, kinds, day, until, share = zip(*told.rows, strict=True)
    names = np.repeat(np.array(kinds, dtype=object), [len(some) for some in who])
    columns = {"reference": references(number[np.concatenate(who)]), "kind": pa.array(names, pa.string())}
    days = {name: np.concatenate(some).astype(np.int64) for name, some in (("day", day), ("until", until))}
    return pa.table({**columns, **days, "share": np.concatenate(share).astype(float)})


def _accounts_of(letter: str, number: np.ndarray) -> pa.Array:
    return pa.array(np.char.add(letter, np.char.zfill(number.astype(str), 8)), pa.string())


def _dates(first_day: np.datetime64, day: np.ndarray, none: np.ndarray | None = None) -> pa.Array:
    return pa.array((first_day + day.astype(np.int64)).astype("datetime64[D]"), pa.date32(), mask=none)


def _write(folder: Path, name: str, tables: list[pa.Table]) -> None:
    pq.write_table(pa.concat_tables(tables), folder / f"{name}.parquet")
