"""Acts on the customers that were ticked in the list, or on all that fit: first how many and what, then done and said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanxi.faces.desk.lists.exporting import file_of
from guanxi.faces.desk.lists.nouns import CUSTOMER_LIST
from guanxi.faces.desk.lists.portfolio import beside, with_portfolio
from guanxi.faces.shared import cells
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.lists.asked import asked_of
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import dotted, refusal_words, sentences
from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.questions import MOST_LETTERS
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import find_staff, principals_of, staff_seen_by
from guanxi.record.actions.permissions import may_take_work
from guanxi.record.customers.queries import customer_rows, group_tree
from guanxi.record.customers.queries.owners import counts_of_owners
from guanxi.record.customers.services import open_group
from guanxi.record.customers.services.bulk_acting import (
    BulkDone,
    Skip,
    assign_selected,
    delete_selected,
    group_selected,
    ungroup_selected,
)
from guanxi.record.customers.services.bulk_undoing import undo_bulk_act
from guanxi.record.customers.services.selecting import Selection, selected
from guanxi.record.customers.sheet import CUSTOMERS

POOL = "pool"
_MOST_STAFF = 1_000


class BulkForm(forms.Form):
    """What the bar and the page behind it send, beside the ticked codes: `to` is a colleague's or group's code."""

    all = forms.BooleanField(required=False)
    question = forms.CharField(required=False, max_length=MOST_LETTERS)
    to = forms.CharField(required=False, max_length=12)
    name = forms.CharField(required=False, max_length=120)
    sure = forms.BooleanField(required=False)
    ending = forms.ChoiceField(choices=[("csv", ""), ("xlsx", "")], required=False)


@dataclass(frozen=True)
class Choice:
    """One place where the customers may go."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class BulkPage:
    """How many, what is to be done, and what there is to choose from."""

    heading: str
    action: str = ""
    codes: Sequence[str] = ()
    question: str = ""
    is_all: bool = False
    back: str = ""
    choices: Sequence[Choice] = ()
    note: str = ""
    button: str = ""
    may_open: bool = False
    problem: str = ""


@dataclass(frozen=True)
class _Sent:
    """A request understood."""

    form: dict[str, Any]
    selection: Selection
    codes: list[str]
    question: Question
    back: str


@require_POST
def assignment(request: FaceRequest) -> HttpResponse:
    """To whom, and giving them."""
    require(request.principal, Permission.ASSIGN_CUSTOMERS)
    sent = _read(request)
    to = sent.form["to"]
    if not to:
        choices = [*_takers(request.principal), Choice(POOL, _("To the pool: nobody"))]
        return _ask(request, sent, "bulk_assignment", _("Give {count} to …"), choices)
    taker = find_staff(to, request.principal) if to != POOL else None
    owner = None if to == POOL else taker.pk if taker else 0  # 0 is nobody, whom the act refuses
    name = taker.name if taker else ""

    def words(count: int) -> str:
        if to == POOL:
            return ngettext("{count} customer back in the pool.", "{count} customers back in the pool.", count)
        return ngettext("{count} customer given to {name}.", "{count} customers given to {name}.", count)

    return _do(
        request, sent, lambda: assign_selected(sent.selection, owner_id=owner, by=request.principal), words, name=name
    )


@require_POST
def grouping(request: FaceRequest) -> HttpResponse:
    """Into which group, and putting them there."""
    return _grouped(request, "bulk_grouping", _("Put {count} into a group"), group_selected, is_new=True)


@require_POST
def ungrouping(request: FaceRequest) -> HttpResponse:
    """Out of which group, and taking them out."""
    return _grouped(request, "bulk_ungrouping", _("Take {count} out of a group"), ungroup_selected, is_new=False)


@require_POST
def deletion(request: FaceRequest) -> HttpResponse:
    """Asked once, then into the bin."""
    require(request.principal, Permission.DELETE_CUSTOMERS)
    sent = _read(request)
    if not sent.form["sure"]:
        note = _("They leave every list and search and lie whole in the bin, from which they can be brought back.")
        return _ask(request, sent, "bulk_deletion", _("Delete {count}?"), [], note=note, button=_("Into the bin"))

    def words(count: int) -> str:
        return ngettext("{count} customer is in the bin.", "{count} customers are in the bin.", count)

    return _do(request, sent, lambda: delete_selected(sent.selection, by=request.principal), words)


@require_POST
def file(request: FaceRequest) -> HttpResponse | FileResponse:
    """The chosen customers as a file: by right and in the journal, masked as on the page."""
    require(request.principal, Permission.EXPORT)
    sent, by = _read(request), request.principal
    if not sent.form["ending"]:
        choices = [Choice("xlsx", _("Excel workbook")), Choice("csv", _("CSV file"))]
        return _ask(request, sent, "bulk_file", _("Export {count}"), choices, note=_("The journal notes it."))
    ids = selected(sent.selection, by).ids
    rows = with_portfolio(customer_rows(ids, by, beside(sent.question, by)), sent.question, by)
    noun = replace(CUSTOMER_LIST, read=lambda _question, _who: Listed(rows, len(ids)))
    return file_of(asked_of(noun, sent.question, look_of(request)), sent.form["ending"], by=by)


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Taking an act on many back."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    try:
        done = undo_bulk_act(code, by=request.principal)
    except Refused as refused:
        say(request, refusal_words(refused))
        return redirect(reverse("customers"))
    words = ngettext("{count} customer is as before.", "{count} customers are as before.", done.done)
    say(request, sentences([words.format(count=done.done), *_skipped(done)]))
    return redirect(reverse("customers"))


