"""The places of administration, each with the right that opens it; the tabs above every page of settings."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import Permission, may


@dataclass(frozen=True)
class Place:
    """One page of administration: its name, what it is for, the right it needs."""

    label: str | Promise
    what: str | Promise
    name: str
    permission: Permission

    @property
    def href(self) -> str:
        """Its address."""
        return reverse(self.name)


PLACES = (
    Place(_("Teams"), _("Branches and teams: who hangs below whom."), "teams", Permission.EDIT_STAFF),
    Place(_("Colleagues"), _("Taking on, roles, teams, leaving with a successor."), "people", Permission.EDIT_STAFF),
    Place(
        _("Roles"),
        _("What each role may do, whose customers it sees, which fields in clear."),
        "roles",
        Permission.VIEW_STAFF,
    ),
    Place(_("Who sees whom"), _("Why a colleague sees a customer, or does not."), "sight", Permission.EDIT_STAFF),
    Place(_("Products"), _("What the firm sells, with its margin."), "product_new", Permission.EDIT_CATALOGUE),
    Place(_("Estates"), _("Housing estates with the day of their hand-over."), "estate_new", Permission.EDIT_CATALOGUE),
    Place(
        _("Competition"),
        _("Competitors by name, and prices of ours that change."),
        "competition",
        Permission.EDIT_CATALOGUE,
    ),
    Place(
        _("Contact policy"),
        _("How often and by which ways a customer hears from us; levers and weights."),
        "policy",
        Permission.EDIT_POLICY,
    ),
    Place(_("Days off"), _("Holidays, days that make up for them, the firm’s own."), "calendar", Permission.ADMINISTER),
    Place(
        _("Start questions"),
        _("Five questions from whose answers the desk starts."),
        "start_questions",
        Permission.ADMINISTER,
    ),
    Place(
        _("Thresholds"),
        _("When the desk notices something, and how long a list may be."),
        "thresholds",
        Permission.ADMINISTER,
    ),
    Place(
        _("Jobs"), _("What ran in the background, what failed, and running it again."), "jobs", Permission.ADMINISTER
    ),
    Place(_("Data"), _("Backup, restore, what was given out, and the demo taken away."), "data", Permission.ADMINISTER),
)


@dataclass(frozen=True)
class Tab:
    """A place as a tab."""

    place: Place
    is_current: bool


def tabs(request: FaceRequest) -> list[Tab]:
    """The places that the person may open."""
    mine = [place for place in PLACES if may(request.principal, place.permission)]
    return [Tab(place, request.path.startswith(place.href)) for place in mine]
