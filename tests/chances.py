"""How many examples of chance a test looks at."""

import os


def examples(count: int) -> int:
    """All of them on a developer's machine and in drills, a quarter in CI, which has twenty minutes; the same ones each time."""
    return max(count // 4, 5) if os.environ.get("CI") else count
