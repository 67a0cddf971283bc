"""Files of a middling firm, a few thousand rows each, with what real deliveries have: new, known, changed, wrong, doubled."""

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.drills.homes import SERVER, Home

# PostgreSQL, having no lock to share, takes 20,000 rows in its first transaction: more rows, so that there are several.
LINES = 45_000 if SERVER else 9_000
PEOPLE = 5_600 if SERVER else 1_700


@dataclass(frozen=True)
class Delivery:
    """A file and the command that takes it in."""

    kind: str
    file: Path
    options: tuple[str, ...]
    status: int  # with which the command ends: 1, since some rows are wrong

    @property
    def command(self) -> tuple[str, ...]:
        return ("import", self.kind, str(self.file), *self.options, "--json")


def dealings(folder: Path) -> Delivery:
    """Lines without references: customers and products that nobody knows yet, equal rows, rows without a customer."""
    rng = random.Random(1)
    rows = []
    for n in range(LINES):
        customer = "" if n % 97 == 5 else f"N{rng.randrange(900)}" if n % 3 else f"K{rng.randrange(600)}"
        amount = "many" if n % 211 == 7 else f"{rng.randrange(-2000, 90000) / 100:.2f}"
        rows.append(
            f"{customer},2026-0{rng.randrange(1, 9)}-1{rng.randrange(10)},{amount},X{rng.randrange(40)},类{n % 5}"
        )
        if n % 50 == 0:
            rows.append(rows[-1])
    return _delivery(folder, "dealings", "customer,date,amount,product,category", rows, "--create-customers")


def customers(folder: Path) -> Delivery:
    """Some known by reference and completed, some new, some the same person twice, some that cannot be."""
    rows = []
    for number in range(PEOPLE):
        known = number % 2 == 1
        n = number % 600 if known else number  # what is said about somebody is the same wherever it is said
        phone = "12" if number % 61 == 3 else f"+86 139-{n:04d}-0001"
        email = f"New.{n}@example.com" if n % 4 == 1 else ""
        company = f"公司{n % 7}" if n % 3 == 0 else ""
        rows.append(
            f'{"K" if known else "C"}{n},"赵, 名{n}",{phone},{email},{company},19{50 + n % 50}-0{n % 9 + 1}-11,上海'
        )
    rows += rows[10:40]
    return _delivery(folder, "customers", "reference,name,phone,email,company,birthday,city", rows)


def lines(folder: Path) -> Delivery:
    """Lines with references: half of them stand in the record already, and half of those differ."""
    rows = [
        f"R{n},K{n % 500},2026-02-{n % 28 + 1:02d} 10:{n % 60:02d},{n % 700 + (n % 2 if n < 2000 else 0)}.25,P{n % 9}"
        for n in range(LINES // 2)
    ]
    rows += [f"R{n},K{n % 500},2026-03-01,9.99,P1" for n in range(100, 150)]  # the same line again, changed again
    rows += [f"R{LINES + n},UNKNOWN{n},2026-03-01,9.99,P1" for n in range(9)]
    return _delivery(folder, "dealings", "reference,customer,date,amount,product", rows)


def holdings(folder: Path) -> Delivery:
    """Accounts of new products, some known, some of customers that are not there, some with a wrong day."""
    rows = [
        f"H{n},{'NOBODY' if n % 150 == 9 else f'K{n % 600}'},Y{n % 12},202{n % 5}-02-{'30' if n % 140 == 3 else '17'},2027-0{n % 9 + 1}-01,open,红{n % 3}"
        for n in range(1_300)
    ]
    return _delivery(
        folder, "holdings", "reference,customer,product,opened_on,renewal_on,status,attributes.colour", rows
    )


DELIVERIES: dict[str, Callable[[Path], Delivery]] = {
    "dealings": dealings,
    "customers": customers,
    "lines": lines,
    "holdings": holdings,
}


def firm_before(folder: Path) -> Home:
    """A firm that knows 600 customers, 2,000 lines and 300 holdings, before the deliveries come."""
    home = Home.new(folder / "before")
    people = [f"K{n},赵名{n},139{n:04d}0001,2600{n:04d}" for n in range(600)]
    home.run(*_delivery(folder, "customers", "reference,name,phone,policy_number", people, status=0).command)
    past = [f"R{n},K{n % 500},2026-02-{n % 28 + 1:02d} 10:{n % 60:02d},{n % 700}.25,P{n % 9}" for n in range(2_000)]
    home.run(*_delivery(folder, "dealings", "reference,customer,date,amount,product", past, status=0).command)
    held = [f"H{n},K{n % 600},Y1,2020-01-17,open" for n in range(300)]
    home.run(*_delivery(folder, "holdings", "reference,customer,product,opened_on,status", held, status=0).command)
    return home


def firm_with_history(folder: Path) -> Home:
    """A firm of 400 customers with three years behind them, refreshed once; a tenth of the customers changed since."""
    home = Home.new(folder / "history")
    files = folder / "simulated"
    home.run("simulate", str(files), "--customers", "400", "--dealings", "12000", "--seed", "3")
    # In a process of its own: threads of Arrow stay out of the tests, which start many processes.
    subprocess.run([sys.executable, "-c", _CUT, str(files)], check=True)
    home.run("import", "customers", str(files / "customers.parquet"), "--json")
    home.run("import", "dealings", str(files / "first.parquet"), "--json")
    home.run("refresh", "--as-of", "2025-04-30", "--json")
    home.run("import", "dealings", str(files / "second.parquet"), "--json")
    return home


_CUT = """
import datetime as dt, sys
import pyarrow.compute as pc, pyarrow.parquet as pq
table = pq.read_table(f"{sys.argv[1]}/dealings.parquet")
late = pc.and_(pc.ends_with(table["customer"], "7"), pc.greater(table["occurred_at"], dt.datetime(2025, 4, 1)))
pq.write_table(table.filter(pc.invert(late)), f"{sys.argv[1]}/first.parquet")
pq.write_table(table.filter(late), f"{sys.argv[1]}/second.parquet")
"""


def _delivery(folder: Path, kind: str, head: str, rows: list[str], *options: str, status: int = 1) -> Delivery:
    file = folder / f"{kind}-{len(list(folder.glob('*.csv')))}.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return Delivery(kind, file, options, status)
