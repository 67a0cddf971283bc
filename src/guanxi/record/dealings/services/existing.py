"""Lines that are there already, known by their reference: compared column by column, changed where they differ."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.bulk import update as update_rows
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.services.lines import schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

COLUMNS = (
    "customer_id", "occurred_at", "occurred_on", "amount", "currency", "quantity_milli", "unit_price_micro", "product_id",
    "holding_id", "channel", "price_tier", "category", "order_reference", "cancelled",
    "on_promotion",
)  # fmt: skip
Cells = dict[str, Any]


@dataclass(slots=True)
class Known:
    """Lines found by reference: `place` of each reference in `table`, whose rows have the ids `ids`."""

    place: dict[str, int]
    ids: "np.ndarray"
    table: "pa.Table"


def find(references: Sequence[str]) -> Known:
    """Lines by reference: ids and cells."""
    import numpy as np
    import pyarrow as pa

    # the first condition lets the partial index be used
    sql = f"SELECT id, reference, {', '.join(COLUMNS)} FROM {Dealing._meta.db_table} WHERE reference <> '' AND reference IN {{given}}"  # noqa: S608 - own names
    ids, found, *cells = list(zip(*rows_of(sql, references), strict=True)) or [()] * (2 + len(COLUMNS))
    table = pa.table(
        {name: _column(schema().field(name).type, values) for name, values in zip(COLUMNS, cells, strict=True)}
    )
    return Known({reference: place for place, reference in enumerate(found)}, np.array(ids, dtype=np.int64), table)


def find_by_id(ids: Iterable[int]) -> dict[int, Cells]:
    """Cells of lines by id."""
    sql = f"SELECT id, {', '.join(COLUMNS)} FROM {Dealing._meta.db_table} WHERE id IN {{given}}"  # noqa: S608 - own names
    return {
        row_id: {name: _python(name, value) for name, value in zip(COLUMNS, cells, strict=True)}
        for row_id, *cells in rows_of(sql, ids)
    }


def update(table: "pa.Table", known: Known) -> list[tuple[int, int, Cells, Cells]]:
    """Bring known lines to what a table says: (row, id, old cells, new cells) of each that differed, cells as plain JSON.

    The references of the table are all different and all known.
    """
    import numpy as np

    places = np.array([known.place[reference] for reference in table.column("reference").to_pylist()], dtype=np.int64)
    before = known.table.take(places)
    differing = {name: _differ(before.column(name), table.column(name)) for name in COLUMNS}
    rows = np.flatnonzero(np.logical_or.reduce(list(differing.values())))
    old, new = before.take(rows).to_pylist(), table.take(rows).select(COLUMNS).to_pylist()
    ids = known.ids[places[rows]].tolist()
    write_cells([(row_id, *(cells[name] for name in COLUMNS)) for row_id, cells in zip(ids, new, strict=True)])
    answers = []
    for row, row_id, was, is_now in zip(rows.tolist(), ids, old, new, strict=True):
        names = [name for name in COLUMNS if differing[name][row]]
        answers.append((row, row_id, {n: plain(was[n]) for n in names}, {n: plain(is_now[n]) for n in names}))
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


def _differ(before: "pa.ChunkedArray", now: "pa.ChunkedArray") -> "np.ndarray":
    """Which rows differ; two empty cells do not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    no = pa.scalar(value=False)
    same = pc.or_(pc.fill_null(pc.equal(before, now), no), pc.and_(pc.is_null(before), pc.is_null(now)))
    answer: np.ndarray = pc.invert(same).to_numpy()
    return answer


def _column(kind: Any, values: Sequence[Any]) -> "pa.Array":
    """Values as a driver gives them, in the type that a table of lines has."""
    import pyarrow as pa

    if values and isinstance(values[0], str) and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        plain_kind = pa.timestamp("us") if pa.types.is_timestamp(kind) else kind
        return pa.array(values, pa.string()).cast(plain_kind).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else bool(value) for value in values], kind)
    return pa.array(values, kind)


def _python(name: str, value: Any) -> Any:
    """A cell as the driver gave it, in the type that a table of lines has."""
    if name in {"cancelled", "on_promotion"}:
        return None if value is None else bool(value)
    if isinstance(value, str) and name == "occurred_at":
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    if isinstance(value, str) and name == "occurred_on":
        return dt.date.fromisoformat(value)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
