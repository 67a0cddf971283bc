"""To whom a piece of work can be handed: any colleague in sight who may take work; its customer is shared with them."""

from dataclasses import dataclass

from guanxi.identity.principals import Principal
from guanxi.identity.queries import principals_of, staff_seen_by
from guanxi.record.actions.permissions import may_take_work, seen_actions

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
    place = seen_actions(principal).filter(code=code).values_list("owner_id").first()
    if place is None:
        return []
    has_it = place[0]
    people = staff_seen_by(principal).exclude(pk=has_it).select_related("team")
    takers = [
        Taker(staff.code, staff.name, staff.team.name) for staff, taker in principals_of(people) if may_take_work(taker)
    ]
    return takers[:limit]
