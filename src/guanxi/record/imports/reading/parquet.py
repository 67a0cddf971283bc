"""Parquet: columns of plain types as Arrow arrays; lists and structs are no columns of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.imports.reading.batches import MAX_FIELD, BadRow, Batch, check_column, checked_head, too_long
from guanxi.record.imports.reading.scanning import FREE, MAX_RATIO, Scan, absurd

_DAMAGED = gettext_noop("The Parquet file is damaged and cannot be read.")


class ParquetSource:
    """One Parquet file, read row group by row group."""

    format = "parquet"
    encoding = ""

    def __init__(self, scan: Scan) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415 - Arrow loads only where a Parquet file is read

        try:
            schema = pq.ParquetFile(scan.path).schema_arrow
            _ = [getattr(field.type, "tz", "") for field in schema]  # a zone is bytes of the file: it must be text
            # texts as codes of their distinct values: one of a megabyte, a million times, is a megabyte until we look
            texts = [field.name for field in schema if _is_text(field.type)]
            self._file = pq.ParquetFile(scan.path, read_dictionary=texts)
            self._size = scan.path.stat().st_size
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
                    yield self._batch(rows, columns, number - rows.num_rows)
        except Refused:
            raise
        except Exception as error:  # as above
            raise Refused("reading.damaged", _DAMAGED) from error

    def _batch(self, part: Any, columns: Sequence[str], first_row: int) -> Batch:
        bad: dict[int, BadRow] = {}
        table = {}
        for name in columns:
            values = part.column(part.schema.get_field_index(name))
            table[name] = _readable(name, _decoded(name, values, bad, size=self._size), bad)
        return Batch(first_row, range(first_row, first_row + part.num_rows), table, bad)

    def _groups_from(self, after: int) -> tuple[list[int], int]:
        start = 0
        for group in range(self._file.metadata.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if start + rows > after:
                return list(range(group, self._file.metadata.num_row_groups)), start
            start += rows
        return [], start


def _decoded(name: str, values: Any, bad: dict[int, BadRow], *, size: int) -> Any:
    """The values behind codes; a text that is too long for a cell makes its rows bad before it is written out.

    Raises Refused when the column would be far larger than the whole file.
    """
    import pyarrow as pa  # noqa: PLC0415 - Arrow loads only where a Parquet file is read
    import pyarrow.compute as pc  # noqa: PLC0415

    if not pa.types.is_dictionary(values.type):
        return values
    if not _is_text(values.type.value_type):
        return values.dictionary_decode()
    codes, texts = values.indices, values.dictionary.cast(pa.large_binary())
    lengths = pc.binary_length(texts)
    for place in pc.indices_nonzero(pc.greater(lengths, 4 * MAX_FIELD)).to_pylist():  # bytes, at most four a character
        is_long = pc.fill_null(pc.equal(codes, place), False)  # noqa: FBT003 - a scalar
        why = too_long(name, texts[place].as_py()[:200].decode("utf-8", "replace"))
        bad |= {offset: why for offset in pc.indices_nonzero(is_long).to_pylist() if offset not in bad}
        codes = pc.if_else(is_long, pa.scalar(None, codes.type), codes)
    texts = pc.if_else(pc.greater(lengths, 4 * MAX_FIELD), b"", texts)
    total = pc.sum(lengths.take(codes)).as_py() or 0
    if total > FREE and total > size * MAX_RATIO:
        raise absurd(total, size)
    # taking reserves the mean length for every row at once: so few rows at a time where a text is long
    step = max(1, FREE // max(pc.max(pc.binary_length(texts)).as_py() or 1, 1))
    return pa.concat_arrays([texts.take(codes[start : start + step]) for start in range(0, len(codes), step)])


def _readable(name: str, values: Any, bad: dict[int, BadRow]) -> Any:
    """The array, its texts proven to be storable; as a list of str where they are not, so that the rows can be named."""
    import pyarrow as pa  # noqa: PLC0415 - Arrow loads only where a Parquet file is read
    import pyarrow.compute as pc  # noqa: PLC0415

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
