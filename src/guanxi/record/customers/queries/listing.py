"""A page of customers, bounded whatever is asked (patterns.md section 1): a bounded count decides whether the matching
entries are gathered and sorted, or a sorting index is walked in order; then the rows of one page are read.
"""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every value is a parameter

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.customers.list_indexes import BY_CONTACT, BY_NAME, BY_VALUE, ListIndex
from guanxi.record.customers.models import Customer
from guanxi.record.customers.permissions import Reach, reach_of, reads, visible_to
from guanxi.record.customers.queries import seeking
from guanxi.record.customers.queries.apart import NOTHING_KNOWN, Known, apart
from guanxi.record.customers.queries.members import members_in_order, ranked_members
from guanxi.record.customers.queries.seeking import Params
from guanxi.record.customers.queries.sources import COUNTED, Source, fetch, source_of
from guanxi.record.customers.rules.listing import FAR, GROUPED, Place, Sort, Wanted, place_of, place_text
from guanxi.record.customers.rules.wishes import CLOSED, NONE, Wish

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


_MASKED = {Sort.NAME: "name", Sort.BIRTHDAY: "birthday"}
_VALUE = Order(BY_VALUE, "value")
_ORDERS = {Sort.LAST_CONTACT: Order(BY_CONTACT, "last_contact_on", "date"), Sort.NAME: Order(BY_NAME, "name_key")}


@dataclass(frozen=True, slots=True)
class Places:
    """A page: ids in order. `count` is exact up to a bound, else the bound with `is_more`; `next` continues it ("" at the end)."""

    ids: list[int]
    count: int
    is_more: bool
    next: str


def places_of(wanted: Wanted, principal: Principal, known: Known = NOTHING_KNOWN) -> Places:
    """Return one page of the customers of a wish, which is cut already to what the principal sees. Two to six queries.
    `known` reads what other rooms know of customers, for orders by it.

    Raises Refused: customers.bad_list for a place of another sort, customers.may_not_sort by a masked field,
    sheets.too_many_to_sort by what no index gives, customers.too_many_to_look for what no index tells.
    """
    if wanted.sort in _MASKED and not reads(principal, _MASKED[wanted.sort]):
        raise Refused("customers.may_not_sort", _MAY_NOT_SORT)
    place, reach = _whole_place(wanted, principal), reach_of(principal)
    if wanted.wish.is_empty or reach.nobody:
        return Places([], 0, is_more=False, next="")
    if not wanted.limit:
        source = source_of(wanted.wish, reach)
        return Places([], source.shown, source.is_more, next="")
    if wanted.sort in FAR:
        places, count = apart(wanted, principal, place, known)
        shown, is_more = min(count, COUNTED), count > COUNTED
    else:
        source = source_of(wanted.wish, reach)
        walk = _Walk(wanted, wanted.wish, reach, place, source)
        places = list(islice(walk.places(), wanted.limit + 1))
        shown, is_more = source.shown, source.is_more
    page = places[: wanted.limit]
    following = place_text(wanted, page[-1]) if len(places) > wanted.limit else ""
    return Places([one.id for one in page], shown, is_more, following)


def _whole_place(wanted: Wanted, principal: Principal) -> Place | None:
    """The place to go on from; a name is looked up, and only of somebody whom the principal sees."""
    place = place_of(wanted)
    if place is None or wanted.sort != Sort.NAME:
        return place
    seen = Customer.objects.filter(visible_to(principal, gone=True), pk=place.id)
    return replace(place, value=seen.values_list("name_key", flat=True).first() or "")


