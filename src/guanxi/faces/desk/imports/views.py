"""What was imported: one import under way or done, taking it back, its rows and files."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.imports import records as made
from guanxi.faces.desk.imports import reports
from guanxi.faces.desk.imports.beginning import do_at_once, mapping_page
from guanxi.faces.desk.imports.forms import cells_of
from guanxi.faces.desk.imports.wording import reason_words
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.imports import queries, services
from guanxi.record.imports.queries import ImportRow


@require_safe
def one_import(request: FaceRequest, code: str) -> HttpResponse:
    """One import as it stands: to be mapped, under way, or done."""
    asked(request)
    prepared = queries.prepared_import(code, principal=request.principal)
    if prepared is not None:
        return mapping_page(request, prepared)
    return _report(request, _found(request, code))


@require_POST
def withdrawal(request: FaceRequest, code: str) -> HttpResponse:
    """Take an import back."""
    found = _found(request, code)
    try:
        if services.start_undo(code, by=request.principal):
            do_at_once(code, found.counts.rows)
    except Refused as refused:
        return _report(request, found, problem=reason_words(refused), status=409)
    return redirect("import", code)


@require_POST
def resumption(request: FaceRequest, code: str) -> HttpResponse:
    """Go on with an import that had stopped by itself; the worker does it."""
    _found(request, code)
    services.start_again(code, by=request.principal)
    return redirect("import", code)


@require_http_methods(["GET", "HEAD", "POST"])
def corrections(request: FaceRequest, code: str) -> HttpResponse:
    """Rows that were not stored: corrected in place and imported."""
    found = _found(request, code)
    if request.method != "POST":
        after = _number(asked(request, "after")["after"])
        try:
            heads, rows = queries.rejected_of(
                code, principal=request.principal, after=after, limit=reports.MOST_CORRECTED
            )
        except Refused as refused:
            return _report(request, found, problem=reason_words(refused), status=409)
        page = reports.corrections_page(found, heads, rows)
        return render(request, "imports/corrections.html", {"page": page})
    asked(request, "after")
    cells = cells_of(request.POST)
    try:
        made = services.correct_rows(code, by=request.principal, cells=cells)
    except Refused as refused:
        return _report(request, found, problem=reason_words(refused), status=409)
    do_at_once(made, len(cells))
    return redirect("import", made)


@require_safe
def records(request: FaceRequest, code: str) -> HttpResponse:
    """The records that an import made or changed."""
    found = _found(request, code)
    wanted = asked(request, "what", "after")
    what = wanted["what"] or "created"
    if what not in queries.OF_OUTCOME:
        raise BadRequest("unknown outcome")
    after = _number(wanted["after"])
    rows, following = queries.records_of(code, principal=request.principal, what=what, after=after)
    page = made.records_page(found, rows, look_of(request), what=what, following=following)
    return render(request, "imports/records.html", {"page": page})


@require_safe
def problems(request: FaceRequest, code: str) -> HttpResponseBase:
    """Every row that was not stored, with its reason, as a file."""
    return _lines(queries.problems_report(code, principal=request.principal, folder=_folder()), "problems", code)


@require_safe
def rejected(request: FaceRequest, code: str) -> HttpResponseBase:
    """The rows that were not stored, as they came, to be corrected in a spreadsheet and sent again."""
    return _lines(queries.rejected_report(code, principal=request.principal, folder=_folder()), "rows", code)


@require_safe
def duplicates(request: FaceRequest, code: str) -> HttpResponseBase:
    """Rows that are one customer, as a file."""
    return _file(queries.doubles_file(code, principal=request.principal, folder=_folder()), "duplicates", code)


def _report(request: FaceRequest, found: ImportRow, *, problem: str = "", status: int = 200) -> HttpResponse:
    look = look_of(request)
    undone = queries.undone_rows(found.code, principal=look.principal) if reports.is_undoing(found) else 0
    said = queries.problems_of(found.code, principal=look.principal, limit=reports.MOST_SAID + 1)
    page = reports.report_page(found, said, look, undone=undone, problem=problem)
    return render(request, "imports/report.html", {"page": page}, status=status)


def _found(request: FaceRequest, code: str) -> ImportRow:
    require(request.principal, Permission.IMPORT)
    found = queries.get_import(code, principal=request.principal)
    if found is None:
        raise Http404
    return found


def _file(path: Path | None, name: str, code: str) -> HttpResponseBase:
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}-{code}.csv", content_type="text/csv")


def _lines(lines: Iterator[str] | None, name: str, code: str) -> HttpResponseBase:
    """Lines as a file for spreadsheets, which know UTF-8 by the mark at its beginning."""
    if lines is None:
        raise Http404
    head = {"Content-Disposition": f'attachment; filename="{name}-{code}.csv"'}
    return StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv", headers=head)


def _folder() -> Path:
    return Path(settings.GUANXI_HOME) / "files" / "imports"


def _number(text: str) -> int:
    """A row or key to go on after; 0 for none. Raises BadRequest."""
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise BadRequest("not a number of ours")
    return int(text)
