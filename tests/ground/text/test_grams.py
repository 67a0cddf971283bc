"""Grams: what a customer is found by, and that searches ask for grams that documents hold."""

import re
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanxi.ground.text.grams import (
    GramQuery,
    gram_hash,
    gram_hashes,
    hashed_documents,
    name_grams,
    phone_grams,
    query_grams,
    reference_grams,
)


def _finds(text: str, document: set[str]) -> bool:
    return any(
        set(way.all_of) <= document and (not way.any_of or set(way.any_of) & document) for way in query_grams(text)
    )


def test_grams_of_a_name() -> None:
    assert name_grams("王小芳") == {
        "王",
        "小",
        "芳",
        "王小",
        "小芳",
        "ywang",
        "yxiao",
        "yfang",
        "ywangxiaofang",
        "iwxf",
        "iwx",
        "ixf",
    }
    assert name_grams("O'Brien") == {
        "wo",
        "wob",
        "wobr",
        "wobri",
        "wobrie",
        "wobrien",
        "wb",
        "wbr",
        "wbri",
        "wbrie",
        "wbrien",
    }
    assert name_grams("") == set()


def test_both_readings_of_a_surname_are_there() -> None:
    assert {"yqiuhe", "ychouhe", "iqh", "ich"} <= name_grams("仇和")
    assert {"yyuchigong", "yweichigong"} <= name_grams("尉迟恭")


def test_grams_of_phones_and_references() -> None:
    assert phone_grams("+8613800138000") == {"p000", "p8000", "p00138000", "p8613800138000"}
    assert phone_grams("+861062345678;ext=801") == {"p678", "p5678", "p62345678", "p861062345678"}
    assert phone_grams("110") == {"p110"}
    assert reference_grams("C-00123") == {"rc0", "rc00", "rc001", "rc0012", "rc00123", "e0123"}
    assert reference_grams("0012") == {"r00", "r001", "r0012"}
    long = reference_grams("12346-7890123-X")
    assert {"r12", "r1234678901"[:11], "r12346" + "7890123x", "e123x"} <= long
    assert len(long) == 9 + 1 + 1
    assert reference_grams("--") == set()


