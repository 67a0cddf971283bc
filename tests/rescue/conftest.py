"""The cast of credit cases: Ma with a card of 50,000, and three people who review, two of them in each other's sight."""

import pytest


@pytest.fixture
def scene(db):
    """The firm of stories, with a second leader of Oak and an administrator."""
    # Models load after pytest has read this file.
    from guanxi.identity import services
    from guanxi.record.customers import search
    from tests.stories.scene import SYSTEM, build_scene

    search.rebuild_search()  # tables of search have no model: a test that flushes leaves their rows behind
    scene = build_scene()
    for name, role, team in (("bai", "leader", "oak"), ("an", "admin", "north")):
        person = services.NewStaff(name=name, role=role, team=scene.teams[team])
        scene.staff[name] = services.take_on_staff(by=SYSTEM, person=person)
    return scene
