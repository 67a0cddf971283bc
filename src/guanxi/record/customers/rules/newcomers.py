"""What a row of a file or a form says about a customer, and how it is brought into normal form.

Pure: the keys and today's date are arguments, and nothing here asks the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import KeyRing
from guanxi.ground.text.normalise import checked, name_form
from guanxi.ground.text.pinyin import name_key
from guanxi.record.customers.choices import CustomerKind, Gender, IdentifierKind, Stage
from guanxi.record.customers.rules.marks import FORMS, MAX_REFERENCE, Mark, marked, name_only_mark
from guanxi.record.customers.rules.papers import read_paper
from guanxi.record.customers.rules.words import (
    MAX_ADDRESS,
    MAX_CITY,
    MAX_NAME,
    check_length,
    read_gender,
    read_kind,
    sound_birthday,
    sound_text,
)

Words = str | Sequence[str]

MAX_MARKS = 20
_SHORT = (IdentifierKind.REFERENCE, IdentifierKind.MEMBER)

_NO_NAME = gettext_noop("A customer needs a name.")
_TOO_MANY = gettext_noop("More than {most} values in one cell.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """One row as given: the fields of imports (architecture.md, The commands), each text, several as a sequence.

    `birthday` may be a date; `owner` names a colleague by code, reference, e-mail or unmistakable name. `code`,
    `stage`, `created_on` and `is_demo` are for seeded firms and acts, never mapped from a file.
    """

    name: str = ""
    kind: str = ""
    reference: str = ""
    phone: Words = ()
    email: Words = ()
    id_number: str = ""
    plate: Words = ()
    policy_number: Words = ()
    account: Words = ()
    member: Words = ()
    birthday: str | date = ""
    gender: str = ""
    address: str = ""
    city: str = ""
    district: str = ""
    company: str = ""
    language: str = ""
    owner: str = ""
    source: str = ""
    code: str = ""
    stage: Stage = Stage.PROSPECT
    created_on: date | None = None
    is_demo: bool = False


@dataclass(slots=True)
class Prepared:
    """A row in normal form, ready to be recognised and written. `is_named`: the row itself brought the name.

    known_id: whom the row names by our own code (0: nobody); last_id: whom it turned out to be when it came before.
    """

    name: str = ""
    is_named: bool = False
    form: str = ""
    name_key: str = ""
    kind: CustomerKind | None = None
    reference: str = ""
    gender: Gender | None = None
    birthday: date | None = None
    company: str = ""
    language: str = ""
    address: str = ""
    city: str = ""
    district: str = ""
    owner: str = ""
    source: str = ""
    code: str = ""
    stage: Stage = Stage.PROSPECT
    created_on: date | None = None
    is_demo: bool = False
    known_id: int = 0
    last_id: int = 0
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: the column as NewCustomer names it ("" for the row as a whole) and the refusal."""

    column: str
    refused: Refused


def prepare_rows(rows: Sequence[NewCustomer], *, today: date, ring: KeyRing) -> list[Prepared | Problem]:
    """Bring rows into normal form, one answer a row, in order; a bad cell makes its row a Problem, never an error."""
    columns = {name: [getattr(row, name) for row in rows] for name in _NAMES}
    return prepare_columns(columns, today=today, ring=ring)


def prepare_columns(columns: Mapping[str, Sequence[Any]], *, today: date, ring: KeyRing) -> list[Prepared | Problem]:
    """As `prepare_rows`, from columns: the name of a field of NewCustomer to one cell a row; a field without a column
    is empty in every row.
    """
    rows = [Prepared() for _ in next(iter(columns.values()), ())]
    reader = _Reader(today, ring)
    problems: dict[int, Problem] = {}
    for column, take in reader.steps():
        for offset, cell in enumerate(columns.get(column, ())):
            if cell:
                try:
                    take(rows[offset], cell)
                except Refused as refused:
                    problems.setdefault(offset, Problem(column, refused))
    for offset, done in enumerate(rows):
        try:
            reader.settle_name(done)
        except Refused as refused:
            problems.setdefault(offset, Problem("name", refused))
    return [problems.get(offset, done) for offset, done in enumerate(rows)] if problems else list(rows)


