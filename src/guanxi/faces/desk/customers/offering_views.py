"""One customer and the firm's offers: what to speak of now, taking it over as work, and why the last run decided as it did."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.engage.offers.queries import PublishedOffer
from guanxi.faces.desk.customers.card_forms import BenefitForm, TakingForm
from guanxi.faces.desk.customers.offering import (
    decided_now,
    in_words,
    name_of,
    on_request,
    taking_of,
    weighing_of,
)
from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.actions.services import Taking, decline_offer
from guanxi.record.customers.queries import Head, head_of_code

if TYPE_CHECKING:  # the engine is imported where somebody is decided about, never with the page
    from guanxi.insight.decisions.offers.in_contact import InContact  # heavy: for types only


@require_safe
def proposal(request: FaceRequest, code: str) -> HttpResponse:
    """What to speak of with a customer who is here now: one thing or nothing, and why nothing else (NBA-01)."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    asked(request)
    head, look = _head(request, code), look_of(request)
    return _page(request, head, decided_now(head.id, look))


@require_POST
def benefit(request: FaceRequest, code: str) -> HttpResponse:
    """A loyal customer asked for what those get who waver, and gets it; refused who is no peer by the published criteria (RET-04)."""
    require(request.principal, Permission.ANSWER_ACTIONS)
    from guanxi.insight.decisions.offers.peers import give_on_request  # noqa: PLC0415 - heavy: the engine

    head, look, sent = _head(request, code), look_of(request), read(BenefitForm, request)
    try:
        given = give_on_request(head.id, sent["offer"], words=sent["words"], by=request.principal)
    except Refused as refused:
        return _page(request, head, decided_now(head.id, look), problem=refusal_words(refused), words=sent["words"])
    say(request, _("Given. It can be taken back today."))
    return redirect(reverse("action", args=[given]))


@require_POST
def proposal_taking(request: FaceRequest, code: str) -> HttpResponse:
    """The proposal becomes work of whoever has the customer; refused where it is not the proposal any more."""
    from guanxi.insight.decisions.offers.taking_up import take_up_proposed  # noqa: PLC0415 - heavy: the engine

    return _answered(request, code, take_up_proposed, _("Taken up: {offer}"))


@require_POST
def proposal_declining(request: FaceRequest, code: str) -> HttpResponse:
    """The customer does not want what was proposed: kept as his no, with his reason where he gave one."""

    def decline(customer_id: int, offer: PublishedOffer, taking: Taking, *, by: Principal) -> str:
        return decline_offer(customer_id, taking, by=by)

    return _answered(request, code, decline, _("Noted that it was refused: {offer}"))


def _answered(request: FaceRequest, code: str, act: Callable[..., str], told: str) -> HttpResponse:
    """What the customer said to the proposal, kept by one act; the page again where it is not the proposal any more, or refused."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    head, look, sent = _head(request, code), look_of(request), read(TakingForm, request)
    found = decided_now(head.id, look)
    taking = taking_of(found, sent["need"], look)
    if found.first is None or taking is None or taking.facts["code"] != sent["offer"]:
        return _page(request, head, found, problem=_("The proposal has changed since."), need=sent["need"])
    try:
        act(head.id, found.first.offer, taking, by=request.principal)
    except Refused as refused:
        return _page(request, head, found, problem=refusal_words(refused), need=sent["need"])
    say(request, told.format(offer=name_of(found.first.offer)))
    return redirect(reverse("customer", args=[head.code]))


@require_safe
def weighing(request: FaceRequest, code: str) -> HttpResponse:
    """Why the last run chose what it chose for a customer, and why not the others: from what it stored."""
    require(request.principal, Permission.VIEW_ACTIONS)
    require(request.principal, Permission.VIEW_STANDING)
    asked(request)
    head, look = _head(request, code), look_of(request)
    return render(request, "customers/weighing.html", {"head": head, "weighing": weighing_of(head.id, look)})


def _head(request: FaceRequest, code: str) -> Head:
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _page(
    request: FaceRequest, head: Head, found: "InContact", *, problem: str = "", need: str = "", words: str = ""
) -> HttpResponse:
    look = look_of(request)
    benefits, now = on_request(head, found, look), in_words(found, look)
    context = {"head": head, "now": now, "problem": problem, "need": need, "words": words, "benefits": benefits}
    response = render(request, "customers/proposal.html", context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response
