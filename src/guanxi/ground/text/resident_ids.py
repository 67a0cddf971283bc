"""Chinese resident identity numbers (GB 11643-1999): check, birthday, gender; never guessed, never repaired."""

import re
from datetime import date
from operator import mul
from typing import NamedTuple

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECKS = "10X98765432"
_LONG = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_OLD = re.compile(r"[1-9]\d{14}", re.ASCII)
_GLUE = dict.fromkeys(map(ord, " \t\xa0\u3000-‐–—"))
_OLDEST = 1850

_NOT_AN_ID = gettext_noop("“{text}” is not a resident ID number: 18 digits (or 15 of the old form) are expected.")
_WRONG_CHECK = gettext_noop(
    "The last character of this resident ID number does not fit the others; one digit is wrong."
)
_WRONG_BIRTH = gettext_noop("The birth date in this resident ID number is not possible.")


class ResidentId(NamedTuple):
    """normal: 18 characters, X upper case. gender: "male" or "female"."""

    normal: str
    birthday: date
    gender: str


def read_resident_id(text: str, *, today: date) -> ResidentId:
    """Return what a resident ID number says; an old one of 15 digits is brought to 18 (born 19..).

    today: a birth date after it is refused. Raises Refused: resident_ids.form, .check or .birth_date. The messages
    do not repeat the number, except where it is none.
    """
    plain = compatible(text).translate(_GLUE).upper()
    if _OLD.fullmatch(plain):
        plain = _upgraded(plain)
    elif _LONG.fullmatch(plain) is None:
        raise Refused("resident_ids.form", _NOT_AN_ID, text=excerpt(text))
    elif plain[17] != check_character(plain[:17]):
        raise Refused("resident_ids.check", _WRONG_CHECK)
    return ResidentId(plain, _birthday(plain, today), "male" if int(plain[16]) % 2 else "female")


def check_character(first: str) -> str:
    """Return the 18th character for 17 digits: sum of digit x weight modulo 11, looked up (ISO 7064 MOD 11-2)."""
    return _CHECKS[(sum(map(mul, first.encode("ascii"), _WEIGHTS)) - _ZEROS) % 11]  # bytes of digits are their codes


def _upgraded(old: str) -> str:
    first = old[:6] + "19" + old[6:]
    return first + check_character(first)


def _birthday(plain: str, today: date) -> date:
    try:
        birthday = date.fromisoformat(plain[6:14])
    except ValueError:
        birthday = None
    if birthday is None or birthday > today or birthday.year < _OLDEST:
        raise Refused("resident_ids.birth_date", _WRONG_BIRTH)
    return birthday
