"""What stands above a list: the order of its tabs and how many rows each holds, and its quick filters."""

from contextlib import suppress
from dataclasses import replace

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from guanxi.faces.desk.lists.viewing import CarriedForm, carried_by
from guanxi.faces.desk.lists.views import noun_of
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.lists.noun import ListedNoun
from guanxi.faces.shared.lists.page import count_words
from guanxi.faces.shared.lists.quick import quick_filters
from guanxi.faces.shared.look import Look, look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Question
from guanxi.identity.permissions import Permission, require
from guanxi.record.bookmarks.queries import views_of
from guanxi.record.bookmarks.services import choose_quick_filters, order_views

MOST_COUNTED = 12  # tabs


class OrderForm(forms.Form):
    """All views of a list by code, in their new order."""

    codes = forms.RegexField(r"\A[a-z0-9]{12}(,[a-z0-9]{12}){0,59}\Z")


@require_POST
def order(request: FaceRequest, name: str) -> HttpResponse:
    """Put the tabs into another order, for oneself."""
    noun = noun_of(request, name)
    order_views(noun.sheet.noun, read(OrderForm, request)["codes"].split(","), by=request.principal)
    return redirect(name)


@require_POST
def quick(request: FaceRequest, name: str) -> HttpResponse:
    """Choose the quick filters that stand above the list for everybody; those it came with again."""
    require(request.principal, Permission.ADMINISTER)
    _sent, wanted = carried_by(request, name, CarriedForm)
    noun, look = wanted.noun, wanted.look
    chosen = noun.sheet.read_question({"where": request.POST.getlist("where")}, look.principal.clear_fields)
    came = [one.group for one in quick_filters(replace(wanted, quick=None))]
    text = None if list(chosen.all_of) == came else chosen.text()
    choose_quick_filters(noun.sheet.noun, text, by=request.principal)
    return redirect(wanted.href(wanted.question))


@require_safe
def counts(request: FaceRequest, name: str) -> JsonResponse:
    """How many rows each tab holds, by code ("" for the whole list): asked for after the page, which waits for none."""
    noun, look = noun_of(request, name), look_of(request)
    asked(request)
    plain = noun.sheet.read_question({})
    questions = {"": plain}
    for view in views_of(look.principal, noun.sheet.noun)[:MOST_COUNTED]:
        with suppress(Refused):  # a shared view may ask what this person may not
            questions[view.code] = noun.sheet.read_text(view.question, look.principal.clear_fields)
    return JsonResponse({code: _count(noun, question, look) for code, question in questions.items()})


def _count(noun: ListedNoun, question: Question, look: Look) -> str:
    try:
        found = noun.read(replace(question, limit=0, group_by=""), look.principal)
    except Refused:
        return ""
    return count_words(found)
