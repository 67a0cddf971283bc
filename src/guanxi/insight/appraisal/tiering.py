"""Tiers of all customers, steady from run to run: the rule of decisioning.md 4.1 with its memory."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.insight.appraisal.purchases import Floats, Integers
from guanxi.insight.appraisal.worth import Worth, worth_rule
from guanxi.insight.estimates.tiers import Before, Lines, Tiers, assign_tiers, hash_codes, rank_by_value
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.customers.choices import Tier

Smalls = NDArray[np.int16]

# One salt for ever: another one would move customers of equal value between tiers.
_SALT = "tier"
# How far the shown tiers may stand from 20/60/20 before they stop waiting for a second month.
_FARTHEST = 0.02
_LETTERS = {Tier.A: "A", Tier.B: "B", Tier.C: "C"}


# By the names of the page of thresholds (insight.thresholds); shares are of one. Source: decisioning.md 4.1.
DEFAULTS: dict[str, float] = {
    "tiers.share_a": 0.20,
    "tiers.share_c": 0.20,
    "tiers.share_vip": 0.04,
    "tiers.further": 0.02,
    "tiers.runs": 2,
    "tiers.newcomer_days": 183,
}
_MILLION = 1_000_000


@dataclass(frozen=True)
class TierRule:
    """How customers are placed: the lines between tiers, for how many days somebody is a newcomer (worth what is predicted, and
    never shown as C), and by what they rank.
    """

    lines: Lines = field(default_factory=Lines)
    newcomer_days: int = int(DEFAULTS["tiers.newcomer_days"])
    worth: Worth = field(default_factory=Worth)

    def as_json(self) -> dict[str, Any]:
        """What an edition keeps, so that the next one knows whether the rule has changed."""
        return {**asdict(self.lines), "newcomer_days": self.newcomer_days, **self.worth.as_json()}


def tier_rule(thresholds: Mapping[str, float]) -> TierRule:
    """The firm's rule: the defaults with its overrides; names of other rooms are left out."""
    given = DEFAULTS | {name: float(value) for name, value in thresholds.items() if name in DEFAULTS}
    a, c, vip, further = (
        round(given[f"tiers.{name}"] * _MILLION) for name in ("share_a", "share_c", "share_vip", "further")
    )
    lines = Lines(a=a, c=c, vip=vip, further=further, runs=int(given["tiers.runs"]))
    return TierRule(lines, int(given["tiers.newcomer_days"]), worth_rule(thresholds))


@dataclass(frozen=True)
class Memory:
    """When the shown tiers were computed (None: never, or by other lines) and for which day they are computed now."""

    before: date | None
    now: date

    @property
    def is_later_month(self) -> bool:
        """Whether a month has ended between the two: then runs outside the tier count on."""
        return self.before is not None and _month(self.now) > _month(self.before)

    @property
    def is_lost(self) -> bool:
        """Whether there is nothing to remember: a first run, or one for a time before the last."""
        return self.before is None or _month(self.now) < _month(self.before)


@dataclass(frozen=True)
class Placed:
    """One entry a customer: tiers as stored numbers, the memory to keep, and the number of the segment."""

    shown: Smalls
    strict: Smalls
    vip: NDArray[np.bool_]
    runs_outside: Smalls
    outside_before: Smalls
    segments: Integers


def place_in_tiers(
    bench: Workbench,
    customer_id: Integers,
    value: Floats,
    newcomer: NDArray[np.bool_],
    *,
    memory: Memory,
    lines: Lines,
) -> Placed:
    """Rank the customers (ascending ids, all in the edition) by value and place them, beside where they stood."""
    rows = bench.arrow(
        "SELECT c.customer_id, c.code, c.segment, coalesce(s.tier, 9) AS tier, coalesce(s.runs_outside, 0) AS runs_outside,"
        " coalesce(s.outside_before, 0) AS outside_before"
        " FROM customers c LEFT JOIN shown s ON s.customer_id = c.customer_id ORDER BY c.customer_id"
    )
    place = np.searchsorted(rows["customer_id"].to_numpy(), customer_id)
    tier, runs, runs_before = (
        rows[name].to_numpy().astype(np.int16)[place] for name in ("tier", "runs_outside", "outside_before")
    )
    codes = rows["code"].to_numpy(zero_copy_only=False).astype("S12")[place]
    segments = np.unique(rows["segment"].to_numpy(zero_copy_only=False).astype(np.str_), return_inverse=True)[1][place]
    counted = runs if memory.is_later_month else runs_before
    before = None if memory.is_lost else Before(letters_of(tier), counted.astype(np.int8))
    tiers = _steady(rank_by_value(value, hash_codes(codes, _SALT)), newcomer, before, lines)
    return Placed(
        shown=_numbers(tiers.shown),
        strict=_numbers(tiers.strict),
        vip=tiers.vip,
        runs_outside=tiers.runs_outside.astype(np.int16),
        outside_before=np.zeros_like(counted) if memory.is_lost else counted,
        segments=segments.astype(np.int64),
    )


def _steady(ranks: Integers, newcomer: NDArray[np.bool_], before: Before | None, lines: Lines) -> Tiers:
    """Waiting a second month keeps tiers calm in calm times. After an upheaval (a second file of customers, a large
    correction) it would show too many as A or C: then who stands beyond the leaving line leaves at once.
    """
    tiers = assign_tiers(ranks, newcomer, before, lines)
    if before is None or not len(ranks):
        return tiers
    off = max(abs(np.mean(tiers.shown == letter) - np.mean(tiers.strict == letter)) for letter in ("A", "C"))
    spared = np.mean(newcomer & (tiers.strict == "C"))
    if off <= _FARTHEST + spared:
        return tiers
    due = np.full_like(before.runs_outside, max(0, lines.runs - 1))
    return assign_tiers(ranks, newcomer, Before(before.shown, due), lines)


def letters_of(tier: Smalls) -> NDArray[np.str_]:
    """The letters of stored numbers of tiers; "" of none."""
    return np.select([tier == number for number in _LETTERS], list(_LETTERS.values()), default="")


def _numbers(letters: NDArray[np.str_]) -> Smalls:
    return np.select([letters == letter for letter in _LETTERS.values()], list(_LETTERS), default=Tier.NONE).astype(
        np.int16
    )


def _month(day: date) -> int:
    return 12 * day.year + day.month
