"""Children of one customer, as far as a guardian allowed: read beside what he agrees to, noted there, and gone with the consent."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.customers.card_forms import ChildForm, ChildMonthForm
from guanxi.faces.desk.customers.raising import child_lines
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.requests import FaceRequest
from guanxi.record.children.choices import ConsentWay
from guanxi.record.children.permissions import NOTE, SEE
from guanxi.record.children.services import note_child, take_consent_back
from guanxi.record.customers.queries import Head


@require_http_methods(["GET", "HEAD", "POST"])
def children(request: FaceRequest, code: str) -> HttpResponse:
    """The months of birth on record; another one, with the guardian's consent."""
    if request.method != "POST":
        head = head_for(request, code, SEE)
        asked(request)
        return _SLOT.page(request, head)
    head = head_for(request, code, NOTE)
    sent = read(ChildForm, request)
    typed = sent | {"born_in": f"{sent['born_in']:%Y-%m}"}
    return _SLOT.acted(request, head, lambda: note_child(head.id, by=request.principal, **sent), typed)


@require_POST
def children_withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """A guardian takes his consent back: what was noted of the child goes at once."""
    head = head_for(request, code, NOTE)
    sent = read(ChildMonthForm, request)
    return _SLOT.acted(request, head, lambda: take_consent_back(head.id, by=request.principal, **sent))


def _told(head: Head, look: Look, _sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"lines": child_lines(head, look), "ways": ConsentWay.choices, "today": look.today.isoformat()}


_SLOT = Slot("children", "customers/children.html", _told)
