"""Stories run on a firm of their own, in a home of their own; the demo firm is built once a module and only read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

if TYPE_CHECKING:
    from tests.stories.demo import Demo


@pytest.fixture
def telling(transactional_db, tmp_path, monkeypatch):
    # Models load only once Django is set up, which may be after this file is read.
    from tests.stories.scene import build_scene
    from tests.stories.telling import Telling

    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    (tmp_path / "files").mkdir()
    with translation.override("en"):
        yield Telling(build_scene(margin_rate_ppm=12_000), tmp_path / "files")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory) -> "Iterator[Demo]":
    """The demo firm on 22 November 2026, refreshed: its rows are there for every test of the module, whose own writes
    are rolled back (mark the module django_db). The clock stands at its noon.
    """
    from guanxi.ground import clock
    from guanxi.identity.queries import system_principal
    from guanxi.identity.services import found_firm
    from guanxi.insight.refresh import refresh
    from guanxi.project.demonstration.building import build_demo
    from guanxi.project.demonstration.working import work_a_month
    from tests.stories.demo import CUSTOMERS, NOON, Demo

    by = system_principal("demo")
    cheap = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        translation.override("en"),
        clock.frozen(NOON),
        override_settings(**cheap),
    ):
        patch.setattr(settings, "GUANXI_HOME", tmp_path_factory.mktemp("demo"))
        found_firm(by=by, name="和众集团", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
        counts = build_demo(by=by, customers=CUSTOMERS, seed=1)
        work_a_month(by=by)
        refresh(by=by)
        yield Demo(counts)
        # as after a transactional test: keys go on, for the search documents of before stand in no model
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            allow_cascade=False,
            inhibit_post_migrate=True,
        )
