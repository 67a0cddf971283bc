"""Lines of actions in templates, by `faces.desk.actions.rows`."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from guanxi.faces.desk.actions import rows
from guanxi.faces.desk.actions.presenters import Line

register = template.Library()


@register.simple_tag(takes_context=True)
def closed_line(context: Context, line: Line, *, is_apart: bool = False) -> SafeString:
    """A closed line; `is_apart` where nothing is answered."""
    return rows.closed_line(line, str(context["csrf_token"]), is_apart=is_apart)


@register.simple_tag(takes_context=True)
def tick(context: Context, line: Line) -> SafeString:
    """The circle that answers an action as done."""
    return rows.tick(line, str(context["csrf_token"]))
