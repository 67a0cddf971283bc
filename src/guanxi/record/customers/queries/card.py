"""One customer at a glance, in four queries whatever there is: what a page shows beside the timeline.

`page.customer_page` tells everything; this tells what stands now, for the page that everybody opens all day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Relation
from guanxi.record.customers.permissions import reach_of, shown
from guanxi.record.customers.queries.page import (
    AddressRow,
    Head,
    IdentifierRow,
    OwnerRow,
    PreferenceRow,
    StageRow,
    head_of_code,
    identifiers_of,
)
from guanxi.record.customers.queries.ties import MOST_TIES, GroupRow, TieRow

MOST_FACTS = 200
HOUSEHOLD = 0  # the kind of a tie that is none told: they keep house together
_PREFERENCE, _ADDRESS, _STAGE, _OWNER, _GROUP = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Card:
    """What stands now. `stages` and `owners` are changes, `places` where they lived, latest first."""

    head: Head
    identifiers: list[IdentifierRow]
    address: AddressRow | None
    preferences: list[PreferenceRow]
    stages: list[StageRow]
    relations: list[TieRow]
    places: list[AddressRow]
    owners: list[OwnerRow]
    groups: list[GroupRow]


def customer_card(code: str, principal: Principal) -> Card:
    """Return one customer whom the principal sees, by code; a merged one as the one he was merged into (four queries).

    Raises Refused (customers.not_found), also for one beyond the scope.
    """
    head = head_of_code(code, principal)
    facts = _small_facts(head.id)
    return Card(
        head=head,
        identifiers=[row for row in identifiers_of(head.id, principal) if row.is_live],
        address=_address(facts, principal),
        preferences=[
            PreferenceRow(key, one, text, more, day, bool(two))
            for what, key, one, two, text, more, _, _, day in facts
            if what == _PREFERENCE
        ],
        stages=[
            StageRow(key, day, one, two or 0, text)
            for what, key, one, two, text, _, _, _, day in facts
            if what == _STAGE
        ],
        relations=_relations(head.id, principal),
        places=_places(facts, principal),
        owners=[
            OwnerRow(key, day, old or "", new or "") for what, key, _, _, old, new, _, _, day in facts if what == _OWNER
        ],
        groups=[GroupRow(key, code, name, 0) for what, key, _, _, name, code, *_ in facts if what == _GROUP],
    )


# (what, key, number, number, text, text, text, text, day) of five small tables at once
_SMALL_FACTS = f"""
    SELECT {_PREFERENCE}, id, field, CASE WHEN is_quiet THEN 1 ELSE 0 END, text, source, '', '', told_on
    FROM customers_preference WHERE customer_id = %s AND ended_on IS NULL
    UNION ALL
    SELECT {_ADDRESS}, id, CASE WHEN valid_to IS NULL THEN 0 ELSE 1 END, 0, text, city, district, source, valid_from
    FROM customers_address WHERE customer_id = %s
    UNION ALL
    SELECT {_STAGE}, id, from_stage, to_stage, cause, '', '', '', "on"
    FROM customers_stagechange WHERE customer_id = %s
    UNION ALL
    SELECT {_OWNER}, o.id, 0, 0, old.name, new.name, '', '', o."on"
    FROM customers_ownerchange o
    LEFT JOIN identity_staff old ON old.id = o.from_staff_id
    LEFT JOIN identity_staff new ON new.id = o.to_staff_id
    WHERE o.customer_id = %s
    UNION ALL
    SELECT {_GROUP}, g.id, g.lo, 0, g.name, g.code, '', '', g.closed_on
    FROM customers_group g JOIN customers_groupmember m ON m.group_id = g.id
    WHERE m.customer_id = %s AND g.closed_on IS NULL
    LIMIT {5 * MOST_FACTS}
