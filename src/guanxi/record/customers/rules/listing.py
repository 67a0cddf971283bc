"""What a list of customers may be asked for: closed lists of filters and sorts, and the place where a page ended."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.customers.choices import Stage, State, Tier
from guanxi.record.customers.rules.wishes import Wish

PAGE, MOST_ON_PAGE = 80, 200
_MOST_VALUES = 500

_BAD_LIST = gettext_noop("A list of customers cannot be asked for “{word}”.")


class Sort(StrEnum):
    """By what a list is ordered; ties by value (best first), then by key."""

    VALUE = "value"
    LAST_CONTACT = "last_contact"
    NAME = "name"
    TIER = "tier"
    STATE = "state"
    STAGE = "stage"
    OWNER = "owner"
    CITY = "city"
    TEAM = "team"


# Sorts that go member by member of a facet, by its column.
GROUPED = {
    Sort.TIER: "tier",
    Sort.STATE: "state",
    Sort.STAGE: "stage",
    Sort.OWNER: "owner_id",
    Sort.CITY: "city_id",
    Sort.TEAM: "team_id",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended. `group` is the member (tier, owner, 0: the pool …) that the page stood in, for sorts by groups;
    `value` the sort value of the last row (a name's is looked up: names do not belong into addresses of pages).
    """

    id: int
    value: int | str | None = None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A page of a list. Empty filters mean all; ids of owners, teams and cities come from our own pages.

    `pool` asks for customers without owner (with `owners`: or those). `after` continues a page (`next` of the page before).
    """

    tiers: tuple[Tier, ...] = ()
    states: tuple[State, ...] = ()
    stages: tuple[Stage, ...] = ()
    owners: tuple[int, ...] = ()
    pool: bool = False
    teams: tuple[int, ...] = ()
    cities: tuple[int, ...] = ()
    sort: Sort = Sort.VALUE
    descending: bool = True
    after: str = ""
    limit: int = PAGE


def read_spec(words: Mapping[str, Sequence[str]]) -> ListSpec:
    """Return the list that a request asks for: `tier state stage owner team city` (several values each, owner "pool"
    too), `sort`, `direction` (asc, desc), `after`, `size`. Raises Refused for any other word or value.
    """
    given: dict[str, Any] = {}
    for word, values in words.items():
        reader = _READERS.get(word)
        if reader is None or len(values) > _MOST_VALUES:
            raise _bad(word)
        try:
            given |= reader(list(values))
        except (ValueError, KeyError, IndexError):
            raise _bad(" ".join([word, *values[:1]])) from None
    return ListSpec(**given)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list: who, in which order, from where (`next` of the page before), how many."""

    wish: Wish
    sort: Sort = Sort.VALUE
    descending: bool = True
    after: str = ""
    limit: int = PAGE


def place_text(spec: ListSpec | Wanted, place: Place) -> str:
    """Return a place as a word for the address of the next page."""
    value = None if spec.sort == Sort.NAME else place.value
    fields = [spec.sort.value, spec.descending, place.id, value, place.group]
    return base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(spec: ListSpec | Wanted) -> Place | None:
    """Return the place that a list continues from. Raises Refused when it is none of this sort."""
    if not spec.after:
        return None
    try:
        padded = spec.after[:400] + "=" * (-len(spec.after) % 4)
        sort, descending, key, value, group = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        sound = (sort, descending) == (spec.sort.value, spec.descending) and _is_key(key)
        if not sound or not _is_value(spec.sort, value) or not (group is None or _is_key(group)):
            raise ValueError
        if (group is None) == (spec.sort in GROUPED):
            raise ValueError
    except (ValueError, TypeError, UnicodeError):
        raise _bad(spec.after) from None
    return Place(key, value, group)


def _is_key(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_value(sort: Sort, value: object) -> bool:
    if sort == Sort.NAME:
        return value is None
    if sort == Sort.LAST_CONTACT:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _bad(word: str) -> Refused:
    return Refused("customers.bad_list", _BAD_LIST, word=excerpt(word))


def _named(choices: Any) -> Any:
    """Members by their names in lower case or by their numbers."""
    return {str(member.value): member for member in choices} | {member.name.lower(): member for member in choices}


def _keys(values: Sequence[str]) -> tuple[int, ...]:
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
        raise ValueError
    return tuple(int(value) for value in values)


def _read_owners(values: Sequence[str]) -> dict[str, Any]:
    return {"owners": _keys([value for value in values if value != "pool"]), "pool": "pool" in values}


def _read_size(values: Sequence[str]) -> dict[str, Any]:
    return {"limit": min(max(_keys(values)[0], 1), MOST_ON_PAGE)}


_TIERS, _STATES, _STAGES = _named(Tier), _named(State), _named(Stage)
_READERS: dict[str, Any] = {
    "tier": lambda values: {"tiers": tuple(_TIERS[value.lower()] for value in values)},
    "state": lambda values: {"states": tuple(_STATES[value.lower()] for value in values)},
    "stage": lambda values: {"stages": tuple(_STAGES[value.lower()] for value in values)},
    "owner": _read_owners,
    "team": lambda values: {"teams": _keys(values)},
    "city": lambda values: {"cities": _keys(values)},
    "sort": lambda values: {"sort": Sort(values[0])},
    "direction": lambda values: {"descending": {"asc": False, "desc": True}[values[0]]},
    "after": lambda values: {"after": values[0]},
    "size": _read_size,
}
