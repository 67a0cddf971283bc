"""Pinyin of names: the key they sort by, the readings they are searched by, their initials.

Readings come from pypinyin's table of characters (its JSON file alone: importing the library costs 140 ms and 59 MB),
read once on first use; a character's reading is made when it is first met. Surnames, given names and words of firms
that are read otherwise stand in surnames.py. Without tones; ü is v, as it is typed.
"""

import json
import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from guanxi.ground.text.normalise import HAN, name_form
from guanxi.ground.text.surnames import COMPOUND_SURNAMES, GIVEN, PHRASES, SURNAMES

MAX_KEY = 60
MAX_READINGS = 8
_PERSON_LENGTH = 4  # a Han text of up to 4 characters is a person's name, a longer one a firm's

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_HAN_ONLY = re.compile(f"[{HAN}]+")
_RUNS = re.compile(f"[{HAN}]+|[^{HAN}]+")
_PHRASE = re.compile("|".join(map(re.escape, PHRASES)))
_WORDS = re.compile(r"[^\W_]+")


class _Syllables(dict[int, str]):
    """Code point to its commonest syllable between spaces ("张" to " zhang "), made when first asked for."""

    def __missing__(self, point: int) -> str:
        marked = _dictionary().get(str(point), "").partition(",")[0]
        self[point] = found = f" {without_tones(marked)} " if marked else chr(point)
        return found


_syllables = _Syllables({ord("·"): " "})
_IRREGULAR = frozenset([*SURNAMES, *GIVEN, *(surname[0] for surname in COMPOUND_SURNAMES)])


def name_key(name: str) -> str:
    """Return the key a name sorts by: "单雄信" is "shan xiong xin", "O'Brien" is "o'brien"; at most 60 characters.

    Compare keys byte by byte (SQLite BINARY, PostgreSQL COLLATE "C"): a space must sort before letters.
    """
    form = name_form(name)
    if not form.isascii():
        first, rest = _surname_of(form)
        form = " ".join(f"{first}{rest.translate(_syllables)}".split())
    return form[:MAX_KEY].rstrip()


def syllables(name: str) -> list[tuple[str, ...]]:
    """Return the ways to read the Han characters of a name, as syllables, the sorting one first; at most 8."""
    form = name_form(name)
    if _is_regular(form):
        return _spellings(tuple(form.translate(_syllables).split()))
    runs = [run for run in _RUNS.findall(form) if _HAN_ONLY.fullmatch(run)]
    if not runs:
        return []
    ways = [_ways_of(run, is_first=index == 0 and form.startswith(run)) for index, run in enumerate(runs)]
    found = dict.fromkeys(tuple(syllable for part in way for syllable in part) for way in product(*ways))
    return list(found)[:MAX_READINGS]


def readings(name: str) -> list[str]:
    """Return the whole pinyin of a name in each of its readings: 曾乐 is zengle, zengyue, cengle, cengyue; [] without Han."""
    return ["".join(way) for way in syllables(name)]


def initials(name: str) -> str:
    """Return the first letters of the sorting reading: 张三丰 is zsf, John Smith is js."""
    return "".join(word[0] for word in _WORDS.findall(name_key(name)))


def without_tones(marked: str) -> str:
    """Return a marked syllable in plain letters: lǜ is lv, zhāng is zhang."""
    bare = "".join(
        char for char in unicodedata.normalize("NFD", marked) if char == "\u0308" or not unicodedata.combining(char)
    )
    return bare.replace("u\u0308", "v").replace("\u0308", "")


def _is_regular(text: str) -> bool:
    """Whether a text is a person's name in Han of which each character is read as it is alone: nine of ten."""
    return len(text) <= _PERSON_LENGTH and _HAN_ONLY.fullmatch(text) is not None and _IRREGULAR.isdisjoint(text)


def _surname_of(form: str) -> tuple[str, str]:
    """Return the reading of the beginning that is known as a whole, with spaces, and the rest of the form."""
    han = _HAN_ONLY.match(form)
    if han is None:
        return "", form
    if han.end() > _PERSON_LENGTH:
        return "", _PHRASE.sub(lambda match: f" {PHRASES[match[0]]} ", form)
    compound = COMPOUND_SURNAMES.get(form[:2]) if han.end() > 2 else None
    if compound:
        return f"{' '.join(compound)} ", form[2:]
    single = SURNAMES.get(form[0])
    return (f"{single[0]} ", form[1:]) if single else ("", form)


def _ways_of(run: str, *, is_first: bool) -> list[tuple[str, ...]]:
    """Return the readings of a run of Han characters; the first one is that of name_key."""
    if _is_regular(run):
        return _spellings(tuple(run.translate(_syllables).split()))
    if not is_first or len(run) > _PERSON_LENGTH:
        return [tuple(_PHRASE.sub(lambda match: f" {PHRASES[match[0]]} ", run).translate(_syllables).split())]
    known = COMPOUND_SURNAMES.get(run[:2]) if len(run) > 2 else None
    heads = [[syllable] for syllable in known] if known else [_surname_readings(run[0])]
    rest = run[len(heads) :]
    choices = [*heads, *([_plain(char), *_others(char)] for char in rest)]
    ways = [tuple(way) for way in product(*choices)]
    if known:  # 万俟 as wan si too: who does not know the surname types what is written
        ways.append((*(_plain(char) for char in run[:2]), *(_plain(char) for char in rest)))
    return list(dict.fromkeys(spelt for way in ways for spelt in _spellings(way)))


def _surname_readings(char: str) -> list[str]:
    return list(dict.fromkeys((*SURNAMES.get(char, ()), _plain(char))))


def _others(char: str) -> list[str]:
    return [reading for reading in GIVEN.get(char, ()) if reading != _plain(char)]


def _spellings(way: tuple[str, ...]) -> list[tuple[str, ...]]:
    """吕 is typed lv, printed lu in passports."""
    if "v" not in "".join(way):
        return [way]
    return [way, tuple(syllable.replace("v", "u") for syllable in way)]


def _plain(char: str) -> str:
    return _syllables[ord(char)].strip()


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, str]:
    """Return code point (as decimal text) to marked readings, the commonest first: "21333" to "dān,chán,shàn"."""
    found = find_spec("pypinyin")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the package pypinyin, which carries the readings of Han characters, is not installed")
    path = Path(found.submodule_search_locations[0]) / "pinyin_dict.json"
    readings_of: dict[str, str] = json.loads(path.read_text("utf-8"))
    return readings_of
