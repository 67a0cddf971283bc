"""A file before it is imported: how it is read, which columns it has, which fields are guessed, how its first rows look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.imports.mapping import Columns
from guanxi.record.imports.reading.opening import open_source
from guanxi.record.imports.registry import importer_of
from guanxi.record.imports.services.ledger import explain

_ROWS = 10
_READ = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """`rows` hold the cells of `columns`; `missing` says in words what the guess lacks ('' when it could be imported);
    `digest`, given to ImportOptions, makes sure that what is imported then is what was looked at; from `refused_columns` nothing will be
    taken, for the reason in words; `rule` says which rows are the same record. `about_rows` roughly, how many rows there are;
    `filled`, the share of cells of each column that are not empty, of the first five hundred rows.
    """

    format: str
    encoding: str
    columns: list[str]
    rows: list[list[str]]
    mapping: Columns
    missing: str
    digest: str
    refused_columns: Mapping[str, str]
    rule: str
    about_rows: int = 0
    filled: Sequence[float] = ()


def preview_file(path: Path, kind: str, *, by: Principal, encoding: str = "", name: str = "") -> Preview:
    """Look into a file. Raises Denied; Refused in plain words for a file that cannot be read."""
    require(by, Permission.IMPORT)
    importer = importer_of(kind)
    scan, source = open_source(path, encoding=encoding, name=name)
    first = next(iter(source.batches(source.columns, size=_READ)), None)
    cells = [first.texts(column) for column in source.columns] if first else []
    rows = [list(row) for row in zip(*(column[:_ROWS] for column in cells), strict=True)]
    filled = [sum(1 for text in column if text.strip()) / max(len(column), 1) for column in cells]
    mapping, missing = importer.guess(source.columns), ""
    try:
        importer.check(mapping)
    except Refused as refusal:
        missing = explain(refusal)
    said = {name: explain(why) for name, why in importer.refused_columns(source.columns, mapping).items()}
    return Preview(
        source.format,
        source.encoding,
        source.columns,
        rows,
        mapping,
        missing,
        scan.digest,
        said,
        str(importer.rule),
        about_rows=first.count if first and first.count < _READ else source.about_rows,
        filled=filled,
    )
