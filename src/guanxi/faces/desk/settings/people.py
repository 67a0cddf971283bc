"""Colleagues: taken on, described, given another role or team, leaving with a successor, coming back."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.settings.showing import UNPROCESSABLE, SeenForm, carried_out, done, offer, show, status_of
from guanxi.faces.desk.settings.teams import team_choices
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, require
from guanxi.identity.queries import all_colleagues, all_teams, find_colleague, find_team, names_of_takers
from guanxi.identity.roles import ROLES
from guanxi.identity.services import (
    NewStaff,
    change_role,
    describe_staff,
    give_account,
    resume_employment,
    set_password,
    take_on_staff,
)
from guanxi.record.actions.services import move_colleague, part_with_colleague

_ROLES = [(role.name, role.label) for role in ROLES.values()]


def _password(*, required: bool) -> forms.CharField:
    help_text = gettext_lazy("Twelve characters or more; tell it to the colleague in person.")
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=gettext_lazy("First password"), max_length=200, required=required, widget=widget, help_text=help_text
    )


class DescriptionForm(SeenForm):
    """What a colleague is called."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=120)
    title = forms.CharField(label=pgettext_lazy("staff", "Title"), max_length=80, required=False)
    reference = forms.CharField(label=gettext_lazy("Personnel number"), max_length=60, required=False)


class RoleForm(SeenForm):
    """What a colleague may do."""

    role = forms.ChoiceField(label=pgettext_lazy("staff", "Role"), choices=_ROLES)


