"""A page of customers, bounded whatever is asked (patterns.md section 1): a bounded count decides whether the matching
index entries are gathered and sorted, or a sorting index is walked in order; then the rows of one page are read.
"""

# ruff: noqa: S608 - facets.py writes our own names and integers; every value is a parameter

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.customers.list_indexes import BY_CONTACT, BY_NAME, BY_VALUE, TABLE, ListIndex
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import reach_of, reads, visible_to
from guanxi.record.customers.queries.facets import NONE, Facets, facets_of
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.rules.listing import ListSpec, Place, Sort, place_of, place_text

COUNTED = 10_000  # more than this is shown as "10,000+"
GATHERED = 3_000  # fewer matches than this are gathered and sorted

_MAY_NOT_SORT = gettext_noop("A list cannot be sorted by a field that you do not see in clear.")

Entry = tuple[Any, int]  # sort value, customer


@dataclass(frozen=True, slots=True)
class Order:
    """One sorting index, its column, and the type of the column (PostgreSQL asks for that of a day)."""

    index: ListIndex
    column: str
    type: str = ""

    @property
    def cast(self) -> str:
        return f"::{self.type}" if self.type and on_postgresql() else ""


_VALUE = Order(BY_VALUE, "value")
_ORDERS = {Sort.LAST_CONTACT: Order(BY_CONTACT, "last_contact_on", "date"), Sort.NAME: Order(BY_NAME, "name_key")}


@dataclass(frozen=True, slots=True)
class CustomerList:
    """A page. `count` is exact up to 10,000, else 10,000 with `is_more`; `next` continues it ("" at the end)."""

    rows: list[CustomerRow]
    count: int
    is_more: bool
    next: str


def list_customers(spec: ListSpec, principal: Principal) -> CustomerList:
    """Return one page of the customers a principal sees, masked for him. Six to eight queries, whatever the rows.

    Raises Refused: customers.bad_list for a place of another sort, customers.may_not_sort by a masked name.
    """
    if spec.sort == Sort.NAME and not reads(principal, "name"):
        raise Refused("customers.may_not_sort", _MAY_NOT_SORT)
    place = _whole_place(spec, principal)
    facets = facets_of(spec, reach_of(principal))
    if facets.is_empty:
        return CustomerList([], 0, is_more=False, next="")
    count = bounded_count(facets, COUNTED + 1)
    walk = _Walk(spec, facets, place, is_few=count < GATHERED)
    places = list(islice(walk.places(), spec.limit + 1))
    page = places[: spec.limit]
    following = place_text(spec, page[-1]) if len(places) > spec.limit else ""
    rows = customer_rows([place.id for place in page], principal)
    return CustomerList(rows, min(count, COUNTED), is_more=count > COUNTED, next=following)


def _whole_place(spec: ListSpec, principal: Principal) -> Place | None:
    """The place to go on from; a name is looked up, and only of somebody whom the principal sees."""
    place = place_of(spec)
    if place is None or spec.sort != Sort.NAME:
        return place
    seen = Customer.objects.filter(visible_to(principal, gone=True), pk=place.id)
    return replace(place, value=seen.values_list("name_key", flat=True).first() or "")


def bounded_count(facets: Facets, most: int) -> int:
    """Return how many customers match, at most `most`."""
    parts = " UNION ALL ".join(f"SELECT 1 AS one FROM {part}" for part in facets.gathering())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT one FROM ({parts}) AS parts LIMIT {int(most)}) AS counted")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class _Walk:
    """One page on its way: what matches, in which order, from where."""

    spec: ListSpec
    facets: Facets
    place: Place | None
    is_few: bool

    def places(self) -> Iterator[Place]:
        """The places of the page and one more, in order."""
        if self.spec.sort == Sort.TIER:
            return self._by_group("tiers")
        if self.spec.sort == Sort.STATE:
            return self._by_group("states")
        if self.spec.sort == Sort.OWNER:
            return self._by_owner()
        order = _ORDERS.get(self.spec.sort, _VALUE)
        after = (self.place.value, self.place.id) if self.place else None
        rows = self.entries(self.facets, order, after, descending=self.spec.descending)
        return (Place(key, _plain(value)) for value, key in rows)

    def _by_group(self, facet: str) -> Iterator[Place]:
        """Tier by tier (or state by state), each by value, best first."""
        for member in self._from_place(sorted(getattr(self.facets, facet), reverse=self.spec.descending)):
            one = self.facets.only(facet, member)
            walk = self if self.is_few else replace(self, is_few=bounded_count(one, GATHERED) < GATHERED)
            for value, key in walk.entries(one, _VALUE, self._after(member)):
                yield Place(key, value, member)

    def _by_owner(self) -> Iterator[Place]:
        """Owner by owner in the order of their names, the pool at the end of the alphabet; each by value, best first."""
        if self.is_few:
            yield from self._of_owners(self.facets)
            return
        owners = owners_in_order(self.facets)
        owners = self._from_place(owners[::-1] if self.spec.descending else owners)
        start, size = 0, 2
        while start < len(owners):
            # Owners are many and a page is short: look at 2, then 8, 32 … of them at a time.
            chunk = owners[start : start + size]
            some = replace(self.facets, owners=tuple(sorted(chunk)), owned=False)
            if bounded_count(some, GATHERED) < GATHERED:
                yield from self._of_owners(some)
            else:
                for owner in chunk:
                    one = replace(self.facets, owners=(owner,), owned=False)
                    walk = replace(self, is_few=bounded_count(one, GATHERED) < GATHERED)
                    yield from (
                        Place(key, value, owner) for value, key in walk.entries(one, _VALUE, self._after(owner))
                    )
            start, size = start + len(chunk), size * 4

    def _of_owners(self, facets: Facets) -> Iterator[Place]:
        """All that match, sorted by owner and value, from the place on."""
        columns = f"COALESCE(owner_id, {NONE}) AS owner, value, id"
        rows = _fetch(" UNION ALL ".join(f"SELECT {columns} FROM {part}" for part in facets.gathering()))
        group = [] if self.place is None or self.place.group is None else [self.place.group]
        order = ordered_owners({owner for owner, _, _ in rows}.union(group))
        rank = {owner: place for place, owner in enumerate(order[::-1] if self.spec.descending else order)}
        for owner, value, key in sorted(rows, key=lambda row: (rank[row[0]], -row[1], -row[2])):
            after = self._after(owner)
            is_behind = not group or rank[owner] > rank[group[0]]
            if is_behind or (after is not None and (value, key) < after):
                yield Place(key, value, owner)

    def _from_place(self, groups: list[int]) -> list[int]:
        """Groups from the one in which the page before ended."""
        if self.place is None:
            return groups
        return groups[groups.index(self.place.group) :] if self.place.group in groups else []

    def _after(self, group: int) -> Entry | None:
        return (self.place.value, self.place.id) if self.place and self.place.group == group else None

    def entries(self, facets: Facets, order: Order, after: Entry | None, *, descending: bool = True) -> list[Entry]:
        """Sort values and keys of one page and one more, in order."""
        ask = _gathered if self.is_few else _scanned
        sql = ask(facets, order, "<" if descending else ">", is_after=after is not None)
        if after is None:
            params: list[Any] = []
        else:
            params = [*after] * (1 if self.is_few else len(facets.states) * len(facets.tiers))
        return _fetch(sql.format(limit=self.spec.limit + 1), params)


