"""Saved views as tabs above the list, and what was changed in one and not kept."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.shared.lists.asked import ALL, AskedList
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.permissions import may_share
from guanxi.record.bookmarks.queries import ViewRow

_TABS = 7  # more stand in a menu behind them


@dataclass(frozen=True)
class Tab:
    """One view. `hint` says whose it is."""

    label: str
    href: str
    is_current: bool
    hint: str = ""
    code: str = ""


@dataclass(frozen=True)
class Current:
    """The view in which one is, as its form shows it."""

    code: str
    name: str
    sharing: str
    is_pinned: bool
    is_default: bool
    may_change: bool


@dataclass(frozen=True)
class Views:
    """The tabs and what may be done. `all`: every view in order, to be put into another one; `is_unsaved`: there is something
    to keep; `reset`: the view (or the list) as it was.
    """

    tabs: list[Tab]
    others: list[Tab]
    all: list[Tab]
    current: Current | None
    is_unsaved: bool
    reset: str
    shares: list[tuple[str, str]]


def views_bar(asked: AskedList) -> Views:
    """The tabs of a list."""
    pinned = [view for view in asked.views if view.is_pinned or view is asked.view]
    others = [view for view in asked.views if view not in pinned]
    has_default = any(view.is_default for view in asked.views)
    whole = f"{asked.path}?view={ALL}" if has_default else asked.path
    tabs = [Tab(_("All"), whole, asked.view is None), *(_tab(view, asked) for view in pinned)]
    over = tabs[_TABS:]
    is_bare = not asked.question.all_of and not asked.question.columns and not asked.question.group_by
    return Views(
        tabs=tabs[:_TABS],
        others=[*over, *(_tab(view, asked) for view in others)],
        all=[_tab(view, asked) for view in asked.views],
        current=_current(asked.view) if asked.view else None,
        is_unsaved=asked.is_changed if asked.view else not is_bare,
        reset=f"{asked.path}?view={asked.view.code}" if asked.view else whole,
        shares=[(str(one.value), str(one.label)) for one in Sharing if may_share(asked.look.principal, one)],
    )


def _tab(view: ViewRow, asked: AskedList) -> Tab:
    hint = "" if view.sharing == Sharing.PRIVATE else str(Sharing(view.sharing).label)
    return Tab(view.name, f"{reverse(asked.noun.name)}?view={view.code}", view is asked.view, hint, view.code)


def _current(view: ViewRow) -> Current:
    return Current(view.code, view.name, str(view.sharing), view.is_pinned, view.is_default, view.may_change)
