"""What a person keeps at hand: shown in the sidebar (fetched aside, no page waits for it) and as a page of its own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.marks.forms import FavouriteForm, MarkForm, OrderForm
from guanxi.faces.desk.marks.presenters import CUSTOMER, marks_of
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.record.bookmarks.queries import favourites_of
from guanxi.record.bookmarks.services import note_opened, order_favourites, set_favourite
from guanxi.record.customers.queries.naming import customers_named


@require_safe
def marks(request: FaceRequest) -> HttpResponse:
    """Favourites and what was opened last."""
    return _shown(request)


@require_POST
def opened(request: FaceRequest) -> HttpResponse:
    """A record was opened: the page tells so when it has come, and gets the sidebar's lines."""
    sent = read(MarkForm, request)
    _in_sight(sent["code"], request)
    note_opened(sent["noun"], sent["code"], by=request.principal)
    return _shown(request)


@require_POST
def favourite(request: FaceRequest) -> HttpResponse:
    """Set a star or take it away; the answer is the star as it stands now."""
    sent = read(FavouriteForm, request)
    is_on = sent["on"] == "yes"
    if is_on:
        _in_sight(sent["code"], request)
    set_favourite(sent["noun"], sent["code"], by=request.principal, is_on=is_on)
    if not request.htmx:
        return redirect("customer", sent["code"])
    answer = render(request, "marks/star.html", {"noun": sent["noun"], "code": sent["code"], "is_on": is_on})
    answer.headers["HX-Trigger"] = "marks"
    return answer


@require_POST
def order(request: FaceRequest) -> HttpResponse:
    """Put favourites into another order: all of them as they were dragged, or one a step up or down."""
    sent = read(OrderForm, request)
    codes = sent["codes"].split(",") if sent["codes"] else _stepped(sent["code"], sent["step"], request)
    order_favourites([(CUSTOMER, code) for code in codes], by=request.principal)
    return redirect("marks")


def _stepped(code: str, step: str, request: FaceRequest) -> list[str]:
    """The order of now with one favourite a step up or down."""
    codes = [mark.code for mark in favourites_of(request.principal) if mark.noun == CUSTOMER]
    if code in codes and step:
        place = codes.index(code)
        codes.insert(max(0, place + (-1 if step == "up" else 1)), codes.pop(place))
    return codes


def _in_sight(code: str, request: FaceRequest) -> None:
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if code not in customers_named([code], request.principal):
        raise Http404


def _shown(request: FaceRequest) -> HttpResponse:
    name = "marks/lines.html" if request.htmx else "marks/page.html"
    return render(request, name, {"marks": marks_of(look_of(request))})
