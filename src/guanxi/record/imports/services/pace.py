"""How much of an import goes into one transaction: much when nobody works, about 100 ms of lock while people do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from guanxi.record.customers.bulk import on_postgresql
from guanxi.record.imports.rules import next_batch_size

_SHARED_S = 0.1  # patterns.md section 4: with it small writes of the web wait 0.1 s at p95
_ALONE_S = 1.0
_ALONE_FIRST = 20_000
_LEAST = 200


class Pace:
    """Rows of the next batch, from how long the last one held the lock. PostgreSQL has no lock to share."""

    def __init__(self, bounds: tuple[int, int]) -> None:
        self._least, self._most = bounds
        self.size = min(self._most, _ALONE_FIRST) if is_alone() else self._least

    def took(self, rows: int, held_s: float) -> None:
        """Learn from a batch that has been committed."""
        target = _ALONE_S if is_alone() else _SHARED_S
        if rows >= self.size or held_s > target:  # the short last batch of a page says nothing
            bounds = (min(self._least, _LEAST), self._most)
            self.size = next_batch_size(rows, held_s, target_s=target, bounds=bounds)


def is_alone() -> bool:
    """Whether an import may hold the write lock for long: PostgreSQL, or nobody has the site open."""
    if on_postgresql():
        return True
    path = _site_lock()
    if not path.exists():
        return True
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def site_open() -> Iterator[None]:
    """Held by every web process while it serves, so that imports keep their transactions short."""
    path = _site_lock()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def _site_lock() -> Path:
    return Path(settings.GUANXI_HOME) / "run" / "site.lock"
