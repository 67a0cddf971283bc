"""Acts on the customers that were ticked in the list, or on all that fit: first how many and what, then done and said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from guanxi.faces.desk.lists.exporting import file_of
from guanxi.faces.desk.lists.nouns import CUSTOMER_LIST
from guanxi.faces.desk.lists.portfolio import beside, with_portfolio
from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import asked_of
from guanxi.faces.shared.lists.bulk import BulkForm, Choice, Many, Sent, Skipped, ask, do, read_sent, take_back
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.words import dotted
from guanxi.ground.sheets import BulkDone, Listed, Skip
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import find_staff, takers_seen_by
from guanxi.record.customers.queries import customer_rows, group_tree
from guanxi.record.customers.queries.owners import counts_of_owners
from guanxi.record.customers.services import open_group
from guanxi.record.customers.services.bulk_acting import (
    assign_selected,
    delete_selected,
    group_selected,
    ungroup_selected,
)
from guanxi.record.customers.services.bulk_undoing import undo_bulk_act
from guanxi.record.customers.services.selecting import selected
from guanxi.record.customers.sheet import CUSTOMERS

POOL = "pool"
_MOST_STAFF = 1_000


class PeopleForm(BulkForm):
    """With the name of a new group, and the ending of a file."""

    name = forms.CharField(required=False, max_length=120)
    ending = forms.ChoiceField(choices=[("csv", ""), ("xlsx", "")], required=False)


@require_POST
def assignment(request: FaceRequest) -> HttpResponse:
    """To whom, and giving them."""
    require(request.principal, Permission.ASSIGN_CUSTOMERS)
    sent = _read(request)
    to = sent.form["to"]
    if not to:
        choices = [*_takers(request.principal), Choice(POOL, _("To the pool: nobody"))]
        return _ask(request, sent, "bulk_assignment", _("Give {count} to …"), choices=choices)
    taker = find_staff(to, request.principal) if to != POOL else None
    owner = None if to == POOL else taker.pk if taker else 0  # 0 is nobody, whom the act refuses
    name = taker.name if taker else ""

    def words(count: int) -> str:
        if to == POOL:
            return ngettext("{count} customer back in the pool.", "{count} customers back in the pool.", count)
        return ngettext("{count} customer given to {name}.", "{count} customers given to {name}.", count)

    def act() -> BulkDone:
        return assign_selected(sent.selection, owner_id=owner, by=request.principal)

    return do(request, sent, PEOPLE, act, words, name=name)


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
        return _ask(request, sent, "bulk_deletion", _("Delete {count}?"), note=note, button=_("Into the bin"))

    def words(count: int) -> str:
        return ngettext("{count} customer is in the bin.", "{count} customers are in the bin.", count)

    return do(request, sent, PEOPLE, lambda: delete_selected(sent.selection, by=request.principal), words)


@require_POST
def file(request: FaceRequest) -> HttpResponse | StreamingHttpResponse:
    """The chosen customers as a file: by right and in the journal, masked as on the page."""
    require(request.principal, Permission.EXPORT)
    sent, by = _read(request), request.principal
    if not sent.form["ending"]:
        choices = [Choice("xlsx", _("Excel workbook")), Choice("csv", _("CSV file"))]
        note = _("The journal notes it.")
        return _ask(request, sent, "bulk_file", _("Export {count}"), choices=choices, sends="ending", note=note)
    ids = selected(sent.selection, by).ids
    rows = with_portfolio(customer_rows(ids, by, beside(sent.question, by)), sent.question, by)
    noun = replace(CUSTOMER_LIST, read=lambda _question, _who: Listed(rows, len(ids)))
    return file_of(asked_of(noun, sent.question, look_of(request)), sent.form["ending"], by=by)


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Taking an act on many back."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    return take_back(request, PEOPLE, lambda: undo_bulk_act(code, by=request.principal))


def _grouped(
    request: FaceRequest, place: str, heading: str, act: Callable[..., BulkDone], *, is_new: bool
) -> HttpResponse:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    sent, by = _read(request), request.principal
    groups, name = group_tree(), sent.form["name"].strip()
    group = next((one for one in groups if one.code == sent.form["to"]), None)
    if group is None and not (is_new and name):
        choices = [Choice(one.code, f"{'　' * one.depth}{one.name}") for one in groups]
        return _ask(request, sent, place, heading, choices=choices, opens=_("Or a new group") if is_new else "")

    def run() -> BulkDone:
        return act(sent.selection, group.id if group else open_group(name, by=by), by=by)

    def words(count: int) -> str:
        if is_new:
            return ngettext("{count} customer put into {name}.", "{count} customers put into {name}.", count)
        return ngettext("{count} customer taken out of {name}.", "{count} customers taken out of {name}.", count)

    return do(request, sent, PEOPLE, run, words, name=group.name if group else name)


def _read(request: FaceRequest) -> Sent:
    return read_sent(request, PEOPLE, PeopleForm)


def _ask(request: FaceRequest, sent: Sent, place: str, heading: str, **more: Any) -> HttpResponse:
    def meant() -> tuple[int, Skipped]:
        return len(selected(sent.selection, request.principal).ids), {}

    return ask(request, sent, PEOPLE, meant, place, heading, **more)


def _skips(count: int) -> Mapping[Skip, str]:
    """Why nothing was done to so many customers."""
    return {
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
    }


PEOPLE = Many(
    home="customers",
    withdrawal="bulk_withdrawal",
    sheet=CUSTOMERS,
    title=gettext_lazy("Customers"),
    nothing=gettext_lazy("Nothing was changed"),
    counted=lambda count: ngettext("{count} customer", "{count} customers", count),
    restored=lambda count: ngettext("{count} customer is as before.", "{count} customers are as before.", count),
    skips=_skips,
)


def _takers(principal: Principal) -> list[Choice]:
    """Who works with customers, and with how many already."""
    takers = list(takers_seen_by(principal).select_related("team")[:_MOST_STAFF])
    counts = counts_of_owners([staff.pk for staff in takers], principal)
    return [Choice(staff.code, staff.name, dotted((staff.team.name, _many(counts, staff.pk)))) for staff in takers]


def _many(counts: dict[int, tuple[int, int]], owner: int) -> str:
    count = counts.get(owner, (0, 0))[0]
    return CUSTOMER_LIST.counted(count).format(count=cells.number(count))
