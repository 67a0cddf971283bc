"""What people send about imports."""

import re
from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict

from guanxi.faces.desk.imports.wording import ENCODINGS
from guanxi.record.imports.services import Choices

_COLUMN = re.compile(r"column\.(\d{1,4})")
_CELL = re.compile(r"cell\.(\d{1,9})\.(\d{1,4})")
_MOST = 131_072  # characters of a cell, as a file may have


class EncodingForm(forms.Form):
    """How a text file is written, where that was not recognised."""

    encoding = forms.ChoiceField(choices=[("", ""), *ENCODINGS], required=False)


class OptionsForm(EncodingForm):
    """How a prepared file is to be imported, and whether to try it, import it or only keep what was chosen."""

    act = forms.ChoiceField(choices=[("try", ""), ("import", "")])
    create_customers = forms.BooleanField(required=False)
    with_private = forms.BooleanField(required=False)
    currency = forms.CharField(required=False, max_length=3)
    zone = forms.CharField(required=False, max_length=64)


def mapping_of(sent: QueryDict, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Field → columns, as a form with `column.<place>` says it; columns put to nothing are left out. Raises BadRequest
    for anything that no form of ours could send. Whether the fields exist is for the service to say.
    """
    known = {"csrfmiddlewaretoken", *OptionsForm.base_fields}
    mapping: dict[str, tuple[str, ...]] = {}
    for name, values in sent.lists():
        match = _COLUMN.fullmatch(name)
        if match is None:
            if name not in known:
                raise BadRequest("not a form of ours")
            continue
        place, field = int(match[1]), values[-1]
        if place >= len(columns) or len(values) > 1 or len(field) > 80:
            raise BadRequest("not a form of ours")
        if field == "attributes.*":
            field = f"attributes.{columns[place]}"
        if field:
            mapping[field] = (*mapping.get(field, ()), columns[place])
    return mapping


def choices_of(clean: Mapping[str, object], mapping: Mapping[str, tuple[str, ...]]) -> Choices:
    """What the form says, for the service."""
    return Choices(
        mapping=mapping,
        create_customers=bool(clean["create_customers"]),
        with_private=bool(clean["with_private"]),
        currency=str(clean["currency"]),
        zone=str(clean["zone"]),
        encoding=str(clean["encoding"]),
    )


def cells_of(sent: QueryDict) -> dict[int, dict[int, str]]:
    """Row → place of the column → what was written there. Raises BadRequest."""
    cells: dict[int, dict[int, str]] = {}
    for name, values in sent.lists():
        if name == "csrfmiddlewaretoken":
            continue
        match = _CELL.fullmatch(name)
        if match is None or len(values) > 1 or len(values[0]) > _MOST or "\0" in values[0]:
            raise BadRequest("not a form of ours")
        cells.setdefault(int(match[1]), {})[int(match[2])] = values[0]
    return cells
