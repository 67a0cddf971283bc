"""What a share of a few says, and the difference of two: their intervals. Plain arithmetic."""

import math

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share count / of (Wilson 1927, without correction); of > 0."""
    if not 0 <= count <= of or not of:
        raise ValueError("a share is of something and at most all of it")
    rate, weight = count / of, _Z**2 / of
    middle, half = rate + weight / 2, _Z * (rate * (1 - rate) / of + weight / (4 * of)) ** 0.5
    return max((middle - half) / (1 + weight), 0.0), min((middle + half) / (1 + weight), 1.0)


def difference(count: int, of: int, other: int, of_others: int) -> tuple[float, float, float]:
    """The share count / of less the share other / of_others, its lower and its upper 95 % limit: Newcombe 1998, method 10, which holds
    for few and for none, too; of, of_others > 0.
    """
    (low, high), (least, most) = wilson(count, of), wilson(other, of_others)
    share, against = count / of, other / of_others
    gap = share - against
    return gap, gap - math.hypot(share - low, most - against), gap + math.hypot(high - share, against - least)
