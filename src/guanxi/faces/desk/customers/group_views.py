"""Groups of customers: the tree, one of them, and the groups of one customer. Free, nested, as many as wanted (SEG-07)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.customers.page_views import not_found_is_404
from guanxi.faces.shared import cells
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import code_field, read
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.toasts import say
from guanxi.faces.shared.words import refusal_words
from guanxi.ground.refusals import Refused
from guanxi.ground.text.normalise import compatible
from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.customers import services
from guanxi.record.customers.queries import Head, group_tree, groups_of, head_of_code
from guanxi.record.customers.queries.group_sizes import MOST_COUNTED, Size, group_sizes
from guanxi.record.customers.queries.ties import GroupRow, removed_group

_DEEPEST = 4  # how far the page still moves to the right


class GroupForm(forms.Form):
    """A group: what it is called, and what it stands below (nothing: the top)."""

    name = forms.CharField(required=False, max_length=1000)
    below = code_field()


class PlaceForm(forms.Form):
    """What a group stands below (nothing: the top)."""

    below = code_field()


@dataclass(frozen=True)
class Branch:
    """A group as a line of the tree: how many are in it with all below, and the list of them."""

    code: str
    name: str
    depth: int
    count: str
    href: str
    is_in: bool = False


@dataclass(frozen=True)
class Place:
    """Where a group may stand."""

    code: str
    label: str
    is_now: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: FaceRequest) -> HttpResponse:
    """The tree of groups with how many are in each, and a form for one more."""
    require(request.principal, Permission.VIEW_CUSTOMERS)
    if request.method != "POST":
        return _tree_page(request, asked(request, "q")["q"])
    require(request.principal, Permission.EDIT_CUSTOMERS)
    sent = read(GroupForm, request)
    try:
        _open(sent, request.principal)
    except Refused as refused:
        return _tree_page(request, "", typed=sent, problem=refusal_words(refused))
    say(request, _("The group {name} is there.").format(name=sent["name"].strip()))
    return redirect("groups")


@require_safe
def group(request: FaceRequest, code: str) -> HttpResponse:
    """One group: its name, its place, and removing it."""
    require(request.principal, Permission.EDIT_CUSTOMERS)
    asked(request)
    return _group_page(request, code)


@require_POST
def group_name(request: FaceRequest, code: str) -> HttpResponse:
    """Give a group another name."""
    found, sent = _found(request, code), read(GroupForm, request)
    return _changed(request, code, lambda: services.rename_group(found.id, sent["name"], by=request.principal), sent)


@require_POST
def group_place(request: FaceRequest, code: str) -> HttpResponse:
    """Let a group, with all below it, stand somewhere else."""
    found, sent = _found(request, code), read(PlaceForm, request)
    below = _found(request, sent["below"]).id if sent["below"] else None
    return _changed(request, code, lambda: services.move_group(found.id, parent_id=below, by=request.principal), sent)


@require_POST
def group_removal(request: FaceRequest, code: str) -> HttpResponse:
    """Remove a group; whoever was in it stays a customer, and the same day it can be put back."""
    found = _found(request, code)
    try:
        services.close_group(found.id, by=request.principal)
    except Refused as refused:
        return _group_page(request, code, problem=refusal_words(refused))
    say(request, _("The group {name} is removed.").format(name=found.name), undo=reverse("group_return", args=[code]))
    return redirect("groups")


@require_POST
def group_return(request: FaceRequest, code: str) -> HttpResponse:
    """Put a group that was removed today back, with those who were in it."""
    require(request.principal, Permission.EDIT_CUSTOMERS)
    found = removed_group(code)
    if found is None:
        raise Http404
    try:
        services.reopen_group(found.id, by=request.principal)
        words = _("The group {name} is there again.").format(name=found.name)
    except Refused as refused:
        words = refusal_words(refused)
    say(request, words)
    return redirect("groups")


@require_http_methods(["GET", "HEAD", "POST"])
def customer_groups(request: FaceRequest, code: str) -> HttpResponse:
    """In which groups a customer is: one click puts him into one; a new one is made and joined at once."""
    head = _head(request, code)
    if request.method != "POST":
        return _choice_page(request, head, asked(request, "q")["q"])
    sent = read(GroupForm, request)
    try:
        services.add_to_group(_open(sent, request.principal), [head.id], by=request.principal)
    except Refused as refused:
        return _choice_page(request, head, "", typed=sent, problem=refusal_words(refused))
    say(request, _in_words(sent["name"].strip()))
    return redirect(reverse("customer", args=[head.code]) + "#groups")


@require_POST
def customer_group(request: FaceRequest, code: str, group: str) -> HttpResponse:
    """Put a customer into a group."""
    head, found = _head(request, code), _found(request, group)
    services.add_to_group(found.id, [head.id], by=request.principal)
    say(request, _in_words(found.name), undo=reverse("customer_group_removal", args=[head.code, found.code]))
    return redirect(reverse("customer", args=[head.code]) + "#groups")


@require_POST
def customer_group_removal(request: FaceRequest, code: str, group: str) -> HttpResponse:
    """Take a customer out of a group."""
    head, found = _head(request, code), _found(request, group)
    services.remove_from_group(found.id, [head.id], by=request.principal)
    words = _("No longer in the group {name}.").format(name=found.name)
    say(request, words, undo=reverse("customer_group", args=[head.code, found.code]))
    return redirect(reverse("customer", args=[head.code]) + "#groups")


def _in_words(name: str) -> str:
    return _("Now in the group {name}.").format(name=name)


def _open(sent: dict[str, Any], by: Principal) -> int:
    """Open a group; one that is not there is refused as one that has no name."""
    below = next((one.id for one in group_tree() if one.code == sent["below"]), None)
    return services.open_group(sent["name"], parent_id=below, by=by)


def _found(request: FaceRequest, code: str) -> GroupRow:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    found = next((one for one in group_tree() if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _head(request: FaceRequest, code: str) -> Head:
    require(request.principal, Permission.EDIT_CUSTOMERS)
    with not_found_is_404():
        return head_of_code(code, request.principal)


def _changed(request: FaceRequest, code: str, act: Callable[[], None], typed: dict[str, Any]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _group_page(request, code, typed=typed, problem=refusal_words(refused))
    say(request, _("Kept."))
    return redirect("groups")


def _tree_page(
    request: FaceRequest, text: str, *, typed: dict[str, Any] | None = None, problem: str = ""
) -> HttpResponse:
    tree = group_tree()
    context = {
        "branches": _branches(tree, text, request.principal),
        "sought": text,
        "cut": len(tree) > MOST_COUNTED,
        "places": _places(tree),
        "may_edit": may(request.principal, Permission.EDIT_CUSTOMERS),
        "typed": typed or {},
        "problem": problem,
    }
    return _drawn(request, "customers/groups.html", context, problem)


def _choice_page(
    request: FaceRequest, head: Head, text: str, *, typed: dict[str, Any] | None = None, problem: str = ""
) -> HttpResponse:
    tree = group_tree()
    inside = {one.code for one in groups_of(head.id)}
    context = {
        "head": head,
        "branches": _branches(tree, text, request.principal, inside=inside),
        "sought": text,
        "cut": len(tree) > MOST_COUNTED,
        "places": _places(tree),
        "typed": typed or {},
        "problem": problem,
    }
    return _drawn(request, "customers/groups_of.html", context, problem)


def _group_page(
    request: FaceRequest, code: str, *, typed: dict[str, Any] | None = None, problem: str = ""
) -> HttpResponse:
    tree = group_tree()
    at = next((place for place, one in enumerate(tree) if one.code == code), None)
    if at is None:
        raise Http404
    found = tree[at]
    end = next((place for place, one in enumerate(tree) if place > at and one.depth <= found.depth), len(tree))
    above = next((one.code for one in reversed(tree[:at]) if one.depth < found.depth), "")
    context = {
        "group": found,
        "name": (typed or {}).get("name", found.name),
        "places": _places([*tree[:at], *tree[end:]], now=above),
        "has_below": end > at + 1,
        "problem": problem,
    }
    return _drawn(request, "customers/group.html", context, problem)


def _drawn(request: FaceRequest, template: str, context: dict[str, Any], problem: str) -> HttpResponse:
    response = render(request, template, context, status=422 if problem else 200)
    if problem:
        response["HX-Replace-Url"] = "false"
    return response


def _branches(tree: list[GroupRow], text: str, principal: Principal, *, inside: set[str] | None = None) -> list[Branch]:
    """The first 200 groups of the tree, or those in whose names a text stands."""
    wanted = compatible(text).casefold()
    shown = [one for one in tree if not wanted or wanted in compatible(one.name).casefold()][:MOST_COUNTED]
    sizes = group_sizes([one.id for one in shown], principal)
    return [
        Branch(
            one.code,
            one.name,
            min(one.depth, _DEEPEST) if not wanted else 0,
            _count_words(sizes.get(one.id, Size(0))),
            f"{reverse('customers')}?where=group.in.{one.code}",
            one.code in (inside or set()),
        )
        for one in shown
    ]


def _count_words(size: Size) -> str:
    return f"{cells.number(size.count)}+" if size.is_more else cells.number(size.count)


def _places(tree: list[GroupRow], *, now: str = "") -> list[Place]:
    return [Place(one.code, f"{'　' * one.depth}{one.name}", one.code == now) for one in tree]
