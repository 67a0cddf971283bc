"""One customer at a glance, in four queries whatever there is: what a page shows beside the timeline.

`page.customer_page` tells everything; this tells what stands now, for the page that everybody opens all day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value

from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Address, Customer, Preference, Relation, StageChange
from guanxi.record.customers.permissions import reach_of, shown
from guanxi.record.customers.queries.page import (
    AddressRow,
    Head,
    IdentifierRow,
    PreferenceRow,
    StageRow,
    head_of_code,
    identifiers_of,
)
from guanxi.record.customers.queries.ties import MOST_TIES, TieRow

MOST_FACTS = 200
_PREFERENCE, _ADDRESS, _STAGE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Card:
    """What stands now. `stages` are the changes of the relationship, latest first."""

    head: Head
    identifiers: list[IdentifierRow]
    address: AddressRow | None
    preferences: list[PreferenceRow]
    stages: list[StageRow]
    relations: list[TieRow]


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
            PreferenceRow(key, one, text, more, day)
            for what, key, one, _, text, more, _, day in facts
            if what == _PREFERENCE
        ],
        stages=[
            StageRow(key, day, one, two or 0, text) for what, key, one, two, text, _, _, day in facts if what == _STAGE
        ],
        relations=_relations(head.id, principal),
    )


def _small_facts(customer_id: int) -> list[tuple[Any, ...]]:
    """(what, key, number, number, text, text, text, day) of three small tables at once: preferences by field, the
    current address, stage changes latest first.
    """
    zero, blank = Value(0), Value("")
    preferences = Preference.objects.filter(customer=customer_id, ended_on=None)
    addresses = Address.objects.filter(customer=customer_id, valid_to=None)
    stages = StageChange.objects.filter(customer=customer_id)
    parts = (
        _part(
            preferences,
            _PREFERENCE,
            one=F("field"),
            two=zero,
            text=F("text"),
            more=F("source"),
            third=blank,
            day=F("told_on"),
        ),
        _part(
            addresses,
            _ADDRESS,
            one=zero,
            two=zero,
            text=F("text"),
            more=F("city"),
            third=F("district"),
            day=F("valid_from"),
        ),
        _part(
            stages,
            _STAGE,
            one=F("from_stage"),
            two=F("to_stage"),
            text=F("cause"),
            more=blank,
            third=blank,
            day=F("on"),
        ),
    )
    found = list(parts[0].union(*parts[1:], all=True)[: 3 * MOST_FACTS])
    return sorted(found, key=_place)


def _part(rows: QuerySet[Any], what: int, **columns: Any) -> QuerySet[Any]:
    return rows.annotate(what=Value(what), **{f"of_{name}": value for name, value in columns.items()}).values_list(
        "what", "pk", *(f"of_{name}" for name in columns)
    )


def _place(row: Sequence[Any]) -> tuple[int, int, int]:
    what, key, number, *_, day = row
    if what == _STAGE:
        return what, -day.toordinal(), -key
    return what, number or 0, key if what == _PREFERENCE else -key


def _address(facts: Sequence[Sequence[Any]], principal: Principal) -> AddressRow | None:
    for what, key, _, _, text, city, district, day in facts:
        if what == _ADDRESS:
            return AddressRow(
                key, shown(principal, "address", text), city, shown(principal, "address", district), "", day, None
            )
    return None


_END = ("pk", "code", "name", "owner_id", "team_id", "deleted_at")


def _relations(customer_id: int, principal: Principal) -> list[TieRow]:
    """The current relations both ways, each end read as the one it was merged into (one query)."""
    columns = ["pk", "kind", "note", "source", "told_on"]
    columns += [
        f"{end}__{place}{name}" for end in ("customer", "other") for place in ("", "merged_into__") for name in _END
    ]
    ways = [
        Relation.objects.filter(ended_on=None, **{f"{end}__in": ids}).order_by().values_list(*columns)
        for end in ("customer", "other")
        for ids in ([customer_id], Customer.objects.filter(merged_into=customer_id).values("pk"))
    ]
    found: dict[tuple[int, int, bool], TieRow] = {}
    for key, kind, note, source, told_on, *ends in sorted(ways[0].union(*ways[1:])[:MOST_TIES]):
        one, other = _whole(ends[:12]), _whole(ends[12:])
        is_outward = one[0] == customer_id
        root, code, name, owner_id, team_id, deleted_at = other if is_outward else one
        if root == customer_id or deleted_at is not None:
            continue
        seen = reach_of(principal).covers(owner_id, team_id)
        label = shown(principal, "name", name) if seen else mask("name", name)
        row = TieRow(key, kind, is_outward, root if seen else 0, code if seen else "", label, note, source, told_on)
        found.setdefault((root, kind, is_outward), row)
    return list(found.values())


def _whole(end: Sequence[Any]) -> Sequence[Any]:
    """An end of a relation as the one it was merged into."""
    own, root = end[: len(_END)], end[len(_END) :]
    return own if root[0] is None else root
