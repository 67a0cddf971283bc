"""In which estate of the register an address stands: by name or alias, word for word, in the same city. Pure.

A name counts where it stands alone: "星河湾3栋" is in 星河湾, "星河湾对面" and "新星河湾" are not; "Star River, block 3" is
in Star River, "Star River Mall" is not. Where two estates could be meant, none is: a guess is worth nothing here.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from guanxi.ground.text.normalise import HAN, compatible, name_form
from guanxi.ground.text.pinyin import name_key

Words = tuple[str, ...]

_WORD = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+|\d+|[^\w\s]")
_HAN_WORD = re.compile(f"[{HAN}]")
_LETTERS = re.compile(r"[^\W\d_]+")
_NEVER_BEFORE = frozenset("新 旧 老 近 new old near opposite behind beside".split())
# What may follow a Chinese name at once: a part of the estate, never a thing beside it.
_PART_OF = re.compile(
    "第|小区|社区|[期区栋幢座号楼组]|[内里]|[东西南北中]?[区苑座园门]|[一二三四五六七八九十百]+[期区栋幢座号楼]"
)
_PARTS = frozenset(
    "block building bldg tower phase unit no flat apt apartment suite room rm house villa floor estate".split()
)
_CITY_ENDS = ("市", "地区", " city")
_DISTRICT_ENDS = ("新区", "区", "县", "市", " district")
_EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Place:
    """An estate of the register; degrees are None where the register has none."""

    id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    city: str
    district: str
    handover_on: date | None
    latitude: float | None
    longitude: float | None


class Register:
    """All estates, to be asked about many addresses: each word of an address meets only the names that begin with it."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_first: dict[str, list[tuple[Words, Place]]] = defaultdict(list)
        self._by_id: dict[int, Place] = {}
        for place in places:
            self._by_id[place.id] = place
            for name in {words for text in (place.name, *place.aliases) if (words := words_of(text))}:
                self._by_first[name[0]].append((name, place))

    @property
    def places(self) -> Collection[Place]:
        """All of them."""
        return self._by_id.values()

    def place(self, estate_id: int) -> Place | None:
        """One estate by id."""
        return self._by_id.get(estate_id)

    def find(self, text: str, *, city: str, district: str = "") -> Place | None:
        """The one estate in which an address stands, or None. The longest name that fits counts. An address without a
        city fits only a name that the register has in one city alone.
        """
        words = words_of(text)
        fits: dict[int, list[Place]] = defaultdict(list)
        for start, word in enumerate(words):
            for name, place in self._by_first.get(word, ()):
                end = start + len(name)
                if words[start:end] == name and _stands_alone(words, start, end) and _is_near(place, city, district):
                    fits[len(name)].append(place)
        best = {place.id: place for place in fits[max(fits)]} if fits else {}
        return next(iter(best.values())) if len(best) == 1 else None


def words_of(text: str) -> Words:
    """An address or a name as words: each Han character, each run of letters or of digits, each mark by itself."""
    return tuple(_WORD.findall(compatible(text).casefold()))


def is_same_city(one: str, other: str) -> bool:
    """广州, 广州市, 广东省广州市 and Guangzhou are one city."""
    first, second = _bare(one, _CITY_ENDS), _bare(other, _CITY_ENDS)
    if not first or not second:
        return False
    if first.endswith(second) or second.endswith(first):
        return True
    return first.isascii() != second.isascii() and _sound(first) == _sound(second)


def is_correction(old: str, new: str) -> bool:
    """Whether an address says what the one before said, more exactly or spelt better: one holds the other, or all numbers
    are the same and the rest differs by one word at most.
    """
    first, second = (tuple(word for word in words_of(text) if word.isalnum()) for text in (old, new))
    if not first or not second:
        return False
    if _holds(first, second) or _holds(second, first):
        return True
    if [word for word in first if word.isdigit()] != [word for word in second if word.isdigit()]:
        return False
    return len(first) == len(second) >= 4 and sum(a != b for a, b in zip(first, second, strict=True)) == 1


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two points (latitude, longitude in degrees) on the great circle, in kilometres.

    Source: the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984), mean radius of the earth 6371.0088 km.
    """
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def _stands_alone(words: Words, start: int, end: int) -> bool:
    if start and words[start - 1] in _NEVER_BEFORE:
        return False
    if end == len(words) or not _LETTERS.fullmatch(words[end]):
        return True  # a number, a comma
    if _HAN_WORD.fullmatch(words[end]):
        return _HAN_WORD.fullmatch(words[end - 1]) is None or _PART_OF.match("".join(words[end : end + 6])) is not None
    return _HAN_WORD.fullmatch(words[end - 1]) is not None or len(words[end]) == 1 or words[end] in _PARTS


def _is_near(place: Place, city: str, district: str) -> bool:
    if city and not is_same_city(place.city, city):
        return False
    mine, theirs = _bare(place.district, _DISTRICT_ENDS), _bare(district, _DISTRICT_ENDS)
    return not mine or not theirs or mine == theirs or _sound(mine) == _sound(theirs)


def _bare(name: str, ends: Sequence[str]) -> str:
    form = name_form(name)
    for end in ends:
        if form.endswith(end) and len(form) > len(end) + 1:
            return form.removesuffix(end)
    return form


def _sound(name: str) -> str:
    return "".join(name_key(name).split())


def _holds(whole: Words, part: Words) -> bool:
    if any(word.isdigit() for word in whole) and not any(word.isdigit() for word in part):
        return whole[: len(part)] == part
    return len(part) >= 2 and any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
