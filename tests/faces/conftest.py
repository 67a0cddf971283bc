"""A filled firm on a fixed morning, and people looking at it. Imports of ours wait for Django: conftests load before it."""

import datetime as dt
from collections.abc import Callable

import pytest

MORNING = dt.datetime(2026, 7, 9, 1, 12, tzinfo=dt.UTC)  # Thursday 09:12 in Shanghai


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Eight accounts a test: the real, slow hashes are proven in tests/identity."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def morning():
    from guanxi.ground import clock

    with clock.frozen(MORNING):
        yield MORNING


@pytest.fixture
def empty_firm(db, morning):
    from tests.faces.scene import found_firm

    return found_firm()


@pytest.fixture
def scene(empty_firm):
    from tests.faces.scene import fill

    return fill(empty_firm)


@pytest.fixture
def looking() -> Callable:
    """looking(scene, "lin", language="en"): a client signed in as somebody."""
    from django.test import Client

    def sign_in(scene, name: str, *, language: str = "zh-hans", **extra: object) -> Client:
        account = scene.account(name)
        account.refresh_from_db()
        account.language = language
        account.save()
        client = Client(**extra)
        client.force_login(account, backend="guanxi.faces.shared.sign_in.PasswordBackend")
        return client

    return sign_in
