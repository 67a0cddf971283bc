"""Parquet: columns of plain types as Arrow arrays; lists and structs are no columns of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.imports.reading.batches import BadRow, Batch, check_column, checked_head
from guanxi.record.imports.reading.scanning import Scan

_DAMAGED = gettext_noop("The Parquet file is damaged and cannot be read.")


class ParquetSource:
    """One Parquet file, read row group by row group."""

    format = "parquet"
    encoding = ""

    def __init__(self, scan: Scan) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415 - Arrow loads only where a Parquet file is read

        try:
            self._file = pq.ParquetFile(scan.path)
            schema = self._file.schema_arrow
        except Exception as error:  # whatever a damaged file does to the parser: its errors have no common class
            raise Refused("reading.damaged", _DAMAGED) from error
        self.columns = checked_head([field.name for field in schema if _is_plain(field.type)])
        self.about_rows = self._file.metadata.num_rows

    def batches(self, columns: Sequence[str], *, size: int, after: int = 0) -> Iterator[Batch]:
        """The wanted columns in batches of at most `size` rows, beginning with row after + 1."""
        groups, start = self._groups_from(after)
        number = start + 1
        try:
            for part in self._file.iter_batches(batch_size=size, row_groups=groups, columns=list(columns)):
                skip = min(max(after + 1 - number, 0), part.num_rows)
                rows = part.slice(skip)
                number += part.num_rows
                if rows.num_rows:
                    yield _batch(rows, columns, number - rows.num_rows)
        except Refused:
            raise
        except Exception as error:  # as above
            raise Refused("reading.damaged", _DAMAGED) from error

    def _groups_from(self, after: int) -> tuple[list[int], int]:
        start = 0
        for group in range(self._file.metadata.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if start + rows > after:
                return list(range(group, self._file.metadata.num_row_groups)), start
            start += rows
        return [], start


def _batch(part: Any, columns: Sequence[str], first_row: int) -> Batch:
    bad: dict[int, BadRow] = {}
    table = {name: _readable(name, part.column(part.schema.get_field_index(name)), bad) for name in columns}
    return Batch(first_row, range(first_row, first_row + part.num_rows), table, bad)


def _readable(name: str, values: Any, bad: dict[int, BadRow]) -> Any:
    """The array, its texts proven to be storable; as a list of str where they are not, so that the rows can be named."""
    import pyarrow as pa  # noqa: PLC0415 - Arrow loads only where a Parquet file is read
    import pyarrow.compute as pc  # noqa: PLC0415

    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not _is_text(values.type):
        return values
    raw = values.cast(pa.large_binary())
    try:
        texts = raw.cast(pa.large_string())
        longest = pc.max(pc.binary_length(raw)).as_py() or 0
        if longest <= 1 << 16 and not pc.any(pc.match_substring(texts, "\0")).as_py():
            return texts
    except pa.ArrowInvalid:
        pass
    listed = [b"" if value is None else value for value in raw.to_pylist()]
    column = [value.decode("utf-8", "guanxi.mark") for value in listed]
    check_column(name, column, bad)
    return column


def _is_text(kind: Any) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    t = pa.types
    return bool(
        t.is_string(kind)
        or t.is_large_string(kind)
        or t.is_binary(kind)
        or t.is_large_binary(kind)
        or t.is_string_view(kind)
    )


def _is_plain(kind: Any) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    return not pa.types.is_nested(kind)
