"""What stands in the record, in words that are the same for a broken and an unbroken run.

Rows are named by what the firm calls them (references) instead of by ids; random codes, times of day and ciphers are
left out. What a picture holds must be equal to the last line, however often the run was killed.
"""

import re
import zlib
from array import array
from base64 import b85decode
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.drills.homes import Home

# table → columns that are random, or the time of day at which something was written
_LEFT_OUT = {
    "customers_customer": {"code", "created_at", "updated_at", "version", "name_key"},
    "customers_identifier": {"cipher"},
    "customers_stagechange": {"at"},
    "customers_preference": set(),
    "customers_document": set(),
    "customers_address": set(),
    "customers_identifierkey": set(),
    "consents_consent": {"at"},
    "catalogue_family": {"code"},
    "catalogue_product": {"code"},
    "holdings_holding": {"code"},
    "holdings_balance": set(),
    "dealings_dealing": set(),
    "signals_signal": {"code"},
    "actions_action": {"code", "version"},
    "standing_standing": set(),
    "standing_standingmove": set(),
    "standing_cell": set(),
    "standing_flow": set(),
    "standing_growth": set(),
    "standing_alarmcell": set(),
}
_FOREIGN = {
    "customer_id": "customers_customer",
    "merged_into_id": "customers_customer",
    "product_id": "catalogue_product",
    "family_id": "catalogue_family",
    "holding_id": "holdings_holding",
    "city_id": "customers_city",
    "edition_id": "standing_edition",
}
_NAMES = {
    "customers_customer": "coalesce(nullif(reference, ''), name)",
    "catalogue_product": "reference",
    "catalogue_family": "reference",
    "holdings_holding": "reference",
    "customers_city": "name",
    "standing_edition": "as_of",
}
# what the current edition says of the whole firm; whether it was built as an increment is of the run
_FACTS = "SELECT facts FROM standing_edition WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 1"
_IMPORT_CODE = re.compile(r"^import [0-9a-z]{12}$")
Rows = Counter[tuple[Any, ...]]
Picture = dict[str, Any]


class Names:
    """Ids of named things as their names."""

    def __init__(self, home: Home) -> None:
        self._of = {
            table: {row_id: str(name) for row_id, name in home.rows(f"SELECT id, {name} FROM {table}")}
            for table, name in _NAMES.items()
        }
        lines = home.rows("SELECT id, customer_id, occurred_at, amount, reference FROM dealings_dealing")
        self._of["dealings_dealing"] = {
            row[0]: f"{self('customers_customer', row[1])} {row[2]} {row[3]} {row[4]}" for row in lines
        }

        for table, name in (("customers_identifier", "kind, norm"), ("customers_address", "city, text")):
            rows = home.rows(f"SELECT id, customer_id, {name} FROM {table}")
            self._of[table] = {row[0]: f"{self('customers_customer', row[1])} {row[2]} {row[3]}" for row in rows}

    def __call__(self, table: str, row_id: Any) -> Any:
        return None if row_id is None else self._of.get(table, {}).get(row_id, f"{table} {row_id} is not there")


def picture_of(home: Home, *, without: set[str] = frozenset()) -> Picture:
    """All tables but the ledger of imports and the journal."""
    names = Names(home)
    picture: Picture = {table: table_of(home, names, table) for table in _LEFT_OUT if table not in without}
    picture["dirty"] = {
        names("customers_customer", row[0]) for row in home.rows("SELECT customer_id FROM customers_dirtycustomer")
    }
    picture["standing_edition"] = [{**_json(row[0]), "why_whole": ""} for row in home.rows(_FACTS)]
    return picture


def table_of(home: Home, names: Callable[[str, Any], Any], table: str) -> Rows:
    """The rows of a table, how often each stands there. Deleted customers are no part of what stands."""
    columns = _columns(home, table)
    kept = [column for column in columns if column not in _LEFT_OUT[table] | {"id"}]
    where = " WHERE deleted_at IS NULL" if "deleted_at" in columns else ""
    if table in ("customers_identifier", "customers_document", "customers_address"):
        where = " WHERE customer_id IN (SELECT id FROM customers_customer WHERE deleted_at IS NULL)"
    quoted = ", ".join(f'"{column}"' for column in kept)
    rows = home.rows(f"SELECT {quoted} FROM {table}{where}")
    read = [_reader(column, names) for column in kept]
    return Counter(tuple(f(value) for f, value in zip(read, row, strict=True)) for row in rows)


