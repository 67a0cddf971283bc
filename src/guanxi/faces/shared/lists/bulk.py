"""Acts on the rows that were ticked in a list, or on all that fit: first how many and what, then done and said, then taken
back. Each noun declares its `Many` and its acts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from guanxi.faces.shared import cells
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words, sentences
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import BulkDone, Question, Selection, Sheet, Skip
from guanxi.ground.sheets.questions import MOST_LETTERS

Skipped = Mapping[Skip, int]


class BulkForm(forms.Form):
    """What the bar and the page behind it send, beside the ticked codes: `to` is what was chosen there."""

    all = forms.BooleanField(required=False)
    question = forms.CharField(required=False, max_length=MOST_LETTERS)
    to = forms.CharField(required=False, max_length=12)
    sure = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Many:
    """What these pages say of a noun: `home` is the name of its list's address, `withdrawal` that of taking back;
    `counted`, `restored` and `skips` are words for a number, with {count} in them.
    """

    home: str
    withdrawal: str
    sheet: Sheet
    title: object
    nothing: object
    counted: Callable[[int], str]
    restored: Callable[[int], str]
    skips: Callable[[int], Mapping[Skip, str]]

    def skipped(self, skipped: Skipped) -> list[str]:
        """What nothing was done to, and why."""
        return [self.skips(count)[why].format(count=cells.number(count)) for why, count in skipped.items()]

    def said(self, count: int) -> str:
        """A number of them."""
        return self.counted(count).format(count=cells.number(count))


@dataclass(frozen=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Blank:
    """A place to fill in beside the choices."""

    name: str
    label: str
    kind: str = "text"
    most: int = 120


@dataclass(frozen=True)
class BulkPage:
    """How many, what is to be done, and what there is to choose from."""

    heading: str
    title: str = ""
    action: str = ""
    codes: Sequence[str] = ()
    question: str = ""
    is_all: bool = False
    back: str = ""
    choices: Sequence[Choice] = ()
    sends: str = "to"
    blanks: Sequence[Blank] = ()
    note: str = ""
    button: str = ""
    opens: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Sent:
    """A request understood."""

    form: dict[str, Any]
    selection: Selection
    codes: list[str]
    question: Question
    back: str


def read_sent(request: FaceRequest, many: Many, form: type[BulkForm] = BulkForm) -> Sent:
    """What was sent. Raises BadRequest, and Refused for a question that no page of ours asks."""
    fields, codes = read(form, request), request.POST.getlist("code")
    question = many.sheet.read_text(fields["question"], request.principal.clear_fields)
    selection = Selection(question=question) if fields["all"] else Selection(tuple(codes))
    return Sent(fields, selection, codes, question, question.href(reverse(many.home)))


def ask(
    request: FaceRequest,
    sent: Sent,
    many: Many,
    meant: Callable[[], tuple[int, Skipped]],
    place: str,
    heading: str,
    **more: Any,
) -> HttpResponse:
    """The page between the bar and the act: how many (`meant`), and what to choose. `heading` has {count} in it."""
    try:
        count, skipped = meant()
    except Refused as refused:
        return refuse(request, sent, many, refusal_words(refused))
    left_out = sentences(many.skipped(skipped))
    if not count and left_out:
        return refuse(request, sent, many, left_out)
    codes = [] if sent.form["all"] else sent.codes
    more["note"] = sentences([one for one in (left_out, more.get("note", "")) if one])
    page = BulkPage(
        heading.format(count=many.said(count)), str(many.title), reverse(place), codes, sent.form["question"],
        sent.form["all"], sent.back, **more,
    )  # fmt: skip
    return render(request, "lists/bulk_page.html", {"page": page})


def do(
    request: FaceRequest,
    sent: Sent,
    many: Many,
    act: Callable[[], BulkDone],
    words: Callable[[int], str],
    *,
    name: str = "",
) -> HttpResponse:
    """Do it and go back to the list, which says what was done, what was skipped and why."""
    try:
        done = act()
    except Refused as refused:
        return refuse(request, sent, many, refusal_words(refused))
    told = words(done.done).format(count=cells.number(done.done), name=name)
    undo = reverse(many.withdrawal, args=[done.code]) if done.code else ""
    say(request, sentences([told, *many.skipped(done.skipped)]), undo=undo)
    return redirect(sent.back)


def take_back(request: FaceRequest, many: Many, undo: Callable[[], BulkDone]) -> HttpResponse:
    """Undo an act on many and say how many are as before."""
    try:
        done = undo()
    except Refused as refused:
        say(request, refusal_words(refused))
        return redirect(reverse(many.home))
    words = many.restored(done.done).format(count=cells.number(done.done))
    say(request, sentences([words, *many.skipped(done.skipped)]))
    return redirect(reverse(many.home))


def refuse(request: FaceRequest, sent: Sent, many: Many, problem: str) -> HttpResponse:
    """The page that says why nothing was done."""
    page = BulkPage(str(many.nothing), str(many.title), back=sent.back, problem=problem)
    return render(request, "lists/bulk_page.html", {"page": page}, status=422)
