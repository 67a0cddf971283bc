"""The named points at which the power is cut, read from the code itself, so that none can be forgotten."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import guanxi

REPETITIONS = int(os.environ.get("DRILL_REPETITIONS", "20"))  # kills at each point; fewer only while writing drills
# How many kills stand before each run that is let through to its end: a run that continues may be killed again.
CHAINS = (1, 1, 2, 3, 3, 4, 6)
_MOST_CHAINS = 60
ANY_MOMENT = "any moment"  # beside the named points: killed from outside, wherever the run happens to be
_NAMED = re.compile(r"""\bkill_point\(\s*["']([a-z_.]+)["']\s*\)""")


def points(prefix: str) -> list[str]:
    """Names of the points of `import`, `refresh` or `undo`, in the order of the files and lines they stand in."""
    root = Path(guanxi.__file__).parent
    found = [name for file in sorted(root.rglob("*.py")) for name in _NAMED.findall(file.read_text(encoding="utf-8"))]
    return [name for name in dict.fromkeys(found) if name.startswith(f"{prefix}.")]


def kill_repeatedly(begin: Callable[[int], Any]) -> int:
    """Kill REPETITIONS times, in chains, and return how many it were.

    begin(chain) makes a new firm and returns an object with `kill(passage) -> bool`, False when the run came to its end,
    and `end()`, which lets a run through and compares what it leaves. The first kill of a chain is at a later passage of
    the point than the others, where it has several.
    """
    kills = chain = 0
    while kills < REPETITIONS and chain < _MOST_CHAINS:
        scene = begin(chain)
        for number in range(min(CHAINS[chain % len(CHAINS)], REPETITIONS - kills)):
            if not scene.kill(1 + chain % 3 if number == 0 else 1):
                break
            kills += 1
        scene.end()
        chain += 1
    return kills
