"""Customers of a wish counted and summed by a facet, from index entries alone where they are many."""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every other value is a parameter

from collections.abc import Iterable
from dataclasses import dataclass

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import GroupRow
from guanxi.identity.naming import names_of_staff, names_of_teams
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import Stage, State, Tier
from guanxi.record.customers.models import City
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.queries.members import ranked_members
from guanxi.record.customers.queries.seeking import Params
from guanxi.record.customers.queries.sources import counted, fetch, source_of
from guanxi.record.customers.rules.wishes import CLOSED, NONE, Wish

MOST_GROUPED = 200_000  # customers; more are not grouped while somebody waits
MOST_GROUPS = 200

_TOO_MANY = gettext_noop("More than {most} rows fit: add a condition, then group them.")
_LABELS = {"tier": Tier, "state": State, "stage": Stage}


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups, and of how many customers: exact up to 10,000, then `is_more`."""

    groups: list[GroupRow]
    count: int
    is_more: bool


def groups_of_wish(wish: Wish, column: str, principal: Principal) -> Groups:
    """Return the customers of a wish, already cut to what a principal sees, counted by a facet, and their value summed:
    closed lists in their order, others the largest 200 groups first. Raises Refused (sheets.too_many_to_group).
    """
    if wish.is_empty:
        return Groups([], 0, is_more=False)
    source = source_of(wish, reach_of(principal))
    if counted(source.parts, MOST_GROUPED + 1) > MOST_GROUPED:
        raise Refused("sheets.too_many_to_group", _TOO_MANY, most=f"{MOST_GROUPED:,}")
    params = Params()
    each = " UNION ALL ".join(
        f"SELECT COALESCE({column}, {NONE}) AS member, value FROM {part}" for part in source.parts(params)
    )
    rows = fetch(
        f"SELECT member, count(*), sum(value) FROM ({each}) AS parts"
        f" GROUP BY member ORDER BY 2 DESC, 1 LIMIT {MOST_GROUPS}",
        params,
    )
    if column in CLOSED:
        order = ranked_members(column, [row[0] for row in rows])
        rows = sorted(rows, key=lambda row: order.index(row[0]))
    called = _called(column, [row[0] for row in rows])
    groups = [GroupRow(*called.get(member, ("", "")), count, {"value": int(total)}) for member, count, total in rows]
    return Groups(groups, source.shown, source.is_more)


def _called(column: str, members: Iterable[int]) -> dict[int, tuple[str, object]]:
    """How conditions and people call the members of a facet."""
    if column in _LABELS:
        enum = _LABELS[column]
        return {member: (enum(member).name.lower(), enum(member).label) for member in members}
    if column == "city_id":
        return {key: (str(key), name) for key, name in City.objects.filter(pk__in=members).values_list("pk", "name")}
    return dict(names_of_staff(members) if column == "owner_id" else names_of_teams(members))