class TeamForm(SeenForm):
    """Where a colleague works."""

    team = forms.ChoiceField(label=gettext_lazy("Team"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "team", team_choices(all_teams()))


class PasswordForm(forms.Form):
    """A new password for somebody who has forgotten his."""

    password = _password(required=True)


class AccountForm(forms.Form):
    """A way in for somebody who has none."""

    email = forms.EmailField(label=gettext_lazy("E-mail to sign in with"), max_length=200)
    password = _password(required=True)


class LeavingForm(forms.Form):
    """Who takes over."""

    successor = forms.ChoiceField(label=gettext_lazy("Customers and open work go to"), required=False)

    def __init__(self, *given: Any, choices: list[tuple[str, str]]) -> None:
        super().__init__(*given)
        nobody = ("", gettext_lazy("the pool of the team"))
        offer(self, "successor", [nobody, *choices])


class NewcomerForm(forms.Form):
    """Somebody to take on."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=120)
    role = forms.ChoiceField(label=pgettext_lazy("staff", "Role"), choices=_ROLES)
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    title = forms.CharField(label=pgettext_lazy("staff", "Title"), max_length=80, required=False)
    reference = forms.CharField(label=gettext_lazy("Personnel number"), max_length=60, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail to sign in with"), max_length=200, required=False)
    password = _password(required=False)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        offer(self, "team", team_choices(all_teams()))


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: FaceRequest) -> HttpResponse:
    """Everybody who works here or did, and a form for one more."""
    require(request.principal, Permission.EDIT_STAFF)
    is_sent = request.method == "POST"
    form = NewcomerForm(request.POST if is_sent else None)

    def act(said: dict[str, Any]) -> None:
        team = find_team(said.pop("team"), request.principal)
        if team is None:
            raise Http404
        take_on_staff(by=request.principal, person=NewStaff(team=team, **said))

    if is_sent and carried_out(form, act):
        return done(request, _("{name} is taken on.").format(name=form.cleaned_data["name"]), "people")
    rows = [
        (staff, ROLES[staff.role].label if staff.role in ROLES else "") for staff in all_colleagues(request.principal)
    ]
    return show(request, "settings/people.html", {"rows": rows, "form": form}, status=UNPROCESSABLE if is_sent else 200)


@require_safe
def person(request: FaceRequest, code: str) -> HttpResponse:
    """One colleague, with everything that may be changed."""
    return _page(request, _staff(code, request))


@require_POST
def description(request: FaceRequest, code: str) -> HttpResponse:
    """Change what a colleague is called."""
    staff = _staff(code, request)
    form = DescriptionForm(request.POST, now=_described(staff))

    def act(said: dict[str, Any]) -> None:
        describe_staff(staff, by=request.principal, name=said["name"], title=said["title"], reference=said["reference"])

    return _after(request, staff, "description", form, is_done=carried_out(form, act))


@require_POST
def role(request: FaceRequest, code: str) -> HttpResponse:
    """Give a colleague another role, which counts from the next click on."""
    staff = _staff(code, request)
    form = RoleForm(request.POST, now=[staff.role])
    is_done = carried_out(form, lambda said: change_role(by=request.principal, staff=staff, role=said["role"]))
    return _after(request, staff, "role", form, is_done=is_done)


@require_POST
def placing(request: FaceRequest, code: str) -> HttpResponse:
    """Put a colleague into another team; the customers go along."""
    staff = _staff(code, request)
    form = TeamForm(request.POST, now=[staff.team_id])

    def act(said: dict[str, Any]) -> None:
        move_colleague(staff.code, by=request.principal, team=said["team"])

    return _after(request, staff, "team", form, is_done=carried_out(form, act))


@require_POST
def password(request: FaceRequest, code: str) -> HttpResponse:
    """Give a colleague a new password; other sessions of his end."""
    staff, form = _staff(code, request), PasswordForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        set_password(by=request.principal, staff=staff, password=said["password"])

    return _after(request, staff, "password", form, is_done=carried_out(form, act))


@require_POST
def account(request: FaceRequest, code: str) -> HttpResponse:
    """Let a colleague sign in who could not."""
    staff, form = _staff(code, request), AccountForm(request.POST)

    def act(said: dict[str, Any]) -> None:
        give_account(by=request.principal, staff=staff, email=said["email"], password=said["password"])

    return _after(request, staff, "account", form, is_done=carried_out(form, act))


@require_POST
def leaving(request: FaceRequest, code: str) -> HttpResponse:
    """End an employment: every right ends at once, customers and open work go to the successor or the pool."""
    staff = _staff(code, request)
    form = LeavingForm(request.POST, choices=_successors(staff, request))

    def act(said: dict[str, Any]) -> None:
        part_with_colleague(staff.code, by=request.principal, successor=said["successor"] or None)

    return _after(request, staff, "leaving", form, is_done=carried_out(form, act))


@require_POST
def returning(request: FaceRequest, code: str) -> HttpResponse:
    """Somebody who had left is back."""
    staff, form = _staff(code, request), forms.Form(request.POST)
    is_done = carried_out(form, lambda _said: resume_employment(by=request.principal, staff=staff))
    return _after(request, staff, "returning", form, is_done=is_done)


def _after(request: FaceRequest, staff: Any, name: str, form: forms.Form, *, is_done: bool) -> HttpResponse:
    if is_done:
        return done(request, _("Kept."), "person", staff.code)
    return _page(request, _staff(staff.code, request), status=status_of(form), **{name: form})


def _page(request: FaceRequest, staff: Any, *, status: int = 200, **tried: forms.Form) -> HttpResponse:
    made = {
        "description": DescriptionForm(
            now=_described(staff), initial={"name": staff.name, "title": staff.title, "reference": staff.reference}
        ),
        "role": RoleForm(now=[staff.role], initial={"role": staff.role}),
        "team": TeamForm(now=[staff.team_id], initial={"team": staff.team.code}),
        "password": PasswordForm(),
        "account": AccountForm(),
        "leaving": LeavingForm(choices=_successors(staff, request)),
        "returning": None,
    }
    left = cells.short_date(staff.left_on, look_of(request).today) if staff.left_on else ""
    context = {
        "staff": staff,
        "left": left,
        "forms": made | tried,
        "role": ROLES[staff.role].label if staff.role in ROLES else "",
    }
    return show(request, "settings/person.html", context, status=status)


def _staff(code: str, request: FaceRequest) -> Any:
    require(request.principal, Permission.EDIT_STAFF)
    found = find_colleague(code, request.principal)
    if found is None:
        raise Http404
    return found


def _described(staff: Any) -> list[str]:
    return [staff.name, staff.title, staff.reference]


def _successors(staff: Any, request: FaceRequest) -> list[tuple[str, str]]:
    return [one for one in names_of_takers(request.principal) if one[0] != staff.code]
