"""Customers, their value and their volume by any two dimensions: one pass over one narrow table (DSS-01 has twelve of them)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    """Cells of two dimensions, the largest row and column first, OTHERS last: `row`, `column`, `customers`, and `value` and `volume` in
    minor units of the firm's currency; `column` is "" in all where there is but one dimension. Every customer is in one cell, so
    totals of all pivots agree. value: of the years to come; volume: what was dealt in 365 days and the mean of balances; 0 of
    who has none.
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
    axes = {"row": _dimension(rows), **({"column": _dimension(columns)} if columns else {})}
    if rows == columns:
        raise Refused("analysis.twice", _TWICE, name=rows)
    edition.register("aside", pa.table({"customer_id": pa.array(aside, pa.int64())}))
    own = "CASE WHEN a.customer_id IS NULL THEN c.{} END" if aside else "c.{}"
    source = f"cube c {'LEFT JOIN aside a ON a.customer_id = c.customer_id' if aside else ''}"
    asked = {name: (own if axis.concludes else "c.{}").format(axis.name) for name, axis in axes.items()}
    words = {"column": [""]}
    for name, member in asked.items():  # the members that are told, the largest first
        kept = edition.arrow(_members(member, source))
        edition.register(f"{name}s", kept.append_column("place", pa.array(range(kept.num_rows), pa.int32())))
        words[name] = [*map(axes[name].said, kept["member"].to_pylist()), OTHERS]
    found = edition.arrow(_query(asked, source, own))
    for name in ("aside", *(f"{name}s" for name in asked)):
        edition.unregister(name)
    told = {
        name: pa.array(words[name], pa.string()).take(pc.min_element_wise(found[name], len(words[name]) - 1))
        for name in words
    }
    return Pivot(pa.table({"row": told["row"], "column": told["column"], **{name: found[name] for name in MEASURES}}))


def _dimension(name: str) -> Dimension:
    if name not in DIMENSIONS:
        raise Refused("analysis.unknown", _UNKNOWN, name=name[:40], names=", ".join(DIMENSIONS))
    return DIMENSIONS[name]


def _members(member: str, source: str) -> str:
    return f"SELECT {member} AS member FROM {source} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST}"  # noqa: S608 - our own names


def _query(asked: Mapping[str, str], source: str, own: str) -> str:
    """Cells by the places of their members, which stand in `rows` and `columns`; MOST for all others."""
    sums = ", ".join(f"CAST(coalesce(sum({own.format(name)}), 0) AS BIGINT) AS {name}" for name in ("value", "volume"))
    places = [f'coalesce({name}s.place, {MOST}) AS "{name}"' for name in asked]
    joins = [f"LEFT JOIN {name}s ON {name}s.member IS NOT DISTINCT FROM {member}" for name, member in asked.items()]
    return f"""SELECT {", ".join([*places, *(['0 AS "column"'] if len(places) == 1 else [])])}, count(*) AS customers, {sums}
        FROM {source} {" ".join(joins)} GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608 - our own names
