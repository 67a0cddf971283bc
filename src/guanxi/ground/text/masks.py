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


def mask_phone(form: str) -> str:
    """Return 138****8000 for +8613800138000; +44****4567 for others of 10 digits and more; **** for shorter numbers."""
    number = form.partition(";")[0]
    if is_mainland_mobile(number):
        number = number.removeprefix("+86")
    elif not number.startswith("+") or len(number) < 11:
        return _STARS
    return f"{number[:3]}{_STARS}{number[-4:]}"


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
