"""A new address in the contact, and what it lets one suppose: asked at once, confirmed or refuted by a click, undone by one."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.faces.desk.customers.card_forms import AddressForm, SuppositionForm
from guanxi.faces.desk.customers.page import Came
from guanxi.faces.desk.customers.page_views import customer_response, not_found_is_404
from guanxi.faces.desk.customers.person import Refusal, source_named
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.actions.services import reopen_signal, settle_signal
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.customers.services import NewAddress, change_address
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import SignalRow, get_signal


@require_POST
def address(request: FaceRequest, code: str) -> HttpResponse:
    """A customer has moved; the page that follows asks what there is to ask, one thing or nothing."""
    head = _head(request, code, Permission.EDIT_CUSTOMERS)
    sent = read(AddressForm, request)
    place = NewAddress(sent["text"], sent["city"], sent["district"], source=source_named(sent["source"]))
    try:
        change_address(head.id, place, by=request.principal)
    except Refused as refused:
        came = Came(refused=Refusal("address", refusal_words(refused), sent))
        return customer_response(request, head.code, came, status=422)
    return redirect(reverse("customer", args=[head.code]) + "?moved=1")


@require_POST
def supposition(request: FaceRequest, code: str, signal: str) -> HttpResponse:
    """What was supposed is so, as the customer says, or is not."""
    head = _head(request, code, Permission.JUDGE_SIGNALS)
    found, answer = _signal(request, head, signal), read(SuppositionForm, request)["answer"]
    judgement = Judgement.TRUE if answer == "yes" else Judgement.DENIED
    try:
        settle_signal(found.code, by=request.principal, judgement=judgement, note=source_named("told"))
    except Refused as refused:
        return _back(request, head, refusal_words(refused))
    words = _("Confirmed: {what}") if answer == "yes" else _("Not so: {what}")
    undo = reverse("supposition_withdrawal", args=[head.code, found.code])
    return _back(request, head, words.format(what=found.kind.label), undo=undo)


@require_POST
def supposition_withdrawal(request: FaceRequest, code: str, signal: str) -> HttpResponse:
    """What was said about a supposition is taken back."""
    head = _head(request, code, Permission.JUDGE_SIGNALS)
    try:
        reopen_signal(_signal(request, head, signal).code, by=request.principal)
    except Refused as refused:
        return _back(request, head, refusal_words(refused))
    return _back(request, head, "")


def _head(request: FaceRequest, code: str, permission: Permission) -> Head:
    require(request.principal, permission)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _signal(request: FaceRequest, head: Head, code: str) -> SignalRow:
    """A supposition of this customer; 404 for another's, and for what a detector measured itself."""
    found = get_signal(code, principal=request.principal)
    if found is None or found.customer_id != head.id or not found.was_supposed:
        raise Http404
    return found


def _back(request: FaceRequest, head: Head, words: str, *, undo: str = "") -> HttpResponse:
    if words:
        say(request, words, undo=undo)
    return redirect(reverse("customer", args=[head.code]) + "#signals")
