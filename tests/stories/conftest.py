"""Stories run on a firm of their own, in a home of their own."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture
def telling(transactional_db, tmp_path, monkeypatch):
    # Models load only once Django is set up, which may be after this file is read.
    from tests.stories.scene import build_scene
    from tests.stories.telling import Telling

    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    (tmp_path / "files").mkdir()
    with translation.override("en"):
        yield Telling(build_scene(margin_rate_ppm=12_000), tmp_path / "files")
