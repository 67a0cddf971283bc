"""Parquet: columns as they are, in batches, from any row; hostile texts name their rows."""

import base64
import datetime as dt
import subprocess
import sys

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


def test_a_zone_that_is_no_text_is_a_damaged_file(tmp_path):
    moments = pa.array([dt.datetime.fromisoformat("2026-01-02T03:04:05")], pa.timestamp("us", tz="Asia/Shanghai"))
    table = pa.table({"customer": ["a"], "date": moments})
    pq.write_table(table, tmp_path / "a.parquet")
    written = pq.read_metadata(tmp_path / "a.parquet").metadata[b"ARROW:schema"]
    spoiled = base64.b64encode(base64.b64decode(written).replace(b"Asia/S", b"Asia/\x93"))
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes().replace(written, spoiled))
    assert open_source(tmp_path / "a.parquet")
    with pytest.raises(Refused) as refusal:
        open_source(tmp_path / "b.parquet")
    assert refusal.value.code == "reading.damaged"


def bomb(path, text, rows):
    """One text, many times: its place in the file is a code of a few bits."""
    codes = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))
    table = pa.table({"name": codes, "n": pa.array(range(rows))})
    pq.write_table(table, path, store_schema=False)
    assert path.stat().st_size < 300_000
    return path


_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
import django, pyarrow.compute, pyarrow.parquet
django.setup()
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from guanxi.record.imports.reading.opening import open_source
_, source = open_source(Path(sys.argv[1]))
(batch,) = source.batches(["name", "n"], size=20_000)
print(batch.count, len(batch.bad), {why.refusal.code for why in batch.bad.values()})
"""


def test_a_text_of_megabytes_behind_every_row_costs_its_rows_and_no_memory(tmp_path):
    """Written out, the column would be twenty gigabytes."""
    path = bomb(tmp_path / "a.parquet", "x" * 1_000_000, 20_000)
    done = subprocess.run([sys.executable, "-c", _LITTLE_ROOM, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "20000 20000 {'reading.cell_too_long'}", done.stderr[-2000:]


def test_texts_that_would_be_a_thousand_times_the_file_are_refused(tmp_path):
    _, source = open_source(bomb(tmp_path / "a.parquet", "x" * 100_000, 5_000))
    with pytest.raises(Refused) as refused:
        list(source.batches(["name"], size=5_000))
    assert refused.value.code == "reading.unpacks_to_too_much"
    assert refused.value.params["ratio"] > 1_000


def test_texts_that_repeat_are_read_as_they_stand(tmp_path):
    words = ["王伟", None, "李娜", "王伟", ""] * 2_000
    pq.write_table(pa.table({"name": pa.array(words)}), tmp_path / "a.parquet", row_group_size=3_000)
    _, source = open_source(tmp_path / "a.parquet")
    found = [text for batch in source.batches(["name"], size=700) for text in batch.texts("name")]
    assert found == [word or "" for word in words]
