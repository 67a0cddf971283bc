"""The bin: who was deleted, and bringing them back."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.customers.queries.bin import PAGE, deleted_customers, deleted_ids
from guanxi.record.customers.services import restore_customers


@require_safe
def trash(request: FaceRequest) -> HttpResponse:
    """Who was deleted, the last first."""
    require(request.principal, Permission.DELETE_CUSTOMERS)
    return _page(request, after=asked(request, "after")["after"])


@require_POST
def restoration(request: FaceRequest) -> HttpResponse:
    """Bring customers back with all they had."""
    require(request.principal, Permission.DELETE_CUSTOMERS)
    codes = request.POST.getlist("code")
    if not codes or len(codes) > PAGE or not all(map(is_code, codes)):
        raise BadRequest("no codes of a page of the bin")
    ids = deleted_ids(codes, request.principal)
    if not ids:
        raise Http404
    try:
        done = restore_customers(ids, by=request.principal)
    except Refused as refused:
        return _page(request, problem=refusal_words(refused), status=422)
    say(request, ngettext("{count} customer is back.", "{count} customers are back.", done).format(count=done))
    return redirect(reverse("customer", args=[codes[0]]) if len(codes) == 1 else reverse("trash"))


def _page(request: FaceRequest, *, after: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    look, found = look_of(request), deleted_customers(request.principal, after=after)
    rows = [(row, cells.day_words(row.deleted_at.astimezone(look.now.tzinfo).date(), look.today)) for row in found.rows]
    context = {
        "title": _("Bin"),
        "rows": rows,
        "problem": problem,
        "next": f"?after={found.next}" if found.next else "",
    }
    return render(request, "customers/trash.html", context, status=status)
