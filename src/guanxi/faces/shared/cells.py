"""Cells of lists and pages: each a small function that escapes by itself (patterns.md section 2)."""

import datetime as dt
import re
from decimal import Decimal
from html import escape
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from guanxi.faces.shared.words import is_chinese
from guanxi.ground.money import MINUS, currency_sign, format_money, minor_digits
from guanxi.ground.writing import writing

NOTHING = "–"
_TIERS = {1: "A", 2: "B", 3: "C"}
_WEEK = 7
_ALARM, _WATCH = 0.5, 0.3  # of the chance to lose somebody (mock README, Rules)
_MASK = re.compile(r"\*{3,}")
_MOBILE = 11  # digits of a mainland mobile
_LANDLINE = (10, 11)  # of a line on the mainland, its area code included: 10 and 2x, or three digits


def text(value: object) -> str:
    """Any text of a customer, escaped. Hidden characters are marked where all pages pass (visible.py)."""
    return escape(str(value))


def phone(value: object) -> str:
    """The cell of a phone, escaped."""
    return escape(plain_phone(value))


def plain_phone(value: object) -> str:
    """A phone as people read it: 138 0013 8000, 020 3879 0612; masked 138 •••• 8000; others as they stand."""
    number = str(value).partition(";")[0]
    national = number.removeprefix("+86")
    if len(national) == _MOBILE and national[0] == "1" and national != number:
        number = f"{national[:3]} {national[3:7]} {national[7:]}"
    elif national != number and national.isdecimal() and len(national) in _LANDLINE:
        area = 2 if national[0] in "12" else 3
        number = f"0{national[:area]} {national[area:-4]} {national[-4:]}"
    return masked(number)


def masked(value: str) -> str:
    """A value, where it is masked as people read it: 138 •••• 8000, z ••••@example.com; the stars stand in files and answers."""
    return " ".join(_MASK.sub(" •••• ", value).split()).replace(" @", "@") if "***" in value else value


def tier(value: int) -> SafeString:
    """Tier as a letter in a badge; nothing where there is none yet."""
    letter = _TIERS.get(value)
    if letter is None:
        return SafeString("")
    return format_html(
        '<span class="tier" data-tier="{}" title="{}">{}</span>', letter, gettext("Tier %s") % letter, letter
    )


def tag(words: object, tone: str = "") -> SafeString:
    """The state of a thing in one or two words; `tone` is one of good, watch, alarm or nothing."""
    if not tone:
        return format_html('<span class="tag">{}</span>', words)
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, words)


def amount(minor: int | None, currency: str) -> str:
    """An amount with thousands commas and a true minus, without the currency (it stands in the head)."""
    return NOTHING if minor is None else format_money(minor, currency, symbol=False)


def whole_amount(minor: int | None, currency: str) -> str:
    """As `amount`, rounded half-up to whole units: headline figures are rounded anyway."""
    return NOTHING if minor is None else _whole(minor, currency, has_sign=False)


def money(minor: int, currency: str) -> str:
    """Money in a sentence: with its currency, rounded half-up to whole units."""
    return _whole(minor, currency, has_sign=True)


def exact_money(minor: int, currency: str) -> str:
    """Money in a sentence with its cents, where whole units would say too little."""
    return format_money(minor, currency, get_language() or "en", symbol=True)


def whole_units(minor: int, currency: str) -> int:
    """Minor units rounded half-up to whole units, still in minor units."""
    scale = 10 ** minor_digits(currency)
    rounded = (abs(minor) * 2 + scale) // (2 * scale) * scale
    return -rounded if minor < 0 else rounded


def _whole(minor: int, currency: str, *, has_sign: bool) -> str:
    return format_money(whole_units(minor, currency), currency, get_language() or "en", whole=True, symbol=has_sign)


def _numbered(words: str) -> str:
    """With a true minus, and the mark between thousands that the person chose."""
    return words.replace(",", writing().mark).replace("-", MINUS)


def sign_of(currency: str) -> str:
    """How a head or a field names a currency: by its sign, or by its code for who wants it so."""
    return currency if writing().by_code else currency_sign(currency)


def with_sign(label: object, currency: str, per: object = "") -> str:
    """A head of a column of money: “Value ¥”, “At stake ¥ a year”."""
    return " ".join(str(part) for part in (label, f"{sign_of(currency)}{per}") if part)


def day_words(value: dt.date | None, today: dt.date) -> str:
    """Yesterday, today, tomorrow; a weekday up to seven days; then the date, with the year only when it is another."""
    if value is None:
        return NOTHING
    distance = (value - today).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if distance in near:
        return near[distance]
    if -_WEEK < distance < _WEEK:
        return str(formats.date_format(value, "l"))
    return short_date(value, today)


def moment_words(value: dt.datetime | None, zone: str, today: dt.date) -> str:
    """A day in words and the time in the firm's zone."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(zone))
    return f"{day_words(local.date(), today)} {local:%H:%M}"


def number(value: int | Decimal | None) -> str:
    """A number with its thousands marked as the person wants it and no idle zeros; nothing where there is none."""
    if value is None:
        return ""
    plain = value.normalize() if isinstance(value, Decimal) else value
    return _numbered(f"{plain:,f}" if isinstance(plain, Decimal) else f"{plain:,}")


def decimals(value: float, digits: int = 1) -> str:
    """A measured number with so many digits behind the point."""
    return _numbered(f"{value:,.{digits}f}")


def percent(share: float, digits: int = 0) -> str:
    """A share of one in percent: 23%."""
    return _numbered(f"{share:,.{digits}%}")


def risk_tone(risk: float | None) -> str:
    """How a chance to lose somebody is shown: alarm, watch, or as any other figure."""
    if risk is None or risk < _WATCH:
        return ""
    return "alarm" if risk >= _ALARM else "watch"


def short_date(value: dt.date, today: dt.date) -> str:
    """7月9日 or 9 Jul, with the year when it is not this one; 2026-07-09 for who wants it so."""
    if writing().iso_days:
        return value.isoformat()
    same, other = ("n月j日", "Y年n月j日") if is_chinese() else ("j M", "j M Y")
    return str(formats.date_format(value, same if value.year == today.year else other))


def birthday(value: str) -> str:
    """A day of birth with its year, or what a mask leaves of it."""
    try:
        return short_date(dt.date.fromisoformat(value), dt.date.min) if value else ""
    except ValueError:
        return text(value)


def whole_date(value: dt.date) -> str:
    """A day with its weekday and year: Sunday, 22 November 2026; 2026年11月22日 星期日; 2026-11-22 Sunday."""
    if writing().iso_days:
        return f"{value.isoformat()} {formats.date_format(value, 'l')}"
    return str(formats.date_format(value, "Y年n月j日 l" if is_chinese() else "l, j F Y"))


def month_words(value: dt.date, today: dt.date, *, short: bool = False) -> str:
    """7月 or July (Jul), with the year when it is not this one."""
    same, other = ("n月", "Y年n月") if is_chinese() else (("M", "M Y") if short else ("F", "F Y"))
    return str(formats.date_format(value, same if value.year == today.year else other))


def months_words(first: dt.date, last: dt.date, today: dt.date) -> str:
    """A month, or the first and the last of several."""
    begin, end = month_words(first, today), month_words(last, today)
    return begin if begin == end else gettext("{first} to {last}").format(first=begin, last=end)
