"""One list of any noun: the page, its conditions, columns and choices, and its rows as a file."""

from dataclasses import replace

from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.lists.exporting import ExportForm, file_of
from guanxi.faces.desk.lists.nouns import LISTS_BY_NAME
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.lists.asked import AskedList, Place, asked_of, read_asked
from guanxi.faces.shared.lists.filters import choices_of
from guanxi.faces.shared.lists.noun import ListedNoun
from guanxi.faces.shared.lists.page import list_page, shown_columns
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import listed as in_words
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused, excerpt
from guanxi.ground.sheets.questions import MOST_VALUES
from guanxi.identity.permissions import require
from guanxi.record.bookmarks.queries import kept_of


@require_safe
def listed(request: FaceRequest, name: str) -> HttpResponse:
    """The list as its address says; what the address says wrongly is said in words above the usual list."""
    noun, look = noun_of(request, name), look_of(request)
    try:
        return shown(request, read_asked(noun, request.GET, look))
    except Refused as refused:
        plain = asked_of(noun, noun.sheet.read_question({}), look)
        return shown(request, plain, problem=refusal_words(refused), status=400)


@require_safe
def condition(request: FaceRequest, name: str) -> HttpResponse:
    """What was typed into the form of a condition: on to the address of the list that it makes."""
    noun, look = noun_of(request, name), look_of(request)
    given = _given(request, "filter", "op", "value", "at", "part")
    wanted = carried(noun, look, given.get("from", ""), given.get("view", ""))
    values = [value.strip() for value in given.getlist("value") if value.strip()]
    try:
        put = noun.sheet.read_condition(
            given.get("filter", ""), given.get("op", ""), values[:MOST_VALUES], look.principal.clear_fields
        )
    except Refused:
        problem = _("“{value}” does not fit this condition.").format(value=excerpt(in_words(values[:2])))
        return shown(request, wanted, problem=problem, status=422)
    return redirect(wanted.href(wanted.changed_at(_place(given), put)))


@require_safe
def columns(request: FaceRequest, name: str) -> HttpResponse:
    """The columns that were ticked, in their order: on to the address of the list with them."""
    noun, look = noun_of(request, name), look_of(request)
    given = _given(request, "column")
    wanted = carried(noun, look, given.get("from", ""), given.get("view", ""))
    chosen = noun.sheet.columns_named(given.getlist("column"))
    usual = shown_columns(replace(wanted, question=wanted.question.changed(columns=())))
    names = () if chosen == usual else tuple(column.name for column in chosen)
    return redirect(wanted.href(wanted.question.changed(columns=names)))


@require_safe
def choices(request: FaceRequest, name: str, filter_: str) -> HttpResponse:
    """The choices of a filter that has many: by itself a page, within the list a menu."""
    noun, look = noun_of(request, name), look_of(request)
    given = _given(request, "at", "part")
    wanted = carried(noun, look, given.get("from", ""), given.get("view", ""))
    open_ = noun.open_filters.get(filter_)
    if open_ is None or open_.offered is None or not noun.sheet.may_ask(filter_, look.principal.clear_fields):
        raise BadRequest("nothing to choose from")
    found = noun.sheet.filter_of(filter_)
    options = choices_of(wanted, found, _place(given), open_.offered(look))
    context = {
        "label": found.label,
        "choices": options,
        "back": wanted.href(wanted.question),
        "title": noun.sheet.label,
    }
    return render(request, "lists/choices.html", context)


@require_POST
def file(request: FaceRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """The rows that fit, as a file: by right and in the journal, masked as on the page."""
    noun, look = noun_of(request, name), look_of(request)
    sent = read(ExportForm, request)
    wanted = carried(noun, look, sent["from"], sent["view"])
    try:
        return file_of(wanted, sent["ending"], by=request.principal)
    except Refused as refused:
        return shown(request, wanted, problem=refusal_words(refused), status=422)


def noun_of(request: FaceRequest, name: str) -> ListedNoun:
    """The noun of a list, for whoever may see it. Raises Denied."""
    noun = LISTS_BY_NAME[name]
    require(request.principal, noun.permission)
    return noun


def carried(noun: ListedNoun, look: Look, text: str, view: str) -> AskedList:
    """The list that a form carries with it. Raises Refused."""
    question = noun.sheet.read_text(text, look.principal.clear_fields)
    kept = kept_of(look.principal, noun.sheet.noun)
    return asked_of(noun, question, look, kept, next((one for one in kept.views if one.code == view), None))


def shown(request: FaceRequest, wanted: AskedList, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page of a list."""
    found = wanted.noun.read(wanted.question, request.principal)
    return render(request, "lists/page.html", {"page": list_page(wanted, found, problem=problem)}, status=status)


def _given(request: FaceRequest, *names: str) -> QueryDict:
    """The fields of a form that makes an address. Raises BadRequest for any other."""
    if set(request.GET) - {"from", "view", *names}:
        raise BadRequest("unknown parameter")
    return request.GET


def _place(given: QueryDict) -> Place:
    """Where a condition is put. Raises BadRequest."""
    return Place(*(_number(given.get(name, "")) for name in ("at", "part")))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise BadRequest("no place of a condition")
    return int(text)
