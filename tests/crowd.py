"""Several threads at once, each with its own database connection, whose errors reach the test."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from django.db import connection


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