def ordered_owners(ids: Iterable[int]) -> list[int]:
    """Return owners in the order of their names; the pool, where it is among them, last."""
    wanted = set(ids)
    staff = Customer._meta.get_field("owner").related_model
    names = dict(staff._default_manager.filter(pk__in=wanted).values_list("pk", "name_key"))
    return sorted(wanted, key=lambda owner: (owner == NONE, names.get(owner, ""), owner))


def owners_in_order(facets: Facets) -> list[int]:
    """Return the owners who may have matching customers, by name; the pool last, where it may match."""
    if facets.owners is not None:
        return ordered_owners(facets.owners)
    there = dict(_owners_there())
    if facets.teams is not None:
        # The team is that of the owner, and for the moment between his move and theirs that of his customers.
        staff = Customer._meta.get_field("owner").related_model
        movers = staff._default_manager.filter(pk__in=there, team__in=facets.teams).values_list("pk", flat=True)
        there = {owner: team for owner, team in there.items() if team in facets.teams} | dict.fromkeys(movers, 0)
    return ordered_owners([*there, *([] if facets.owned else [NONE])])


def _owners_there() -> list[tuple[int, int]]:
    """The owners that occur, each with the team of one of his customers: by jumping through the index."""
    first = f"SELECT min(owner_id) FROM {TABLE} WHERE gone = 0"
    team = f"SELECT team_id FROM {TABLE} WHERE gone = 0 AND owner_id = owners.id LIMIT 1"
    return _fetch(
        f"WITH RECURSIVE owners(id) AS (SELECT ({first}) UNION ALL"
        f" SELECT ({first} AND owner_id > owners.id) FROM owners WHERE owners.id IS NOT NULL)"
        f" SELECT id, ({team}) FROM owners WHERE id IS NOT NULL"
    )


def _gathered(facets: Facets, order: Order, before: str, *, is_after: bool) -> str:
    """All matching entries, then sorted. PostgreSQL would rather walk the sorting index, seconds long: it may not."""
    parts = " UNION ALL ".join(f"SELECT {order.column} AS v, id FROM {part}" for part in facets.gathering())
    direction = "DESC" if before == "<" else "ASC"
    held = "MATERIALIZED " if on_postgresql() else ""
    where = f"WHERE (v, id) {before} (%s{order.cast}, %s) " if is_after else ""
    return (
        f"WITH found AS {held}({parts}) SELECT v, id FROM found {where}"
        f"ORDER BY v {direction}, id {direction} LIMIT {{limit}}"
    )


def _scanned(facets: Facets, order: Order, before: str, *, is_after: bool) -> str:
    """The sorting index walked in order, one arm a state and tier, merged lazily by the database."""
    direction = "DESC" if before == "<" else "ASC"
    column = order.column
    sort = f"ORDER BY v {direction}, id {direction} LIMIT {{limit}}"
    after = f" AND ({column}, id) {before} (%s{order.cast}, %s)" if is_after else ""
    arms = []
    for state in facets.states:
        for tier in facets.tiers:
            hint = "" if on_postgresql() else f" INDEXED BY {order.index.name}"
            arm = (
                f"SELECT {column} AS v, id FROM {TABLE}{hint}"
                f" WHERE gone = 0 AND state = {state} AND tier = {tier}{facets.riding()}{after}"
            )
            # PostgreSQL merges only arms that are each cut and sorted; SQLite only arms that are not.
            own = f"ORDER BY {column} {direction}, id {direction} LIMIT {{limit}}"
            arms.append(f"({arm} {own})" if on_postgresql() else arm)
    return f"{' UNION ALL '.join(arms)} {sort}"


def _fetch(sql: str, params: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def _plain(value: Any) -> int | str:
    return value.isoformat() if isinstance(value, date) else value
