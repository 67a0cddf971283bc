"""Opens a file with the reader that its content asks for."""

from collections.abc import Callable
from pathlib import Path

from guanxi.record.imports.reading.batches import Source
from guanxi.record.imports.reading.cards import CardSource
from guanxi.record.imports.reading.delimited import DelimitedSource
from guanxi.record.imports.reading.parquet import ParquetSource
from guanxi.record.imports.reading.scanning import Scan, scan_file
from guanxi.record.imports.reading.workbook import WorkbookSource

_READERS: dict[str, Callable[[Scan], Source]] = {
    "csv": DelimitedSource,
    "xlsx": WorkbookSource,
    "vcard": CardSource,
    "parquet": ParquetSource,
}


def open_source(path: Path, *, encoding: str = "", name: str = "") -> tuple[Scan, Source]:
    """Look at the file and open it. `name` is what the user called it. Raises Refused in plain words."""
    scan = scan_file(path, encoding=encoding, name=name)
    return scan, _READERS[scan.format](scan)
