"""Lines of actions as text, compiled: a template took a third of Today for its twenty (patterns.md section 2). Everything
that came from people is escaped here.
"""

from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.faces.desk.actions.presenters import Line
from guanxi.faces.shared import cells
from guanxi.faces.shared.templatetags.desk import icon

_NO_TICK = '<span class="tick" aria-hidden="true"></span>'


def closed_line(line: Line, token: str, *, is_apart: bool = False) -> SafeString:
    """A closed line. `token`: of the form behind its tick; `is_apart`: on a page where nothing is answered, so that it
    leads to the page of the action.
    """
    code, name = escape(line.code), escape(line.name)
    opener = f'href="?open={code}#action-{code}" hx-get="?open={code}"'
    if is_apart:
        opener = f'href="{reverse("action", args=[line.code])}"'
    tone = f' data-tone="{escape(line.due_tone)}"' if line.due_tone else ""
    note = f"<small>{escape(line.due_note)}</small>" if line.due_note else ""
    return SafeString(
        f'<article class="line" id="action-{code}" tabindex="-1" data-line aria-label="{name}"'
        f'{" data-urgent" if line.is_urgent else ""}><div class="sum">{_NO_TICK if is_apart else tick(line, token)}'
        f'<div class="who"><a href="{escape(line.href)}">{name}</a>{cells.tier(line.tier)}<small>{escape(line.who)}</small></div>'
        f'<div class="why"><p><a class="opener" {opener} data-open>{escape(line.reason)}</a></p>'
        f'<p class="act">{icon(line.icon)}{escape(line.act)}</p></div>'
        f'<div class="num">{escape(line.stake)}</div><div class="due"{tone}>{escape(line.due)}{note}</div></div></article>'
    )


def tick(line: Line, token: str) -> SafeString:
    """The circle that answers an action as done; an empty one for whoever may not."""
    if not line.may_answer:
        return SafeString(_NO_TICK)
    door, done = reverse("answer", args=[line.code]), _("%(name)s: done") % {"name": line.name}
    then = f'<input type="hidden" name="then" value="{escape(line.then)}">' if line.then else ""
    return SafeString(
        f'<form method="post" action="{door}" hx-post="{door}" hx-disabled-elt="find button">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'
        f'<input type="hidden" name="version" value="{line.version}"><input type="hidden" name="back" value="{escape(line.back)}">'
        f'{then}<button class="tick" name="answer" value="done" data-key="1" aria-label="{escape(done)}"></button></form>'
    )
