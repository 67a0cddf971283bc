"""Rows of an import that were not stored, as they came, to be corrected."""

from collections.abc import Mapping
from dataclasses import dataclass

from guanxi.ground.refusals import Refused
from guanxi.identity.principals import Principal
from guanxi.record.imports.folders import rejected_path
from guanxi.record.imports.keeping import rejected_rows
from guanxi.record.imports.models import ImportProblem
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.registry import importer_of


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row and its `line` in the file as people count: `cells` of the mapped columns, `reason` why it was not stored,
    `blamed` the place of the cell to blame (-1 for the row as a whole).
    """

    row: int
    line: int
    cells: list[str]
    reason: Refused | None
    blamed: int


def rejected_of(
    code: str, *, principal: Principal, after: int = 0, limit: int = 30
) -> tuple[list[tuple[int, str, str]], list[RejectedRow]]:
    """The mapped columns as (place, column, name of the field in the active language), and the rows behind row `after`;
    two empty lists when there are none, or the import is somebody else's. Raises Refused for a file of them that was lost.
    """
    record = seen_imports(principal).filter(code=code).first()
    path = rejected_path(code)
    if record is None or not path.exists():
        return [], []
    labels = {field.name: str(field.label) for field in importer_of(record.kind).fields}
    by_column = {column: name for name, columns in record.mapping.items() for column in columns}
    columns, rows = rejected_rows(path, after=after, limit=limit)
    heads = [
        (place, column, labels.get(by_column[column], by_column[column]))
        for place, column in enumerate(columns)
        if column in by_column
    ]
    wanted = [row.row for row in rows]
    said = {one.row: one for one in record.problems.filter(row__in=wanted).order_by("-pk")}
    places = {name: place for place, column, _ in heads for name in (column, by_column[column])}
    return heads, [
        _row(row.row, [row.cells[place] for place, _, _ in heads], said.get(row.row), places) for row in rows
    ]


def _row(row: int, cells: list[str], why: ImportProblem | None, places: Mapping[str, int]) -> RejectedRow:
    if why is None:
        return RejectedRow(row, row, cells, None, -1)
    return RejectedRow(row, why.line, cells, why.refusal, places.get(why.column, -1))
