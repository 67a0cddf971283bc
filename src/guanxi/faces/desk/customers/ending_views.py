"""Notice of a contract that we end: given with its ground, taken back, and carried out once its days are over (SEG-03)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import NoticeForm
from guanxi.faces.desk.customers.ending import ending_of
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission
from guanxi.record.customers.queries import Head
from guanxi.record.holdings.services import close_noticed, give_notice, withdraw_notice


@require_http_methods(["GET", "HEAD", "POST"])
def endings(request: FaceRequest, code: str) -> HttpResponse:
    """The notices of a customer's contracts; one more."""
    if request.method != "POST":
        head = head_for(request, code, Permission.VIEW_HOLDINGS)
        asked(request)
        return _SLOT.page(request, head)
    head = head_for(request, code, Permission.END_HOLDINGS)
    sent = read(NoticeForm, request)
    return _SLOT.acted(request, head, lambda: give_notice(head.id, by=request.principal, **sent), sent)


@require_POST
def ending_withdrawal(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """The notice is taken back."""
    head = head_for(request, code, Permission.END_HOLDINGS)
    return _SLOT.acted(request, head, lambda: withdraw_notice(head.id, ending=row, by=request.principal))


@require_POST
def ending_closure(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """The contract is closed, for its notice has run out."""
    head = head_for(request, code, Permission.END_HOLDINGS)
    return _SLOT.acted(request, head, lambda: close_noticed(head.id, ending=row, by=request.principal))


def _told(head: Head, look: Look, _sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"ending": ending_of(head, look)}


_SLOT = Slot("endings", "customers/endings.html", _told)
