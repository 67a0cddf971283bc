"""Offers at the desk: a page each, a form while it is a draft, and the steps of its way."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.engage.offers.listing import partners_known
from guanxi.engage.offers.queries import offer_of_code, promotions_in_order
from guanxi.engage.offers.services import (
    NotTaken,
    approve_offer,
    publish_offer,
    release_wording,
    return_offer,
    revise_offer,
    submit_offer,
    withdraw_offer,
    write_offer,
)
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.faces.desk.offers.forms import OfferForm, WhyForm, written
from guanxi.faces.desk.offers.presenters import page_of
from guanxi.faces.desk.settings.showing import UNPROCESSABLE, done, status_of
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.catalogue.listing import family_references

_MOST = 300


@require_safe
def offer(request: FaceRequest, code: str) -> HttpResponse:
    """One version: what it says, to whom it goes, what is missing, what may be done now."""
    return page(request, found(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: FaceRequest) -> HttpResponse:
    """A form for a new offer."""
    require(request.principal, Permission.EDIT_OFFERS)
    return _written(request, "", {"issue": "5", "alternative_zh": "什么也不做", "alternative_en": "Do nothing"})


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: FaceRequest, code: str) -> HttpResponse:
    """The form of a draft."""
    require(request.principal, Permission.EDIT_OFFERS)
    return _written(request, code, written(found(request, code)))


@require_POST
def submission(request: FaceRequest, code: str) -> HttpResponse:
    """Hand a draft over for approval."""
    return _step(
        request, code, lambda: submit_offer(code, by=request.principal), _("Submitted; a colleague approves it.")
    )


@require_POST
def returning(request: FaceRequest, code: str) -> HttpResponse:
    """Give an offer back to who wrote it."""
    why = read(WhyForm, request)["why"]
    return _step(request, code, lambda: return_offer(code, why=why, by=request.principal), _("Given back."))


@require_POST
def release(request: FaceRequest, code: str) -> HttpResponse:
    """Let words stand that were found."""
    why = read(WhyForm, request)["why"]
    act = _("The words may stand; the reason is kept.")
    return _step(request, code, lambda: release_wording(code, why=why, by=request.principal), act)


@require_POST
def approval(request: FaceRequest, code: str) -> HttpResponse:
    """Approve an offer that somebody else wrote."""
    return _step(request, code, lambda: approve_offer(code, by=request.principal), _("Approved; it can be published."))


@require_POST
def publication(request: FaceRequest, code: str) -> HttpResponse:
    """Publish an approved offer."""
    return _step(request, code, lambda: publish_offer(code, by=request.principal), _("Published."))


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """End a published offer."""
    why = read(WhyForm, request)["why"]
    words = _("Withdrawn; nobody gets it from now on.")
    return _step(request, code, lambda: withdraw_offer(code, why=why, by=request.principal), words)


@require_POST
def version(request: FaceRequest, code: str) -> HttpResponse:
    """Begin a new version of an offer that was published."""
    there = found(request, code)
    try:
        new = revise_offer(code, by=request.principal)
    except Refused as refused:
        return page(request, there, problem=refusal_words(refused), status=UNPROCESSABLE)
    return redirect("offer_draft", new)


def _step(request: FaceRequest, code: str, act: Callable[[], None], words: str) -> HttpResponse:
    there = found(request, code)
    try:
        act()
    except Refused as refused:
        typed = request.POST.get("why", "")[:2_000]
        return page(request, there, problem=refusal_words(refused), typed=typed, status=UNPROCESSABLE)
    return done(request, words, "offer", code)


def found(request: FaceRequest, code: str) -> Any:
    """The version of this code, or 404."""
    there = offer_of_code(code, principal=request.principal)
    if there is None:
        raise Http404
    return there


def page(request: FaceRequest, there: Any, *, problem: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    """The page of a version, with what went wrong."""
    shown = page_of(there, look_of(request), problem=problem, typed=typed)
    return render(request, "offers/page.html", {"page": shown}, status=status)


def _written(request: FaceRequest, code: str, there: dict[str, str]) -> HttpResponse:
    is_sent = request.method == "POST"
    form = OfferForm(
        request.POST if is_sent else None,
        now=list(there.values()),
        initial=there,
        families=family_references(principal=request.principal, limit=_MOST),
        promotions=promotions_in_order(principal=request.principal),
    )
    if is_sent and form.is_valid():
        try:
            kept = write_offer(code, form.given(), by=request.principal)
        except Refused as refused:
            _say(form, refused)
        else:
            return done(request, _("Kept as a draft."), "offer", kept)
    words = [(one.name, one.label) for one in vocabulary().features.values()]
    context = {"form": form, "code": code, "features": words, "signals": sorted(vocabulary().signals)}
    context |= {"partners": partners_known(request.principal)}
    return render(request, "offers/draft.html", context, status=status_of(form) if is_sent else 200)


def _say(form: OfferForm, refused: Refused) -> None:
    """The reason at the field to which it belongs."""
    words = refusal_words(refused)
    if isinstance(refused, NotTaken):
        place = f"{refused.field}_zh" if refused.field.startswith("way_") else refused.field
        if refused.line:
            words = _("Line {number}. {words}").format(number=refused.line, words=words)
        form.add_error(place if place in form.fields else None, words)
    else:
        form.add_error(None, words)
