"""Rows that were not stored, corrected on the page: they become an import of their own, asked for like the first."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from tempfile import NamedTemporaryFile

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.formulas import neutralised
from guanxi.identity.principals import Principal
from guanxi.record.imports.folders import imports_folder, rejected_path
from guanxi.record.imports.keeping import rejected_rows
from guanxi.record.imports.models import Import
from guanxi.record.imports.permissions import seen_imports
from guanxi.record.imports.rules import facts_of
from guanxi.record.imports.services.preparing import prepare_import
from guanxi.record.imports.services.rejecting import MOST
from guanxi.record.imports.services.starting import start_import

_NOTHING = gettext_noop("There are no rows to correct.")


def correct_rows(code: str, *, by: Principal, cells: Mapping[int, Mapping[int, str]]) -> str:
    """Import rejected rows with some of their cells written anew (row → place of the column → text); rows not named are
    left alone. Returns the code of the new import, which is asked for, with the mapping and options of the first.

    Raises Denied; Refused for an import that is not there, that has no such rows, or whose file of them was lost.
    """
    record = seen_imports(by).filter(code=code).first()
    path = rejected_path(code)
    if record is None or not path.exists():
        raise Refused("imports.nothing_to_correct", _NOTHING)
    columns, rows = rejected_rows(path, limit=MOST)
    wanted = [row for row in rows if row.row in cells]
    if not wanted:
        raise Refused("imports.nothing_to_correct", _NOTHING)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in wanted:
        new = cells[row.row]
        writer.writerow([neutralised(new.get(place, old)) for place, old in enumerate(row.cells)])
    return _begin(record, text.getvalue(), by)


def _begin(first: Import, text: str, by: Principal) -> str:
    folder = imports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(text.encode("utf-8-sig"))
    path = folder / file.name
    try:
        code = prepare_import(path, first.kind, by=by, name=f"{_stem(first.file_name)}.csv")
    finally:
        path.unlink(missing_ok=True)
    record = Import.objects.get(code=code)
    record.mapping = first.mapping
    record.options = first.options | {"encoding": ""}
    facts = replace(facts_of(record.facts), corrects=first.code)
    record.facts = facts.as_json()
    record.save(update_fields=["mapping", "options", "facts"])
    start_import(code, by=by)
    return code


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
