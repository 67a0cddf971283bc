"""Which column of a file is which field: given by the user, or guessed from the names of the columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import compatible

Columns = Mapping[str, tuple[str, ...]]  # field → its columns, one unless the field takes several

_LOOSE = re.compile(r"[\s_\-./:()\[\]#*]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a kind of import takes.

    synonyms: names of columns from which it is guessed, in any language; compared without case, spaces and signs.
    many:     several columns may feed it (phones, e-mails).
    """

    name: str
    label: str | Promise
    synonyms: tuple[str, ...] = ()
    many: bool = False


def words(text: str) -> tuple[str, ...]:
    """Names of columns written with spaces between; an underscore stands for a space within a name."""
    return tuple(text.split())


def parse_mapping(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read `field=column,field=column`; a field named twice takes both columns. Raises Refused."""
    mapping: dict[str, tuple[str, ...]] = {}
    for pair in (pair for word in words for pair in word.split(",") if pair.strip()):
        name, sign, column = (part.strip() for part in pair.partition("="))
        if not (name and sign and column):
            raise Refused(
                "mapping.not_a_pair",
                gettext_noop("“{text}” is not field=column; write it like customer=customer_id,amount=total."),
                text=excerpt(pair),
            )
        mapping[name] = (*mapping.get(name, ()), column)
    return mapping


def guess_mapping(fields: Sequence[Field], columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Fields by the names of the columns: exact name first, then synonyms; no column serves two fields."""
    by_form: dict[str, list[str]] = {}
    for column in columns:
        by_form.setdefault(loose_form(column), []).append(column)
    mapping: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for rank in range(max((len(field.synonyms) for field in fields), default=0) + 1):
        for field in fields:
            if (field.name in mapping and not field.many) or rank > len(field.synonyms):
                continue
            word = ((field.name, *field.synonyms))[rank]
            free = [column for column in by_form.get(loose_form(word), []) if column not in taken]
            if free:
                mapping[field.name] = (*mapping.get(field.name, ()), *(free if field.many else free[:1]))
                taken.update(mapping[field.name])
    return mapping | _guessed_attributes(fields, columns)


def checked_mapping(fields: Sequence[Field], given: Columns, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The mapping the user gave, its columns as the file writes them. Raises Refused for what cannot be."""
    known = {field.name: field for field in fields}
    by_form = {loose_form(column): column for column in reversed(columns)}
    mapping = {}
    for name, wanted in given.items():
        field = known.get(name) or _attribute(known, name)
        if field is None:
            raise Refused(
                "mapping.unknown_field",
                gettext_noop("“{name}” is not a field that can be filled from a file. Fields: {fields}."),
                name=excerpt(name),
                fields=", ".join(known),
            )
        if len(wanted) > 1 and not field.many:
            raise Refused(
                "mapping.field_twice", gettext_noop("The field {name} is given two columns; it takes one."), name=name
            )
        mapping[name] = tuple(_column(column, columns, by_form) for column in wanted)
    return mapping


def require_fields(mapping: Columns, *names: str) -> None:
    """Raise Refused unless each field has its column."""
    if missing := [name for name in names if name not in mapping]:
        raise Refused(
            "mapping.missing",
            gettext_noop("No column is named for {fields}. Say which, for example --map {example}=…"),
            fields=", ".join(missing),
            example=missing[0],
        )


def loose_form(name: str) -> str:
    """The name of a column without case, width, spaces and signs, as names are compared."""
    return _LOOSE.sub("", compatible(name).casefold())


def _column(wanted: str, columns: Sequence[str], by_form: Mapping[str, str]) -> str:
    if wanted in columns:
        return wanted
    if found := by_form.get(loose_form(wanted)):
        return found
    raise Refused(
        "mapping.unknown_column",
        gettext_noop("The file has no column “{column}”. Its columns: {columns}."),
        column=excerpt(wanted),
        columns=excerpt(", ".join(columns), 400),
    )


def _attribute(known: Mapping[str, Field], name: str) -> Field | None:
    """attributes.colour, where the kind takes attributes.*"""
    own = known.get("attributes.*")
    return own if own and re.fullmatch(r"attributes\.[^\s.][^.]{0,59}", name) else None


def _guessed_attributes(fields: Sequence[Field], columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if not any(field.name == "attributes.*" for field in fields):
        return {}
    return {column: (column,) for column in columns if re.fullmatch(r"attributes\.[^\s.][^.]{0,59}", column)}