"""  # noqa: S608 - our own numbers


def _small_facts(customer_id: int) -> list[tuple[Any, ...]]:
    """Preferences by field, places (the current ones first), stage changes and changes of the manager latest first, groups
    in the order of their tree, in the columns above (one query).
    """
    with connection.cursor() as cursor:
        cursor.execute(_SMALL_FACTS, [customer_id] * 5)
        found = [(*row[:-1], _day(row[-1])) for row in cursor.fetchall()]
    return sorted(found, key=_place)


def _day(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day  # SQLite keeps days as text


def _place(row: Sequence[Any]) -> tuple[int, int, int]:
    what, key, number, *_, day = row
    if what in (_STAGE, _OWNER):
        return what, -day.toordinal(), -key
    return what, number or 0, key if what == _PREFERENCE else -key


def _address(facts: Sequence[Sequence[Any]], principal: Principal) -> AddressRow | None:
    current = [fact for fact in facts if fact[0] == _ADDRESS and not fact[2]]
    return _place_of(current[0], principal) if current else None


def _places(facts: Sequence[Sequence[Any]], principal: Principal) -> list[AddressRow]:
    """All places with the day from which they hold, the latest first."""
    found = [_place_of(fact, principal) for fact in facts if fact[0] == _ADDRESS and fact[-1] is not None]
    return sorted(found, key=lambda row: (row.valid_from or date.min, row.id), reverse=True)


def _place_of(fact: Sequence[Any], principal: Principal) -> AddressRow:
    _what, key, _, _, text, city, district, source, day = fact
    place, part = shown(principal, "address", text), shown(principal, "address", district)
    return AddressRow(key, place, city, part, source, day, None)


_END = ("id", "code", "name", "owner_id", "team_id", "deleted_at")
_ENDS = tuple((alias, name) for alias in ("one", "one_into", "other", "other_into") for name in _END)
_COLUMNS = ", ".join(f"{alias}.{name} AS {alias}_{name}" for alias, name in _ENDS)
# Each way to a relation by its own index: an OR over joins would read the whole table.
_OWN = ("id", "customer_id", "other_id", "kind", "note", "source", "told_on", "ended_on")
_TIES = ", ".join(f"r.{name}" for name in _OWN)
# Those of one household as ties of no kind, in the columns of relations: they are on the page with the same query.
_HOUSE = ", ".join(
    f"{alias}.{name}" if "_" not in alias else "CAST(NULL AS VARCHAR(1))" if name in ("code", "name") else "NULL"
    for alias, name in _ENDS
)
_RELATIONS = f"""SELECT * FROM (
    SELECT {_TIES}, {_COLUMNS}
    FROM customers_relation r
    JOIN customers_customer one ON one.id = r.customer_id
    LEFT JOIN customers_customer one_into ON one_into.id = one.merged_into_id
    JOIN customers_customer other ON other.id = r.other_id
    LEFT JOIN customers_customer other_into ON other_into.id = other.merged_into_id
    WHERE r.ended_on IS NULL AND r.id IN (
        SELECT id FROM customers_relation WHERE customer_id = %s
        UNION SELECT id FROM customers_relation WHERE other_id = %s
        UNION SELECT m.id FROM customers_relation m JOIN customers_customer c ON c.id = m.customer_id WHERE c.merged_into_id = %s
        UNION SELECT m.id FROM customers_relation m JOIN customers_customer c ON c.id = m.other_id WHERE c.merged_into_id = %s)
    UNION ALL
    SELECT -other.id, one.id, other.id, 0, '', '', NULL, NULL, {_HOUSE}
    FROM customers_customer one
    JOIN customers_customer other ON other.household_id = one.household_id AND other.id <> one.id
    WHERE one.id = %s AND other.deleted_at IS NULL AND other.merged_into_id IS NULL
    ) ties ORDER BY CASE WHEN id < 0 THEN 1 ELSE 0 END, id LIMIT {2 * MOST_TIES}
"""  # noqa: S608 - our own names


def _relations(customer_id: int, principal: Principal) -> list[TieRow]:
    """The current relations both ways, each end read as the one it was merged into, and those in sight who keep house with
    the customer, as ties of kind HOUSEHOLD (one query).
    """
    reach = reach_of(principal)
    found: dict[tuple[int, int, bool], TieRow] = {}
    for row in Relation.objects.raw(_RELATIONS, [customer_id] * 5):
        one, other = _end(row, "one"), _end(row, "other")
        is_outward = one[0] == customer_id
        root, code, name, owner_id, team_id, deleted_at = other if is_outward else one
        if root == customer_id or deleted_at is not None:
            continue
        seen = reach.covers(owner_id, team_id)
        if row.kind == HOUSEHOLD and not seen:
            continue
        label = shown(principal, "name", name) if seen else mask("name", name)
        shown_id, shown_code = (root, code) if seen else (0, "")
        tie = TieRow(row.pk, row.kind, is_outward, shown_id, shown_code, label, row.note, row.source, row.told_on)
        found.setdefault((root, row.kind, is_outward), tie)
    return list(found.values())


def _end(row: Relation, alias: str) -> tuple[Any, ...]:
    """An end of a relation as the one it was merged into."""
    place = f"{alias}_into" if getattr(row, f"{alias}_into_id") is not None else alias
    return tuple(getattr(row, f"{place}_{name}") for name in _END)
