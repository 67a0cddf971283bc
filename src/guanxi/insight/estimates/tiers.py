"""Tiers 20/60/20 by value, and how they stay steady (decisioning 4.1).

With q = (rank - 0.5) / N, best first: A where q <= 0.20, C where q > 0.80, B between, VIP where q <= 0.04 (a firm may
draw these lines elsewhere: Lines). Comparisons are made in whole numbers, so that of 1,000 customers exactly 200 are A
and 200 are C.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ranks = NDArray[np.int64]
Letters = NDArray[np.str_]

A, B, C, NONE = "A", "B", "C", ""

_WHOLE = 1_000_000  # q in millionths


@dataclass(frozen=True)
class Lines:
    """Where the tiers are cut, in millionths of q: the best `a` are A, the last `c` are C, the best `vip` are VIP inside A.
    Leaving A or C takes `further` more than entering, `runs` times in a row.
    """

    a: int = 200_000
    c: int = 200_000
    vip: int = 40_000
    further: int = 20_000
    runs: int = 2


LINES = Lines()


@dataclass(frozen=True)
class Tiers:
    """One entry a customer. `runs_outside` counts the runs in a row beyond the leaving line; hand it to the next run."""

    shown: Letters
    strict: Letters
    vip: NDArray[np.bool_]
    runs_outside: NDArray[np.int8]


@dataclass(frozen=True)
class Before:
    """What the run of the month before left: the shown letter ("" for who had none) and `runs_outside`."""

    shown: Letters
    runs_outside: NDArray[np.int8]


def rank_by_value(values: ArrayLike, tie_keys: ArrayLike) -> Ranks:
    """Ranks 1 .. N, the highest value first, equal values by ascending tie key (hash_codes), whatever the order of rows."""
    column = np.asarray(values)
    if not np.isfinite(column).all():
        raise ValueError("values to be ranked must be finite numbers")
    # Ascending and reversed rather than negated: the least whole number has no negative.
    order = np.lexsort((~np.asarray(tie_keys, dtype=np.uint64), column))[::-1]
    ranks = np.empty(len(column), dtype=np.int64)
    ranks[order] = np.arange(1, len(column) + 1)
    return ranks


def hash_codes(codes: ArrayLike, salt: str) -> NDArray[np.uint64]:
    """A stable 64-bit hash of salt + code (ASCII): 64-bit FNV-1a, then the finaliser of SplitMix64.

    For ties only: it spreads evenly and is the same everywhere, but is no secret.
    """
    rows = np.asarray(codes).astype(np.bytes_)
    letters = rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize) if len(rows) else np.empty((0, 0), np.uint8)
    mixed = np.full(len(rows), 0xCBF29CE484222325, dtype=np.uint64)
    for letter in salt.encode("ascii"):
        mixed = (mixed ^ np.uint64(letter)) * np.uint64(0x100000001B3)
    for column in letters.T:
        # Shorter codes are padded with zeros, which are no letters.
        mixed = np.where(column > 0, (mixed ^ column) * np.uint64(0x100000001B3), mixed)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def cut_strictly(ranks: Ranks, lines: Lines = LINES) -> Letters:
    """The letters by rank alone, exact for any number of customers."""
    return np.select([_within(ranks, lines.a), ~_within(ranks, _WHOLE - lines.c)], [A, C], default=B)


def assign_tiers(ranks: Ranks, newcomer: ArrayLike, before: Before | None = None, lines: Lines = LINES) -> Tiers:
    """The strict letters and the shown ones, once a month.

    Who had no letter gets the strict one. Who was A stays A unless q > 0.22 in two runs in a row; who was C stays C
    unless q <= 0.78 in two runs in a row (or as `lines` say); then the strict letter counts. A newcomer (under six
    months; ranked by predicted value) is never shown as C.
    """
    strict = cut_strictly(ranks, lines)
    shown, runs_outside = strict.copy(), np.zeros(len(ranks), dtype=np.int8)
    if before is not None:
        leaves_a = ~_within(ranks, lines.a + lines.further)
        leaves_c = _within(ranks, _WHOLE - lines.c - lines.further)
        outside = np.where(before.shown == A, leaves_a, (before.shown == C) & leaves_c)
        counted = np.where(outside, before.runs_outside + 1, 0)
        stays = np.isin(before.shown, (A, C)) & (counted < lines.runs)
        shown = np.where(stays, before.shown, strict)
        runs_outside = np.where(stays, counted, 0).astype(np.int8)
    spared = np.asarray(newcomer, dtype=bool) & (shown == C)
    shown[spared], runs_outside[spared] = B, 0
    return Tiers(shown, strict, (shown == A) & _within(ranks, lines.vip), runs_outside)


def is_loss_making(tier: Letters, contribution: ArrayLike, potential: ArrayLike) -> NDArray[np.bool_]:
    """Which C customers lose money with no prospect: contribution of 12 months below 0 and potential below the median
    of B. The other C are only of low value. Without any B the potential decides nothing.
    """
    letters, hope = np.asarray(tier), np.asarray(potential, dtype=np.float64)
    middle = np.median(hope[letters == B]) if (letters == B).any() else np.inf
    return (letters == C) & (np.asarray(contribution) < 0) & (hope < middle)


def _within(ranks: Ranks, millionths: int) -> NDArray[np.bool_]:
    """q <= millionths / 1,000,000 in whole numbers."""
    return (2 * ranks - 1) * _WHOLE <= 2 * len(ranks) * millionths
