"""The rows of a list as a file: the columns shown, in their order, with the masks of whoever asks.

A CSV is made while it is read, page after page of the list, however many rows fit; a workbook stands whole before it leaves.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextvars import copy_context
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.lists.page import label_of, shown_columns
from guanxi.ground.exports import sheets
from guanxi.ground.exports.writers import csv_pieces
from guanxi.ground.money import from_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import Column, Kind
from guanxi.ground.sheets.questions import MOST_LETTERS
from guanxi.identity.exporting import give_out, give_out_by_pieces
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal

MOST_IN_WORKBOOK = 200_000  # a workbook of more keeps whoever waits for it, and the machine, busy for a minute
_STEP = 1_000
_TOO_MANY = gettext_noop(
    "More than {most} rows fit, too many for a workbook: take them as CSV, which holds any number."
)
_TYPES = {
    Kind.MONEY: sheets.Kind.NUMBER,
    Kind.NUMBER: sheets.Kind.NUMBER,
    Kind.RISK: sheets.Kind.NUMBER,
    Kind.DATE: sheets.Kind.DAY,
    Kind.MOMENT: sheets.Kind.MOMENT,
}


class ExportForm(forms.Form):
    """What the page carries, and which kind of file."""

    ending = forms.ChoiceField(choices=[("csv", ""), ("xlsx", "")])
    view = forms.CharField(required=False, max_length=12)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["from"] = forms.CharField(required=False, max_length=MOST_LETTERS)


def file_of(asked: AskedList, ending: str, *, by: Principal) -> StreamingHttpResponse:
    """The file as an answer, by right and in the journal. Raises Denied; Refused for a workbook of too many rows, and for
    what the list refuses to be asked.
    """
    require(by, Permission.EXPORT)
    columns = shown_columns(asked)
    heads = _heads(columns, asked)
    sheet = sheets.RowSheet(
        {head: _TYPES.get(column.kind, sheets.Kind.TEXT) for head, column in zip(heads, columns, strict=True)},
        lambda: _rows(
            asked, dict(zip(heads, columns, strict=True)), by, most=0 if ending == "csv" else MOST_IN_WORKBOOK
        ),
    )
    facts = {"question": asked.question.changed().text(), "list": asked.noun.sheet.noun, "columns": heads}
    if ending == "csv":
        pieces = _as_now(csv_pieces(sheet, each=_STEP))
        given = give_out_by_pieces(asked.noun.name, pieces, by=by, facts=facts | {"file": f"{asked.noun.name}.csv"})
        answer = StreamingHttpResponse(given, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{asked.noun.name}.csv"
        )
        return answer
    with TemporaryDirectory(prefix="guanxi-list.") as folder:
        file = Path(folder) / f"{asked.noun.name}.{ending}"
        give_out(asked.noun.name, sheet, file, by=by, facts=facts)
        return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _as_now(pieces: Iterator[tuple[int, bytes]]) -> Generator[tuple[int, bytes], None, None]:
    """Pieces that are made after the request is over, in the language and the manner of the request."""
    context = copy_context()
    while (piece := context.run(next, pieces, None)) is not None:
        yield piece


def _heads(columns: tuple[Column, ...], asked: AskedList) -> list[str]:
    """The heads as on the page; should two be called the same, by their names."""
    heads = [label_of(column, asked) for column in columns]
    return heads if len(set(heads)) == len(heads) else [column.name for column in columns]


def _rows(asked: AskedList, columns: Mapping[str, Column], by: Principal, *, most: int) -> Iterator[Mapping[str, Any]]:
    """Page after page of the list, one at a time; `most` 0 is any number. Raises Refused for more."""
    readers = {head: _reader(column, asked) for head, column in columns.items()}
    question, count = replace(asked.question.changed(group_by=""), limit=_STEP), 0
    while True:
        found = asked.noun.read(question, by)
        count += len(found.rows)
        if most and count > most:
            raise Refused("lists.too_many_to_export", _TOO_MANY, most=cells.number(most))
        for row in found.rows:
            yield {head: read(row) for head, read in readers.items()}
        if not found.next:
            return
        question = replace(question, after=found.next)


def _reader(column: Column, asked: AskedList) -> Callable[[Any], Any]:
    drawing = asked.noun.drawing
    value = attrgetter(dict(drawing.attributes).get(column.name, column.name))
    if column.kind == Kind.MONEY:
        own = attrgetter(drawing.currency) if drawing.currency else None
        return lambda row: (
            None if value(row) is None else from_minor(value(row), own(row) if own else asked.look.currency)
        )
    if column.kind == Kind.BADGE:
        labels = {choice.value: str(choice.label) for choice in column.choices}
        return lambda row: labels.get(value(row), "")
    return value
