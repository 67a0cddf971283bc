"""One refresh at a time. The lock belongs to the process: when that dies, however, the lock is free."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guanxi.ground.refusals import Refused, gettext_noop

RUNNING = gettext_noop("A refresh is running already. Wait until it has finished.")


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold the lock on `file` for the block. Raises Refused when another process, or another thread, holds it."""
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("refresh.running", RUNNING) from error
        yield
