"""The suitability test of one customer: read beside what he holds, noted there, and ended where his life has changed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.bearing import bearing_of
from guanxi.faces.desk.customers.card_forms import RiskTestForm
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.requests import FaceRequest
from guanxi.record.customers.queries import Head
from guanxi.record.suitability.permissions import NOTE, SEE
from guanxi.record.suitability.services import end_test, note_test


@require_http_methods(["GET", "HEAD", "POST"])
def risk_test(request: FaceRequest, code: str) -> HttpResponse:
    """The latest test; another one that was done before whoever notes it."""
    if request.method != "POST":
        head = head_for(request, code, SEE)
        asked(request)
        return _SLOT.page(request, head)
    head = head_for(request, code, NOTE)
    sent = read(RiskTestForm, request)
    return _SLOT.acted(request, head, lambda: note_test(head.id, by=request.principal, **sent), sent)


@require_POST
def risk_test_end(request: FaceRequest, code: str) -> HttpResponse:
    """The test holds no more."""
    head = head_for(request, code, NOTE)
    return _SLOT.acted(request, head, lambda: end_test(head.id, by=request.principal))


def _told(head: Head, look: Look, _sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"test": bearing_of(head, look)}


_SLOT = Slot("risk_test", "customers/risk_test.html", _told)
