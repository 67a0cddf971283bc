"""Parquet: columns as they are, in batches, from any row; hostile texts name their rows."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.imports.reading.opening import open_source


def test_columns_come_in_batches_from_any_row(tmp_path):
    numbers = list(range(1, 101))
    table = pa.table({"n": numbers, "name": [f"c{n}" for n in numbers], "list": [[n] for n in numbers]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=30)
    _, source = open_source(tmp_path / "a.parquet")
    assert source.columns == ["n", "name"]  # lists are no columns of a table
    assert source.about_rows == 100
    for after in (0, 1, 29, 30, 31, 99, 100):
        batches = list(source.batches(["name", "n"], size=7, after=after))
        assert [text for batch in batches for text in batch.texts("n")] == [str(n) for n in numbers[after:]]
        assert [line for batch in batches for line in batch.lines] == numbers[after:]


def test_typed_cells_as_texts(tmp_path):
    table = pa.table(
        {
            "f": pa.array([17850.0, None, 1.25]),
            "t": pa.array(
                [dt.datetime.fromisoformat("2010-12-01T08:26:00"), None, dt.datetime.fromisoformat("2010-12-02T00:00")]
            ),
            "d": pa.array([dt.date(2010, 12, 1), None, None]),
            "b": pa.array([True, None, False]),
            "s": pa.array(["x", None, ""]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    _, source = open_source(tmp_path / "a.parquet")
    (batch,) = source.batches(source.columns, size=10)
    assert batch.texts("f") == ["17850", "", "1.25"]
    assert batch.texts("t") == ["2010-12-01 08:26:00", "", "2010-12-02"]
    assert batch.texts("d") == ["2010-12-01", "", ""]
    assert batch.texts("b") == ["true", "", "false"]
    assert batch.texts("s") == ["x", "", ""]


def test_texts_that_cannot_be_stored_name_their_rows(tmp_path):
    bad = pa.array([b"ok", b"a\0b", b"\xff\xfe", b"x" * 140_000], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 4, pa.array(bad).buffers())
    pq.write_table(pa.table({"s": text, "n": [1, 2, 3, 4]}), tmp_path / "a.parquet")
    _, source = open_source(tmp_path / "a.parquet")
    (batch,) = source.batches(["s", "n"], size=10)
    assert {offset: why.refusal.code for offset, why in batch.bad.items()} == {
        1: "reading.nul",
        2: "reading.undecodable",
        3: "reading.cell_too_long",
    }


def test_two_columns_of_one_name_are_refused(tmp_path):
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    with pytest.raises(Refused) as refused:
        open_source(tmp_path / "a.parquet")
    assert refused.value.code == "reading.duplicate_columns"


def test_a_damaged_file_is_refused_in_words(tmp_path):
    pq.write_table(
        pa.table({"a": list(range(10_000))}), tmp_path / "a.parquet", compression="none", use_dictionary=False
    )
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    data[10:60] = b"\xff" * 50
    (tmp_path / "b.parquet").write_bytes(data)
    _, source = open_source(tmp_path / "b.parquet")
    with pytest.raises(Refused) as refused:
        list(source.batches(["a"], size=100))
    assert refused.value.code == "reading.damaged"
