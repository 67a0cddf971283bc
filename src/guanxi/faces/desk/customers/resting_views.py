"""Where a person lets sales rest for a customer, sees why they do, and lets them go on."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import RestEndForm, RestForm
from guanxi.faces.desk.customers.resting import causes_for, rests_of, standing_words
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Denied, Permission, may, require
from guanxi.record.customers.queries import Head
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.permissions import right_to_set
from guanxi.record.suppressions.queries import SuppressionRow, suppressions_of
from guanxi.record.suppressions.services import (
    end_suppression,
    resume_suppression,
    suppress,
    withdraw_suppression,
)


@require_http_methods(["GET", "HEAD", "POST"])
def rests(request: FaceRequest, code: str) -> HttpResponse:
    """Why sales rest, and letting them rest for another reason."""
    if request.method != "POST":
        head = head_for(request, code, Permission.VIEW_CUSTOMERS)
        asked(request)
        return _SLOT.page(request, head)
    head, sent = _head(request, code), read(RestForm, request)
    _not_of_a_review(Cause(sent["cause"]))
    return _SLOT.acted(request, head, lambda: suppress(head.id, by=request.principal, **sent), sent)


@require_POST
def rest_end(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """Sales go on; a complaint is solved."""
    head, found = _of(request, code, row)
    sent = read(RestEndForm, request)
    return _SLOT.acted(request, head, lambda: end_suppression(found.id, by=request.principal, why=sent["how"]), sent)


@require_POST
def rest_return(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """What was ended today rests again."""
    head, found = _of(request, code, row)
    return _SLOT.acted(request, head, lambda: resume_suppression(found.id, by=request.principal))


@require_POST
def rest_removal(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """What was written down today was a mistake."""
    head, found = _of(request, code, row)
    return _SLOT.acted(request, head, lambda: withdraw_suppression(found.id, by=request.principal))


def _of(request: FaceRequest, code: str, row: int) -> tuple[Head, SuppressionRow]:
    """A rest of a customer in sight."""
    head = _head(request, code)
    rows = suppressions_of(head.id, principal=request.principal)
    found = next((one for one in rows if one.id == row), None)
    if found is None:
        raise Http404
    _not_of_a_review(found.cause)
    return head, found


def _not_of_a_review(cause: Cause) -> None:
    """403 for a rest of suspicion: two people set and end it, on the page of the review (RSK-06), and nobody alone on this one."""
    if cause == Cause.FRAUD:
        raise Denied(right_to_set(cause))


def _head(request: FaceRequest, code: str) -> Head:
    """The customer, for who may set one rest or another; 403 for everybody else, before anything is read."""
    if not any(may(request.principal, right_to_set(cause)) for cause in Cause):
        require(request.principal, Permission.EDIT_CONSENTS)
    return head_for(request, code, Permission.VIEW_CUSTOMERS)


def _told(head: Head, look: Look, sent: Mapping[str, Any]) -> dict[str, Any]:
    rows = suppressions_of(head.id, principal=look.principal)
    return {
        "rests": rests_of(rows, look),
        "now": standing_words(rows, look),  # for the slot on the customer's page
        "causes": causes_for(look),
        "may_block": may(look.principal, right_to_set(Cause.GAMBLING)),
        "today": look.today.isoformat(),
    }


_SLOT = Slot("rests", "customers/rests.html", _told)
