"""The members of facets: the owners, teams and cities that occur, in the order of what they are called."""

# ruff: noqa: S608 - our own names and integers

from collections.abc import Iterable
from typing import Any

from django.db import models

from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.list_indexes import TABLE
from guanxi.record.customers.models import City, Customer
from guanxi.record.customers.queries.sources import fetch
from guanxi.record.customers.rules.wishes import CLOSED, NONE, OWNED, Wish


def ranked_members(column: str, ids: Iterable[int]) -> list[int]:
    """Return members of a facet in order: closed lists by number, people and cities by name, teams as they stand in the
    tree; nobody and nowhere last.
    """
    wanted = set(ids)
    if column in CLOSED:
        return sorted(wanted)
    places = {
        "owner_id": lambda: _related("owner").filter(pk__in=wanted).values_list("pk", "name_key"),
        "team_id": lambda: _related("team").filter(pk__in=wanted).values_list("pk", "lo"),
        "city_id": lambda: City.objects.filter(pk__in=wanted).values_list("pk", "name_key"),
    }[column]()
    known = dict(places)
    missing = 0 if column == "team_id" else ""
    return sorted(wanted, key=lambda member: (member == NONE, known.get(member, missing), member))


def members_in_order(column: str, wish: Wish) -> list[int]:
    """Return the members of a facet that customers of a wish may have, in order; NONE last, where they may have none."""
    values = wish.values(column)
    if values is not None:
        return ranked_members(column, values)
    if column in CLOSED:
        return list(CLOSED[column])
    there = members_there(column)
    teams = wish.values("team_id")
    if column == "owner_id" and teams is not None:
        there = _owners_of(there, teams)
    without = [] if column == "owner_id" and OWNED in wish.sure else [NONE]
    return ranked_members(column, [*there, *without])


def members_there(column: str) -> list[int]:
    """Return the members of a facet that occur: by jumping through the index that begins with it."""
    first = f"SELECT min({column}) FROM {TABLE} WHERE gone = 0"
    return [
        row[0]
        for row in fetch(
            f"WITH RECURSIVE members(id) AS (SELECT ({first}) UNION ALL"
            f" SELECT ({first} AND {column} > members.id) FROM members WHERE members.id IS NOT NULL)"
            " SELECT id FROM members WHERE id IS NOT NULL"
        )
    ]


def _owners_of(there: list[int], teams: tuple[int, ...]) -> list[int]:
    """The owners who may have customers in some teams: the team is that of the owner, and for the moment between his
    move and theirs that of his customers.
    """
    team = f"SELECT team_id FROM {TABLE} WHERE gone = 0 AND owner_id = people.id LIMIT 1"
    people = rows_of(f"SELECT people.id, ({team}) FROM identity_staff people WHERE people.id IN {{given}}", there)
    members = set(_related("owner").filter(pk__in=there, team__in=teams).values_list("pk", flat=True))
    return sorted(members | {owner for owner, team_id in people if team_id in teams})


def _related(field: str) -> models.QuerySet[Any]:
    related: Any = Customer._meta.get_field(field).related_model
    return related._default_manager.all()
