"""The firm of these tests with its catalogue, and what expressions may speak of."""

import pytest


@pytest.fixture
def scene(db, monkeypatch):
    """A firm in yuan and Shanghai time, four products in three families, and the features of grammar_words."""
    # Models load after pytest has read this file.
    from guanxi.engage.offers import vocabulary
    from guanxi.record.catalogue.rules import NewProduct
    from guanxi.record.catalogue.services import create_products
    from guanxi.record.customers import search
    from tests.engage.offers.grammar_words import VOCABULARY
    from tests.stories.scene import SYSTEM, build_scene

    search.rebuild_search()  # tables of search have no model: a test that flushes leaves their rows behind
    monkeypatch.setattr(vocabulary, "_readers", {"test": lambda: VOCABULARY})
    scene = build_scene()
    rows = [("P-1", "home_contents"), ("P-2", "loan"), ("P-3", "loan"), ("P-4", "fund")]
    create_products([NewProduct(reference=ref, name=ref, family=family) for ref, family in rows], by=SYSTEM)
    return scene
