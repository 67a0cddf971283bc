"""Losses per customer-month, with what chance alone would do to them (decisioning.md 4.13).

Interval and smoothing are those of rates.py. 36 losses over 1,200 customer-months are 3.0 % a month (2.1 to 4.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .rates import LEAST_EVENTS, poisson_rates, smooth_rates

# A cell with fewer losses would point at people and not at a cause.
LEAST_LOSSES = LEAST_EVENTS
# Trade is known to be lost only long after: what happened in these months is not all known yet.
PRELIMINARY_MONTHS = 6

Path = tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """Losses a customer-month. `lower` and `upper` are the limits of 95 %; without exposure all are None."""

    losses: int
    exposure: float
    rate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Cell:
    """One cell of a table. `path` leads to it from the whole, () is the whole; `merged` are the cells put together in it."""

    path: Path
    rate: Rate
    smoothed: float | None
    merged: tuple[Path, ...] = ()


def loss_rate(losses: int, exposure: float) -> Rate:
    """The rate with its Poisson interval. `exposure` is in customer-months at risk."""
    if losses < 0 or exposure < 0:
        raise ValueError("losses and exposure must not be negative")
    if exposure == 0:
        return Rate(losses, 0.0, None, None, None)
    found = poisson_rates(losses, exposure)
    return Rate(losses, exposure, float(found.rate), float(found.low), float(found.high))


def smooth(losses: int, exposure: float, rate_of_parent: float) -> float:
    """The rate drawn towards that of the parent, as if twelve of its customer-months were seen too."""
    return float(smooth_rates(losses, exposure, rate_of_parent))


def loss_table(cells: Mapping[Path, tuple[int, float]]) -> list[Cell]:
    """(losses, exposure) of the finest cells, all paths of one length, into what may be shown, the whole first.

    Cells with fewer than LEAST_LOSSES losses are put together under their parent; if they still are fewer, they are
    hidden with the smallest shown beside them, so that nobody finds them by subtraction. `smoothed` uses the parent.
    """
    if len({len(path) for path in cells}) > 1:
        raise ValueError("all cells must lie at the same depth")
    depth = len(next(iter(cells), ()))
    sums: dict[Path, tuple[int, float]] = {(): (0, 0.0)}
    for path, (losses, exposure) in cells.items():
        for length in range(depth + 1):
            before = sums.get(path[:length], (0, 0.0))
            sums[path[:length]] = before[0] + losses, before[1] + exposure
    whole = loss_rate(*sums[()])
    shown = [Cell((), whole, whole.rate)]
    _show_below((), whole.rate or 0.0, sums, shown)
    return shown


def is_preliminary(month: date, as_of: date) -> bool:
    """Whether a month lies among the last six that end with `as_of`'s: lapses are dated back, so its losses will grow."""
    return (as_of.year - month.year) * 12 + as_of.month - month.month < PRELIMINARY_MONTHS


def _show_below(parent: Path, rate: float, sums: Mapping[Path, tuple[int, float]], shown: list[Cell]) -> None:
    children = sorted(path for path in sums if len(path) == len(parent) + 1 and path[: len(parent)] == parent)
    large, small = _part(children, sums)
    for path in large:
        found = loss_rate(*sums[path])
        smoothed = smooth(*sums[path], rate)
        shown.append(Cell(path, found, smoothed))
        _show_below(path, smoothed, sums, shown)
    if small and large:
        losses, exposure = (sum(sums[path][part] for path in small) for part in (0, 1))
        together = loss_rate(int(losses), exposure)
        shown.append(Cell(parent, together, smooth(int(losses), exposure, rate), tuple(small)))


def _part(children: Sequence[Path], sums: Mapping[Path, tuple[int, float]]) -> tuple[list[Path], list[Path]]:
    """Those shown alone and those put together, of which the latter have enough losses between them, or are none. Cells
    without a loss point at nobody: they go with the small ones, and alone they are left out.
    """
    large = [path for path in children if sums[path][0] >= LEAST_LOSSES]
    small = [path for path in children if sums[path][0] < LEAST_LOSSES]
    if not any(sums[path][0] for path in small):
        return large, []
    while large and sum(sums[path][0] for path in small) < LEAST_LOSSES:
        least = min(large, key=lambda path: (sums[path][0], path))
        large.remove(least)
        small.append(least)
    return large, sorted(small)
