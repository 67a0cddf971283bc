"""A colleague changes teams: the customers and the open work go along."""

from django.db import transaction
from django.db.models import F

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import find_colleague, find_team
from guanxi.identity.services import move_staff
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING
from guanxi.record.actions.services.leaving import UNKNOWN
from guanxi.record.customers.services.assigning import move_customers_of


@transaction.atomic
def move_colleague(code: str, *, by: Principal, team: str) -> int:
    """Put a colleague into another team (both by code), with the customers and the pending work; returns how many
    customers moved. Who sees them follows at once. Raises Denied, and Refused (staff.unknown).
    """
    require(by, Permission.EDIT_STAFF)
    staff, to = find_colleague(code, by), find_team(team, by)
    if staff is None or to is None or staff.left_on is not None or to.closed_on is not None:
        raise Refused("staff.unknown", UNKNOWN)
    move_staff(by=by, staff=staff, team=to)
    moved = move_customers_of(staff.pk, team_id=to.pk, by=by)
    theirs = Action.objects.filter(owner=staff.pk, status__in=sorted(PENDING)).exclude(team=to.pk)
    theirs.update(team=to.pk, version=F("version") + 1)
    return moved
