"""One box: customers by anything they are known by, pages and acts by their words."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.faces.desk.search.forms import Occasion, RecognitionForm, SearchForm
from guanxi.faces.desk.search.presenters import (
    MOST_SHOWN,
    MOST_TOLD,
    Results,
    is_perhaps_told,
    recognised_results,
    search_results,
)
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.queries import firm
from guanxi.record.customers.queries import find
from guanxi.record.customers.queries.cards import find_on_cards
from guanxi.record.holdings.services import recognise


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: FaceRequest) -> HttpResponse:
    """What the box finds; for the page's script the results alone. Nothing is looked up beyond one's own scope here.

    The box sends its text in the body: numbers of people stand in no address, no history of a browser, no proxy's log.
    An address that has one all the same (an old bookmark) is left for that of the empty box.
    """
    asked(request, "q")
    if request.method != "POST" and request.GET:
        return redirect("search")
    text, look = read(SearchForm, request)["q"], look_of(request)
    if not may(look.principal, Permission.VIEW_CUSTOMERS):
        return _shown(request, search_results(text, None, look))
    found = find(text, look.principal, limit=MOST_SHOWN)
    told = find_on_cards(text, look.principal, limit=MOST_TOLD) if is_perhaps_told(text) else None
    return _shown(request, search_results(text, found, look, told))


@require_POST
def recognition(request: FaceRequest) -> HttpResponse:
    """Who bears a whole number, beyond one's own scope and fields too; the reason stands in the journal."""
    require(request.principal, Permission.RECOGNISE)
    sent, look = read(RecognitionForm, request), look_of(request)
    with translation.override(firm().language):
        reason = str(Occasion(sent["why"]).label)
    answer = recognise(sent["q"], by=look.principal, reason=reason, limit=MOST_SHOWN)
    return _shown(request, recognised_results(sent["q"], answer, look))


def _shown(request: FaceRequest, results: Results) -> HttpResponse:
    name = "search/found.html" if request.htmx else "search/page.html"
    return render(request, name, {"results": results})
