"""The ground that every test stands on: a throw-away GUANXI_HOME with keys, and one of two databases.

Settings read the environment when they are first imported, so all this happens while this file is being read,
before pytest-django asks for them.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from pytest_django.plugin import DjangoDbBlocker

_HOME = Path(tempfile.mkdtemp(prefix="guanxi-test."))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

os.environ["DJANGO_SETTINGS_MODULE"] = "guanxi.project.settings"
os.environ["GUANXI_HOME"] = str(_HOME)
os.environ["GUANXI_ASSETS_FROM_SOURCE"] = "1"  # pages find their assets without collectstatic
for name in ("GUANXI_KEYS", "GUANXI_SECRET_KEY", "GUANXI_PUBLIC_URL", "GUANXI_HOSTS", "GUANXI_EGRESS_ALLOW"):
    os.environ.pop(name, None)  # a developer's own settings are not the tests'
if url := os.environ.get("GUANXI_TEST_DATABASE_URL"):
    os.environ["GUANXI_DATABASE_URL"] = url
else:
    os.environ.pop("GUANXI_DATABASE_URL", None)


def _prepare_settings() -> None:
    from django.conf import settings

    from guanxi.ground.secrets import create_keys

    # a process of several finds the settings read already, by the environment of the one that started it: one home for all
    settings.GUANXI_HOME = _HOME
    create_keys(_HOME / "keys")
    (_HOME / "static").mkdir(exist_ok=True)  # where an installation collects its assets
    database = settings.DATABASES["default"]  # settings load here, and pytest-django then sets Django up
    if not url:
        # A file, not memory: processes of a test and the bulk movers open the same database by its name.
        database.setdefault("TEST", {})["NAME"] = str(_HOME / "test.sqlite3")


_prepare_settings()
# The same examples on every run of CI, so that a failure repeats; new ones on a developer's machine and in drills.
_IN_CI = bool(os.environ.get("CI"))
hypothesis_settings.register_profile(
    "guanxi", deadline=None, print_blob=True, derandomize=_IN_CI, max_examples=20 if _IN_CI else 100
)
hypothesis_settings.load_profile("guanxi")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs PostgreSQL where there is none; there, where asked to, do not test twice what SQLite's run has shown:
    tests that ask no database, and most of the others by room: CI has twenty
    minutes. Without GUANXI_TEST_SAMPLE, as in `make drill`, all of them run.
    """
    if url:
        if os.environ.get("GUANXI_TEST_SAMPLE"):
            items[:] = [item for item in items if _is_of_the_sample(item)]
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL (GUANXI_TEST_DATABASE_URL)")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


# One of how many tests of a room PostgreSQL repeats in CI; every one of the rooms that are not named.
_ONE_OF = {
    "faces": 100,
    "record": 100,
    "stories": 80,
    "insight": 100,
    "project": 64,
    "identity": 16,
    "engage": 16,
    "rescue": 16,
    "ground": 4,
    "journal": 3,
}


def _is_of_the_sample(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres") or item.get_closest_marker("both"):  # it runs nowhere else, or differs there
        return True
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    if crc32(item.nodeid.encode()) % _ONE_OF.get(room, 1):
        return False
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asks) or room in ("project", "drills")  # these start installations with a database of their own


# Migrating an empty database takes ten seconds a process. Where the gates name a file, the first process of all leaves its
# migrated and still empty database there, and those after it begin with a copy; migrations they lack would still be run.
_MADE = os.environ.get("GUANXI_TEST_MADE", "")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """Whether the test database is there already: a copy of what an earlier process of the same gates migrated."""
    from django.db import connection

    if url or not _MADE or not Path(_MADE).exists():
        return django_db_keepdb
    shutil.copyfile(_MADE, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> None:
    """The test database; it is left for other processes before any test has written into it."""
    from django.db import connection

    if url or not _MADE or Path(_MADE).exists():
        return
    part = Path(f"{_MADE}.{os.getpid()}")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])
    part.replace(_MADE)


@pytest.fixture(scope="session")
def guanxi_home() -> Path:
    """The throw-away home of this test process."""
    return _HOME


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the project."""
    return Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def browser(monkeypatch_session: pytest.MonkeyPatch) -> "Iterator[Browser]":
    """The machine's Chromium, headless; it reaches nothing but this machine."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the tests' own queries beside it are synchronous all the same.
    monkeypatch_session.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", *quiet])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    """A fresh profile of the browser: a person who was never here, at a desk of 1440 × 900."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    """A monkeypatch that lasts as long as the browser."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
