"""Named reads of imports: only one's own, unless one administers the firm."""

from guanxi.record.imports.queries.correcting import RejectedRow, rejected_of
from guanxi.record.imports.queries.kinds import importable_kinds
from guanxi.record.imports.queries.listing import (
    ImportRow,
    doubles_file,
    get_import,
    has_unfinished,
    held_feeds,
    imports_page,
    problems_of,
    problems_report,
    rejected_report,
    undone_rows,
)
from guanxi.record.imports.queries.preparing import Prepared, prepared_import
from guanxi.record.imports.queries.records import OF_OUTCOME, RecordRow, records_of

__all__ = [
    "OF_OUTCOME",
    "ImportRow",
    "Prepared",
    "RecordRow",
    "RejectedRow",
    "doubles_file",
    "get_import",
    "has_unfinished",
    "held_feeds",
    "importable_kinds",
    "imports_page",
    "prepared_import",
    "problems_of",
    "problems_report",
    "records_of",
    "rejected_of",
    "rejected_report",
    "undone_rows",
]
