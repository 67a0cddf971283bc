"""The hour of these tests."""

import pytest


@pytest.fixture
def noon():
    from guanxi.ground import clock  # loads after pytest has read this file
    from tests.record.customers.rows import NOON

    with clock.frozen(NOON):
        yield
