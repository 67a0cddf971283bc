"""Taking data out: `guanxi export KIND FILE`, and the same for the desk. Every export is journaled (trust.md P8)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils import translation

from guanxi.ground.exports.sheets import Sheet, narrowed
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.exporting import give_out, writer_of
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.project.exports.kinds import KINDS

NO_KIND = gettext_noop("There is nothing called “{kind}” to export. There are: {kinds}.")
NO_FOLDER = gettext_noop("There is no folder “{folder}”.")


def export(kind: str, file: Path, *, by: Principal, as_of: date | None = None, columns: Sequence[str] = ()) -> int:
    """Write all rows of `kind` that `by` sees into `file` (.csv, .xlsx, .parquet) and return their number.

    `columns` picks some, in that order. Money is in whole units of its currency; texts of people in the firm's
    language. The file appears when it is complete. Raises Refused for a kind, column or ending that is not known,
    Denied without the right to take data out.
    """
    require(by, Permission.EXPORT)
    writer_of(file)
    if kind not in KINDS:
        raise Refused("export.kind", NO_KIND, kind=excerpt(kind), kinds=" ".join(KINDS))
    if not file.resolve().parent.is_dir():
        raise Refused("export.folder", NO_FOLDER, folder=excerpt(str(file.parent)))
    with translation.override(firm().language):
        sheet: Sheet = narrowed(KINDS[kind](by, as_of), columns)
        return give_out(kind, sheet, file, by=by, facts={"as_of": as_of and as_of.isoformat()})
