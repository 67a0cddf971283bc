"""Phone numbers in one form: E.164 (+8613800138000), or the digits alone for numbers that live in one country only.

Numbers kept as digits: service and inner numbers of 3 to 6 digits (10086, 95588, 0012: leading zeros stay) and the
Chinese 400 and 800 numbers of 10 digits. An extension is kept: +861062345678;ext=801.
"""

import re

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible, is_rounded

HOME_REGION = "CN"
_MAX_TEXT = 40

_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})", re.ASCII)
_GLUE = dict.fromkeys(
    map(
        ord,
        " \t\xa0\u2007\u2009\u202f\u3000-‐‑‒–—―−()\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)
_SHORT = re.compile(r"\d{3,6}", re.ASCII)
_SERVICE = re.compile(r"(?:(?:\+|00)?86)?([48]00\d{7})", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_DOTTED = re.compile(r"\+?(?=(?:\.?\d){10})\d{2,4}(?:\.\d{2,8})+", re.ASCII)  # 138.0013.8000, never a decimal
_POINT_ZERO = re.compile(r"(?<=\d{3})\.0\Z", re.ASCII)  # a whole number that passed through a spreadsheet's float
_PLAUSIBLE = re.compile(r"\+?\d+(?:;ext=\d{1,8})?", re.ASCII)
_EXTENSION = re.compile(r"(?:转|轉|ext\.?|extension|分机|#|x)[:：]?(\d{1,8})$", re.IGNORECASE | re.ASCII)

_NOT_A_PHONE = gettext_noop("“{text}” is not a phone number.")
_ROUNDED_WORDS = gettext_noop("“{text}” was rounded by a spreadsheet; format the column as text and export it again.")
_NO_AREA = gettext_noop("“{text}” lacks its area code.")


def phone_form(text: str, region: str = HOME_REGION) -> str:
    """Return the one form of a phone number written in any way.

    region: the country of numbers without +, as ISO letters. Raises Refused (phones.rounded, phones.area_code_missing, phones.not_a_phone).
    """
    if (
        len(text) == 11
        and text[0] == "1"
        and text[1] in "3456789"
        and text.isascii()
        and text.isdigit()
        and region == HOME_REGION
    ):
        return "+86" + text
    if len(text) > _MAX_TEXT:
        raise Refused("phones.not_a_phone", _NOT_A_PHONE, text=excerpt(text))
    if region == HOME_REGION and (mobile := _MOBILE.fullmatch(text.translate(_GLUE))):
        return "+86" + mobile[1] if text.isascii() else "+86" + compatible(mobile[1])
    return _other_form(text, region)


def is_mainland_mobile(form: str) -> bool:
    """Return whether a phone form is a mobile number of mainland China."""
    return len(form) == 14 and form.startswith("+861")


def _other_form(text: str, region: str) -> str:
    plain = compatible(text).translate(_GLUE).strip("'")
    if is_rounded(plain):
        raise Refused("phones.rounded", _ROUNDED_WORDS, text=excerpt(text))
    plain = plain.replace(".", "") if _DOTTED.fullmatch(plain) else _POINT_ZERO.sub("", plain)
    plain = _EXTENSION.sub(r";ext=\1", plain)
    if region == HOME_REGION and (found := _MOBILE.fullmatch(plain)):
        return "+86" + found[1]
    if region == HOME_REGION and (found := _SERVICE.fullmatch(plain)):
        return found[1]
    if _SHORT.fullmatch(plain):
        return plain
    if _PLAUSIBLE.fullmatch(plain) is None:
        raise Refused("phones.not_a_phone", _NOT_A_PHONE, text=excerpt(text))
    return _international(plain, region, text)


def _international(plain: str, region: str, text: str) -> str:
    import phonenumbers  # its tables cost memory; most files never come here

    number, _, extension = plain.partition(";ext=")
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise Refused("phones.not_a_phone", _NOT_A_PHONE, text=excerpt(text)) from None
    chinese = parsed.country_code == 86
    # Chinese ranges are well known; of other countries only the length is asked, for their ranges grow faster than the tables.
    if not (phonenumbers.is_valid_number(parsed) if chinese else phonenumbers.is_possible_number(parsed)):
        if chinese and _LOCAL.fullmatch(number):
            raise Refused("phones.area_code_missing", _NO_AREA, text=excerpt(text))
        raise Refused("phones.not_a_phone", _NOT_A_PHONE, text=excerpt(text))
    form = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{form};ext={extension}" if extension else form
