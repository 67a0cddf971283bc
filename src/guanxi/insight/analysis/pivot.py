"""Customers, their value and their volume by any two dimensions: one pass over one narrow table (DSS-01 has twelve of them)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.insight.analysis.dimensions import DIMENSIONS, Dimension
from guanxi.insight.warehouse.workbench import Workbench

MOST = 200  # members of an axis by their customers; what is beyond stands together
OTHERS = "*"  # the member under which it stands
MEASURES = ("customers", "value", "volume")
_CUBE = Path(__file__).parent / "sql" / "cube.sql"
_TWICE = gettext_noop("Rows and columns are the same: {name}. Choose another for one of them.")
_UNKNOWN = gettext_noop("There is no dimension “{name}”. There are: {names}.")


@dataclass(frozen=True)
class Pivot:
    """Cells of two dimensions, the largest row and column first: `row`, `column`, `customers`, and `value` and `volume` in minor units
    of the firm's currency; `column` is "" in all where there is but one dimension. Every customer is in one cell, so totals of all
    pivots agree. value: of the years to come; volume: what was dealt in 365 days and the mean of balances; 0 of who has none.
    """

    cells: pa.Table

    @property
    def totals(self) -> dict[str, int]:
        """The sums of all cells."""
        return {name: int(pc.sum(self.cells[name]).as_py() or 0) for name in MEASURES}


def fill_cube(bench: Workbench) -> None:
    """Fill the edition's table `cube`, which is empty, from its customers, estimates and loyalty."""
    bench.run(_CUBE)


def pivot(edition: Workbench, rows: str, columns: str = "", *, aside: Sequence[int] = ()) -> Pivot:
    """Count customers by one dimension or two (names of DIMENSIONS), of all who are neither deleted nor merged.

    aside: keys of customers of whom nothing is concluded from their own data (PIPL 24): what was concluded of them, their value
    among it, is in no cell. Raises Refused: analysis.unknown for another name, analysis.twice for the same name twice.
    """
    axes = [_dimension(rows), *([_dimension(columns)] if columns else [])]
    if rows == columns:
        raise Refused("analysis.twice", _TWICE, name=rows)
    if aside:
        edition.register("aside", pa.table({"customer_id": pa.array(aside, pa.int64())}))
    found = edition.arrow(_query(axes, has_aside=bool(aside)))
    if aside:
        edition.unregister("aside")
    told = {"row": _axis(found["row"], found["customers"], axes[0])}
    told["column"] = _axis(found["col"], found["customers"], axes[1] if columns else None)
    table = pa.table({**told, **{name: found[name] for name in MEASURES}})
    return Pivot(_largest_first(_summed(table, ["row", "column"], MEASURES)))


def _dimension(name: str) -> Dimension:
    if name not in DIMENSIONS:
        raise Refused("analysis.unknown", _UNKNOWN, name=name[:40], names=", ".join(DIMENSIONS))
    return DIMENSIONS[name]


def _query(axes: Sequence[Dimension], *, has_aside: bool) -> str:
    own = "CASE WHEN a.customer_id IS NULL THEN c.{} END" if has_aside else "c.{}"
    names = [(own if axis.concludes else "c.{}").format(axis.name) for axis in axes]
    first, second = [*names, "NULL"][:2]
    joined = "LEFT JOIN aside a ON a.customer_id = c.customer_id" if has_aside else ""
    sums = ", ".join(f"CAST(coalesce(sum({own.format(name)}), 0) AS BIGINT) AS {name}" for name in ("value", "volume"))
    return f"SELECT {first} AS row, {second} AS col, count(*) AS customers, {sums} FROM cube c {joined} GROUP BY 1, 2"  # noqa: S608 - our own names


def _axis(members: pa.ChunkedArray, customers: pa.ChunkedArray, dimension: Dimension | None) -> pa.Array:
    """Members as they are told; those beyond the MOST with most customers as OTHERS."""
    if dimension is None:
        return pa.array([""] * len(members), pa.string())
    codes = members.combine_chunks().dictionary_encode(null_encoding="encode")
    places = codes.indices.to_numpy()
    sums = np.bincount(places, weights=customers.to_numpy(), minlength=len(codes.dictionary))
    known = codes.dictionary.to_pylist()
    first = sorted(range(len(known)), key=lambda place: (-sums[place], str(known[place])))[:MOST]
    words = np.full(len(known), OTHERS, dtype=object)
    words[first] = [dimension.said(known[place]) for place in first]
    return pa.array(words, pa.string()).take(codes.indices)


def _largest_first(cells: pa.Table) -> pa.Table:
    for axis in ("row", "column"):
        sums = _summed(cells, [axis], ["customers"]).rename_columns([axis, f"of_{axis}"])
        cells = cells.join(sums, keys=axis)
    keys = [("of_row", "descending"), ("row", "ascending"), ("of_column", "descending"), ("column", "ascending")]
    return cells.sort_by(keys).select(["row", "column", *MEASURES])


def _summed(rows: pa.Table, keys: Sequence[str], names: Sequence[str]) -> pa.Table:
    return (
        rows.group_by(keys, use_threads=False)
        .aggregate([(name, "sum") for name in names])
        .rename_columns([*keys, *names])
    )
