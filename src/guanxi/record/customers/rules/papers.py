"""Papers by which somebody proves who he is: resident ID, passport or permit, and a firm's credit code."""

import re
from datetime import date
from typing import NamedTuple

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible
from guanxi.ground.text.resident_ids import read_resident_id
from guanxi.record.customers.choices import CustomerKind, Gender

_GLUE = re.compile(r"[\s\-‐–—]+")
_PASSPORT = re.compile(r"[A-Z]{1,3}\d{6,9}[A-Z]?", re.ASCII)
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)
# GB 32100-2015: 31 characters (without I, O, S, V, Z), weights are the powers of 3 modulo 31.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_NOT_A_PAPER = gettext_noop("“{text}” is not the number of an identity paper.")


class Paper(NamedTuple):
    """What a paper's number says: its normal form, and what can be read from it (None where nothing can)."""

    form: str
    kind: CustomerKind | None = None
    birthday: date | None = None
    gender: Gender | None = None


def read_paper(text: str, *, today: date) -> Paper:
    """Return what the number of a paper says: a resident ID (checked), a firm's unified credit code (checked), or a
    passport or permit (letters first, then 6 to 9 digits). Raises Refused.
    """
    plain = text if text.isascii() and text.isalnum() else _GLUE.sub("", compatible(text))
    plain = plain.upper()
    if plain[:1].isdigit():
        return _read_digits(plain, today)
    if _PASSPORT.fullmatch(plain):
        return Paper(plain, CustomerKind.PERSON)
    if is_credit_code(plain):
        return Paper(plain, CustomerKind.ORGANISATION)
    raise Refused("customers.not_a_paper", _NOT_A_PAPER, text=excerpt(text))


def is_credit_code(plain: str) -> bool:
    """Return whether 18 characters are a unified social credit code with a right last character (GB 32100-2015)."""
    if _CREDIT.fullmatch(plain) is None:
        return False
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in zip(plain, _CREDIT_WEIGHTS, strict=False))
    return _CREDIT_ALPHABET[-total % 31] == plain[17]


def _read_digits(plain: str, today: date) -> Paper:
    """A resident ID before a credit code: one of 31 resident IDs would also pass as a code."""
    try:
        read = read_resident_id(plain, today=today)
    except Refused:
        if is_credit_code(plain):
            return Paper(plain, CustomerKind.ORGANISATION)
        raise
    gender = Gender.MALE if read.gender == "male" else Gender.FEMALE
    return Paper(read.normal, CustomerKind.PERSON, read.birthday, gender)
