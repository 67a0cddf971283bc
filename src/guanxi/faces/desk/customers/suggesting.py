"""What of ours may suit what a customer told: each suggestion names the line of the card behind it, and can be dismissed for
good (CARE-02). Only for who agreed to offers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import Permission, may, require
from guanxi.record.catalogue.listing import products_named
from guanxi.record.consents.choices import Purpose
from guanxi.record.consents.queries import consent_now
from guanxi.record.customers import services
from guanxi.record.customers.queries import Head, head_of_code
from guanxi.record.customers.queries.page import PreferenceRow, preferences_of
from guanxi.record.customers.rules.suiting import suits, words_liked
from guanxi.record.holdings.queries import holdings_of

_MOST_WORDS = 80  # of one card
_MOST_NAMES = 200
_MOST_EACH = 3  # products from one line of the card
_MOST_HELD = 50


@dataclass(frozen=True)
class Suggestion:
    """One product, and the line of the card that it may suit."""

    product: str
    because: str
    told: str
    line: int


@require_safe
def suggestions(request: FaceRequest, code: str) -> HttpResponse:
    """What may suit a customer, and because of which words."""
    require(request.principal, Permission.LOG_CONVERSATIONS)
    require(request.principal, Permission.VIEW_CATALOGUE)
    asked(request)
    look = look_of(request)
    with not_found_is_404():
        head = head_of_code(code, look.principal)
    is_agreed = any(
        row.purpose == Purpose.MARKETING and row.is_granted for row in consent_now([head.id]).get(head.id, [])
    )
    rows = _suggestions(head, look) if is_agreed else []
    return render(
        request,
        "customers/suggestions.html",
        {"head": head, "rows": rows, "lines": list(dict.fromkeys(one.line for one in rows)), "is_agreed": is_agreed},
    )


@require_POST
def quiet(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """Suggest nothing from a line of the card any more."""
    head, line = _line(request, code, row)
    services.quiet_preference(line.id, is_quiet=True, by=request.principal)
    undo = reverse("preference_heed", args=[head.code, line.id])
    say(request, _("Nothing is suggested from “{text}” any more.").format(text=line.text), undo=undo)
    return redirect("suggestions", head.code)


@require_POST
def heed(request: FaceRequest, code: str, row: int) -> HttpResponse:
    """Suggest from a line of the card again."""
    head, line = _line(request, code, row)
    services.quiet_preference(line.id, is_quiet=False, by=request.principal)
    return redirect(reverse("customer", args=[head.code]) + "#card")


def _line(request: FaceRequest, code: str, row: int) -> tuple[Head, PreferenceRow]:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    line = next((one for one in preferences_of(head.id) if one.id == row), None)
    if line is None:
        raise Http404
    return head, line


def _suggestions(head: Head, look: Look) -> list[Suggestion]:
    """Products by the words of the card, each once, the lines in the order of the card (three queries)."""
    lines = [(line, words_liked(line.field, line.text)) for line in preferences_of(head.id) if not line.is_quiet]
    every = list(dict.fromkeys(word for _line, words in lines for word in words))[:_MOST_WORDS]
    names = products_named(every, principal=look.principal, limit=_MOST_NAMES)
    if not names:
        return []
    left = [name for name in names if name not in _held(head, look)]
    found = []
    for line, words in lines:
        mine = [name for name in left if suits(name, words)][:_MOST_EACH]
        left = [name for name in left if name not in mine]
        told = dotted((line.source, cells.day_words(line.told_on, look.today)))
        found += [Suggestion(name, line.text, told, line.id) for name in mine]
    return found


def _held(head: Head, look: Look) -> Sequence[str]:
    if not may(look.principal, Permission.VIEW_HOLDINGS):
        return []
    return [row.product for row in holdings_of(head.id, principal=look.principal, limit=_MOST_HELD)]
