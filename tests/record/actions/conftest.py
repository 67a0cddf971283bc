"""The day of these tests: the Monday after June closed."""

import pytest


@pytest.fixture
def monday():
    from guanxi.ground.clock import frozen  # loads after pytest has read this file
    from tests.record.actions.rows import MONDAY

    with frozen(MONDAY):
        yield
