"""From a wish to SQL: where to look (`ListIndex`, ids), and what must hold there. The one place where such SQL is built.

Only our own names, integers and days are written into the text; grams and places are parameters.
"""

# ruff: noqa: S608 - our own names, integers and days; everything else is a parameter

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guanxi.ground.text.grams import gram_hash
from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.customers.list_indexes import (
    BY_CONTACT,
    BY_VALUE,
    OF_CITY,
    OF_OWNER,
    OF_STAGE,
    OF_TEAM,
    TABLE,
    ListIndex,
)
from guanxi.record.customers.rules.wishes import CLOSED, FACETS, FAR, NONE, OWNED, Need, Way, Wish, Words

# By which column customers are found, and the index that begins with it; the first that is asked for leads.
LEADS: dict[str, ListIndex] = {
    "owner_id": OF_OWNER,
    "city_id": OF_CITY,
    "team_id": OF_TEAM,
    "stage": OF_STAGE,
    "value": BY_VALUE,
    "last_contact_on": BY_CONTACT,
}
_BIRTH_DAY = {  # 101 to 1231
    False: "CAST(substr(birthday, 6, 2) || substr(birthday, 9, 2) AS INTEGER)",
    True: "CAST(to_char(birthday, 'MMDD') AS INTEGER)",
}
MOST_ARMS = 64  # of a walk: more take longer to plan than to walk


