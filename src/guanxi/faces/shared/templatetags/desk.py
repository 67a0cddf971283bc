"""The few template tags of every face, each escaping by itself. Days and money come in words from the presenters."""

from functools import cache

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanxi.faces.shared import cells
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.permissions import reads

register = template.Library()


@register.simple_tag
@cache  # a list shows sixty; names and extras stand in templates, so there are few
def icon(name: str, extra: str = "") -> SafeString:
    """One icon of the sprite, hidden from screen readers: words beside it say what it means. A page has a hundred; each symbol of
    the sprite knows its own box.
    """
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {extra}".rstrip(),
        static("art/icons.svg"),
        name,
    )


@register.simple_tag
def tier(value: int) -> SafeString:
    """The tier as a letter in a quiet badge."""
    return cells.tier(value)


@register.simple_tag(takes_context=True)
def may_do(context: Context, permission: str) -> bool:
    """Whether the person who looks holds a permission: for parts that stand on pages of several rooms."""
    return may(context["request"].principal, Permission(permission))


@register.simple_tag(takes_context=True)
def readable(context: Context, names: str) -> str:
    """Those of some fields of customers that the person who looks reads in clear."""
    return ",".join(name for name in names.split(",") if reads(context["request"].principal, name))


@register.filter
def phone(value: object) -> str:
    """A phone as people read it; the template escapes it."""
    return cells.plain_phone(value)


@register.filter
def shown(value: object) -> SafeString:
    """Text of a customer with its hidden characters visible."""
    return SafeString(cells.text(value))
