"""Winners and losers by segment, in rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.desk.insight.presenters import list_href
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.ground.money import MINUS
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.choices import Gender, State

_STATES = {state.name.lower(): state.label for state in State}
_AGES: dict[str, str | Promise] = {
    "29": gettext_lazy("under 30"),
    "44": gettext_lazy("30 to 44"),
    "59": gettext_lazy("45 to 59"),
    "60": gettext_lazy("60 and over"),
    "": gettext_lazy("age not known"),
}
_KINDS: dict[str, str | Promise] = {
    "person": gettext_lazy("persons"),
    "organisation": gettext_lazy("organisations"),
    "": gettext_lazy("not known"),
}
_GENDERS: dict[str, str | Promise] = {
    str(Gender.MALE.value): gettext_lazy("men"),
    str(Gender.FEMALE.value): gettext_lazy("women"),
    str(Gender.UNKNOWN.value): gettext_lazy("gender not known"),
}
_AXES = ("tier_state", "age", "gender", "kind")


@dataclass(frozen=True)
class SegmentRow:
    """Customers alike: of how many each side contacts how many, who wins and loses, and what that is worth."""

    name: str
    href: str
    begins: bool
    customers: str
    own: str
    other: str
    winners: str
    losers: str
    moved: str
    change: str
    tone: str
    own_width: int
    other_width: int


def segment_rows(segments: Sequence[Mapping[str, Any]], scale: int, look: Look) -> list[SegmentRow]:
    """A row a segment, by tier and state first; `begins` where another way of dividing them starts."""
    rows = []
    for axis in _AXES:
        of_axis = [one for one in segments if one["axis"] == axis]
        most = max([1, *(max(one["own"], one["other"]) for one in of_axis)])
        rows += [_row(one, scale, look, most=most, begins=not number) for number, one in enumerate(of_axis)]
    return rows


def _row(one: Mapping[str, Any], scale: int, look: Look, *, most: int, begins: bool) -> SegmentRow:
    change = round(one["gained"] - one["lost"] + one["shifted"])  # in whole units, as it is told: no −¥0
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    name, href = _named(one["axis"], one["name"], look)
    return SegmentRow(
        name=name,
        href=href,
        begins=begins,
        change=f"{sign}{cells.money(abs(change) * scale, look.currency)}" if change else "=",
        tone="good" if change > 0 else "alarm" if change < 0 else "",
        own_width=round(100 * one["own"] / most),
        other_width=round(100 * one["other"] / most),
        **{key: cells.number(one[key]) for key in ("customers", "own", "other", "winners", "losers", "moved")},
    )


def _named(axis: str, name: str, look: Look) -> tuple[str, str]:
    if axis == "age":
        return str(_AGES[name]), ""
    if axis == "gender":
        return str(_GENDERS[name]), ""
    if axis == "kind":
        return str(_KINDS[name]), ""
    tier, _bar, state = name.partition("|")
    told = dotted([_("Tier {letter}").format(letter=tier) if tier else _("No tier yet"), _STATES.get(state, "")])
    if not (tier and state and look.principal.scope == Scope.ALL and may(look.principal, Permission.VIEW_CUSTOMERS)):
        return told, ""
    return told, list_href(f"tier.in.{tier.lower()}", f"state.in.{state}")
