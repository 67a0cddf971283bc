"""The rows of a list as a file: the columns shown, in their order, with the masks of whoever asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.http import FileResponse

from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import AskedList
from guanxi.faces.shared.lists.page import label_of, shown_columns
from guanxi.ground.exports import sheets
from guanxi.ground.money import from_minor
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.sheets import Column, Kind
from guanxi.ground.sheets.questions import MOST_LETTERS
from guanxi.identity.exporting import give_out
from guanxi.identity.principals import Principal

MOST_EXPORTED = 50_000
_STEP = 1_000
_TOO_MANY = gettext_noop(
    "More than {most} rows fit: a file from here holds no more. Add a condition and export in parts."
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


def file_of(asked: AskedList, ending: str, *, by: Principal) -> FileResponse:
    """The file as an answer; it is gone from the disk when the answer is. Raises Denied, Refused for too many rows."""
    columns = shown_columns(asked)
    heads = _heads(columns, asked)
    sheet = sheets.RowSheet(
        {head: _TYPES.get(column.kind, sheets.Kind.TEXT) for head, column in zip(heads, columns, strict=True)},
        lambda: _rows(asked, dict(zip(heads, columns, strict=True)), by),
    )
    with TemporaryDirectory(prefix="guanxi-list.") as folder:
        file = Path(folder) / f"{asked.noun.name}.{ending}"
        facts = {"question": asked.question.changed().text(), "list": asked.noun.sheet.noun}
        give_out(asked.noun.name, sheet, file, by=by, facts=facts)
        return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _heads(columns: tuple[Column, ...], asked: AskedList) -> list[str]:
    """The heads as on the page; should two be called the same, by their names."""
    heads = [label_of(column, asked) for column in columns]
    return heads if len(set(heads)) == len(heads) else [column.name for column in columns]


def _rows(asked: AskedList, columns: Mapping[str, Column], by: Principal) -> Iterator[Mapping[str, Any]]:
    readers = {head: _reader(column, asked) for head, column in columns.items()}
    question, count = replace(asked.question.changed(group_by=""), limit=_STEP, is_counted=False), 0
    while True:
        found = asked.noun.read(question, by)
        count += len(found.rows)
        if count > MOST_EXPORTED:
            raise Refused("lists.too_many_to_export", _TOO_MANY, most=cells.number(MOST_EXPORTED))
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
