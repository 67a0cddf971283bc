"""From what a page or a file asks for, and from what its principal may see, to a wish."""

from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import Reach, reach_of
from guanxi.record.customers.queries.listing import CustomerList, list_wanted
from guanxi.record.customers.rules.listing import ListSpec, Wanted
from guanxi.record.customers.rules.wishes import NONE, OWNED, Clause, Need, wish_of


def list_customers(spec: ListSpec, principal: Principal) -> CustomerList:
    """Return one page of the customers a principal sees, masked for him. Four to ten queries, whatever the rows.

    Raises Refused: customers.bad_list for a place of another sort, customers.may_not_sort by a masked name.
    """
    wish = wish_of([*_of_spec(spec), *reach_clauses(reach_of(principal))])
    return list_wanted(Wanted(wish, spec.sort, spec.descending, spec.after, spec.limit), principal)


def reach_clauses(reach: Reach) -> list[Clause]:
    """Return what a principal sees, as clauses of a wish."""
    if reach.nobody:
        return [(Need("owner_id"),)]
    clauses: list[Clause] = []
    if reach.owner_id:
        clauses.append((Need("owner_id", values=(reach.owner_id,)),))
    if reach.team_ids:
        teams = (*reach.team_ids, *([NONE] if reach.pool else []))
        clauses.append((Need("team_id", values=tuple(sorted(teams))),))
    if not reach.pool and not reach.owner_id:
        clauses.append((Need(OWNED, values=(1,)),))
    return clauses


def _of_spec(spec: ListSpec) -> list[Clause]:
    clauses: list[Clause] = []
    for column, values in (
        ("tier", spec.tiers),
        ("state", spec.states),
        ("stage", spec.stages),
        ("team_id", spec.teams),
        ("city_id", spec.cities),
    ):
        if values:
            clauses.append((Need(column, values=tuple(sorted(map(int, values)))),))
    if spec.owners or spec.pool:
        owners = (*spec.owners, *([NONE] if spec.pool else []))
        clauses.append((Need("owner_id", values=tuple(sorted(owners))),))
    return clauses
