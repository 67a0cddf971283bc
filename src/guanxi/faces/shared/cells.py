"""Cells of lists and pages: each a small function that escapes by itself (patterns.md section 2)."""

import datetime as dt
from html import escape

from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from guanxi.ground.money import format_money
from guanxi.ground.text.normalise import show_hidden

_TIERS = {1: "A", 2: "B", 3: "C"}
_WEEK = 7


def text(value: object) -> str:
    """Any text of a customer, escaped, hidden characters shown."""
    return escape(show_hidden(str(value)))


def tier(value: int) -> SafeString:
    """Tier as a letter in a badge; nothing where there is none yet."""
    letter = _TIERS.get(value)
    if letter is None:
        return SafeString("")
    return format_html(
        '<span class="tier" data-tier="{}" title="{}">{}</span>', letter, gettext("Tier %s") % letter, letter
    )


def amount(minor: int | None, currency: str = "CNY") -> str:
    """A whole amount with thousands commas and a true minus, without the currency (it stands in the head)."""
    if minor is None:
        return "–"
    return format_money(minor, currency, get_language() or "en", whole=True).lstrip("¥£$€").replace("−¥", "−")


def day_words(value: dt.date | None, today: dt.date) -> str:
    """Yesterday, today, tomorrow; a weekday up to seven days; then the date, with the year only when it is another."""
    if value is None:
        return "–"
    distance = (value - today).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if distance in near:
        return near[distance]
    if 0 < distance < _WEEK or -_WEEK < distance < 0:
        return str(formats.date_format(value, "l"))
    return short_date(value, today)


def short_date(value: dt.date, today: dt.date) -> str:
    """7月9日 or 9 Jul, with the year when it is not this one."""
    chinese = (get_language() or "").startswith("zh")
    if chinese:
        same, other = "n月j日", "Y年n月j日"
    else:
        same, other = "j M", "j M Y"
    return str(formats.date_format(value, same if value.year == today.year else other))
