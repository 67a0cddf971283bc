"""How far a principal's sight of customers reaches, by role, owner and team."""

from dataclasses import dataclass

from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose customers: everybody's, one owner's, or those of a list of teams; and whether the pool (no owner) too.

    Customers of no team stand in the pool of the whole firm: whoever sees a pool sees them.
    """

    everyone: bool = False
    owner_id: int | None = None
    team_ids: tuple[int, ...] = ()
    pool: bool = False

    @property
    def nobody(self) -> bool:
        """True when no customer is seen."""
        return not (self.everyone or self.owner_id or self.team_ids)

    def covers(self, owner_id: int | None, team_id: int | None) -> bool:
        """Whether a customer of this owner and team is seen."""
        if self.nobody or (owner_id is None and not self.pool):
            return False
        if self.everyone:
            return True
        if self.owner_id:
            return owner_id == self.owner_id
        return team_id is None or team_id in self.team_ids


def reach_of(principal: Principal) -> Reach:
    """Return whose customers a principal sees: own, team and below, branch or all; the pool only with its right."""
    if not may(principal, Permission.VIEW_CUSTOMERS):
        return Reach()
    pool = may(principal, Permission.VIEW_POOL)
    if principal.scope == Scope.ALL:
        return Reach(everyone=True, pool=pool)
    if principal.scope == Scope.OWN and principal.staff_id:
        return Reach(owner_id=principal.staff_id)
    if principal.scope in (Scope.TEAM, Scope.BRANCH) and principal.team_ids:
        return Reach(team_ids=principal.team_ids, pool=pool)
    return Reach()