NAMES_FOUND = [
    ("王小芳", ["王", "小芳", "王小芳", "王小", "wangxiaofang", "wxf", "wx", "xf", "wang", "wan", "wangx",
    "wangxiaof", "wang xiao", "WangXiaoFang", "王f", "xiaofang"]),
    ("单雄信", ["shanxiongxin", "danxiongxin", "sxx", "dxx", "雄信"]),
    ("尉迟恭", ["yuchigong", "weichi", "尉迟", "ycg"]),
    ("张乐", ["zhangle", "zhangyue", "zl", "zy"]),
    ("吕布", ["lvbu", "lubu", "lb"]),
    ("方安", ["fangan", "fang an"]),
    ("范甘", ["fangan", "fan gan"]),
    ("西安", ["xian", "xi an"]),
    ("John Smith", ["john", "smith", "jo", "john smith", "smi john", "js", "JOHN"]),
    ("O'Brien", ["o'brien", "obrien", "brien", "O’Brien"]),
    ("José Müller", ["jose", "muller", "José", "müll"]),
    ("张John", ["张", "john", "张John", "zhang john"]),
    ("Ｊｏｈｎ", ["john", "Ｊｏ"]),
    ("山田さくら", ["山田", "さく", "さくら"]),
    ("Иван", ["иван", "ив"]),
    ("𠮷野", ["𠮷", "𠮷野", "ye"]),
    ("\U0002b820三", ["\U0002b820", "\U0002b820三"]),
    ("Null", ["null", "nu"]),
    ("Featherstonehaugh", ["featherstonehaugh", "featherstone"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in NAMES_FOUND for text in texts])
def test_a_name_is_found_by(name: str, text: str) -> None:
    assert _finds(text, name_grams(name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王小芳", "李"),
        ("王小芳", "芳王"),
        ("王小芳", "wangfang"),
        ("王小芳", "wf"),
        ("王小芳", "wangl"),
        ("王小芳", "小王"),
        ("John Smith", "ohn"),
        ("王芳", "王 李"),
    ],
)
def test_a_name_is_not_found_by(name: str, text: str) -> None:
    assert not _finds(text, name_grams(name))


@pytest.mark.parametrize(
    "text",
    [
        "000",
        "8000",
        "00138000",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "8613800138000",
        "王 8000",
        "wxf 8000",
    ],
)
def test_a_customer_is_found_by_phone(text: str) -> None:
    assert _finds(text, name_grams("王小芳") | phone_grams("+8613800138000"))


@pytest.mark.parametrize("text", ["c-0", "C-00123", "c00123456789", "C-00123456789", "c0012345", "6789"])
def test_a_customer_is_found_by_reference(text: str) -> None:
    assert _finds(text, reference_grams("C-00123456789"))


def test_a_plate_is_found_whole_and_in_part() -> None:
    document = reference_grams("京A12345")
    assert _finds("京A12345", document)
    assert _finds("京a123", document)
    assert _finds("2345", document)


@pytest.mark.parametrize("text", ["", " ", "%", "_", "\\", "*", "''", '"', "--", "🙂", "\u200b", "();"])
def test_a_text_without_letters_or_digits_asks_nothing(text: str) -> None:
    assert query_grams(text) == []


def test_the_most_exact_way_comes_first() -> None:
    assert query_grams("zhangwei")[0] == GramQuery(("yzhangwei",))
    assert query_grams("13800138000")[0] == GramQuery(("p8613800138000",))
    assert query_grams("王小芳") == [GramQuery(("王小", "小芳"))]


HOSTILE = st.one_of(st.text(max_size=60), st.text(alphabet="ot0123456789'\"%_*()- ORandt王张\u200b", max_size=40))


@given(HOSTILE)
def test_no_text_can_pose_as_a_scope_token_or_break_a_match(text: str) -> None:
    """Scope tokens are o<owner> and t<team>; a gram of a text must never be one."""
    grams = (
        {gram for way in query_grams(text) for gram in (*way.all_of, *way.any_of)}
        | name_grams(text)
        | reference_grams(text)
    )
    for gram in grams:
        assert not re.match(r"[ot]\d", gram)
        assert gram.isalnum()
        assert gram == gram.lower()


@given(st.text(alphabet="单曾尉迟万俟王小芳张乐吕女fF'é 1\U0002b820々", max_size=8))
@example("F F Fé")
@example("fé f单f")
@example("fé F F é")
def test_a_name_is_always_found_by_itself(name: str) -> None:
    if query_grams(name) and not any(char.isdigit() for char in name):
        assert _finds(name, name_grams(name))


@given(st.text(alphabet="王张小芳abcé12-_/", min_size=2, max_size=14))
def test_a_reference_with_digits_is_always_found_by_itself(reference: str) -> None:
    if any(char.isdigit() for char in reference) and len(re.sub(r"[\W_]", "", reference)) > 1:
        assert _finds(reference, reference_grams(reference))


def test_the_number_of_ways_is_bounded() -> None:
    assert len(query_grams("a b c d e f g h i j")) <= 16
    assert len(query_grams("zhang wei " * 50)) <= 16
    assert len(query_grams("xianfangan" * 3)) <= 16
    assert sum(len(way.all_of) + len(way.any_of) for way in query_grams("wang " * 100)) < 600


def test_sqlite_takes_each_gram_as_one_token() -> None:
    """unicode61 must neither split nor drop a gram, else a document cannot be found."""
    names = [name for name, _ in NAMES_FOUND]
    grams = sorted(set().union(*map(name_grams, names), phone_grams("+8613800138000"), reference_grams("京A-12345")))
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE docs USING fts5(grams, content='', detail=none, tokenize='unicode61')")
    base.executemany("INSERT INTO docs(rowid, grams) VALUES (?, ?)", enumerate(grams))
    for number, gram in enumerate(grams):
        assert base.execute("SELECT rowid FROM docs WHERE docs MATCH ?", [f'"{gram}"']).fetchall() == [(number,)], gram


def test_hashes_are_stable_signed_64_bit() -> None:
    assert gram_hash("王") == 1325571471102444919
    assert gram_hashes({"王", "ywang"}) == sorted([gram_hash("王"), gram_hash("ywang")])
    assert all(-(2**63) <= gram_hash(gram) < 2**63 for gram in name_grams("王小芳"))
    people = [name_grams("王小芳"), name_grams("王芳"), set()]
    assert list(hashed_documents(people)) == [gram_hashes(grams) for grams in people]
