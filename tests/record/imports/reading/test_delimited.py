"""Delimited text: what comes out is what stood there, and what cannot be read is one bad row each."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.record.imports.reading.batches import MAX_FIELD
from guanxi.record.imports.reading.opening import open_source
from tests.chances import examples


def read(path, *, size=100, after=0, encoding=""):
    """(columns, rows, bad) of a file: rows as lists in the order of the columns, bad as line → (column, code)."""
    _, source = open_source(path, encoding=encoding)
    rows, bad = [], {}
    for batch in source.batches(source.columns, size=size, after=after):
        rows += [list(row) for row in zip(*(batch.texts(name) for name in source.columns), strict=True)]
        bad |= {batch.lines[offset]: (why.column, why.refusal.code) for offset, why in batch.bad.items()}
    return source.columns, rows, bad


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(write, delimiter, end):
    text = end.join(
        [
            delimiter.join(row)
            for row in (["name", "phone"], ["王伟", "010-1"], ["李,娜" if delimiter != "," else "李娜", ""])
        ]
    )
    columns, rows, bad = read(write("a.csv", text))
    assert columns == ["name", "phone"]
    assert rows == [["王伟", "010-1"], ["李,娜" if delimiter != "," else "李娜", ""]]
    assert bad == {}


def test_quoted_cells_keep_delimiters_quotes_and_lines(write):
    _, rows, bad = read(write("a.csv", 'name,note\n"Smith, Bob","said ""hi""\nand left"\nx,y\n'))
    assert rows == [["Smith, Bob", 'said "hi"\nand left'], ["x", "y"]]
    assert bad == {}


def test_lines_are_those_a_person_counts(write):
    _, source = open_source(write("a.csv", 'a,b\n"1\n2",x\n\n3,y\n'))
    (batch,) = source.batches(["a"], size=10)
    assert list(batch.lines) == [2, 5]
    assert batch.first_row == 1


def test_a_stray_quote_costs_one_row(write):
    text = "a,b\n1,x\n" + '2,"never closed\n' + "".join(f"{n},row {n}\n" for n in range(3, 50))
    _, rows, bad = read(write("a.csv", text))
    assert bad == {3: ("", "reading.quotes")}
    assert [row[0] for row in rows] == ["1", "", *map(str, range(3, 50))]


def test_quotes_that_do_not_match_fail_their_row_only(write):
    _, rows, bad = read(write("a.csv", 'a,b\n"x" y,1\nz,2\n'))
    assert bad == {2: ("", "reading.quotes")}
    assert rows[1] == ["z", "2"]


def test_a_cell_beyond_the_limit_is_a_row_error(write):
    _, rows, bad = read(write("a.csv", f"a,b\n{'x' * (MAX_FIELD + 1)},1\n{'y' * MAX_FIELD},2\n"))
    assert bad == {2: ("", "reading.cell_too_long")}
    assert (len(rows[1][0]), rows[1][1]) == (MAX_FIELD, "2")


def test_a_line_of_megabytes_is_a_row_error_and_costs_no_memory(write):
    import tracemalloc

    path = write("a.csv", b"a,b\n" + b"x" * (30 << 20) + b"\nok,1\n")
    tracemalloc.start()
    _, rows, bad = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bad == {2: ("", "reading.cell_too_long")}
    assert rows[1] == ["ok", "1"]
    assert peak < 25 << 20


def test_nul_and_undecodable_bytes_name_line_and_column(write):
    lines = [b"name,phone", b"a\0b,1", *[b"ok,2"] * 8, b"c,\xed\xa0\x80", "王,3".encode(), *["伟,3".encode()] * 8]
    _, rows, bad = read(write("a.csv", b"\n".join(lines)))
    assert bad == {2: ("name", "reading.nul"), 11: ("phone", "reading.undecodable")}
    assert rows[10] == ["王", "3"]


def test_more_cells_than_columns_fail_but_fewer_are_empty(write):
    _, rows, bad = read(write("a.csv", "a,b\n1,2,3\n4\n5,6,,\n"))
    assert bad == {2: ("", "reading.more_cells")}
    assert rows[1:] == [["4", ""], ["5", "6"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "reading.empty"),
        (b"\n\n  \n", "reading.empty"),
        ("\ufeff".encode(), "reading.empty"),
        (b"a,b,a\n1,2,3\n", "reading.duplicate_columns"),
        (",".join(f"c{n}" for n in range(5000)).encode() + b"\n", "reading.too_many_columns"),
        (b"a" * 300 + b",b\n1,2\n", "reading.bad_column_name"),
    ],
)
def test_heads_that_are_refused(write, content, code):
    with pytest.raises(Refused) as refused:
        read(write("a.csv", content))
    assert refused.value.code == code


def test_a_byte_order_mark_is_no_part_of_the_head(write):
    assert read(write("a.csv", "\ufeffname,x\n王,1\n".encode()))[0] == ["name", "x"]
    assert read(write("b.csv", "name,x\n王,1\n".encode("utf-16")))[1] == [["王", "1"]]
    assert read(write("c.csv", "name,x\n王,1\n".encode("utf-16-le")))[1] == [["王", "1"]]


def test_packed_text_is_read_and_bombs_are_refused(write):
    assert read(write("a.csv.gz", gzip.compress("name\n𠮷野\n".encode())))[1] == [["𠮷野"]]
    with pytest.raises(Refused) as refused:
        read(write("b.csv.gz", gzip.compress(b"a,b\n" + b"0" * (80 << 20))))
    assert refused.value.code == "reading.unpacks_to_too_much"
    with pytest.raises(Refused) as refused:
        read(write("c.csv.gz", gzip.compress(b"a,b\n" * 1000)[:-20]))
    assert refused.value.code == "reading.damaged"


def test_resuming_reads_the_same_rows(write):
    path = write("a.csv", "a\n" + "\n".join(f'"{n}\n"' if n % 7 == 0 else str(n) for n in range(1, 101)))
    whole = read(path, size=1000)[1]
    for after in (0, 1, 6, 7, 50, 99, 100):
        assert read(path, size=9, after=after)[1] == whole[after:]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20)


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.integers(1, 5),
)
def test_what_a_writer_writes_is_read_back(tmp_path_factory, rows, delimiter, size):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([["first", "second", "third"], *rows])
    path = tmp_path_factory.getbasetemp() / "round.csv"
    path.write_bytes(text.getvalue().encode())
    columns, found, bad = read(path, size=size)
    assert (columns, found, bad) == (["first", "second", "third"], rows, {})


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(tmp_path_factory, noise):
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    path.write_bytes(b"a,b\n1,2\n" + noise)
    try:
        _, rows, bad = read(path)
    except Refused:
        return
    assert len(rows) >= len(bad)
    assert all(isinstance(cell, str) for row in rows for cell in row)
