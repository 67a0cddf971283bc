"""What can be done in the background, by name. `project.schedules` fills it; so the floor knows nobody above it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from guanxi.ground.jobs.rules import TRIES


@dataclass(frozen=True)
class JobKind:
    """A kind of job: `function` is called with the job's arguments and returns something JSON can hold, or None."""

    name: str
    function: Callable[..., Any]
    tries: int = TRIES


@dataclass(frozen=True)
class Tick:
    """Light work at a steady pace, done by one worker of all: `function` is called every `seconds`."""

    name: str
    function: Callable[[], Any]
    seconds: float


@dataclass(frozen=True)
class Nightly:
    """A row of jobs, one after the other, once a local day at `at` in the zone that `zone()` names then.

    Steps are names of jobs; each is called with day="2026-03-01". A step that is not registered is skipped with a note.
    """

    name: str
    at: time
    zone: Callable[[], str]
    steps: tuple[str, ...]


JOBS: dict[str, JobKind] = {}
TICKS: dict[str, Tick] = {}
NIGHTLIES: dict[str, Nightly] = {}


class UnknownJob(LookupError):
    """No job of that name is registered."""


def register_job(name: str, function: Callable[..., Any], *, tries: int = TRIES) -> None:
    """Make a job known by name; the last registration of a name counts."""
    JOBS[name] = JobKind(name, function, tries)


def register_tick(name: str, function: Callable[[], Any], *, seconds: float) -> None:
    """Have light work done every so many seconds."""
    TICKS[name] = Tick(name, function, seconds)


def register_nightly(nightly: Nightly) -> None:
    """Have a row of jobs done once a local day."""
    NIGHTLIES[nightly.name] = nightly


def job_named(name: str) -> JobKind:
    """The kind of job of that name. Raises UnknownJob."""
    try:
        return JOBS[name]
    except KeyError:
        raise UnknownJob(name) from None
