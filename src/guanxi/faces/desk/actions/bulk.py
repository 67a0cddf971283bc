"""Acts on the pieces of work that were ticked in the list, or on all that fit: handing over, and not now."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from guanxi.faces.desk.actions.presenters import reasons_of
from guanxi.faces.desk.lists.nouns import ACTION_LIST
from guanxi.faces.shared.lists.bulk import (
    Blank,
    BulkForm,
    Choice,
    Many,
    Sent,
    Skipped,
    ask,
    do,
    read_sent,
    take_back,
)
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.sheets import BulkDone, Skip
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import find_staff, firm_day
from guanxi.record.actions.choices import NotNow
from guanxi.record.actions.queries import possible_takers
from guanxi.record.actions.services import hand_over_selected, put_off_selected, undo_answers
from guanxi.record.actions.services.selecting import selected_actions
from guanxi.record.actions.sheet import ACTIONS


class WorkForm(BulkForm):
    """With a note for whoever takes it over, and the day to be asked again."""

    note = forms.CharField(required=False, max_length=2000)
    again_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


@require_POST
def handing_over(request: FaceRequest) -> HttpResponse:
    """To whom, with which note, and handing it over."""
    require(request.principal, Permission.HAND_OVER_ACTIONS)
    sent = read_sent(request, WORK, WorkForm)
    to, note = sent.form["to"], sent.form["note"].strip()
    if not to:
        own = request.principal.staff_id if request.principal.scope == Scope.OWN else None  # has it all already
        people = possible_takers(request.principal, but=own)
        choices = [Choice(one.code, one.name, one.team_name) for one in people]
        blanks = [Blank("note", _("What should they know?"), most=2000)]
        more = _("Whoever takes it over sees this customer until it is done.")
        return _ask(
            request, sent, "work_handing_over", _("Hand {count} over to …"), choices=choices, blanks=blanks, note=more
        )
    taker = find_staff(to, request.principal)

    def act() -> BulkDone:
        return hand_over_selected(sent.selection, to_staff=to, by=request.principal, note=note)

    def words(count: int) -> str:
        return ngettext("{count} action handed over to {name}.", "{count} actions handed over to {name}.", count)

    return do(request, sent, WORK, act, words, name=taker.name if taker else "")


@require_POST
def putting_off(request: FaceRequest) -> HttpResponse:
    """Why not now, and putting it off."""
    require(request.principal, Permission.ANSWER_ACTIONS)
    sent = read_sent(request, WORK, WorkForm)
    if not sent.form["to"]:
        choices = [Choice(str(one.value), one.label, one.again) for one in reasons_of(look_of(request))]
        blanks = [Blank("again_on", _("Ask again on"), kind="date")]
        heading = _("{count}: not now, because…")
        return _ask(request, sent, "work_putting_off", heading, choices=choices, blanks=blanks)
    try:
        reason = NotNow(int(sent.form["to"]))
    except ValueError:
        raise BadRequest("no reason of ours") from None

    def act() -> BulkDone:
        return put_off_selected(sent.selection, reason=reason, by=request.principal, again_on=sent.form["again_on"])

    def words(count: int) -> str:
        return ngettext("{count} action put off: {name}.", "{count} actions put off: {name}.", count)

    return do(request, sent, WORK, act, words, name=str(reason.label))


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Taking an act on many back."""
    require(request.principal, Permission.ANSWER_ACTIONS)
    return take_back(request, WORK, lambda: undo_answers(code, by=request.principal))


def _ask(request: FaceRequest, sent: Sent, place: str, heading: str, **more: Any) -> HttpResponse:
    def meant() -> tuple[int, Skipped]:
        found = selected_actions(sent.selection, request.principal, on=firm_day())
        return len(found.ids), found.skipped

    return ask(request, sent, WORK, meant, place, heading, **more)


def _skips(count: int) -> Mapping[Skip, str]:
    """Why nothing was done to so many pieces of work."""
    return {
        Skip.UNSEEN: ngettext(
            "{count} left out: not yours to answer.", "{count} left out: not yours to answer.", count
        ),
        Skip.SETTLED: ngettext("{count} has its answer already.", "{count} have their answer already.", count),
        Skip.SAME: ngettext("{count} was there already.", "{count} were there already.", count),
        Skip.CHANGED: ngettext(
            "{count} stays: it was changed meanwhile.", "{count} stay: they were changed meanwhile.", count
        ),
    }


WORK = Many(
    home="actions",
    withdrawal="work_return",
    sheet=ACTIONS,
    title=gettext_lazy("Actions"),
    nothing=gettext_lazy("Nothing was changed"),
    counted=ACTION_LIST.counted,
    restored=lambda count: ngettext("{count} action is as before.", "{count} actions are as before.", count),
    skips=_skips,
)
