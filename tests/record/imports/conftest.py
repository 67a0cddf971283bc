"""What the tests of imports stand on: a firm, its system principal, and files made on the spot."""

from pathlib import Path

import pytest


@pytest.fixture
def scene(scene):
    """The firm of the record's tests; importers registered."""
    from guanxi.project.registrations import register_importers  # models load after pytest has read this file

    register_importers()
    return scene


@pytest.fixture
def write(tmp_path: Path):
    """Write a file of bytes or text (UTF-8) and return its path."""

    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def take(scene, write):
    """Import a file made on the spot as the system: take(kind, content, name=…, **options) → Report."""
    from guanxi.record.imports.mapping import parse_mapping
    from guanxi.record.imports.services import ImportOptions, import_file
    from tests.stories.scene import SYSTEM

    def make(kind: str, content: bytes | str | Path, *, name: str = "rows.csv", by=SYSTEM, fields: str = "", **options):
        path = content if isinstance(content, Path) else write(name, content)
        mapping = parse_mapping([fields]) if fields else None
        return import_file(path, kind, by=by, options=ImportOptions(mapping=mapping, **options))

    return make
