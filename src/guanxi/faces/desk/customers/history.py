"""The history of a customer's fields: who changed what, when, from what to what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries import head_of_code
from guanxi.record.customers.queries.changes import Change, changes_of

LABELS = {
    "name": pgettext_lazy("customer", "Name"),
    "kind": pgettext_lazy("customer", "Kind"),
    "gender": gettext_lazy("Gender"),
    "birthday": gettext_lazy("Birthday"),
    "company": gettext_lazy("Company"),
    "language": gettext_lazy("Language"),
    "city_id": gettext_lazy("City"),
    "owner_id": gettext_lazy("Manager"),
    "reference": gettext_lazy("Reference"),
}
_LANGUAGES = dict(settings.LANGUAGES)
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Step:
    """One act in words: `fields` are (label, before, after)."""

    iso: str
    day: str
    time: str
    by: str
    words: str
    fields: Sequence[tuple[str, str, str]]


@require_safe
def history(request: FaceRequest, code: str) -> HttpResponse:
    """What was changed of a customer, newest first."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    before = asked(request, "before")["before"]
    if before and not (before.isascii() and before.isdigit() and len(before) <= _MOST_DIGITS):
        raise BadRequest("no place of a history")
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    found = changes_of(head, request.principal, before=int(before) if before else None)
    look = look_of(request)
    context = {
        "head": head,
        "steps": [_step(change, look) for change in found.rows],
        "next": f"?before={found.next}" if found.next else "",
    }
    return render(request, "customers/history.html", context)


def _step(change: Change, look: Look) -> Step:
    zone = look.now.tzinfo or ZoneInfo("UTC")
    at: dt.datetime = change.at.astimezone(zone)
    fields = [(str(LABELS[one.name]), _told(one.name, one.old), _told(one.name, one.new)) for one in change.fields]
    by = change.by or _("the system")
    return Step(at.isoformat(), cells.day_words(at.date(), look.today), f"{at:%H:%M}", by, change.words, fields)


def _told(name: str, value: object) -> str:
    """A value of a field as people read it: days and languages in words, masks with dots."""
    words = str(value)
    if name == "birthday":
        words = cells.birthday(words)
    if name == "language":
        words = str(_LANGUAGES.get(words, words))
    return cells.masked(words)
