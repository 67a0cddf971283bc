"""Named reads of bookmarks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import DefaultView, Favourite, Recent, SavedView
from guanxi.record.bookmarks.permissions import changeable_views, found_by

MOST_VIEWS = 60
MOST_FAVOURITES = 50
MOST_RECENTS = 50


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view as tabs show it. `is_default`: this person's list opens with it; `may_change`: so does this person."""

    code: str
    noun: str
    name: str
    question: str
    sharing: Sharing
    is_mine: bool
    is_pinned: bool
    is_default: bool
    may_change: bool
    widths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A record marked by a person, by kind and code; `at` is when it was opened, None for a favourite."""

    noun: str
    code: str
    at: datetime | None = None


def views_of(principal: Principal, noun: str) -> list[ViewRow]:
    """The views of a noun that this person finds, pinned ones first (one query)."""
    if principal.staff_id is None:
        return []
    opens = DefaultView.objects.filter(view=OuterRef("pk"), staff=principal.staff_id)
    change = changeable_views(principal).filter(pk=OuterRef("pk"))
    found = SavedView.objects.filter(found_by(principal), noun=noun)
    found = found.annotate(opens=Exists(opens), change=Exists(change)).order_by("-is_pinned", "position", "pk")
    return [_view(row, principal) for row in found[:MOST_VIEWS]]


def favourites_of(principal: Principal) -> list[Mark]:
    """A person's favourites in the person's order (one query)."""
    if principal.staff_id is None:
        return []
    rows = Favourite.objects.filter(staff=principal.staff_id).order_by("position", "pk")
    return [Mark(noun, code) for noun, code in rows.values_list("noun", "code")[:MOST_FAVOURITES]]


def recents_of(principal: Principal, limit: int = MOST_RECENTS) -> list[Mark]:
    """What a person opened, latest first (one query)."""
    if principal.staff_id is None:
        return []
    rows = Recent.objects.filter(staff=principal.staff_id).order_by("-opened_at", "-pk")
    return [Mark(*row) for row in rows.values_list("noun", "code", "opened_at")[:limit]]


def _view(row: SavedView, principal: Principal) -> ViewRow:
    sharing = Sharing.PUBLIC if row.is_public else Sharing.TEAM if row.team_id else Sharing.PRIVATE
    return ViewRow(
        row.code,
        row.noun,
        gettext(row.name) if row.owner_id is None else row.name,  # those that came with the firm speak both languages
        row.question,
        sharing,
        row.owner_id == principal.staff_id,
        row.is_pinned,
        row.opens,  # type: ignore[attr-defined]  # annotated by views_of
        row.change,  # type: ignore[attr-defined]  # annotated by views_of
        row.widths,
    )
