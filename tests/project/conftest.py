"""Installations of their own for tests of the command line."""

from collections.abc import Callable, Iterator

import pytest

from tests.installation import Installation


@pytest.fixture
def new_home(tmp_path) -> Iterator[Callable[..., Installation]]:
    """Make an empty home with an empty database; `new_home("b")` makes another one beside it."""
    made: list[Installation] = []

    def make(name: str = "home") -> Installation:
        made.append(Installation(tmp_path / name))
        return made[-1]

    yield make
    for installation in made:
        installation.close()


@pytest.fixture(scope="session")
def _founded(tmp_path_factory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("founded") / "home")
    installation.run("init")
    yield installation
    installation.close()


@pytest.fixture
def firm(_founded, tmp_path) -> Iterator[Installation]:
    """An installation with a firm in it: a copy of one made by `guanxi init`."""
    installation = Installation(tmp_path / "firm", like=_founded)
    yield installation
    installation.close()
