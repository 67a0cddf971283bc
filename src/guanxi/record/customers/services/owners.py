"""Whom customers may be given to: colleagues that the giver sees."""

from collections.abc import Iterable

from guanxi.identity.principals import Principal
from guanxi.identity.queries import staff_seen_by
from guanxi.record.customers.models import Customer

Owner = tuple[int, int]  # staff, team


def owners_by_name(by: Principal) -> dict[str, Owner]:
    """Return colleagues by code, reference, e-mail and name (where only one has it), to staff and team; one query."""
    owners: dict[str, Owner] = {}
    names: dict[str, list[Owner]] = {}
    people = staff_seen_by(by).values_list("pk", "team_id", "code", "reference", "account__email", "name")
    for staff_id, team_id, code, reference, email, name in people:
        owner = (staff_id, team_id)
        owners |= {key: owner for key in (code, reference, email) if key}
        names.setdefault(name.casefold(), []).append(owner)
    return {name: found[0] for name, found in names.items() if len(found) == 1} | owners


def names_of_owners(customer_ids: Iterable[int]) -> dict[int, str]:
    """Return the owners of some customers by their ids, those who have left too; one query."""
    rows = Customer.objects.filter(pk__in=list(customer_ids)).exclude(owner=None)
    return dict(rows.values_list("owner_id", "owner__name").distinct())


def owners_by_id(by: Principal) -> dict[int, Owner]:
    """Return colleagues that the giver sees, by id."""
    return {staff_id: (staff_id, team_id) for staff_id, team_id in staff_seen_by(by).values_list("pk", "team_id")}
