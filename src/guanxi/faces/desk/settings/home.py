"""Settings at a glance: what a person may set up, and the roles as a page."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from guanxi.faces.desk.settings.giving import large_lately
from guanxi.faces.desk.settings.places import tabs
from guanxi.faces.desk.settings.showing import show
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.identity.permissions import WORDS, Permission, may, require
from guanxi.identity.roles import FIELD_WORDS, ROLES


@require_safe
def home(request: FaceRequest) -> HttpResponse:
    """One's own settings first, then the places of administration; whoever sets up the firm hears of large exports."""
    given = large_lately(look_of(request)) if may(request.principal, Permission.ADMINISTER) else ""
    return show(request, "settings/home.html", {"places": [tab.place for tab in tabs(request)], "given": given})


@require_safe
def roles(request: FaceRequest) -> HttpResponse:
    """Each role: what it may do, whose customers it sees, which fields in clear."""
    require(request.principal, Permission.VIEW_STAFF)
    people = list(ROLES.values())
    rights = [(words, [permission in role.permissions for role in people]) for permission, words in WORDS.items()]
    fields = [(words, [name in role.clear_fields for role in people]) for name, words in FIELD_WORDS.items()]
    return show(request, "settings/roles.html", {"roles": people, "rights": rights, "fields": fields})
