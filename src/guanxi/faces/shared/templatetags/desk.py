"""The few template tags of every face: icons, tiers, days and money, each escaping by itself."""

import datetime as dt

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanxi.faces.shared import cells

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One icon of the sprite, hidden from screen readers: words beside it say what it means."""
    return format_html(
        '<svg class="i {}" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        static("art/icons.svg"),
        name,
    )


@register.simple_tag
def tier(value: int) -> SafeString:
    """The tier as a letter in a quiet badge."""
    return cells.tier(value)


@register.filter
def day(value: dt.date, today: dt.date) -> str:
    """A day in words near today, else as a date."""
    return cells.day_words(value, today)


@register.filter
def money(minor: int | None) -> str:
    """Minor units of the firm's currency as a whole amount without sign of currency."""
    return cells.amount(minor)
