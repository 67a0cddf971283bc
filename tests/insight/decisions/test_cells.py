"""Cells: which traits may tell customers apart, one numbering in SQL and in arrays, and whose purpose may see which."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from guanxi.engage.offers.grammar import Feature, ValueKind
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground.refusals import Refused
from guanxi.insight.decisions.offers.cells import (
    BEGINNING,
    MOST_CELLS,
    MOST_TRAITS,
    TRAITS,
    Group,
    Tree,
    bands_sql,
    digit,
    require_allowed,
)
from guanxi.insight.decisions.offers.deciding import _PRELUDES
from guanxi.insight.estimates.response import read_answers
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import Purpose

# all < kind < tier: what a partner may see stands above what it may not
MIXED = Tree(
    (
        Group(-1), Group(0, "kind", 0, 1), Group(0, "kind", 2, 2), Group(1, "families", 0, 2), Group(1, "families", 3, 4),
        Group(3, "customer_since", 0, 2), Group(3, "customer_since", 3, 4),
    ),
    dt.date(2026, 4, 1),
    1_234,
)  # fmt: skip
_PEOPLE = """
    CREATE TEMP TABLE known AS SELECT 'A' AS tier, 'alarm' AS state, 'person' AS kind, DATE '2025-12-31' AS customer_since,
        CAST(NULL AS DATE) AS last_contact, 13 AS purchases_365, DATE '2026-01-31' AS last_purchase, 0 AS families
    UNION ALL SELECT NULL, 'lapsed', 'organisation', DATE '2010-01-01', DATE '2026-02-20', 0, NULL, 7
"""


def test_a_customers_bands_are_the_digits_of_one_number():
    with Workbench() as bench:
        for prelude in _PRELUDES:
            bench.run(prelude)
        bench.run(_PEOPLE)
        told = bands_sql("DATE '2026-03-03'")
        bands = bench.arrow(f"SELECT {told} AS bands FROM known")["bands"].to_numpy()
    found = [tuple(int(one) for one in digit(bands, trait.name)) for trait in TRAITS]
    assert [trait.name for trait in TRAITS] == [
        "tier", "state", "kind", "customer_since", "last_contact", "purchases_365", "last_purchase", "families",
    ]  # fmt: skip
    assert found == [(1, 0), (3, 4), (1, 2), (1, 4), (0, 1), (4, 1), (2, 0), (1, 4)]
    assert [BEGINNING.path(int(cell)) for cell in BEGINNING.cells_of(bands)] == [[0, 2, 11], [0, 1, 8]]


@pytest.mark.parametrize("tree", [BEGINNING, MIXED])
def test_sql_and_arrays_put_everybody_in_the_same_cell(tree):
    bands = np.random.default_rng(0).integers(0, 8 ** len(TRAITS), 500)
    limits = [len(trait.bands) + (0 if isinstance(trait.bands[0], str) else 1) for trait in TRAITS]
    bands = sum(
        np.minimum(digit(bands, t.name), most) * 8**n for n, (t, most) in enumerate(zip(TRAITS, limits, strict=True))
    )
    with Workbench() as bench:
        query = " UNION ALL ".join(f"SELECT {one} AS bands" for one in bands)
        cells = bench.arrow(f"SELECT {tree.sql()} AS cell FROM ({query}) t")["cell"].to_numpy()
    assert cells.tolist() == tree.cells_of(bands).tolist()
    assert set(cells) == set(tree.cells)


def test_the_tree_is_shallow_and_what_it_divides_by_is_allowed():
    assert len(TRAITS) <= MOST_TRAITS
    assert len(BEGINNING.cells) == 16 <= MOST_CELLS
    require_allowed([trait.name for trait in TRAITS], vocabulary())
    assert Tree.of_json(MIXED.as_json()) == MIXED
    assert Tree.of_json(BEGINNING.as_json()) == BEGINNING


@pytest.mark.parametrize("name", ["religion", "home_cell", "nobody_declared_it", "of_partners", "7995"])
def test_what_may_not_be_used_divides_nobody(name):
    marketing = frozenset({Purpose.MARKETING})
    more = {one: Feature(one, ValueKind.TEXT, "", "basic", marketing) for one in ("religion", "home_cell", "7995")}
    more["of_partners"] = Feature("of_partners", ValueKind.TEXT, "", "basic", frozenset({Purpose.PARTNER}))
    known = vocabulary()
    known = replace(known, features={**known.features, **more}, prohibited={"home_cell": "where somebody is"})
    with pytest.raises(Refused) as refused:
        require_allowed(["tier", name], known)
    assert refused.value.code == "cells.not_allowed"


def test_of_partners_offers_nothing_is_learned_by_what_was_bought():
    assert MIXED.seen_by(vocabulary(), Purpose.MARKETING) == (0, 1, 2, 3, 4, 5, 6)
    assert MIXED.seen_by(vocabulary(), Purpose.PARTNER) == (0, 1, 2, 1, 1, 1, 1)
    assert BEGINNING.seen_by(vocabulary(), Purpose.PARTNER) == (0,) * 21


def test_counts_of_cells_are_counts_of_every_group_around_them():
    counts = np.zeros(7)
    counts[[2, 4, 5, 6]] = 1, 10, 100, 1000
    assert MIXED.nest.sums(read_answers(counts, counts, counts, counts).treated).tolist() == [
        1111,
        1110,
        1,
        1100,
        10,
        100,
        1000,
    ]
