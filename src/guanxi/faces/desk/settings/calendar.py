"""Days off: the country's, and where the firm does otherwise. Due days are counted in business days."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, carried_out, done, show
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import named_days
from guanxi.identity.services import change_day, forget_day

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_SPAN = range(2000, 2101)
_MOVED = re.compile(r" ?(\d{4})-(\d\d)-(\d\d) ?|(\d\d)/(\d\d)/(\d{4})")  # a day in a name: 2026-01-04, 01/04/2026


class DayForm(forms.Form):
    """A day on which the firm does otherwise."""

    day = forms.DateField(label=gettext_lazy("Day"), input_formats=["%Y-%m-%d"], widget=_DAY)
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("On that day we"),
        choices=[("no", gettext_lazy("are off")), ("yes", gettext_lazy("work"))],
        coerce=lambda word: word == "yes",
    )
    name = forms.CharField(label=gettext_lazy("Why"), max_length=60, required=False)


class ForgetForm(forms.Form):
    """A day for which the usual calendar counts again."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])


@dataclass(frozen=True)
class Line:
    """One day that differs from a usual week."""

    day: dt.date
    words: str
    is_working: bool
    name: str
    is_own: bool


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: FaceRequest) -> HttpResponse:
    """The days of one year that are not as the week is, and a form for one more."""
    require(request.principal, Permission.ADMINISTER)
    year, is_sent = _year(request), request.method == "POST"
    form = DayForm(request.POST if is_sent else None)

    def act(said: dict[str, Any]) -> None:
        change_day(said["day"], by=request.principal, is_working=said["is_working"], name=said["name"])

    if is_sent and carried_out(form, act):
        return done(request, _("Kept."), "calendar")
    lines = _lines(year, look_of(request).today)
    context = {"year": year, "before": year - 1, "after": year + 1, "lines": lines, "form": form}
    return show(request, "settings/calendar.html", context, status=UNPROCESSABLE if is_sent else 200)


@require_POST
def day_removal(request: FaceRequest) -> HttpResponse:
    """Let the usual calendar count again for a day."""
    require(request.principal, Permission.ADMINISTER)
    forget_day(read(ForgetForm, request)["day"], by=request.principal)
    return done(request, _("The usual calendar counts again."), "calendar")


def _year(request: FaceRequest) -> int:
    text = asked(request, "year")["year"]
    if not text:
        return look_of(request).today.year
    if not text.isascii() or not text.isdigit() or int(text[:5]) not in _SPAN:
        raise BadRequest("no year")
    return int(text)


def _lines(year: int, today: dt.date) -> list[Line]:
    free, working, own = named_days(year, get_language() or "en")
    lines = {day: _line(day, _named(name, today), is_working=False) for day, name in free.items()}
    lines |= {day: _line(day, _("makes up for a holiday"), is_working=True) for day in working}
    lines |= {day: _line(day, name, is_working=is_working, is_own=True) for day, (is_working, name) in own.items()}
    return [lines[day] for day in sorted(lines)]


def _named(name: str, today: dt.date) -> str:
    """A name of a day off, the day it was moved from written as this person writes days."""

    def written(found: re.Match[str]) -> str:
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[4], found[5])
        return cells.short_date(dt.date(int(year), int(month), int(day)), today)

    return _MOVED.sub(written, name)


def _line(day: dt.date, name: str, *, is_working: bool, is_own: bool = False) -> Line:
    return Line(day, cells.whole_date(day), is_working, name, is_own)
