"""Named reads of bookmarks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext

from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import Favourite, Habit, Recent, SavedView
from guanxi.record.bookmarks.permissions import changeable_views, found_by
from guanxi.record.bookmarks.rules import Arrangement, arranged

MOST_VIEWS = 60
MOST_FAVOURITES = 50
MOST_RECENTS = 50
PAGE = "customer page"  # the noun of the habit in which it is kept


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


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a list: views in the person's order, and the quick filters chosen for everybody as the text of a
    question, None where nobody has chosen any.
    """

    views: list[ViewRow] = field(default_factory=list)
    quick: str | None = None


def kept_of(principal: Principal, noun: str) -> Kept:
    """What this person finds kept of a noun's list: pinned views first, each kind as the person ordered it (one query)."""
    if principal.staff_id is None:
        return Kept()
    mine = Habit.objects.filter(staff=principal.staff_id, noun=noun)
    opens, order = mine.filter(view=OuterRef("pk")), Subquery(mine.values("order")[:1])
    change = changeable_views(principal).filter(pk=OuterRef("pk"))
    found = SavedView.objects.filter(found_by(principal), noun=noun)
    found = found.annotate(opens=Exists(opens), change=Exists(change), order=order)
    rows = list(found.order_by("-is_quick", "-is_pinned", "position", "pk")[: MOST_VIEWS + 1])
    quick = rows.pop(0).question if rows and rows[0].is_quick else None
    place = {code: at for at, code in enumerate((rows[0].order or []) if rows else [])}
    rows.sort(key=lambda row: (not row.is_pinned, place.get(row.code, MOST_VIEWS)))
    return Kept([_view(row, principal) for row in rows[:MOST_VIEWS]], quick)


def views_of(principal: Principal, noun: str) -> list[ViewRow]:
    """The views of a noun that this person finds (one query)."""
    return kept_of(principal, noun).views


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


def arrangement_of(principal: Principal) -> Arrangement:
    """How a person keeps the page of a customer; as it came for whoever has changed nothing (one query)."""
    if principal.staff_id is None:
        return Arrangement()
    kept = Habit.objects.filter(staff=principal.staff_id, noun=PAGE).values_list("order", flat=True).first()
    return arranged(kept or {})


def page_of_account() -> Subquery:
    """What `arranged` reads, as a column of the query with which a face reads an account: the page of a customer, which
    everybody opens all day, asks for it with no query of its own.
    """
    return Subquery(Habit.objects.filter(staff__account=OuterRef("pk"), noun=PAGE).values("order")[:1])


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