_NAMES = tuple(given.name for given in fields(NewCustomer))
_Take = Callable[[Prepared, Any], None]


class _Reader:
    """Cells of one column after the other into rows. Of several bad cells of a row the first step's is its problem."""

    def __init__(self, today: date, ring: KeyRing) -> None:
        self._today, self._ring = today, ring

    def steps(self) -> list[tuple[str, _Take]]:
        """The columns, in the order in which they are read, and how."""
        return [
            ("name", self._name),
            ("kind", self._kind),
            ("reference", self._marks(IdentifierKind.REFERENCE)),
            ("phone", self._marks(IdentifierKind.PHONE)),
            ("email", self._marks(IdentifierKind.EMAIL)),
            ("plate", self._marks(IdentifierKind.PLATE)),
            ("policy_number", self._marks(IdentifierKind.POLICY)),
            ("account", self._marks(IdentifierKind.ACCOUNT)),
            ("member", self._marks(IdentifierKind.MEMBER)),
            ("gender", self._gender),
            ("birthday", self._birthday),
            ("id_number", self._id_number),
            *((column, _text(column, most)) for column, most in _TEXTS),
            *((column, _as_given(column)) for column in ("code", "stage", "created_on", "is_demo")),
        ]

    def settle_name(self, done: Prepared) -> None:
        """Without a name the firm's own words stand in: company, else reference. Raises Refused when there is none."""
        done.name = done.name or done.company or done.reference
        done.form = name_form(done.name)
        if not done.form:
            raise Refused("customers.name_missing", _NO_NAME)
        done.name_key = name_key(done.name)
        if not done.marks:
            done.marks.append(name_only_mark(done.form, done.birthday, self._ring))

    def _name(self, done: Prepared, text: str) -> None:
        done.name = sound_text(text, MAX_NAME)
        done.is_named = bool(done.name)

    def _kind(self, done: Prepared, text: str) -> None:
        done.kind = read_kind(text)

    def _gender(self, done: Prepared, text: str) -> None:
        done.gender = read_gender(text)

    def _birthday(self, done: Prepared, day: str | date) -> None:
        done.birthday = sound_birthday(day, self._today)

    def _id_number(self, done: Prepared, text: str) -> None:
        """A resident ID also tells birthday and gender; what the row itself says stands before it."""
        paper = read_paper(checked(text), today=self._today)
        done.kind = done.kind or paper.kind
        done.birthday = done.birthday or paper.birthday
        done.gender = done.gender or paper.gender
        done.marks.append(marked(IdentifierKind.ID_NUMBER, paper.form, self._ring))

    def _marks(self, kind: IdentifierKind) -> _Take:
        form, ring = FORMS[kind], self._ring
        is_short, is_reference = kind in _SHORT, kind == IdentifierKind.REFERENCE

        def take(done: Prepared, given: Words) -> None:
            texts = (given,) if isinstance(given, str) else [text for text in given if text.strip()]
            if len(texts) > MAX_MARKS:
                raise Refused("customers.too_many", _TOO_MANY, most=MAX_MARKS)
            for text in texts:
                norm = form(checked(text))
                if is_short:
                    check_length(norm, MAX_REFERENCE)
                if is_reference:
                    done.reference = norm
                mark = marked(kind, norm, ring)
                if all(known.norm != mark.norm or known.kind != mark.kind for known in done.marks):
                    done.marks.append(mark)

        return take


_TEXTS = (
    ("company", MAX_NAME),
    ("language", 10),
    ("address", MAX_ADDRESS),
    ("city", MAX_CITY),
    ("district", MAX_CITY),
    ("source", MAX_CITY),
    ("owner", MAX_NAME),
)


def _text(column: str, most: int) -> _Take:
    return lambda done, text: setattr(done, column, sound_text(text, most))


def _as_given(column: str) -> _Take:
    return lambda done, value: setattr(done, column, value)
