"""Several threads at once, each with its own database connection, whose errors reach the test."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any, Self

from django.db import connection, transaction
from django.db.models import Max

from guanxi.ground.refusals import Refused


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


def second_is_told(first: Callable[[], object], second: Callable[[], object], *, wait: float = 0.3) -> str:
    """What the second is refused with, who comes while the first is not yet committed; "" where he is not. wait: seconds in which
    what does not wait would long be done.
    """
    done, go_on = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(60)

    def told() -> str:
        try:
            second()
        except Refused as refused:
            return refused.code
        return ""

    with Crowd() as crowd:
        one = crowd.send(slowly)
        assert done.wait(60)
        other = crowd.send(told)
        time.sleep(wait)
        go_on.set()
        one.result(60)
        return str(other.result(60))
