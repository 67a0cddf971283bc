"""What one customer declares of himself: read on his page, and noted there with who told it and when."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from guanxi.faces.desk.customers.card_forms import DeclarationForm
from guanxi.faces.desk.customers.declaring import declaring_of, stated_of
from guanxi.faces.desk.customers.slots import Slot, head_for
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.record.customers.queries import Head
from guanxi.record.declarations.permissions import NOTE, SEE
from guanxi.record.declarations.services import declare_facts


@require_http_methods(["GET", "HEAD", "POST"])
def declarations(request: FaceRequest, code: str) -> HttpResponse:
    """What holds now; the whole of it said anew."""
    if request.method != "POST":
        head = head_for(request, code, SEE)
        asked(request)
        return _SLOT.page(request, head)
    head = head_for(request, code, NOTE)
    sent = read(DeclarationForm, request)
    stated = stated_of(sent, currency=look_of(request).currency)
    return _SLOT.acted(
        request,
        head,
        lambda: declare_facts(
            head.id,
            stated=stated,
            source=sent["source"],
            version=sent["version"],
            told_on=sent["told_on"],
            by=request.principal,
        ),
        sent,
    )


def _told(head: Head, look: Look, sent: Mapping[str, Any]) -> dict[str, Any]:
    told = declaring_of(head, look)
    flags = told.flags
    amounts = dict(told.amounts)
    if sent:  # what was refused stays as it was typed
        flags = [(fact, label, str(fact) in sent["flags"]) for fact, label, _holds in flags]
        amounts = {name: "" if sent[name] is None else str(sent[name]) for name in amounts}
    return {"declared": told, "flags": flags, "amounts": amounts}


_SLOT = Slot("declarations", "customers/declarations.html", _told)
