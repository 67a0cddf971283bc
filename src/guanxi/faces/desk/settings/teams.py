"""The tree of branches and teams."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, SeenForm, carried_out, done, offer, show, status_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.choices import TeamKind
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import all_teams, find_team
from guanxi.identity.services import close_team, move_team, open_team, rename_team

_KINDS = [(TeamKind.TEAM.value, TeamKind.TEAM.label), (TeamKind.BRANCH.value, TeamKind.BRANCH.label)]
_DEEPEST = 4
Teams = list[Any]  # rows of queries.all_teams


class NewTeamForm(forms.Form):
    """A branch or team to open."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.TypedChoiceField(label=gettext_lazy("Kind"), choices=_KINDS, coerce=int)
    parent = forms.ChoiceField(label=gettext_lazy("Hangs below"))

    def __init__(self, *given: Any, tree: Teams) -> None:
        super().__init__(*given)
        offer(self, "parent", team_choices(tree))


class NameForm(SeenForm):
    """A team's name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class PlaceForm(SeenForm):
    """What a team hangs below."""

    parent = forms.ChoiceField(label=gettext_lazy("Hangs below"))

    def __init__(self, *given: Any, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "parent", choices)


def team_choices(tree: Teams) -> list[tuple[str, str]]:
    """Open teams in the order of the tree, each as deep as it hangs."""
    return [(team.code, f"{'　' * _depth(team, tree)}{team.name}") for team in tree if team.closed_on is None]


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: FaceRequest) -> HttpResponse:
    """The tree, and a form for one more."""
    require(request.principal, Permission.EDIT_STAFF)
    tree, is_sent = all_teams(), request.method == "POST"
    form = NewTeamForm(request.POST if is_sent else None, tree=tree)
    by_code = {team.code: team for team in tree}

    def act(said: dict[str, Any]) -> None:
        kind, parent = TeamKind(said["kind"]), by_code[said["parent"]]
        open_team(by=request.principal, name=said["name"], kind=kind, parent=parent)

    if is_sent and carried_out(form, act):
        return done(request, _("{name} is open.").format(name=form.cleaned_data["name"]), "teams")
    rows = [(team, min(_depth(team, tree), _DEEPEST)) for team in tree]
    return show(request, "settings/teams.html", {"rows": rows, "form": form}, status=UNPROCESSABLE if is_sent else 200)


@require_safe
def team(request: FaceRequest, code: str) -> HttpResponse:
    """One team: its name, what it hangs below, and closing it."""
    return _page(request, _team(code, request))


@require_POST
def team_name(request: FaceRequest, code: str) -> HttpResponse:
    """Give a team another name."""
    found = _team(code, request)
    form = NameForm(request.POST, now=[found.name])
    if carried_out(form, lambda said: rename_team(found, by=request.principal, name=said["name"])):
        return done(request, _("Kept."), "teams")
    return _page(request, found, name=form)


@require_POST
def team_place(request: FaceRequest, code: str) -> HttpResponse:
    """Hang a team with all below it somewhere else."""
    found, tree = _team(code, request), all_teams()
    by_code = {one.code: one for one in tree}
    form = PlaceForm(request.POST, now=[found.parent_id], choices=_elsewhere(found, tree))
    if carried_out(form, lambda said: move_team(found, by=request.principal, parent=by_code[said["parent"]])):
        return done(request, _("Kept."), "teams")
    return _page(request, found, place=form)


@require_POST
def team_closing(request: FaceRequest, code: str) -> HttpResponse:
    """Close a team nobody works in any more."""
    found, form = _team(code, request), forms.Form(request.POST)
    if carried_out(form, lambda _said: close_team(found, by=request.principal)):
        return done(request, _("{name} is closed.").format(name=found.name), "teams")
    return _page(request, found, closing=form)


def _page(request: FaceRequest, found: Any, **tried: Any) -> HttpResponse:
    """The page of a team; `tried` is the form that was refused, if one was."""
    tree = all_teams()
    parent = next((one.code for one in tree if one.pk == found.parent_id), "")
    made: dict[str, Any] = {
        "name": NameForm(now=[found.name], initial={"name": found.name}),
        "closing": None,
        "place": None,
    }
    if parent:
        made["place"] = PlaceForm(now=[found.parent_id], initial={"parent": parent}, choices=_elsewhere(found, tree))
    people = next(one for one in tree if one.pk == found.pk).people
    context = {"team": found, "people": people, "forms": made | tried}
    refused = next(iter(tried.values()), None)
    return show(request, "settings/team.html", context, status=status_of(refused) if refused else 200)


def _team(code: str, request: FaceRequest) -> Any:
    require(request.principal, Permission.EDIT_STAFF)
    found = find_team(code, request.principal)
    if found is None:
        raise Http404
    return found


def _elsewhere(found: Any, tree: Teams) -> list[tuple[str, str]]:
    """Where a team may hang: anywhere but below itself."""
    below = {one.code for one in tree if found.lo <= one.lo <= found.hi}
    return [choice for choice in team_choices(tree) if choice[0] not in below]


def _depth(team: Any, tree: Teams) -> int:
    return sum(one.lo < team.lo and team.hi <= one.hi for one in tree)
