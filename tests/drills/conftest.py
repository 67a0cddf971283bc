"""What the drills share: firms made once a session, copied for every run, thrown away after it."""

import itertools
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.drills.deliveries import DELIVERIES, Delivery, firm_before, firm_with_history
from tests.drills.homes import Home
from tests.drills.judging import Unbroken, left_by

Copier = Callable[[Home], Home]


@pytest.fixture(scope="session")
def drill_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="session")
def before(drill_folder: Path) -> Iterator[Home]:
    """A firm before its deliveries."""
    home = firm_before(drill_folder)
    yield home
    home.drop()


@pytest.fixture(scope="session")
def history(drill_folder: Path) -> Iterator[Home]:
    """A firm with three years behind it and changes since its last refresh."""
    home = firm_with_history(drill_folder)
    yield home
    home.drop()


@pytest.fixture(scope="session")
def deliveries(drill_folder: Path) -> dict[str, Delivery]:
    """The files that are delivered, by name."""
    return {name: make(drill_folder) for name, make in DELIVERIES.items()}


@pytest.fixture(scope="session")
def unbroken_import(before: Home, deliveries: dict[str, Delivery], drill_folder: Path) -> Callable[[str], Unbroken]:
    """What each delivery leaves in the record when nobody disturbs it, and how long that takes."""

    @cache
    def run(name: str) -> Unbroken:
        home = before.copy(drill_folder / f"unbroken-{name}")
        began = time.monotonic()
        with home.site_open():
            home.run(*deliveries[name].command, status=deliveries[name].status)
        left = left_by(home, seconds=time.monotonic() - began)
        home.drop()
        return left

    return run


@pytest.fixture
def copy(drill_folder: Path) -> Iterator[Copier]:
    """Makes copies of a firm, which go when the test ends."""
    numbers, made = itertools.count(), []

    def make(home: Home) -> Home:
        made.append(home.copy(drill_folder / f"copy{next(numbers)}"))
        return made[-1]

    yield make
    for home in made:
        if home.path.exists():
            home.drop()
