"""Lines of trade as one Arrow table: how acts take them, how each database is given them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 16_384
_ROWS_AT_ONCE = 20
_LITERAL = re.compile(r"[A-Z]{0,3}")  # what may stand in the text of a statement: '' and currencies


@lru_cache(maxsize=1)
def schema() -> "pa.Schema":
    """Columns of a table of lines; `occurred_at` is UTC, `occurred_on` the local day, money in minor units."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("customer_id", pa.int64(), nullable=False),
            pa.field("occurred_at", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("occurred_on", pa.date32(), nullable=False),
            pa.field("amount", pa.int64(), nullable=False),
            pa.field("currency", pa.large_string(), nullable=False),
            pa.field("quantity_milli", pa.int64()),
            pa.field("unit_price_micro", pa.int64()),
            pa.field("product_id", pa.int64()),
            pa.field("holding_id", pa.int64()),
            pa.field("channel", pa.int16(), nullable=False),
            pa.field("price_tier", pa.int16()),
            pa.field("category", pa.large_string(), nullable=False),
            pa.field("order_reference", pa.large_string(), nullable=False),
            pa.field("reference", pa.large_string(), nullable=False),
            pa.field("cancelled", pa.bool_(), nullable=False),
            pa.field("on_promotion", pa.bool_()),
        ]
    )


def completed(table: "pa.Table") -> "pa.Table":
    """The table with every column of the schema: those not given are empty (channel 0, not cancelled).

    Raises ValueError for a column that is no column of a line, or one that must be given and is not.
    """
    import pyarrow as pa

    if unknown := set(table.column_names) - set(schema().names):
        raise ValueError(f"not columns of a dealing: {sorted(unknown)}")
    if missing := {"customer_id", "occurred_at", "occurred_on", "amount", "currency"} - set(table.column_names):
        raise ValueError(f"a dealing needs {sorted(missing)}")
    empty: dict[Any, Any] = {pa.int16(): 0, pa.large_string(): "", pa.bool_(): False}
    columns = [
        table.column(field.name).combine_chunks().cast(field.type)
        if field.name in table.column_names
        else pa.nulls(len(table), field.type)
        if field.nullable
        else pa.repeat(pa.scalar(empty[field.type], field.type), len(table))
        for field in schema()
    ]
    return pa.table(columns, schema=schema())


def sqlite_statements(table: "pa.Table", name: str) -> Iterator[tuple[str, Iterator[list[Any]]]]:
    """Statements and the parameters of their executions that insert a table of lines into SQLite.

    A column that has one and the same value in all rows (NULL, a number, a currency, '') stands in the statement itself,
    and one statement inserts many rows: both together halve the CPU of an insert (docs/measurements.md).
    """
    places, bound = [], []
    for values in (column.combine_chunks() for column in table.columns):
        literal = _literal(values)
        places.append(literal or "?")
        if literal is None:
            bound.append(_python(values))
    names = ", ".join(f'"{column}"' for column in table.column_names)
    row, width = f"({', '.join(places)})", len(bound)
    flat: list[Any] = [None] * (width * len(table))
    for place, column in enumerate(bound):
        flat[place::width] = column
    many = len(table) // _ROWS_AT_ONCE * _ROWS_AT_ONCE * width
    for rows, first, last in ((_ROWS_AT_ONCE, 0, many), (1, many, len(flat))):
        if first < last:
            values_words = ", ".join([row] * rows)
            step = rows * width
            yield (
                f"INSERT INTO {name} ({names}) VALUES {values_words}",  # noqa: S608 - names and literals of ours
                (flat[at : at + step] for at in range(first, last, step)),
            )


def postgresql_blocks(table: "pa.Table") -> tuple[list[str], Iterator[bytes]]:
    """Column names, and the table as blocks of CSV for COPY.

    Nothing between two commas is NULL, two quotation marks are the empty text. Columns without any value are left out.
    """
    some = [name for name in table.column_names if table.column(name).null_count < len(table)]
    return some, _csv_blocks(table.select(some))


def _csv_blocks(table: "pa.Table") -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.csv as pcsv

    options = pcsv.WriteOptions(include_header=False)
    for start in range(0, len(table), _CHUNK):
        block = pa.BufferOutputStream()
        pcsv.write_csv(table.slice(start, _CHUNK), block, options)
        yield block.getvalue().to_pybytes()


def _literal(values: Any) -> str | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if values.null_count == len(values):
        return "NULL"
    kind = values.type
    if values.null_count or not (
        pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_large_string(kind)
    ):
        return None
    first = values[0]
    if not pc.all(pc.equal(values, first)).as_py():
        return None
    value = first.as_py()
    if isinstance(value, str):
        return f"'{value}'" if _LITERAL.fullmatch(value) else None
    return str(int(value))


def _python(values: Any) -> list[Any]:
    """A column as SQLite stores it: instants and days as text in the form Django writes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if pa.types.is_timestamp(kind):
        return _instants(values)
    if pa.types.is_date(kind):
        return values.cast(pa.string()).to_pylist()
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8()).to_pylist()
    return (
        values.to_numpy(zero_copy_only=False).tolist()
        if not values.null_count and pa.types.is_integer(kind)
        else pc.cast(values, kind).to_pylist()
    )


def _instants(values: Any) -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = values.cast(pa.timestamp("us"))
    micros = plain.cast(pa.int64())
    seconds = pc.divide(micros, 1_000_000)
    if pc.all(pc.equal(pc.multiply(seconds, 1_000_000), micros)).as_py():
        return plain.cast(pa.timestamp("s")).cast(pa.string()).to_pylist()
    # Django leaves the fraction away where there is none
    return [text.removesuffix(".000000") for text in plain.cast(pa.string()).to_pylist()]
