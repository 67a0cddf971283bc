"""Acts on imports."""

from guanxi.record.imports.services.erasing import erase_before_images
from guanxi.record.imports.services.feeds import release_held
from guanxi.record.imports.services.options import ImportOptions, Report
from guanxi.record.imports.services.pace import site_open
from guanxi.record.imports.services.previewing import Preview, preview_file
from guanxi.record.imports.services.resuming import resume_import, resume_imports
from guanxi.record.imports.services.running import import_file
from guanxi.record.imports.services.undoing import Undone, undo_import

__all__ = [
    "ImportOptions",
    "Preview",
    "Report",
    "Undone",
    "erase_before_images",
    "import_file",
    "preview_file",
    "release_held",
    "resume_import",
    "resume_imports",
    "site_open",
    "undo_import",
]
