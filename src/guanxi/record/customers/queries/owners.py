"""How much each colleague looks after."""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every other value is a parameter

from collections.abc import Iterable

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import State
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.queries.seeking import Params, found_by
from guanxi.record.customers.queries.sources import fetch
from guanxi.record.customers.queries.wishing import reach_clauses
from guanxi.record.customers.rules.wishes import Need, wish_of


def counts_of_owners(owners: Iterable[int], principal: Principal) -> dict[int, tuple[int, int]]:
    """How many customers in sight each of some colleagues has, and how many of these are in alarm or lapsed, by key of the
    colleague (one query, of index entries alone).
    """
    wish = wish_of([(Need("owner_id", values=tuple(sorted(owners))),), *reach_clauses(reach_of(principal))])
    if wish.is_empty:
        return {}
    params, troubled = Params(), f"state IN ({State.ALARM:d}, {State.LAPSED:d})"
    (part,) = found_by("owner_id", wish, params)
    rows = fetch(
        f"SELECT owner_id, count(*), sum(CASE WHEN {troubled} THEN 1 ELSE 0 END) FROM {part} GROUP BY owner_id", params
    )
    return {owner: (count, int(bad)) for owner, count, bad in rows}
