"""What a share of a few says: its interval. Plain arithmetic."""

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share count / of (Wilson 1927, without correction); of > 0."""
    if not 0 <= count <= of or not of:
        raise ValueError("a share is of something and at most all of it")
    rate, weight = count / of, _Z**2 / of
    middle, half = rate + weight / 2, _Z * (rate * (1 - rate) / of + weight / (4 * of)) ** 0.5
    return max((middle - half) / (1 + weight), 0.0), min((middle + half) / (1 + weight), 1.0)
