"""Orders of customers that no list index gives: what they look at is read of those that fit, where these are not many."""

# ruff: noqa: S608 - seeking.py writes our own names and integers; every other value is a parameter

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.list_indexes import TABLE
from guanxi.record.customers.permissions import reach_of, visible_ids
from guanxi.record.customers.queries.sources import COUNTED, gathered
from guanxi.record.customers.rules.listing import Place, Sort, Wanted

# By sort: what somebody else knows of some customers, by id; those of whom nothing is known are left out.
Known = Mapping[str, Callable[[Sequence[int], Principal], Mapping[int, Any]]]

NOTHING_KNOWN: Known = {}
_COLUMNS = {
    Sort.KIND: "kind",
    Sort.REFERENCE: "reference",
    Sort.COMPANY: "company",
    Sort.SOURCE: "source",
    Sort.BIRTHDAY: "birthday",
    Sort.CREATED: "created_on",
}
_TOO_MANY = gettext_noop("More than {most} rows fit: add a condition, then sort them so.")


def apart(wanted: Wanted, principal: Principal, place: Place | None, known: Known) -> tuple[list[Place], int]:
    """The places of those that fit, behind a place: by what the sort looks at, those without it last; and how many fit in
    all. Two or three queries. Raises Refused (sheets.too_many_to_sort).
    """
    there = gathered(wanted.wish, reach_of(principal))
    if there is None:
        raise Refused("sheets.too_many_to_sort", _TOO_MANY, most=f"{COUNTED:,}")
    ids = set(there)
    # The last one of the page before may have left the list since: it keeps its place, if it is still in sight.
    kept = ids if place is None or place.id in ids else ids | visible_ids(principal, [place.id], gone=True)
    values = _values(wanted.sort, sorted(kept), principal, known)
    told = sorted(((value, key) for key, value in values.items()), reverse=wanted.descending)
    order = [key for _value, key in told] + sorted(kept - values.keys())
    start = order.index(place.id) + 1 if place is not None and place.id in kept else 0
    return [Place(key) for key in order[start:] if key in ids], len(ids)


def _values(sort: Sort, ids: Sequence[int], principal: Principal, known: Known) -> Mapping[int, Any]:
    if sort in _COLUMNS:
        rows = rows_of(f"SELECT id, {_COLUMNS[sort]} FROM {TABLE} WHERE id IN {{given}}", ids)
        return {key: value for key, value in rows if value not in (None, "")}
    return known[sort](ids, principal) if sort in known else {}
