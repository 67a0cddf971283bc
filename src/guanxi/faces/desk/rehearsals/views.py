"""Rehearsals at the desk: the firm's policy set otherwise on a form, and both side by side before anybody is contacted."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.engage.offers.candidates import candidates
from guanxi.engage.policy.queries import contact_policy, rehearsal_of
from guanxi.engage.policy.queries import rehearsals as asked_for
from guanxi.engage.policy.services import ask_rehearsal
from guanxi.engage.policy.variation import Variation
from guanxi.faces.desk.rehearsals.asking import asking_page
from guanxi.faces.desk.rehearsals.forms import RehearsalForm, written_policy
from guanxi.faces.desk.rehearsals.presenters import result_page
from guanxi.faces.desk.settings.showing import UNPROCESSABLE
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.standing.queries import current_edition

_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def rehearsals(request: FaceRequest) -> HttpResponse:
    """What to set otherwise, and what was rehearsed last. after: a rehearsal to go on from; offer: one in work that takes part."""
    wanted = asked(request, "after", "offer", "without")
    require(request.principal, Permission.REHEARSE)
    look = look_of(request)
    offers, policy = candidates(look.today), contact_policy(look.today)
    is_sent = request.method == "POST"
    form = RehearsalForm(
        request.POST if is_sent else None,
        policy=policy,
        offers=offers,
        initial=written_policy(policy, offers, _begun(request, wanted)),
    )
    if is_sent and form.is_valid():
        try:
            code = ask_rehearsal(form.given(), by=request.principal)
        except Refused as refused:
            form.say(refused)
        else:
            return redirect("rehearsal", code)
    rows = asked_for(principal=request.principal, limit=_SHOWN)
    page = asking_page(form, rows, look, has_figures=current_edition() is not None)
    return render(request, "rehearsals/page.html", {"page": page, "form": form}, status=UNPROCESSABLE if is_sent else 200)  # fmt: skip


@require_safe
def rehearsal(request: FaceRequest, code: str) -> HttpResponse:
    """What one rehearsal came to, or how far it is."""
    asked(request)
    row = rehearsal_of(code, principal=request.principal)
    if row is None:
        raise Http404
    look = look_of(request)
    page = result_page(row, candidates(look.today), look)
    return render(request, "rehearsals/result.html", {"page": page})


def _begun(request: FaceRequest, wanted: dict[str, str]) -> Variation:
    """Where the form begins: with the firm's policy, or as an earlier rehearsal was set."""
    before = rehearsal_of(wanted["after"], principal=request.principal) if wanted["after"] else None
    if before is not None:
        return before.variation
    is_without = wanted["without"] == "levers"
    return Variation(
        offers_in=(wanted["offer"],) if wanted["offer"] else (),
        without_levers=is_without,
        without_weights=is_without,
    )
