"""Groups within groups: the smallest are the cells of learning, the largest is everybody."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Nest:
    """`above`: the parent of each group. The first is that of all, its parent −1; every other stands behind its own.

    Raises ValueError where they do not.
    """

    above: tuple[int, ...]

    def __post_init__(self) -> None:
        if (
            not self.above
            or self.above[0] != -1
            or any(not 0 <= up < place for place, up in enumerate(self.above) if place)
        ):
            raise ValueError("a group stands behind its parent, and the first has none")

    @cached_property
    def parents(self) -> NDArray[np.intp]:
        """`above` as an array."""
        return np.array(self.above, dtype=np.intp)

    @cached_property
    def levels(self) -> tuple[NDArray[np.intp], ...]:
        """The groups as deep as each other, from those right under all downwards."""
        depths = np.zeros(len(self.above), dtype=np.intp)
        for place, up in enumerate(self.above[1:], 1):
            depths[place] = depths[up] + 1
        return tuple(np.flatnonzero(depths == depth) for depth in range(1, int(depths.max()) + 1))

    def sums(self, counts: ArrayLike) -> NDArray[np.float64]:
        """Of counts that stand each at one group, those of every group with all that lie in it."""
        found = np.array(counts, dtype=np.float64)
        for level in reversed(self.levels):
            np.add.at(found, self.parents[level], found[level])
        return found


def one_level(groups: int) -> Nest:
    """So many groups side by side under that of all."""
    return Nest((-1,) + (0,) * groups)
