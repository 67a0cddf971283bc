"""In which order a list of customers stands, and the place where a page of it ended."""

import base64
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.customers.rules.wishes import Wish

PAGE = 80

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
    KIND = "kind"
    REFERENCE = "reference"
    COMPANY = "company"
    SOURCE = "source"
    BIRTHDAY = "birthday"
    CREATED = "created"
    POTENTIAL = "potential"
    RISK = "risk"


# Sorts that go member by member of a facet, by its column.
GROUPED = {
    Sort.TIER: "tier",
    Sort.STATE: "state",
    Sort.STAGE: "stage",
    Sort.OWNER: "owner_id",
    Sort.CITY: "city_id",
    Sort.TEAM: "team_id",
}


# Sorts that no index gives: what they look at is read of those that fit, where these are not many.
FAR = frozenset(
    (
        Sort.KIND, Sort.REFERENCE, Sort.COMPANY, Sort.SOURCE, Sort.BIRTHDAY, Sort.CREATED, Sort.POTENTIAL, Sort.RISK,
    )
)  # fmt: skip
_UNTOLD = FAR | {Sort.NAME}  # what they look at does not belong into addresses of pages: it is looked up


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended. `group` is the member (tier, owner, 0: the pool …) that the page stood in, for sorts by groups;
    `value` the sort value of the last row, where addresses may tell it.
    """

    id: int
    value: int | str | None = None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list: who, in which order, from where (`next` of the page before), how many."""

    wish: Wish
    sort: Sort = Sort.VALUE
    descending: bool = True
    after: str = ""
    limit: int = PAGE


def place_text(wanted: Wanted, place: Place) -> str:
    """Return a place as a word for the address of the next page."""
    value = None if wanted.sort in _UNTOLD else place.value
    fields = [wanted.sort.value, wanted.descending, place.id, value, place.group]
    return base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(wanted: Wanted) -> Place | None:
    """Return the place that a list continues from. Raises Refused when it is none of this sort."""
    if not wanted.after:
        return None
    try:
        padded = wanted.after[:400] + "=" * (-len(wanted.after) % 4)
        sort, descending, key, value, group = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        sound = (sort, descending) == (wanted.sort.value, wanted.descending) and _is_key(key)
        if not sound or not _is_value(wanted.sort, value) or not (group is None or _is_key(group)):
            raise ValueError
        if (group is None) == (wanted.sort in GROUPED):
            raise ValueError
    except (ValueError, TypeError, UnicodeError):
        raise _bad(wanted.after) from None
    return Place(key, value, group)


def _is_key(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_value(sort: Sort, value: object) -> bool:
    if sort in _UNTOLD:
        return value is None
    if sort == Sort.LAST_CONTACT:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _bad(word: str) -> Refused:
    return Refused("customers.bad_list", _BAD_LIST, word=excerpt(word))
