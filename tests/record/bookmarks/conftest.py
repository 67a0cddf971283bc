"""The firm of these tests."""

import pytest


@pytest.fixture
def scene(db):
    """A firm in yuan and Shanghai time."""
    from tests.stories.scene import build_scene  # models load after pytest has read this file

    return build_scene()
