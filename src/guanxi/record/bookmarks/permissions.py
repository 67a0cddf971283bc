"""Which saved views a principal finds, and which may be changed and shared."""

from django.db.models import Q, QuerySet

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import SavedView


def found_by(principal: Principal) -> Q:
    """One's own views, those of one's team, and the public ones. What a view shows is judged by who opens it."""
    if not principal.is_active or principal.staff_id is None:
        return Q(pk__in=[])
    return Q(owner=principal.staff_id) | Q(team=principal.team_id, team__isnull=False) | Q(is_public=True)


def changeable_views(principal: Principal) -> QuerySet[SavedView]:
    """One's own views; the shared ones for whoever may share so."""
    if not principal.is_active or principal.staff_id is None:
        return SavedView.objects.none()
    mine = Q(owner=principal.staff_id)
    if may_share(principal, Sharing.TEAM):
        mine |= Q(team=principal.team_id, team__isnull=False)
    if may_share(principal, Sharing.PUBLIC):
        mine |= Q(is_public=True)
    return SavedView.objects.filter(mine, is_quick=False)


def may_share(principal: Principal, sharing: Sharing) -> bool:
    """Private: everybody. With the team: whoever gives customers to managers, that is its leader. Public: the administrator."""
    if sharing == Sharing.PUBLIC:
        return may(principal, Permission.ADMINISTER)
    if sharing == Sharing.TEAM:
        return may(principal, Permission.ASSIGN_CUSTOMERS) and principal.team_id is not None
    return principal.is_active and principal.staff_id is not None
