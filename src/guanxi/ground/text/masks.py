"""Masks: what a person without the right to a field sees of it. A short value never shows more than a long one.

One rule for lists, search, exports, API, tools and history: the value is masked while the row is built.
"""

import re
from collections.abc import Callable

from guanxi.ground.text.normalise import HAN
from guanxi.ground.text.phones import is_mainland_mobile
from guanxi.ground.text.surnames import COMPOUND_SURNAMES

_HAN_NAME = re.compile(rf"[{HAN}·]+")
_STARS = "****"
_LINE = re.compile(r"\+86(10|2\d|[3-9]\d\d)(\d{7,8})", re.ASCII)  # area and number of a line on the mainland
_COUNTRY = re.compile(r"\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})", re.ASCII)  # ITU-T E.164
_LEAST, _SHORTEST = 8, 11  # digits behind the country, characters in all, of which some may be shown


def mask_phone(form: str) -> str:
    """Return 138****8000 for +8613800138000, 020****0612 for a line of Guangzhou, +44****4567 for a long number abroad, **** for
    any other: four digits at least stay hidden.
    """
    number = form.partition(";")[0]
    if is_mainland_mobile(number):
        return f"{number[3:6]}{_STARS}{number[-4:]}"
    if line := _LINE.fullmatch(number):
        return f"0{line[1]}{_STARS}{line[2][4:]}"
    country = _COUNTRY.match(number)
    if country is None or len(number) - country.end() < _LEAST or len(number) < _SHORTEST:
        return _STARS
    return f"{country[0]}{_STARS}{number[-4:]}"


def mask_id_number(text: str) -> str:
    """Return 1101**********123X for 18 characters; other papers show two at each end from 9 characters up, else nothing."""
    length = len(text)
    if length == 18:
        return text[:4] + "*" * 10 + text[-4:]
    return text[:2] + "*" * (length - 4) + text[-2:] if length >= 9 else "*" * length


def mask_name(name: str) -> str:
    """Return 张* for any name of the surname 张 (欧阳* for compound ones), J* for John Smith, * for one character."""
    bare = name.strip()
    if len(bare) < 2:
        return "*"
    if len(bare) > 2 and bare[:2] in COMPOUND_SURNAMES and _HAN_NAME.fullmatch(bare):
        return bare[:2] + "*"
    return bare[0] + "*"


def mask_email(text: str) -> str:
    """Return z***@example.com; ***@example.com when only one character stands before the @."""
    local, at, domain = text.rpartition("@")
    if not at:
        return "***"
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def mask_plate(plate: str) -> str:
    """Return 京A***45 for 京A12345; only stars below 7 characters."""
    return plate[:2] + "*" * (len(plate) - 4) + plate[-2:] if len(plate) >= 7 else "*" * len(plate)


def mask_account(text: str) -> str:
    """Return ****1234 (account, card, policy); only stars below 8 characters."""
    return _STARS + text[-4:] if len(text) >= 8 else _STARS


def mask_whole(_value: str) -> str:
    """Return **** for anything: of a birthday every part tells."""
    return _STARS


MASKS: dict[str, Callable[[str], str]] = {
    "phone": mask_phone,
    "id_number": mask_id_number,
    "name": mask_name,
    "email": mask_email,
    "plate": mask_plate,
    "account": mask_account,
    "policy_number": mask_account,
    "birthday": mask_whole,
}


def mask(kind: str, value: str) -> str:
    """Return the masked value of a kind of MASKS; a kind without its own mask shows nothing of the value."""
    if not value:
        return ""
    return MASKS.get(kind, mask_whole)(value)
