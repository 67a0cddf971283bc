"""Whom customers may be given to: colleagues in the giver's sight who take work (identity.queries.takers_seen_by)."""

from collections.abc import Iterable

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import staff_seen_by, takers_seen_by, takes_work
from guanxi.record.customers.models import Customer

Owner = tuple[int, int]  # staff, team

_NO_STAFF = gettext_noop("There is no such colleague to whom you may give customers.")
_MAY_NOT = gettext_noop("{name} does not look after customers.")


def owners_by_name(by: Principal) -> dict[str, Owner]:
    """Return those who may be given customers by code, reference, e-mail and name (where only one has it), to staff and team; one query."""
    owners: dict[str, Owner] = {}
    names: dict[str, list[Owner]] = {}
    people = takers_seen_by(by).values_list("pk", "team_id", "code", "reference", "account__email", "name")
    for staff_id, team_id, code, reference, email, name in people:
        owner = (staff_id, team_id)
        owners |= {key: owner for key in (code, reference, email) if key}
        names.setdefault(name.casefold(), []).append(owner)
    return {name: found[0] for name, found in names.items() if len(found) == 1} | owners


def names_of_owners(customer_ids: Iterable[int]) -> dict[int, str]:
    """Return the owners of some customers by their ids, those who have left too; one query."""
    rows = Customer.objects.filter(pk__in=list(customer_ids)).exclude(owner=None)
    return dict(rows.values_list("owner_id", "owner__name").distinct())


def receiving_team(owner_id: int | None, by: Principal) -> int | None:
    """Return the team that customers come to with a new owner; None (their teams stay) with no owner.

    Raises Refused: customers.unknown_owner where `by` does not see such a colleague, customers.owner_may_not where
    the colleague does not look after customers.
    """
    if owner_id is None:
        return None
    found = staff_seen_by(by).filter(pk=owner_id).first()
    if found is None:
        raise Refused("customers.unknown_owner", _NO_STAFF)
    if not takes_work(found):
        raise Refused("customers.owner_may_not", _MAY_NOT, name=found.name)
    return found.team_id
