"""How long customers stay: survival with intervals, Cox's regression, and why they leave, one cause beside the others.

`durations` are times under observation in any one unit, `observed` whether the end was seen (False: still there when we
looked). Kaplan and Meier 1958; Greenwood 1926 with log-log limits (Kalbfleisch and Prentice); Aalen and Johansen 1978.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from guanxi.ground.refusals import gettext_noop

from .evidence import NotEnoughData

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOBODY = gettext_noop("There are no customers to follow.")


@dataclass(frozen=True)
class Survival:
    """One entry a distinct time: who was at risk just before, who ended then, and the share that outlives it.

    `variance` is Greenwood's, of log S: the sum of d / (n (n - d)); infinite where nobody is left.
    """

    times: Floats
    at_risk: Integers
    ended: Integers
    survival: Floats
    variance: Floats

    def survival_at(self, t: ArrayLike) -> Floats:
        """S(t), the share that stays longer than t; same shape as t. Beyond the last time: S of the last time."""
        return _step(self.times, self.survival, t, before=1.0)

    def interval_at(self, t: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper limit of S(t), on the scale of log(-log S), so that they stay within 0 and 1."""
        share = self.survival_at(t)
        variance = _step(self.times, self.variance, t, before=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_share = np.log(share)
            spread = ndtri(0.5 + level / 2) * np.sqrt(variance) / np.abs(log_share)
            lower, upper = np.exp(log_share * np.exp(spread)), np.exp(log_share * np.exp(-spread))
        sure = (share == 1) | (share == 0)
        return np.where(sure, share, lower), np.where(sure, share, upper)

    @property
    def hazards(self) -> Floats:
        """The share of those still there that ends at each time."""
        return self.ended / self.at_risk

    def retention(self, t: ArrayLike, ahead: float) -> Floats:
        """Of those who stay until t the share that also stays `ahead` longer: the product of 1 - hazard on the way
        (0 where nobody stays until t); same shape as t.
        """
        asked = np.asarray(t, dtype=np.float64)
        now, later = self.survival_at(asked), self.survival_at(asked + ahead)
        return np.divide(later, now, out=np.zeros_like(now), where=now > 0)

    def quantile(self, share_gone: float) -> float:
        """The first time by which this share has ended; infinite where fewer end. quantile(0.5) is the median."""
        reached = self.survival <= 1 - share_gone + 1e-12
        return float(self.times[int(np.argmax(reached))]) if reached.any() else float("inf")


@dataclass(frozen=True)
class Incidence:
    """The share that has ended for each reason by each time, one reason beside the others: they add up to 1 - S."""

    times: Floats
    by_reason: Mapping[str, Floats]

    def share_at(self, reason: str, t: ArrayLike) -> Floats:
        """The share ended for this reason by t; same shape as t."""
        return _step(self.times, self.by_reason[reason], t, before=0.0)


def kaplan_meier(durations: ArrayLike, observed: ArrayLike) -> Survival:
    """The share that stays longer than each time. Who ended and who was last seen at the same time: the end came first.

    Raises NotEnoughData without customers, ValueError for durations that are not finite numbers of at least 0.
    """
    times, ends = read_durations(durations, observed)
    distinct, place = np.unique(times, return_inverse=True)
    counts = np.bincount(place)
    ended = np.bincount(place, weights=ends).astype(np.int64)
    at_risk = np.cumsum(counts[::-1])[::-1]
    with np.errstate(divide="ignore"):
        variance = np.cumsum(ended / (at_risk * (at_risk - ended).astype(np.float64)))
    kept = np.cumprod(1 - ended / at_risk).astype(np.float64)
    return Survival(distinct, at_risk, ended, kept, variance)


def cumulative_incidence(durations: ArrayLike, reasons: ArrayLike) -> Incidence:
    """Aalen and Johansen: the share ended for each reason by each time. A reason of '' or None: still there.

    Not 1 - Kaplan-Meier per reason, which counts as if who left for one reason could still leave for another.
    """
    given = np.array(["" if reason is None else str(reason) for reason in np.asarray(reasons, dtype=object)])
    whole = kaplan_meier(durations, given != "")
    times, _ = read_durations(durations, given != "")
    before = np.concatenate(([1.0], whole.survival[:-1]))
    place = np.searchsorted(whole.times, times)
    shares = {}
    for reason in np.unique(given[given != ""]):
        ended = np.bincount(place[given == reason], minlength=len(whole.times))
        shares[str(reason)] = np.cumsum(before * ended / whole.at_risk)
    return Incidence(whole.times, shares)


def read_durations(durations: ArrayLike, observed: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Two columns of equal length: finite times of at least 0, and truth values (or 0 and 1)."""
    times, seen = np.asarray(durations, dtype=np.float64), np.asarray(observed)
    if times.ndim != 1 or seen.shape != times.shape:
        raise ValueError("durations and observed must be columns of equal length")
    if not len(times):
        raise NotEnoughData("estimate.nobody", NOBODY)
    if not np.isfinite(times).all() or (times < 0).any():
        raise ValueError("durations must be finite numbers of at least 0")
    if seen.dtype.kind not in "biuf" or not np.isin(seen, (0, 1)).all():
        raise ValueError("observed must be 0 or 1, or truth values")
    return times, seen.astype(bool)


def _step(times: Floats, values: Floats, t: ArrayLike, *, before: float) -> Floats:
    asked = np.asarray(t, dtype=np.float64)
    place = np.searchsorted(times, asked, side="right")
    found: Floats = np.concatenate(([before], values))[place]
    return found