def _grouped(
    request: FaceRequest, place: str, heading: str, act: Callable[..., BulkDone], *, is_new: bool
) -> HttpResponse:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    sent, by = _read(request), request.principal
    groups, name = group_tree(), sent.form["name"].strip()
    group = next((one for one in groups if one.code == sent.form["to"]), None)
    if group is None and not (is_new and name):
        choices = [Choice(one.code, f"{'　' * one.depth}{one.name}") for one in groups]
        return _ask(request, sent, place, heading, choices, may_open=is_new)

    def run() -> BulkDone:
        return act(sent.selection, group.id if group else open_group(name, by=by), by=by)

    def words(count: int) -> str:
        if is_new:
            return ngettext("{count} customer put into {name}.", "{count} customers put into {name}.", count)
        return ngettext("{count} customer taken out of {name}.", "{count} customers taken out of {name}.", count)

    return _do(request, sent, run, words, name=group.name if group else name)


def _read(request: FaceRequest) -> _Sent:
    """Raises BadRequest, and Refused for a question that no page of ours asks."""
    form, codes = read(BulkForm, request), request.POST.getlist("code")
    question = CUSTOMERS.read_text(form["question"], request.principal.clear_fields)
    selection = Selection(question=question) if form["all"] else Selection(tuple(codes))
    return _Sent(form, selection, codes, question, question.href(reverse("customers")))


def _ask(
    request: FaceRequest, sent: _Sent, place: str, heading: str, choices: list[Choice], **more: Any
) -> HttpResponse:
    """The page between the bar and the act: how many, and what to choose."""
    try:
        count = len(selected(sent.selection, request.principal).ids)
    except Refused as refused:
        return _refused(request, sent, refused)
    words = ngettext("{count} customer", "{count} customers", count).format(count=cells.number(count))
    codes = [] if sent.form["all"] else sent.codes
    page = BulkPage(
        heading.format(count=words), reverse(place), codes, sent.form["question"], sent.form["all"], sent.back, choices,
        **more,
    )  # fmt: skip
    return render(request, "customers/bulk_page.html", {"page": page, "place": place})


def _do(
    request: FaceRequest, sent: _Sent, act: Callable[[], BulkDone], words: Callable[[int], str], *, name: str = ""
) -> HttpResponse:
    """Do it and go back to the list, which says what was done, what was skipped and why."""
    try:
        done = act()
    except Refused as refused:
        return _refused(request, sent, refused)
    told = words(done.done).format(count=cells.number(done.done), name=name)
    undo = reverse("bulk_withdrawal", args=[done.code]) if done.code else ""
    say(request, sentences([told, *_skipped(done)]), undo=undo)
    return redirect(sent.back)


def _refused(request: FaceRequest, sent: _Sent, refused: Refused) -> HttpResponse:
    page = BulkPage(_("Nothing was changed"), back=sent.back, problem=refusal_words(refused))
    return render(request, "customers/bulk_page.html", {"page": page}, status=422)


def _skipped(done: BulkDone) -> list[str]:
    """Whom nothing was done to, and why."""
    told = []
    for reason, count in done.skipped.items():
        words = {
            Skip.UNSEEN: ngettext(
                "{count} left out: not among your customers.", "{count} left out: not among your customers.", count
            ),
            Skip.SAME: ngettext("{count} was so already.", "{count} were so already.", count),
            Skip.CHANGED: ngettext(
                "{count} left: somebody changed it meanwhile.", "{count} left: somebody changed them meanwhile.", count
            ),
            Skip.TAKEN: ngettext(
                "{count} stays in the bin: somebody else has its number now.",
                "{count} stay in the bin: somebody else has their number now.",
                count,
            ),
        }[reason]
        told.append(words.format(count=cells.number(count)))
    return told


def _takers(principal: Principal) -> list[Choice]:
    """Who works with customers, and with how many already."""
    people = principals_of(staff_seen_by(principal).select_related("team")[:_MOST_STAFF])
    takers = [staff for staff, who in people if may_take_work(who)]
    counts = counts_of_owners([staff.pk for staff in takers], principal)
    return [Choice(staff.code, staff.name, dotted((staff.team.name, _many(counts, staff.pk)))) for staff in takers]


def _many(counts: dict[int, tuple[int, int]], owner: int) -> str:
    count = counts.get(owner, (0, 0))[0]
    return CUSTOMER_LIST.counted(count).format(count=cells.number(count))
