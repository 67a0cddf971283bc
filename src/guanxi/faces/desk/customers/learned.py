"""From whom the chances of an offer were learned, in words: groups of customers within groups, never one of them (3.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.shared import cells
from guanxi.faces.shared.words import dotted, listed
from guanxi.record.customers.choices import CustomerKind, State, Tier

if TYPE_CHECKING:
    from guanxi.insight.decisions.offers.cells import Group  # heavy: for types only
    from guanxi.insight.decisions.offers.explaining import Level  # heavy: for types only

LEAST_SHOWN: Final = 10  # fewer are not counted to anybody
_TRAITS: Final = {
    "tier": gettext_lazy("Tier"),
    "state": gettext_lazy("State"),
    "kind": gettext_lazy("Kind"),
    "customer_since": gettext_lazy("Days with us"),
    "last_contact": gettext_lazy("Days since the last contact"),
    "purchases_365": gettext_lazy("Purchase days in 365 days"),
    "last_purchase": gettext_lazy("Days since the last purchase"),
    "families": gettext_lazy("Families of products held"),
}
_LABELS: Final = {"tier": Tier, "state": State, "kind": CustomerKind}


@dataclass(frozen=True, slots=True)
class Learned:
    """One group: who is in it, how many answered, and what that says of the offer."""

    whom: str
    counted: str
    chance: str


def learned_from(levels: "Sequence[Level]") -> list[Learned]:
    """The groups from all customers down to the smallest."""
    if not levels or not levels[0].asked:
        return []
    return [Learned(_whom(one.group), _counted(one), _chance(one)) for one in levels]


def _whom(group: "Group") -> str:
    if group.parent < 0:
        return _("All customers")
    return dotted((str(_TRAITS[group.trait]), _bands(group)))


def _counted(one: "Level") -> str:
    kept = _("{number} kept to compare").format(number=_few(one.kept)) if one.kept else ""
    return dotted((_("{number} asked").format(number=_few(one.asked)), kept))


def _chance(one: "Level") -> str:
    """Nothing of so few that it might tell of one of them."""
    if round(one.asked) < LEAST_SHOWN:
        return ""
    caused = _("{share} because we ask").format(share=cells.percent(one.tau, 1))
    return dotted(
        (_("{share} say yes").format(share=cells.percent(one.p, 1)), _("still being tried") if one.is_drawn else caused)
    )


def _few(number: float) -> str:
    if round(number) < LEAST_SHOWN:
        return _("fewer than {number}").format(number=LEAST_SHOWN)
    return cells.number(round(number))


def _bands(group: "Group") -> str:
    """The bands of a group in words; where they begin at 0, those of whom it is not known are among them."""
    from guanxi.insight.decisions.offers.cells import PLACES, TRAITS  # noqa: PLC0415 - heavy: the engine

    bands = TRAITS[PLACES[group.trait]].bands
    first, last = max(group.low, 1), min(group.high, len(bands) + 1)
    words: list[str] = []
    if group.trait in _LABELS:
        words = [str(_LABELS[group.trait](band).label) for band in range(first, min(last, len(bands)) + 1)]
    elif first <= last:
        words = [_numbers(bands[first - 2] if first > 1 else None, bands[last - 1] if last <= len(bands) else None)]
    return listed([*words, *([_("unknown")] if group.low == 0 else [])])


def _numbers(low: object, end: object) -> str:
    """From `low` on, and below `end`."""
    if low is None:
        return _("under {number}").format(number=end)
    if end is None:
        return _("{number} or more").format(number=low)
    return _("{low} to under {end}").format(low=low, end=end)
