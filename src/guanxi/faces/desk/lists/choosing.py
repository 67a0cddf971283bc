"""Filters whose values are rows: what is on offer, and what given values are called. Never more than one may see."""

from collections.abc import Mapping, Sequence

from guanxi.faces.shared.lists.noun import Choices, OpenFilter
from guanxi.faces.shared.look import Look
from guanxi.ground.refusals import Refused
from guanxi.identity.choices import Scope
from guanxi.identity.queries import names_seen_by, teams_in_order
from guanxi.record.catalogue.listing import estate_cities, families_in_order, products_in_order
from guanxi.record.customers.queries import head_of_code
from guanxi.record.customers.queries.cities import cities_in_order
from guanxi.record.customers.queries.ties import group_tree

MOST = 1_000
_MOST_NAMED = 3  # customers looked up by name for one chip


def _people(look: Look) -> Choices:
    return names_seen_by(look.principal, MOST)


def _cities(look: Look) -> Choices:
    return [(str(key), name) for key, name in cities_in_order()]


def _teams(look: Look) -> Choices:
    """The teams whose customers one sees; all of them for whoever sees the whole firm."""
    own = look.principal.team_ids
    return [(team.code, team.name) for team in teams_in_order() if look.principal.scope == Scope.ALL or team.pk in own]


def _products(look: Look) -> Choices:
    return products_in_order(principal=look.principal, limit=MOST)


def _families(look: Look) -> Choices:
    return families_in_order(principal=look.principal, limit=MOST)


def _estate_cities(look: Look) -> Choices:
    return [(city, city) for city in estate_cities(principal=look.principal, limit=MOST)]


def _groups(look: Look) -> Choices:
    return [(group.code, group.name) for group in group_tree()[:MOST]]


def _customers(values: Sequence[str], look: Look) -> Mapping[str, str]:
    """Customers by code, as the reader may see their names; those out of sight have none."""
    names: dict[str, str] = {}
    for code in values[:_MOST_NAMED]:
        try:
            names[code] = head_of_code(code, look.principal).name
        except Refused:
            continue
    return names


PEOPLE = OpenFilter(offered=_people)
CITIES = OpenFilter(offered=_cities)
TEAMS = OpenFilter(offered=_teams)
GROUPS = OpenFilter(offered=_groups)
PRODUCTS_ON_OFFER = OpenFilter(offered=_products)
FAMILIES = OpenFilter(offered=_families)
ESTATE_CITIES = OpenFilter(offered=_estate_cities)
CURRENCIES = OpenFilter(named=lambda values, look: {value: value for value in values})
CUSTOMERS_BY_CODE = OpenFilter(named=_customers)
