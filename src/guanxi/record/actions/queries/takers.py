"""To whom a piece of work can be handed: whoever may answer it and sees its customer."""

from dataclasses import dataclass

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.identity.queries import principals_of, staff_seen_by
from guanxi.record.actions.permissions import seen_actions
from guanxi.record.customers.permissions import reach_of

MOST_TAKERS = 200


@dataclass(frozen=True)
class Taker:
    """A colleague who can take a piece of work over."""

    code: str
    name: str
    team_name: str


def takers_of(code: str, principal: Principal, limit: int = MOST_TAKERS) -> list[Taker]:
    """Colleagues in sight to whom an action can be handed, in the order of their names: three queries.

    Raises Denied without the right to see actions; empty for an action out of sight.
    """
    found = seen_actions(principal).filter(code=code).values_list("owner_id", "customer__owner_id", "customer__team_id")
    place = found.first()
    if place is None:
        return []
    has_it, owner_id, team_id = place
    people = staff_seen_by(principal).exclude(pk=has_it).select_related("team")
    takers = [
        Taker(staff.code, staff.name, staff.team.name)
        for staff, taker in principals_of(people)
        if may(taker, Permission.ANSWER_ACTIONS) and reach_of(taker).covers(owner_id, team_id)
    ]
    return takers[:limit]
