"""Pinyin: surnames first, both readings searched, keys that sort."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.text.pinyin import MAX_KEY, MAX_READINGS, initials, name_key, readings, syllables, without_tones
from guanxi.ground.text.pinyin_syllables import SYLLABLES, split_syllables


@pytest.mark.parametrize(
    ("name", "key", "also"),
    [
        ("单雄信", "shan xiong xin", "danxiongxin"),
        ("曾国藩", "zeng guo fan", "cengguofan"),
        ("仇英", "qiu ying", "chouying"),
        ("解缙", "xie jin", "jiejin"),
        ("盖叫天", "ge jiao tian", "gaijiaotian"),
        ("区志明", "ou zhi ming", "quzhiming"),
        ("尉迟恭", "yu chi gong", "weichigong"),
        ("万俟卨", "mo qi xie", "wanqixie"),
        ("查良镛", "zha liang yong", "chaliangyong"),
        ("朴树", "piao shu", "pushu"),
        ("任正非", "ren zheng fei", "renzhengfei"),
        ("华罗庚", "hua luo geng", "hualuogeng"),
        ("覃辉", "qin hui", "tanhui"),
        ("乐毅", "yue yi", "leyi"),
        ("洗星海", "xian xing hai", "xixinghai"),
        ("冼星海", "xian xing hai", "xianxinghai"),
        ("缪斯", "miao si", "mousi"),
        ("翟志刚", "zhai zhi gang", "dizhigang"),
        ("欧阳修", "ou yang xiu", "ouyangxiu"),
        ("单于", "shan yu", "danyu"),
        ("吕布", "lv bu", "lubu"),
        ("张乐", "zhang le", "zhangyue"),
        ("曾乐", "zeng le", "cengyue"),
        ("單雄信", "shan xiong xin", "danxiongxin"),
        ("张伟", "zhang wei", "zhangwei"),
        ("張偉", "zhang wei", "zhangwei"),
    ],
)
def test_names(name: str, key: str, also: str) -> None:
    assert name_key(name) == key
    assert readings(name)[0] == key.replace(" ", "")
    assert also in readings(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("重庆银行股份有限公司", "chong qing yin hang gu fen you xian gong si"),
        ("长江实业集团", "chang jiang shi ye ji tuan"),
        ("单县人民医院", "dan xian ren min yi yuan"),
        ("买买提·吐尔逊", "mai mai ti tu er xun"),
        ("John Smith", "john smith"),
        ("O'Brien", "o'brien"),
        ("张John", "zhang john"),
        ("Null", "null"),
        ("张", "zhang"),
        ("单", "shan"),
        ("", ""),
        ("👨‍👩‍👧", "👨👩👧"),
        ("x" * 200, "x" * MAX_KEY),
        ("张" * 200, ("zhang " * 10).strip()),
    ],
)
def test_other_names_have_keys_too(name: str, key: str) -> None:
    assert name_key(name) == key


def test_keys_sort_by_whole_syllables() -> None:
    names = ["章子怡", "詹天佑", "曾志伟", "阿炳", "单雄信", "张三", "张三丰", "John"]
    assert sorted(names, key=name_key) == ["阿炳", "John", "单雄信", "曾志伟", "詹天佑", "张三", "张三丰", "章子怡"]


def test_initials() -> None:
    assert [initials(name) for name in ("张三丰", "单雄信", "John Smith", "欧阳修", "O'Brien", "", "=1+1")] == [
        "zsf",
        "sxx",
        "js",
        "oyx",
        "ob",
        "",
        "11",
    ]


def test_readings_without_han_are_none() -> None:
    assert readings("John") == []
    assert syllables("") == []


def test_tones_go_and_umlauts_are_v() -> None:
    assert [without_tones(marked) for marked in ("zhāng", "lǜ", "nüè", "ér", "ê̄", "m̀")] == [
        "zhang",
        "lv",
        "nve",
        "er",
        "e",
        "m",
    ]


@given(st.text(alphabet="单曾仇解盖区尉迟万俟查朴乐王张小芳长重行娜吕女· aZ", max_size=12))
def test_readings_are_few_and_begin_with_the_key(name: str) -> None:
    ways = readings(name)
    assert len(ways) == len(set(ways)) <= MAX_READINGS
    assert not ways or all(way.isalpha() and way.isascii() for way in ways)


@given(st.text(max_size=50))
def test_any_text_has_a_key(name: str) -> None:
    assert len(name_key(name)) <= MAX_KEY
    assert name_key(name) == name_key(f" {name} ")


def test_the_big_library_is_never_imported() -> None:
    script = (
        "import sys; from guanxi.ground.text.pinyin import name_key; name_key('张三'); print('pypinyin' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )


@pytest.mark.parametrize(
    ("letters", "cuts"),
    [
        ("zhangwei", [(("zhang", "wei"), "")]),
        ("wangf", [(("wang",), "f")]),
        ("xian", [(("xian",), ""), (("xi", "an"), "")]),
        ("fangan", [(("fang", "an"), ""), (("fan", "gan"), "")]),
        ("zh", [((), "zh")]),
        ("wxf", []),
        ("", []),
        ("john", []),
        ("a" * 31, []),
    ],
)
def test_letters_are_cut_into_syllables(letters: str, cuts: list[tuple[tuple[str, ...], str]]) -> None:
    assert split_syllables(letters)[: len(cuts)] == cuts
    assert bool(split_syllables(letters)) == bool(cuts)


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=5))
def test_every_row_of_syllables_can_be_cut(row: list[str]) -> None:
    letters = "".join(row)
    for done, rest in split_syllables(letters):
        assert "".join(done) + rest == letters
        assert set(done) <= SYLLABLES
    assert split_syllables(letters) or len(letters) > 30
