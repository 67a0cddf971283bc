"""The report of an import: every row that was not stored, with its reason, as a file that opens in a spreadsheet."""

from datetime import datetime
from pathlib import Path

from django.db.models import Count

from guanxi.record.imports.choices import OPEN, ImportStatus
from guanxi.record.imports.folders import drop_folder, folder_of, has_folder, problems_path
from guanxi.record.imports.models import Import
from guanxi.record.imports.problems import has_report, report_of
from guanxi.record.imports.services.ledger import explain
from guanxi.record.imports.services.options import Trouble


def write_problems(record: Import) -> Path | None:
    """Write the rows that failed, were skipped or carry a remark, in row order; None when there are none.

    UTF-8 with BOM, for the command line and as the sign that there is a report; pages word it anew (`problems.report_of`).
    """
    path = problems_path(record.code)
    if not has_report(record):
        path.unlink(missing_ok=True)
        return None
    folder_of(record.code)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(report_of(record))
    part.replace(path)
    return path


def trouble_of(record: Import, *, most: int = 20) -> Trouble:
    """Problems by column, those of the head left out, and the first of them."""
    found = record.problems.filter(row__gt=0)
    counted = found.values("column").annotate(count=Count("pk")).values_list("column", "count")
    rows = [
        (one.row, one.line, one.column, explain(one.refusal), one.value) for one in found.order_by("row", "pk")[:most]
    ]
    return Trouble(dict(counted), rows)


def forget_reports(before: datetime) -> int:
    """Remove the files beside imports that have ended before a moment (they hold cells of what was imported); the
    counts stay. Returns how many imports.
    """
    gone = 0
    ended = Import.objects.exclude(status__in=(*OPEN, ImportStatus.READY, ImportStatus.UNDOING))
    for code in ended.filter(started_at__lt=before).values_list("code", flat=True).iterator():
        if has_folder(code):
            drop_folder(code)
            gone += 1
    return gone
