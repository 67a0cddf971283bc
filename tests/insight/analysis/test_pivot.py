"""Pivots against the obvious way to count, over every pair of dimensions."""

from itertools import combinations

import pyarrow as pa
import pytest

from guanxi.ground.refusals import Refused
from guanxi.insight.analysis import pivot as module
from guanxi.insight.analysis.dimensions import DIMENSIONS
from guanxi.insight.analysis.pivot import OTHERS, fill_cube, pivot
from guanxi.insight.warehouse.workbench import Workbench

# customer, kind, stage, team, manager, city, source, and of who dealt: tier, value, volume, risk, first and last day, rfm, loyalty
PEOPLE = (
    (1, 1, 3, 7, 21, 5, "web", (1, 900, 50, 0.1, "2020-01-05", "2026-06-30", "champion", "loyal")),
    (2, 1, 3, 7, 22, 5, "", (2, 300, 20, 0.2, "2020-11-30", "2026-04-01", "regular", "latent")),
    (3, 2, 4, 7, 21, None, "web", (3, -70, -5, 0.5, "2021-03-01", "2025-03-31", "lost", "")),
    (4, 1, 1, None, None, 6, "fair", None),
    (5, 1, 5, 8, 23, 6, "", (9, None, 4, None, "2026-06-01", "2026-06-01", "", None)),
    (6, 2, 3, 8, 23, 5, "web", (1, 500, 80, 0.49, "2020-02-29", "2026-05-31", "champion", "loyal")),
)
TOLD = {
    "kind": ["person", "person", "organisation", "person", "person", "organisation"],
    "stage": ["customer", "customer", "lost", "prospect", "regained", "customer"],
    "tier": ["A", "B", "C", "", "", "A"],
    "loyalty": ["loyal", "latent", "", "", "", "loyal"],
    "rfm": ["champion", "regular", "lost", "", "", "champion"],
    "risk": ["<0.2", "0.2-0.5", ">=0.5", "", "", "0.2-0.5"],
    "team": ["7", "7", "7", "", "8", "8"],
    "manager": ["21", "22", "21", "", "23", "23"],
    "city": ["5", "5", "", "6", "6", "5"],
    "source": ["web", "", "web", "fair", "", "web"],
    "since": ["2020", "2020", "2021", "", "2026", "2020"],
    "last": ["2026-Q2", "2026-Q2", "2025-Q1", "", "2026-Q2", "2026-Q2"],
}
OF_OWN_DATA = {"tier", "loyalty", "rfm", "risk"}
SUMS = [(row[7][1] or 0, row[7][2]) if row[7] else (0, 0) for row in PEOPLE]


def table_of(names, rows):
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


@pytest.fixture
def edition():
    with Workbench.with_empty_edition() as bench:
        names = ("customer_id", "kind", "stage", "team_id", "owner_id", "city_id", "source")
        bench.keep("customers", table_of(names, [row[:7] for row in PEOPLE]))
        dealt = [(row[0], *row[7]) for row in PEOPLE if row[7]]
        names = ("customer_id", "tier", "value", "volume", "loss_risk", "first_day", "last_day", "rfm_class")
        bench.keep("estimates", table_of(names, [row[:-1] for row in dealt]))
        bench.keep("loyalty", table_of(("customer_id", "loyalty_class"), [(row[0], row[-1]) for row in dealt]))
        fill_cube(bench)
        yield bench


def counted(rows, columns, aside=()):
    """(row, column) → [customers, value, volume], a customer at a time."""
    cells = {}
    for place, (row, column) in enumerate(zip(TOLD[rows], TOLD[columns] if columns else [""] * 6, strict=True)):
        hidden = place + 1 in aside
        names = ["" if hidden and one in OF_OWN_DATA else word for one, word in ((rows, row), (columns, column))]
        cell = cells.setdefault(tuple(names), [0, 0, 0])
        cell[0] += 1
        if not hidden:
            cell[1] += SUMS[place][0]
            cell[2] += SUMS[place][1]
    return cells


def cells_of(found):
    return {(cell["row"], cell["column"]): [cell[name] for name in module.MEASURES] for cell in found.cells.to_pylist()}


def test_every_pair_of_twelve_dimensions_counts_everybody_once(edition):
    assert len(DIMENSIONS) == 12 == len(TOLD)
    for rows, columns in [*combinations(DIMENSIONS, 2), *((name, "") for name in DIMENSIONS)]:
        for aside in ((), (1, 5)):
            found = pivot(edition, rows, columns, aside=aside)
            assert cells_of(found) == counted(rows, columns, aside), (rows, columns, aside)
            assert found.totals["customers"] == 6  # whatever is asked: totals agree


def test_what_is_concluded_of_who_objects_is_told_nowhere(edition):
    found = pivot(edition, "tier", "risk", aside=[1])
    assert cells_of(found)["", ""] == [
        3,
        0,
        4,
    ]  # he stands with those of whom nothing is known, and his money is in no sum
    assert found.totals == {"customers": 6, "value": 730, "volume": 99}


def test_the_largest_come_first_and_what_is_beyond_the_bound_stands_together(edition, monkeypatch):
    assert pivot(edition, "city", "kind").cells["row"].to_pylist() == ["5", "5", "6", ""]
    monkeypatch.setattr(module, "MOST", 1)
    found = pivot(edition, "manager", "kind")
    assert cells_of(found) == {
        ("21", "person"): [1, 900, 50], ("21", OTHERS): [1, -70, -5], (OTHERS, "person"): [3, 300, 24], (OTHERS, OTHERS): [1, 500, 80],
    }  # fmt: skip
    assert found.totals["customers"] == 6


def test_names_that_do_not_exist_and_the_same_twice_are_refused(edition):
    for rows, columns, code in (("tier", "colour", "unknown"), ("", "tier", "unknown"), ("tier", "tier", "twice")):
        with pytest.raises(Refused) as refused:
            pivot(edition, rows, columns)
        assert refused.value.code == f"analysis.{code}"


def test_nobody_is_an_empty_table():
    with Workbench.with_empty_edition() as bench:
        found = pivot(bench, "tier", "city", aside=[4])
        assert (found.cells.num_rows, found.totals) == (0, {"customers": 0, "value": 0, "volume": 0})
        assert found.cells.schema.field("customers").type == pa.int64()
