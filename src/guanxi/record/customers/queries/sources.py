"""Where the customers of a wish are found with bounded work, and how many they are (patterns.md section 1).

The few who bear a piece of a name; the members of a group that is not very large; else the index whose first column leaves
the fewest. Every index carries every facet and number, so whatever else must hold is seen on its entries.
"""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every other value is a parameter

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.grams import GramQuery
from guanxi.record.customers.list_indexes import TABLE
from guanxi.record.customers.permissions import Reach
from guanxi.record.customers.queries import seeking
from guanxi.record.customers.queries.seeking import Params
from guanxi.record.customers.rules.wishes import Need, Wish
from guanxi.record.customers.search import candidates

COUNTED = 10_000  # more than this is shown as "10,000+"
GATHERED = 3_000  # fewer matches than this are gathered and sorted
MEMBERS = 100_000  # groups of so many lead to them; members of larger ones are met soon while an index is walked
BORNE = 10_000  # a piece of a name that so many bear leads to them; more are met while an index is walked
TRIED = 500  # of those met on the way more than this are shown as "500+": each is looked up to be counted

_TOO_MANY_TO_LOOK = gettext_noop(
    "More than {most} customers fit the other conditions: add one, a manager or a city for instance, then ask for this."
)

Parts = Callable[[Params], list[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """`parts` writes what follows FROM, one a part; `count` is exact up to `most`, then one more. `is_by_key`: they are looked up
    one by one, without an index that has them in an order, and at most MEMBERS of them.
    """

    parts: Parts
    count: int
    most: int = COUNTED
    is_by_key: bool = False

    @property
    def shown(self) -> int:
        """The count as people see it, with a plus where there are more."""
        return min(self.count, self.most)

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > self.most

    @property
    def is_few(self) -> bool:
        """Whether all may be looked up in the table."""
        return self.count < GATHERED and not self.is_more

    @property
    def is_counted(self) -> bool:
        """Whether all may be taken from the index and sorted."""
        return not self.is_more


def source_of(wish: Wish, reach: Reach) -> Source:
    """Return where to find the customers of a wish, and their bounded count. Raises Refused (customers.too_many_to_look)
    where too many would have to be looked up for what no index tells.
    """
    if wish.is_far:
        return _looked_up(wish, reach)
    narrow = _narrow(wish, reach)
    parts, most = (narrow, COUNTED) if narrow is not None else (_led(_lead(wish), wish), _most(wish))
    return Source(parts, counted(parts, most + 1), most, is_by_key=narrow is not None)


def gathered(wish: Wish, reach: Reach) -> list[int] | None:
    """Return all customers of a wish, by key; None where they are more than COUNTED. One query, or two."""
    parts = _looked_up(wish, reach).parts if wish.is_far else _found(wish, reach)
    params = Params()
    each = " UNION ALL ".join(f"SELECT id FROM {part}" for part in parts(params))
    found = fetch(f"SELECT id FROM ({each}) AS parts LIMIT {COUNTED + 1}", params)
    return [row[0] for row in found] if len(found) <= COUNTED else None


def _most(wish: Wish) -> int:
    """Up to how many are counted that are met while an index is walked."""
    return TRIED if wish.sure.keys() & {"name", "card"} else COUNTED


def counted(parts: Parts, most: int = 0) -> int:
    """Return how many rows the parts hold, at most COUNTED + 1."""
    params = Params()
    each = " UNION ALL ".join(f"SELECT 1 AS one FROM {part}" for part in parts(params))
    sql = f"SELECT count(*) FROM (SELECT one FROM ({each}) AS parts LIMIT {int(most or COUNTED + 1)}) AS counted"
    return int(fetch(sql, params)[0][0])


def fetch(sql: str, params: Params | None = None) -> list[Any]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params.given if params is not None and params.given else None)
        return cursor.fetchall()


def _found(wish: Wish, reach: Reach) -> Parts:
    return _narrow(wish, reach) or _led(_lead(wish), wish)


def _looked_up(wish: Wish, reach: Reach) -> Source:
    """Those of few who pass what stands in the table alone, by key."""
    near, params = wish.near, Params()
    passes = seeking.holding(wish.far, (), params).removeprefix(" AND ")
    each = " UNION ALL ".join(f"SELECT id, ({passes}) AS fits FROM {part}" for part in _found(near, reach)(params))
    rows = fetch(f"SELECT id, fits FROM ({each}) AS parts LIMIT {COUNTED + 1}", params)
    if len(rows) > COUNTED:
        raise Refused("customers.too_many_to_look", _TOO_MANY_TO_LOOK, most=f"{COUNTED:,}")
    keys = [str(key) for key, fits in rows if fits]
    return Source(lambda _params: [f"{TABLE} WHERE id IN ({', '.join(keys) or '0'})"], len(keys))


def _narrow(wish: Wish, reach: Reach) -> Parts | None:
    """By a piece of a name, by words of a preference card or by groups, where few are meant by them."""
    name, card, group = wish.sure.get("name"), wish.sure.get("card"), wish.sure.get("group")
    for borne in (name, card):
        if borne is not None and (ids := _bearers(borne, reach)) is not None:
            listed = ", ".join(map(str, ids)) or "0"
            return lambda params: seeking.of_ids(listed, wish, params)
    if group is not None:
        inside = f"customers_groupmember WHERE {seeking.among('group_id', group.values)}"
        if counted(lambda _: [inside], MEMBERS + 1) <= MEMBERS:
            rest = wish.without("group")
            return lambda params: seeking.of_ids(f"SELECT customer_id FROM {inside}", rest, params)
    return None


def _bearers(need: Need, reach: Reach) -> list[int] | None:
    """Who may bear a piece of a name, within a reach; None where they are many."""
    found: dict[int, None] = {}
    for way in need.ways:
        found |= dict.fromkeys(candidates(GramQuery(way.all_of, way.any_of), reach, BORNE + 1))
        if len(found) > BORNE:
            return None
    return list(found)


def _led(lead: str, wish: Wish) -> Parts:
    return lambda params: seeking.found_by(lead, wish, params)


def _lead(wish: Wish) -> str:
    """The column whose index leaves the fewest."""
    asked = [column for column in seeking.LEADS if column in wish.sure]
    if len(asked) < 2:
        return asked[0] if asked else ""
    closed = {"state": wish.sure["state"], "tier": wish.sure["tier"]}
    sizes: dict[str, int] = {}
    for column in asked:
        sizes[column] = counted(_led(column, Wish({**closed, column: wish.sure[column]})), 3 * COUNTED)
        if sizes[column] < GATHERED:
            return column
    return min(asked, key=lambda column: sizes[column])
