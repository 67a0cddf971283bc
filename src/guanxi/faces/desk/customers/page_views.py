"""The page of one customer, its timeline, and a masked mark shown once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.customers.disclosing import Disclosed, DisclosureForm, disclose
from guanxi.faces.desk.customers.five import five_page
from guanxi.faces.desk.customers.page import Came, customer_page
from guanxi.faces.desk.customers.thread_page import thread_page
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.converters import RowConverter
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.bookmarks.rules import arranged
from guanxi.record.customers.queries import head_of_code
from guanxi.record.customers.queries.page import identifiers_of

_ROW = re.compile(RowConverter.regex, re.ASCII)


@require_safe
def customer(request: FaceRequest, code: str) -> HttpResponse:
    """One customer: who, what happened, where we stand, what to do next."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    wanted = asked(request, "answered", "open", "noted", "removed", "moved")
    if wanted["removed"] and not _ROW.fullmatch(wanted["removed"]):
        raise BadRequest("no row")
    return customer_response(
        request, code, Came(wanted["answered"], wanted["noted"], wanted["removed"], wanted["moved"])
    )


@require_POST
def disclosure(request: FaceRequest, code: str) -> HttpResponse:
    """The page again with one mark in full, for this view only: no cache keeps it, the journal says who saw it and why."""
    require(request.principal, Permission.REVEAL)
    sent, look = read(DisclosureForm, request), look_of(request)
    with not_found_is_404():
        head = head_of_code(code, look.principal)
    row = next((one for one in identifiers_of(head.id, look.principal) if one.id == sent["mark"]), None)
    if row is None or not row.is_masked:
        raise Http404
    try:
        disclosed, status = disclose(row, sent, look), 200
    except Refused as refused:
        disclosed, status = Disclosed(row.id, problem=refusal_words(refused), note=sent["note"]), 422
    return customer_response(request, code, Came(disclosed=disclosed), status=status)


@require_safe
def timeline(request: FaceRequest, code: str) -> HttpResponse:
    """The timeline of one customer by itself: earlier pages, its tabs, and the notes in which words stand."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    wanted = asked(request, "before", "only", "words")
    with not_found_is_404():
        head = head_of_code(code, request.principal)
    thread = thread_page(head, look_of(request), before=wanted["before"], only=wanted["only"], words=wanted["words"])
    return render(request, "customers/timeline.html", {"head": head, "thread": thread})


@require_safe
def standing(request: FaceRequest, code: str) -> HttpResponse:
    """Five questions about one customer, each answered with its number and its day."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    asked(request)
    with not_found_is_404():
        page = five_page(code, look_of(request))
    return render(request, "customers/five.html", {"page": page})


def customer_response(request: FaceRequest, code: str, came: Came, *, status: int = 200) -> HttpResponse:
    """The page of a customer in sight; 404 for anybody else. After a refusal the address stays what it was."""
    with not_found_is_404():
        page = customer_page(code, look_of(request), arranged(getattr(request.user, "page_kept", None) or {}), came)
    response = render(request, "customers/customer.html", {"page": page}, status=status)
    if status != 200:
        response["HX-Replace-Url"] = "false"
    return response


@contextmanager
def not_found_is_404() -> Iterator[None]:
    """Somebody who is not there and somebody out of sight get the same answer."""
    try:
        yield
    except Refused as refused:
        if refused.code != "customers.not_found":
            raise
        raise Http404 from refused
