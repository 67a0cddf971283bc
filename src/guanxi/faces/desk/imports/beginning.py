"""A new import: the file is chosen, its columns are put to fields and tried, then it is imported or dropped."""

import csv
import io
import logging
from dataclasses import replace
from pathlib import Path

from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.faces.desk.imports import presenters
from guanxi.faces.desk.imports.forms import EncodingForm, OptionsForm, choices_of, mapping_of
from guanxi.faces.desk.imports.wording import KINDS, reason_words
from guanxi.faces.shared.asking import asked
from guanxi.faces.shared.forms import read
from guanxi.faces.shared.look import look_of
from guanxi.faces.shared.requests import FaceRequest
from guanxi.faces.shared.uploads import sent_file
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Permission, require
from guanxi.record.imports import services
from guanxi.record.imports.queries import Prepared, get_import, importable_kinds, prepared_import

_TRIAL_S = 1.5  # a dry run holds SQLite's write lock: nobody waits longer for it
_AT_ONCE = 5_000  # rows that are imported within the request; more is a worker's
_log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: FaceRequest, kind: str) -> HttpResponse:
    """Choose a file, or send it."""
    _require_kind(request, kind)
    asked(request)
    if request.method != "POST":
        return _choosing(request, kind)
    sent = read(EncodingForm, request)
    try:
        file = sent_file(request, "file")
        path, name = Path(file.temporary_file_path()), file.name or ""
        code = services.prepare_import(path, kind, by=request.principal, name=name, trial_s=_TRIAL_S, **sent)
    except Refused as refused:
        return _choosing(request, kind, problem=reason_words(refused), encoding=sent["encoding"], status=422)
    return redirect("import", code)


@require_safe
def sample(request: FaceRequest, kind: str) -> HttpResponse:
    """An empty table with the columns that are recognised."""
    _require_kind(request, kind)
    text = io.StringIO()
    csv.writer(text).writerow(presenters.sample_head(kind))
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


@require_POST
def mapping(request: FaceRequest, code: str) -> HttpResponse:
    """What was chosen: kept and tried, or kept and imported."""
    found = prepared_import(code, principal=request.principal)
    if found is None:
        return _is_under_way(request, code)
    chosen = mapping_of(request.POST, found.look.columns)
    sent = read(OptionsForm, request)
    try:
        trial_s = _TRIAL_S if sent["act"] == "try" else 0.0
        services.choose(code, by=request.principal, choices=choices_of(sent, chosen), trial_s=trial_s)
        if sent["act"] == "import":
            return _imported(request, code)
    except Refused as refused:
        typed = {name: sent[name] for name in ("create_customers", "with_private", "currency", "zone")}
        found = replace(found, mapping=chosen, trial=None, **typed)
        return mapping_page(request, found, problem=reason_words(refused, found.fields), status=422)
    return redirect("import", code)


@require_POST
def removal(request: FaceRequest, code: str) -> HttpResponse:
    """Drop a file that was not imported."""
    found = prepared_import(code, principal=request.principal)
    if found is None:
        return _is_under_way(request, code)
    services.drop_prepared(code, by=request.principal)
    return redirect("import_new", found.kind)


def mapping_page(request: FaceRequest, found: Prepared, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page on which columns are put to fields."""
    page = presenters.mapping_page(found, look_of(request), problem=problem)
    return render(request, "imports/mapping.html", {"page": page}, status=status)


def do_at_once(code: str, rows: int) -> None:
    """Carry out what was asked for where it is little; what fails here, or is more, is a worker's."""
    if rows > _AT_ONCE:
        return
    try:
        services.carry_out(code)
    except DatabaseError:  # busy for long, or away: the worker has the same to do
        _log.warning("import %s is left to the worker", code, exc_info=True)


def _imported(request: FaceRequest, code: str) -> HttpResponse:
    found = _again(request, code)
    if services.start_import(code, by=request.principal):
        do_at_once(code, found.facts.about)
    return redirect("import", code)


def _choosing(
    request: FaceRequest, kind: str, *, problem: str = "", encoding: str = "", status: int = 200
) -> HttpResponse:
    page = presenters.choosing_page(kind, look_of(request), problem=problem, encoding=encoding)
    return render(request, "imports/choosing.html", {"page": page}, status=status)


def _require_kind(request: FaceRequest, kind: str) -> None:
    require(request.principal, Permission.IMPORT)
    if kind not in KINDS:
        raise Http404
    if kind not in importable_kinds(request.principal):
        for permission in presenters.rights_of(kind):
            require(request.principal, permission)


def _again(request: FaceRequest, code: str) -> Prepared:
    found = prepared_import(code, principal=request.principal)
    if found is None:
        raise Http404
    return found


def _is_under_way(request: FaceRequest, code: str) -> HttpResponse:
    """A second click, or one in another tab: the import as it stands; 404 for none of one's own."""
    if get_import(code, principal=request.principal) is None:
        raise Http404
    return redirect("import", code)
