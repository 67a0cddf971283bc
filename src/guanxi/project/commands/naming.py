"""Names for the keys that a pivot has of teams, managers and cities."""

from collections.abc import Sequence

from guanxi.identity.naming import names_of_staff, names_of_teams
from guanxi.record.customers.queries.cities import every_city


def named(dimension: str, members: Sequence[str]) -> list[str]:
    """The members of a dimension with names for keys; what is no key, or nobody's any more, stays. One query, or none."""
    keys = {int(member) for member in members if member.isdigit()}
    if dimension == "team":
        names = {key: name for key, (_code, name) in names_of_teams(keys).items()}
    elif dimension == "manager":
        names = {key: name for key, (_code, name) in names_of_staff(keys).items()}
    elif dimension == "city":
        names = dict(every_city())
    else:
        return list(members)
    return [names.get(int(member), member) if member.isdigit() else member for member in members]