@dataclass(frozen=True, slots=True)
class _Walk:
    """One page on its way: what matches, in which order, from where."""

    wanted: Wanted
    wish: Wish
    reach: Reach
    place: Place | None
    source: Source

    def places(self) -> Iterator[Place]:
        """The places of the page and one more, in order."""
        if self.wanted.sort in GROUPED:
            return self._by_group(GROUPED[self.wanted.sort])
        order = _ORDERS.get(self.wanted.sort, _VALUE)
        after = (self.place.value, self.place.id) if self.place else None
        rows = self.entries(order, after, descending=self.wanted.descending)
        return (Place(key, _plain(value)) for value, key in rows)

    def _by_group(self, column: str) -> Iterator[Place]:
        """Tier by tier, owner by owner … in the order of what they are called, nobody and nowhere last; in each the
        best value first.
        """
        if self.source.is_few:
            yield from self.in_groups(column)
            return
        if self.source.is_by_key and column in CLOSED:
            yield from self._sorted_by(column)
            return
        members = members_in_order(column, self.wish)
        members = self._from_place(members[::-1] if self.wanted.descending else members)
        start, size = 0, 2
        while start < len(members):
            # Owners are many and a page is short: look at 2, then 8, 32 … of them at a time.
            chunk = members[start : start + size]
            some = self._narrowed(column, chunk)
            if some.source.is_few:
                yield from some.in_groups(column)
            else:
                for member in chunk:
                    one = some if len(chunk) == 1 else self._narrowed(column, [member])
                    for value, key in one.entries(_VALUE, self._after(member)):
                        yield Place(key, value, member)
            start, size = start + len(chunk), size * 4

    def _sorted_by(self, column: str) -> list[Place]:
        """One page and one more of all that match, sorted by a closed facet and value: one pass over them."""
        params, way = Params(), ("<", "DESC") if self.wanted.descending else (">", "ASC")
        place, after = self.place, ""
        if place is not None and place.group is not None:
            group, entry = params.add(place.group), f"({params.add(place.value)}, {params.add(place.id)})"
            after = f"WHERE member {way[0]} {group} OR (member = {group} AND (value, id) < {entry})"
        columns = f"COALESCE({column}, {NONE}) AS member, value, id"
        each = " UNION ALL ".join(f"SELECT {columns} FROM {part}" for part in self.source.parts(params))
        held = "MATERIALIZED " if on_postgresql() else ""
        ordered = f"ORDER BY member {way[1]}, value DESC, id DESC LIMIT {self.wanted.limit + 1}"
        rows = fetch(f"WITH found AS {held}({each}) SELECT member, value, id FROM found {after} {ordered}", params)
        return [Place(key, value, member) for member, value, key in rows]

    def _narrowed(self, column: str, members: list[int]) -> "_Walk":
        wish = self.wish.only(column, members)
        return replace(self, wish=wish, source=source_of(wish, self.reach))

    def in_groups(self, column: str) -> Iterator[Place]:
        """All that match, sorted by group and value, from the place on."""
        params = Params()
        columns = f"COALESCE({column}, {NONE}) AS member, value, id"
        rows = fetch(" UNION ALL ".join(f"SELECT {columns} FROM {part}" for part in self.source.parts(params)), params)
        group = [] if self.place is None or self.place.group is None else [self.place.group]
        order = ranked_members(column, {member for member, _, _ in rows}.union(group))
        rank = {member: place for place, member in enumerate(order[::-1] if self.wanted.descending else order)}
        for member, value, key in sorted(rows, key=lambda row: (rank[row[0]], -row[1], -row[2])):
            after = self._after(member)
            is_behind = not group or rank[member] > rank[group[0]]
            if is_behind or (after is not None and (value, key) < after):
                yield Place(key, value, member)

    def _from_place(self, groups: list[int]) -> list[int]:
        """Groups from the one in which the page before ended."""
        if self.place is None:
            return groups
        return groups[groups.index(self.place.group) :] if self.place.group in groups else []

    def _after(self, group: int) -> Entry | None:
        return (self.place.value, self.place.id) if self.place and self.place.group == group else None

    def entries(self, order: Order, after: Entry | None, *, descending: bool = True) -> list[Entry]:
        """Sort values and keys of one page and one more, in order."""
        params = Params()
        place = "" if after is None else f"({params.add(after[0])}{order.cast}, {params.add(after[1])})"
        if place:
            place = f"{'<' if descending else '>'} {place}"
        direction = "DESC" if descending else "ASC"
        ordered = f"ORDER BY {{column}} {direction}, id {direction} LIMIT {self.wanted.limit + 1}"
        if self.source.is_few or (self.source.is_counted and order.index is not BY_NAME):
            return fetch(_gathered(self.source.parts(params), order, place, ordered), params)
        return fetch(_walked(self.wish, order, place, ordered, params), params)


def _gathered(parts: list[str], order: Order, place: str, ordered: str) -> str:
    """All matching entries, then sorted. PostgreSQL would rather walk the sorting index, seconds long: it may not."""
    each = " UNION ALL ".join(f"SELECT {order.column} AS v, id FROM {part}" for part in parts)
    held = "MATERIALIZED " if on_postgresql() else ""
    where = f"WHERE (v, id) {place} " if place else ""
    return f"WITH found AS {held}({each}) SELECT v, id FROM found {where}{ordered.format(column='v')}"


def _walked(wish: Wish, order: Order, place: str, ordered: str, params: Params) -> str:
    """An index walked in order, arm by arm, merged lazily by the database."""
    column = order.column
    index = seeking.walked_by(wish) if order is _VALUE else order.index
    after = f" AND ({column}, id) {place}" if place else ""
    arms = [f"SELECT {column} AS v, id FROM {arm}{after}" for arm in seeking.walking(index, wish, params)]
    if on_postgresql():  # it merges only arms that are each cut and sorted; SQLite only arms that are not
        arms = [f"({arm} {ordered.format(column=column)})" for arm in arms]
    return f"{' UNION ALL '.join(arms)} {ordered.format(column='v')}"


def _plain(value: Any) -> int | str:
    return value.isoformat() if isinstance(value, date) else value
