"""Acts on imports."""

from guanxi.record.imports.services.correcting import correct_rows
from guanxi.record.imports.services.erasing import erase_before_images
from guanxi.record.imports.services.feeds import release_held
from guanxi.record.imports.services.options import ImportOptions, Report
from guanxi.record.imports.services.pace import site_open
from guanxi.record.imports.services.preparing import (
    Choices,
    choose,
    drop_prepared,
    forget_prepared,
    prepare_import,
)
from guanxi.record.imports.services.previewing import Preview, preview_file
from guanxi.record.imports.services.reporting import forget_reports
from guanxi.record.imports.services.resuming import carry_out, resume_import, resume_imports
from guanxi.record.imports.services.running import import_file
from guanxi.record.imports.services.starting import JOB, start_again, start_import, start_undo
from guanxi.record.imports.services.undoing import Undone, undo_import

__all__ = [
    "JOB",
    "Choices",
    "ImportOptions",
    "Preview",
    "Report",
    "Undone",
    "carry_out",
    "choose",
    "correct_rows",
    "drop_prepared",
    "erase_before_images",
    "forget_prepared",
    "forget_reports",
    "import_file",
    "prepare_import",
    "preview_file",
    "release_held",
    "resume_import",
    "resume_imports",
    "site_open",
    "start_again",
    "start_import",
    "start_undo",
    "undo_import",
]
