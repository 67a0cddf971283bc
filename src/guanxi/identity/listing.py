"""Colleagues as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, TextSource
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of, staff_seen_by

_LISTING = Listing(
    columns=("code", "name", "role", "team__name", "title", "reference"),
    sources={
        "name": TextSource("name"),
        "role": BadgeSource("role"),
        "team": BadgeSource("team__code"),
        "title": TextSource("title"),
        "reference": TextSource("reference"),
    },
    orders={
        "name": Order("name_key"),
        "role": Order("role"),
        "team": Order("team__lo"),
        "title": Order("title"),
        "reference": Order("reference"),
    },
    groupings={"role": Grouping("role"), "team": Grouping("team__code", "team__name")},
    walks=frozenset({"name"}),
)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A colleague in a list."""

    code: str
    name: str
    role: str
    team: str
    title: str
    reference: str


def list_staff(question: Question, principal: Principal) -> Listed[StaffLine]:
    """One page of the colleagues in sight. Raises Denied, and Refused as the sheet says."""
    require(principal, Permission.VIEW_STAFF)

    def row(cells: Sequence[Any]) -> StaffLine:
        return StaffLine(*cells)

    return read_list(_LISTING, staff_seen_by(principal), question, asker_of(principal), row)
