"""What a move lets one suppose (LEV-01…03, LEV-07), and nothing more: a home where the estate is new, a car where it is
far; for every other move that it happened. Whether somebody married or parted is never asked here.
"""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanxi.record.signals.choices import SignalKind

# LEV-01, LEV-03 and LEV-07; a firm overrides them by these names (insight.thresholds).
DEFAULTS: dict[str, float] = {
    "new_home.months": 6,  # between hand-over and move, at most
    "new_home.chance": 0.80,
    "car_need.kilometres": 20,  # from the centre of the city, at least
    "car_need.chance": 0.30,
}


@dataclass(frozen=True, slots=True)
class Estate:
    """What the register says of the estate moved to; None where it does not say."""

    code: str
    handover_on: dt.date | None
    kilometres: float | None


@dataclass(frozen=True, slots=True)
class Supposition:
    """One kind with its probability (0: none is claimed), what it is about, and the figures that say so."""

    kind: SignalKind
    chance: float
    about: str
    figures: Mapping[str, Any]


def suppositions_of(moved_on: dt.date, estate: Estate | None, given: Mapping[str, float]) -> list[Supposition]:
    """What to suppose of a move on a day into an estate of the register (None: into none that is known)."""
    figures: dict[str, Any] = {"moved_on": moved_on.isoformat()}
    if estate is None:
        return [Supposition(SignalKind.HOUSEHOLD_CHANGE, 0.0, moved_on.isoformat(), figures)]
    figures |= {"estate": estate.code, "handover_on": estate.handover_on and estate.handover_on.isoformat()}
    if is_fresh(estate.handover_on, moved_on, int(given["new_home.months"])):
        found = [Supposition(SignalKind.NEW_HOME, given["new_home.chance"], estate.code, figures)]
    else:
        found = [Supposition(SignalKind.HOUSEHOLD_CHANGE, 0.0, moved_on.isoformat(), figures)]
    if estate.kilometres is not None and estate.kilometres >= given["car_need.kilometres"]:
        far = figures | {"kilometres": round(estate.kilometres, 1)}
        found.append(Supposition(SignalKind.CAR_NEED, given["car_need.chance"], estate.code, far))
    return found


def is_fresh(handover_on: dt.date | None, moved_on: dt.date, months: int) -> bool:
    """Whether the homes were handed over at most so many calendar months before the move, and not after it (LEV-03)."""
    return handover_on is not None and months_before(moved_on, months) <= handover_on <= moved_on


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier, clipped to the end of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
