"""The mix of price tiers in somebody's purchases, before and now, and whether chance explains the change (decisioning.md 4.7).

Pure arrays, many cases at once: purchases stand in one row after another, `case` says whose they are (0 … cases − 1).
"""

from dataclasses import dataclass

import numpy as np

TIERS = np.array([1.0, 2.0, 3.0])  # value, mid, premium
DRAWS = 999
_STEP = np.uint64(0x9E3779B97F4A7C15)
_CHUNK = 4_000_000  # keys drawn at once: 32 MB
_TIE = 1e-12
Floats = np.ndarray


@dataclass(frozen=True)
class Purchases:
    """Parallel arrays, one entry a purchase: case (ascending), amount (minor units > 0), tier (1 … 3), and whether it is of
    the recent cycles.
    """

    case: np.ndarray
    amount: np.ndarray
    tier: np.ndarray
    is_recent: np.ndarray

    def of(self, chosen: np.ndarray, cases: int) -> "Purchases":
        """Those of some cases (a mask over all `cases`), which are numbered anew."""
        kept = chosen[self.case]
        number = np.cumsum(chosen) - 1
        return Purchases(number[self.case[kept]], self.amount[kept], self.tier[kept], self.is_recent[kept])


@dataclass(frozen=True)
class Mix:
    """One entry a case: shares of spend by tier (cases × 3, value mid premium) before and now, how many purchases stand
    behind them, tier indexes, and the Jensen–Shannon divergence in bits.
    """

    before: Floats
    now: Floats
    purchases_before: np.ndarray
    purchases: np.ndarray
    index_before: Floats
    index: Floats
    divergence: Floats

    @property
    def change(self) -> Floats:
        """ΔT; nan where one side has no purchase."""
        return self.index - self.index_before


def mix_of(bought: Purchases, cases: int) -> Mix:
    """The mix of each case before and now; shares are nan where nothing was bought."""
    before, now = (_sums(bought, cases, recent=recent) for recent in (False, True))
    shares_before, shares_now = _shares(before), _shares(now)
    return Mix(
        before=shares_before,
        now=shares_now,
        purchases_before=np.bincount(bought.case[~bought.is_recent], minlength=cases),
        purchases=np.bincount(bought.case[bought.is_recent], minlength=cases),
        index_before=_index(shares_before),
        index=_index(shares_now),
        divergence=divergence(shares_before, shares_now),
    )


def _index(shares: Floats) -> Floats:
    """Σ k·h_k, written out: a product of matrices adds in an order that depends on the processor and on how many cases
    are asked at once, and a case must be as it is alone.
    """
    value, mid, premium = (shares[:, place] * TIERS[place] for place in range(3))
    return np.asarray(value + mid + premium)


def divergence(p: Floats, q: Floats) -> Floats:
    """Jensen–Shannon divergence to base 2 (0 … 1) of distributions in the last axis. Source: Lin (1991)."""
    middle = (p + q) / 2
    return np.maximum(0.0, (_kullback_leibler(p, middle) + _kullback_leibler(q, middle)) / 2)


def chances(bought: Purchases, seeds: np.ndarray, draws: int = DRAWS) -> Floats:
    """P that shuffling a case's purchases between before and now lowers the tier index as much: (1 + hits)/(1 + draws).

    seeds: a number (uint64) for each case, so that the same purchases give the same answer on any machine. Each case has
    at least one purchase on either side.
    """
    cases = len(seeds)
    counts = np.bincount(bought.case, minlength=cases)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    found = np.empty(cases)
    order = np.argsort(counts, kind="stable")  # cases of like size together: little is padded
    begin = 0
    while begin < cases:
        end = begin + 1
        while end < cases and (end + 1 - begin) * counts[order[end]] * draws <= _CHUNK:
            end += 1
        chosen = order[begin:end]
        found[chosen] = _chances(bought, chosen, starts, counts, seeds, draws)
        begin = end
    return found


def _chances(
    bought: Purchases, chosen: np.ndarray, starts: np.ndarray, counts: np.ndarray, seeds: np.ndarray, draws: int
) -> Floats:
    place = np.arange(counts[chosen].max())
    there = place < counts[chosen][:, None]
    row = np.where(there, starts[chosen][:, None] + place, 0)
    amount = np.where(there, bought.amount[row], 0).astype(float)
    weighed = amount * bought.tier[row]
    recent = there & bought.is_recent[row]
    observed = _change(recent[None], amount, weighed)[0]
    keys = _keys(seeds[chosen], draws, len(place))
    keys[:, ~there] = np.uint64(2**64 - 1)
    last = recent.sum(axis=1)
    edge = np.take_along_axis(
        np.sort(keys, axis=2), np.broadcast_to(last[None, :, None], (draws, len(chosen), 1)), axis=2
    )
    drawn = _change(keys < edge, amount, weighed)
    hits = (drawn <= observed + _TIE).sum(axis=0)
    chance: Floats = (1 + hits) / (1 + draws)
    return chance


def _change(recent: np.ndarray, amount: Floats, weighed: Floats) -> Floats:
    """ΔT for each draw and case, `recent` (draws × cases × purchases) choosing what counts as now."""
    money, points = np.einsum("dcp,cp->dc", recent, amount), np.einsum("dcp,cp->dc", recent, weighed)
    change: Floats = points / money - (weighed.sum(axis=1) - points) / (amount.sum(axis=1) - money)
    return change


def _keys(seeds: np.ndarray, draws: int, places: int) -> np.ndarray:
    """A number for each draw, case and place by splitmix64 (Steele, Lea, Flood 2014): the same on any machine."""
    with np.errstate(over="ignore"):
        turn = np.arange(1, draws + 1, dtype=np.uint64)[:, None] * _STEP
        drawn = _mixed(seeds.astype(np.uint64)[None, :] + turn)
        return _mixed(drawn[:, :, None] + np.arange(1, places + 1, dtype=np.uint64) * _STEP)


def _mixed(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _sums(bought: Purchases, cases: int, *, recent: bool) -> Floats:
    chosen = bought.is_recent == recent
    place = bought.case[chosen] * 3 + bought.tier[chosen] - 1
    return np.bincount(place, weights=bought.amount[chosen], minlength=3 * cases).reshape(cases, 3)


def _shares(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        shares: Floats = sums / sums.sum(axis=1, keepdims=True)
    return shares


def _kullback_leibler(p: Floats, q: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0.0, p * np.log2(p / q))
    total: Floats = terms.sum(axis=-1)
    return total
