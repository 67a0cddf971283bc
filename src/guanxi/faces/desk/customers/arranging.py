"""The panels beside the history, as each person keeps them: where they stand on the page, and as lines to be arranged."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.record.bookmarks.choices import Panel, Shift, Story
from guanxi.record.bookmarks.rules import Arrangement, shifts_of

# why a panel stays where it is, or open
_STAYS = {
    Panel.FACTS: gettext_lazy("stays on top, open: who it is, with the numbers that are masked"),
    Panel.NEXT: gettext_lazy("stays on top, open: what is owed, and why nothing else came first"),
    Panel.SIGNALS: gettext_lazy("stays open: an alarm must be seen"),
}
_TEMPLATES = {
    Panel.FACTS: "customers/panels/facts.html",
    Panel.CARD: "customers/panels/card.html",
    Panel.TIES: "customers/panels/ties.html",
    Panel.GROUPS: "customers/panels/groups.html",
    Panel.AGREED: "customers/panels/agreed.html",
    Panel.NEXT: "customers/panels/next.html",
    Panel.STANDING: "customers/panels/standing.html",
    Panel.SIGNALS: "customers/panels/signals.html",
    Panel.HOLDINGS: "customers/panels/holdings.html",
}
_SIGNS = {Shift.UP: "↑", Shift.DOWN: "↓", Shift.ACROSS: "⇄"}


@dataclass(frozen=True)
class Stand:
    """A panel in its column; folded, only its name is read until it is opened."""

    name: str
    label: str
    template: str
    is_folded: bool


@dataclass(frozen=True)
class Press:
    """A button of a panel's line: `sign` is what it shows, "" where it shows its words."""

    value: str
    label: str
    sign: str
    is_possible: bool


@dataclass(frozen=True)
class Line:
    """A panel to be arranged; `note` says why it stays, or that it is folded away."""

    name: str
    label: str
    note: str
    presses: list[Press]


@dataclass(frozen=True)
class ArrangePage:
    """Both columns, and the tabs with which the history may open; `customer` is the code of whom one came from."""

    columns: list[tuple[str, list[Line]]]
    stories: list[tuple[str, str, bool]]
    customer: str
    problem: str = ""


def stands_of(column: Iterable[Panel], page: Arrangement, *, open_too: Iterable[str] = ()) -> list[Stand]:
    """The panels of a column; those of `open_too` are open now, whatever was chosen."""
    shut = page.folded - set(open_too)
    return [Stand(str(one), str(one.label), _TEMPLATES[one], one in shut) for one in column]


def arrange_page(page: Arrangement, customer: str, problem: str = "") -> ArrangePage:
    """What the page on which one arranges shows."""
    columns = [
        (_("On the left"), [_line(one, page) for one in page.left]),
        (_("On the right"), [_line(one, page) for one in page.right]),
    ]
    return ArrangePage(columns, [(str(one), str(one.label), one == page.opens) for one in Story], customer, problem)


def _line(panel: Panel, page: Arrangement) -> Line:
    possible = shifts_of(page, panel)
    steps = [*_SIGNS, *(one for one in possible if one not in _SIGNS)] if possible else []
    presses = [Press(str(one), str(one.label), _SIGNS.get(one, ""), one in possible) for one in steps]
    note = str(_STAYS.get(panel, "")) or (_("folded away") if panel in page.folded else "")
    return Line(str(panel), str(panel.label), note, presses)
