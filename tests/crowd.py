"""Several threads at once, each with its own database connection, whose errors reach the test."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from django.db import connection
from django.db.models import Max


class Crowd:
    """`with Crowd() as crowd: done = crowd.send(function, …); done.result(60)`."""

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(max_workers=16)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def send(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Start `function` in a thread of its own."""
        return self._pool.submit(_with_own_connection, function, *args)


def _with_own_connection(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    finally:
        connection.close()


def wait_for_others(seconds: float = 60) -> None:
    """Wait until every act written so far is finished in the eyes of the sealer.

    PostgreSQL counts transactions across all databases of a server, so one of another test's database that is still open
    holds the window back.
    """
    from guanxi.journal.models import Act
    from guanxi.journal.sealing import _first_unfinished_mark

    until = time.monotonic() + seconds
    newest = Act.objects.aggregate(top=Max("tx"))["top"] or 0
    while connection.vendor == "postgresql" and _first_unfinished_mark() <= newest and time.monotonic() < until:
        time.sleep(0.02)
