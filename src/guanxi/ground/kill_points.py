"""Named points at which a drill kills the process, as a power cut would (trust.md D1). Inert unless the drill asks.

GUANXI_KILL_AT=name kills at the first passage, name:3 at the third.
"""

import os
import signal

_passed: dict[str, int] = {}


def kill_point(name: str) -> None:
    """Die here, at once and without cleaning up, when the drill has named this point."""
    wanted = os.environ.get("GUANXI_KILL_AT", "")
    if not wanted:
        return
    point, _, nth = wanted.partition(":")
    if point == name:
        _passed[name] = _passed.get(name, 0) + 1
        if _passed[name] == int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)
