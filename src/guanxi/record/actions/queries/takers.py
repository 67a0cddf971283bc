"""To whom a piece of work can be handed: any colleague in sight who may take work; its customer is shared with them."""

from dataclasses import dataclass

from guanxi.identity.principals import Principal
from guanxi.identity.queries import takers_seen_by
from guanxi.record.actions.permissions import seen_actions

MOST_TAKERS = 200


@dataclass(frozen=True)
class Taker:
    """A colleague who can take a piece of work over."""

    code: str
    name: str
    team_name: str


def takers_of(code: str, principal: Principal, limit: int = MOST_TAKERS) -> list[Taker]:
    """Colleagues in sight to whom an action can be handed, in the order of their names: two queries, and one for the teams.

    Raises Denied without the right to see actions; empty for an action out of sight.
    """
    place = seen_actions(principal).filter(code=code).values_list("owner_id").first()
    if place is None:
        return []
    return possible_takers(principal, limit, but=place[0])


def possible_takers(principal: Principal, limit: int = MOST_TAKERS, *, but: int | None = None) -> list[Taker]:
    """Colleagues in sight to whom work can be handed, in the order of their names, `but` for one (a key)."""
    people = takers_seen_by(principal).exclude(pk=but or 0)
    return [Taker(*person) for person in people.values_list("code", "name", "team__name")[:limit]]
