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
    from tests.keeping import kept

    return kept("empty firm", found_firm)


@pytest.fixture
def scene(db, morning):
    from tests.faces.scene import filled_firm
    from tests.keeping import kept

    return kept("scene", filled_firm)


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


@pytest.fixture
def firm(transactional_db):
    """The firm as of the real today: the server runs in a thread of its own, where no clock is frozen."""
    from tests.faces.scene import filled_firm, today
    from tests.keeping import kept

    return kept(("firm", today()), filled_firm)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def desk(firm, context, live_server, complaints):
    """A page of Lin's, signed in; whatever the console complains about fails the test."""
    from tests.faces.browsing import sign_in

    page = context.new_page()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, live_server.url)
    yield page
    assert complaints == []