@dataclass(slots=True)
class Params:
    """The parameters of a statement, by names of our own."""

    given: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Keep a value and return its place in the text."""
        name = f"p{len(self.given)}"
        self.given[name] = value
        return f"%({name})s"


def found_by(lead: str, wish: Wish, params: Params) -> list[str]:
    """Return what follows FROM (one a part; the parts do not overlap): the index that a column of LEADS leads ("": that by
    value), searched by it, and whatever else must hold. SQLite is told the index by name.
    """
    need = wish.sure.get(lead)
    if need is None:
        return [_at(BY_VALUE, "", "", wish, params)]
    if need.spans:
        return [_at(LEADS[lead], lead, _within(lead, need.hull), wish, params)]
    ids = tuple(value for value in need.values if value != NONE)
    parts = [_at(LEADS[lead], lead, among(lead, ids), wish, params)] if ids else []
    return parts + ([_at(LEADS[lead], lead, f"{lead} IS NULL", wish, params)] if NONE in need.values else [])


def of_ids(ids: str, wish: Wish, params: Params) -> list[str]:
    """As `gathering`, by keys: `ids` is a list of integers or a query for them, of our own making."""
    there = "deleted_at IS NULL AND merged_into_id IS NULL"
    return [f"{TABLE} WHERE id IN ({ids}) AND {there}{holding(wish, (), params)}"]


def walking(index: ListIndex, wish: Wish, params: Params) -> list[str]:
    """Return what follows FROM for each arm of a walk through an index in the order of its number or name: one arm a
    state and tier, and a member of the facet that leads the index; arms in which nobody can pass are left out.
    """
    facet = index.keys[1] if index.keys[1] not in ("state", "tier") else ""
    places = [
        {"state": state, "tier": tier} for state in wish.sure["state"].values for tier in wish.sure["tier"].values
    ]
    if facet:
        places = [{facet: member, **place} for member in wish.sure[facet].values for place in places]
    wishes = [(place, wish.at(place)) for place in places]
    return [_arm(index, place, one, params) for place, one in wishes if not one.is_empty] or [f"{TABLE} WHERE 1 = 0"]


def _arm(index: ListIndex, place: dict[str, int], wish: Wish, params: Params) -> str:
    number, bound, span = index.keys[-2], set(place), ""
    if number in wish.sure:
        span = f" AND {_within(number, wish.sure[number].hull)}"
        bound |= {number} if len(wish.sure[number].spans) == 1 else set()
    hint = "" if on_postgresql() else f" INDEXED BY {index.name}"
    heads = " AND ".join(_is(column, member) for column, member in place.items())
    return f"{TABLE}{hint} WHERE gone = 0 AND {heads}{span}{holding(wish, bound, params)}"


def walked_by(wish: Wish) -> ListIndex:
    """Return the index that has the customers of a wish in the order of their value, in few arms."""
    arms = len(wish.sure["state"].values) * len(wish.sure["tier"].values)
    for column in ("owner_id", "city_id", "team_id", "stage"):
        if column in wish.sure and len(wish.sure[column].values) * arms <= MOST_ARMS:
            return LEADS[column]
    return BY_VALUE


def holding(wish: Wish, bound: Iterable[str], params: Params) -> str:
    """Return " AND …" for everything but the facets that an index has bound, kept off the planner."""
    bound = set(bound)
    parts = [_passes(need, params) for column, need in wish.sure.items() if column not in bound]
    parts += [_passes(need, params) for need in wish.also]
    parts += [f"({' OR '.join(_passes(need, params) for need in clause)})" for clause in wish.mixed]
    return "".join(f" AND {part}" for part in parts)


def among(column: str, values: Iterable[int]) -> str:
    """A column is one of some integers."""
    return f"{column} IN ({', '.join(str(int(value)) for value in values)})"


def _is(column: str, value: int) -> str:
    return f"{column} IS NULL" if value == NONE and column not in CLOSED else f"{column} = {int(value)}"


def _at(index: ListIndex, lead: str, leading: str, wish: Wish, params: Params) -> str:
    parts = ["gone = 0", *([leading] if leading else [])]
    parts += [among(column, wish.sure[column].values) for column in ("state", "tier")]
    bound = {"state", "tier"}
    if lead and len(wish.sure[lead].spans) < 2:
        bound.add(lead)
    hint = "" if on_postgresql() else f" INDEXED BY {index.name}"
    return f"{TABLE}{hint} WHERE {' AND '.join(parts)}{holding(wish, bound, params)}"


def _passes(need: Need, params: Params) -> str:
    """A need as an expression that no index search uses."""
    if need.column == OWNED:
        return f"{_aside('owner_id')} IS NOT NULL"
    if need.column in FACETS:
        if not need.values:
            return "1 = 0"
        column = f"COALESCE({need.column}, {NONE})" if NONE in need.values else _aside(need.column)
        return among(column, need.values)
    if need.column in FAR:
        return _far(need, params)
    if need.spans:
        column = _aside(need.column)
        return f"({' OR '.join(_within(column, span) for span in need.spans)})"
    if need.column == "group":
        inside = among("member.group_id", need.values)
        return f"EXISTS (SELECT 1 FROM customers_groupmember member WHERE {inside} AND member.customer_id = {TABLE}.id)"
    if need.column in ("name", "card") and need.ways:
        ways = " OR ".join(_bears(way, params) for way in need.ways)
        return f"EXISTS (SELECT 1 FROM customers_document paper WHERE paper.customer_id = {TABLE}.id AND ({ways}))"
    return "1 = 0"


def _far(need: Need, params: Params) -> str:
    """A need of a column that stands in the table alone."""
    column = _BIRTH_DAY[on_postgresql()] if need.column == "birth_day" else need.column
    either = [_within(column, span) for span in need.spans] + [_says(column, words, params) for words in need.words]
    return f"({' OR '.join([*either, *([f'{column} IS NULL'] if NONE in need.values else [])]) or '1 = 0'})"


def _says(column: str, words: Words, params: Params) -> str:
    place = params.add(words.text.lower())
    if words.is_whole:
        return f"lower({column}) = {place}"
    return f"{'strpos' if on_postgresql() else 'instr'}(lower({column}), {place}) > 0"


def _bears(way: Way, params: Params) -> str:
    """A search document holds all of these grams and one of those."""
    parts = [_holds(gram, params) for gram in way.all_of]
    if way.any_of:
        parts.append(f"({' OR '.join(_holds(gram, params) for gram in way.any_of)})")
    return f"({' AND '.join(parts)})"


def _holds(gram: str, params: Params) -> str:
    if on_postgresql():
        return f"{int(gram_hash(gram))} = ANY(paper.grams)"
    return f"instr(' ' || paper.grams || ' ', {params.add(f' {gram} ')}) > 0"


def _within(column: str, span: tuple[Any, Any]) -> str:
    low, high = span
    ends = [f"{column} >= {_plain(low)}"] if low is not None else []
    ends += [f"{column} <= {_plain(high)}"] if high is not None else []
    return f"({' AND '.join(ends)})" if ends else f"({column} IS NOT NULL)"


def _plain(value: int | date) -> str:
    """A number or a day as SQL writes it."""
    return f"'{value.isoformat()}'" if isinstance(value, date) else str(int(value))


def _aside(column: str) -> str:
    """The column as an expression, which no index search uses."""
    return f"({column} + 0)" if on_postgresql() else f"+{column}"
