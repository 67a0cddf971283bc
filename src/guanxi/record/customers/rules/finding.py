"""Search texts: which ways of understanding them a principal may use, and whether a row really bears the words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guanxi.ground.text.grams import GramQuery
from guanxi.ground.text.normalise import HAN, compatible, name_form

MOST_CANDIDATES = 1_000
MOST_FOUND = 200

_HAN_RUN = re.compile(f"[{HAN}]+")
_DIGITS = re.compile(r"\d{5,}", re.ASCII)
_LOOSE = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Bearer:
    """What of a customer a search text is compared with. Phones and references only where `speaks_of_numbers`."""

    name: str
    name_key: str
    digits: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


def field_of_gram(gram: str) -> str:
    """Return the field that a gram speaks of: phone, reference or name (ground.text.grams, the classes)."""
    if gram[0] == "p":
        return "phone"
    return "reference" if gram[0] in "re" else "name"


def is_open(way: GramQuery, fields: Iterable[str]) -> bool:
    """Whether a way asks only for fields that the principal reads in clear: pieces of masked ones would be told by a
    count or a hit (decision 11).
    """
    readable = set(fields)
    return all(field_of_gram(gram) in readable for gram in (*way.all_of, *way.any_of))


def speaks_of_numbers(text: str) -> bool:
    """Whether a text has digits, so that phones and references must be compared with it."""
    return any(char.isdigit() for char in text)


def bears(text: str, bearer: Bearer) -> bool:
    """Whether what grams see only in pieces stands in one piece: a run of Han characters, a row of digits. Letters are
    trusted: their grams are whole (and 64-bit hashes of some million grams do not collide).
    """
    form = name_form(bearer.name)
    if not all(run in form or any(run in word for word in bearer.references) for run in _runs(text)):
        return False
    plain = _LOOSE.sub("", compatible(text).casefold())
    return _DIGITS.fullmatch(plain) is None or _has_digits(plain, bearer)


def rank(text: str, bearer: Bearer) -> int:
    """Return how well a name fits: 0 the very name, 1 it begins so (also in pinyin), 2 it holds the words."""
    form, given = name_form(bearer.name), name_form(text)
    if form == given:
        return 0
    spelt = given.replace(" ", "")
    begins = form.startswith(given) or (spelt and bearer.name_key.replace(" ", "").startswith(spelt))
    return 1 if begins else 2


def _runs(text: str) -> list[str]:
    return _HAN_RUN.findall(name_form(text))


def _has_digits(digits: str, bearer: Bearer) -> bool:
    """Digits end a phone (with or without its country), or begin or end a reference."""
    number = digits.removeprefix("00").removeprefix("86") if len(digits) > 11 else digits
    if any(known.endswith(number) for known in bearer.digits):
        return True
    return any(
        plain.startswith(digits) or plain.endswith(digits)
        for plain in (_LOOSE.sub("", reference.casefold()) for reference in bearer.references)
    )
