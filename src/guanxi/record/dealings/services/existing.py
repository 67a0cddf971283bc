"""Lines that are there already, known by their reference: compared, and changed where they differ."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.bulk import update as update_rows
from guanxi.record.dealings.models import Dealing

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "customer_id", "occurred_at", "occurred_on", "amount", "currency", "quantity_milli", "unit_price_micro", "product_id",
    "holding_id", "channel", "price_tier", "category", "order_reference", "cancelled",
)  # fmt: skip
Known = Mapping[str, tuple[int, dict[str, Any]]]


def find(references: Sequence[str]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Lines by reference: id and cells."""
    names = ", ".join(COLUMNS)
    # the condition lets the partial index be used
    sql = (
        f"SELECT id, reference, {names} FROM {Dealing._meta.db_table} WHERE reference <> '' AND reference IN {{given}}"  # noqa: S608 - own names
    )
    return {
        reference: (row_id, {name: _python(name, value) for name, value in zip(COLUMNS, cells, strict=True)})
        for row_id, reference, *cells in rows_of(sql, references)
    }


def find_by_id(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Cells of lines by id."""
    sql = f"SELECT id, {', '.join(COLUMNS)} FROM {Dealing._meta.db_table} WHERE id IN {{given}}"  # noqa: S608 - own names
    return {
        row_id: {name: _python(name, value) for name, value in zip(COLUMNS, cells, strict=True)}
        for row_id, *cells in rows_of(sql, ids)
    }


def update(table: "pa.Table", known: Known) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Bring known lines to what the table says; per row (id, old cells, new cells), both empty where nothing differs.

    The references of the table are all different and all known. Cells are plain JSON.
    """
    answers, rows = [], []
    for line in table.to_pylist():
        row_id, cells = known[line["reference"]]
        differing = [name for name in COLUMNS if cells[name] != line[name]]
        answers.append(
            (row_id, {name: plain(cells[name]) for name in differing}, {name: plain(line[name]) for name in differing})
        )
        if differing:
            rows.append((row_id, *(line[name] for name in COLUMNS)))
    write_cells(rows)
    return answers


def write_cells(rows: Sequence[tuple[Any, ...]]) -> None:
    """Set all cells of lines: rows of (id, *COLUMNS)."""
    at = COLUMNS.index("occurred_at") + 1
    adapted = [(*row[:at], connection.ops.adapt_datetimefield_value(row[at]), *row[at + 1 :]) for row in rows]
    update_rows(Dealing, COLUMNS, adapted)


def plain(value: Any) -> Any:
    """A cell as JSON holds it."""
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def from_plain(name: str, value: Any) -> Any:
    """A cell as it was before `plain`."""
    if name == "occurred_at":
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if name == "occurred_on" else value


def _python(name: str, value: Any) -> Any:
    """A cell as the driver gave it, in the type that a table of lines has."""
    if name == "cancelled":
        return bool(value)
    if isinstance(value, str) and name == "occurred_at":
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    if isinstance(value, str) and name == "occurred_on":
        return dt.date.fromisoformat(value)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