def ledger_of(home: Home, code: str = "", *, names: Names | None = None) -> Picture:
    """What the ledger says of the newest import (or of one): each row's fate and the name of what it became."""
    names = names or Names(home)
    where = f"code = '{code}'" if code else "id = (SELECT max(id) FROM imports_import)"
    fields = "id, kind, status, rows, created, updated, unchanged, skipped, failed, reasons, digest"
    ((import_id, kind, *head),) = home.rows(f"SELECT {fields} FROM imports_import WHERE {where}")
    table = {"customers": "customers_customer", "dealings": "dealings_dealing", "holdings": "holdings_holding"}[kind]
    fates, made, covered = {}, Counter(), []
    batches = f"SELECT first_row, count, outcomes, ids, lines, made FROM imports_importbatch WHERE import_ref_id = {import_id}"
    for first, count, outcomes, ids, lines, beside in home.rows(f"{batches} ORDER BY first_row"):
        covered.append((first, count))
        rows = zip(zlib.decompress(outcomes), _integers(ids), _integers(lines), strict=True)
        for offset, (outcome, row_id, line) in enumerate(rows):
            fates[first + offset] = (outcome, names(table, row_id) if row_id else None, line)
        for noun, packed in _json(beside).items():
            made.update((noun, names(_MADE[noun], row_id)) for row_id in _integers(b85decode(packed)))
    problems = home.rows(
        f'SELECT "row", line, "column", reason, words, value FROM imports_importproblem WHERE import_ref_id = {import_id}'
    )
    images = home.rows(
        f'SELECT "row", "table", row_id, old, new FROM imports_beforeimage WHERE import_ref_id = {import_id}'
    )
    return {
        "head": [_json(value) if str(value).startswith("{") else value for value in head],
        "covered": covered,
        "fates": fates,
        "made": made,
        "problems": Counter(problems),
        "images": Counter(
            (row, names(of.replace(".", "_"), row_id), _image(old, names), _image(new, names))
            for row, of, row_id, old, new in images
        ),
    }


def acts_of(home: Home) -> dict[str, int]:
    """How many things the journal says were done, by kind."""
    return {kind: int(count) for kind, count in home.rows("SELECT kind, sum(count) FROM journal_act GROUP BY kind")}


def edition_of(home: Home) -> dict[str, tuple[Any, ...]]:
    """The current edition, each table as its number of rows and two sums over hashes of its rows."""
    import duckdb

    name = (home.path / "warehouse" / "current").read_text().strip()
    file = home.path / "warehouse" / "editions" / f"{name}.duckdb"
    with duckdb.connect(str(file), read_only=True) as book:
        tables = [
            row[0] for row in book.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        ]
        # meta names the edition; customers and shown hold what people saw when it was begun
        return {
            table: book.execute(f"SELECT count(*), sum(hash(t)), bit_xor(hash(t)) FROM {table} t").fetchone() or ()
            for table in tables
            if table not in {"meta", "customers", "shown"}
        }


_MADE = {"customers": "customers_customer", "products": "catalogue_product", "families": "catalogue_family"}


def _image(cells: Any, names: Callable[[str, Any], Any]) -> str:
    """The cells of a before-image, with names for ids, which differ from run to run where a database gives none twice."""
    cells = _with_names(_json(cells), names)
    if "head" in cells:
        cells["head"] = _with_names(cells["head"], names)
    if "identifiers" in cells:
        cells["identifiers"] = sorted(names("customers_identifier", row_id) for row_id in cells["identifiers"])
    if "addresses" in cells:
        cells["addresses"] = {
            fate: sorted(names("customers_address", row_id) for row_id in ids)
            for fate, ids in sorted(cells["addresses"].items())
        }
    return str(sorted(cells.items()))


def _with_names(cells: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Cells, or pairs of what a cell was and became, with names for ids."""

    def named(column: str, cell: Any) -> Any:
        table = _FOREIGN[column]
        return [names(table, row_id) for row_id in cell] if isinstance(cell, list) else names(table, cell)

    return {column: named(column, cell) if column in _FOREIGN else cell for column, cell in cells.items()}


def _columns(home: Home, table: str) -> list[str]:
    if home.url:
        found = home.rows(
            f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
        )
        return [row[0] for row in found]
    return [row[1] for row in home.rows(f"PRAGMA table_info({table})")]


def _reader(column: str, names: Callable[[str, Any], Any]) -> Callable[[Any], Any]:
    if table := _FOREIGN.get(column):
        return lambda value: names(table, value)
    return _plain


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview):
        value = bytes(value)
    if isinstance(value, str) and _IMPORT_CODE.match(value):
        return "import …"
    return str(value) if isinstance(value, list | dict) else value


def _json(value: Any) -> Mapping[str, Any]:
    import json

    return json.loads(value) if isinstance(value, str) else value


def _integers(packed: bytes) -> list[int]:
    """As rules.pack_integers packs them, read by other code."""
    steps = array("q")
    steps.frombytes(zlib.decompress(packed))
    total, numbers = 0, []
    for step in steps:
        total += step
        numbers.append(total)
    return numbers
