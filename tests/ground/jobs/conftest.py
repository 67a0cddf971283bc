"""A registry of its own for each test, with jobs that leave traces."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Traces = list[Any]


@pytest.fixture
def jobs() -> Iterator[Callable[..., None]]:
    """Register jobs for one test only: jobs(name=function, …)."""
    from guanxi.ground.jobs import registry  # when this file is read, Django is not set up yet

    tables = (registry.JOBS, registry.TICKS, registry.NIGHTLIES)
    before = [dict(table) for table in tables]
    for table in tables:
        table.clear()

    def register(**functions: Callable[..., Any]) -> None:
        for name, function in functions.items():
            registry.register_job(name, function)

    yield register
    for table, content in zip(tables, before, strict=True):
        table.clear()
        table.update(content)


@pytest.fixture
def traces(jobs) -> Traces:
    """What the job "write" was called with, in order."""
    written: Traces = []
    jobs(write=lambda **arguments: written.append(arguments))
    return written


@pytest.fixture
def do_all() -> Callable[[], int]:
    """Do whatever is ready in the queue; returns how many entries there were."""

    from guanxi.ground.jobs.worker import Worker

    def work_through() -> int:
        worker, count = Worker(), 0
        while worker.work_once():
            count += 1
        return count

    return work_through
