"""The firm of these tests: branch North (teams Oak and Elm) and branch South, with their people."""

import pytest


@pytest.fixture
def scene(db):
    """A firm in yuan and Shanghai time."""
    # Models load after pytest has read this file.
    from guanxi.record.customers import search
    from tests.stories.scene import build_scene

    search.rebuild_search()  # tables of search have no model: a test that flushes leaves their rows behind
    return build_scene()
