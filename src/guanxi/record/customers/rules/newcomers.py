"""What a row of a file or a form says about a customer, and how it is brought into normal form.

Pure: the keys and today's date are arguments, so that an importer may prepare rows in another process.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

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
    """A row in normal form, ready to be recognised and written."""

    row: NewCustomer
    name: str = ""
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
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: the column as NewCustomer names it ("" for the row as a whole) and the refusal."""

    column: str
    refused: Refused


def prepare_rows(rows: Iterable[NewCustomer], *, today: date, ring: KeyRing) -> list[Prepared | Problem]:
    """Bring rows into normal form, one answer a row, in order; a bad cell makes its row a Problem, never an error."""
    return [_prepare(row, today, ring) for row in rows]


_MARK_COLUMNS = (
    ("reference", IdentifierKind.REFERENCE),
    ("phone", IdentifierKind.PHONE),
    ("email", IdentifierKind.EMAIL),
    ("plate", IdentifierKind.PLATE),
    ("policy_number", IdentifierKind.POLICY),
    ("account", IdentifierKind.ACCOUNT),
    ("member", IdentifierKind.MEMBER),
)


def _prepare(row: NewCustomer, today: date, ring: KeyRing) -> Prepared | Problem:
    done = Prepared(row)
    column = ""
    try:
        for column, step in _STEPS:
            if getattr(row, column):
                step(done, row, today, ring)
        column = "name"
        _settle_name(done, ring)
    except Refused as refused:
        return Problem(column, refused)
    return done


def _settle_name(done: Prepared, ring: KeyRing) -> None:
    """Without a name the firm's own words stand in: company, else reference."""
    done.name = done.name or done.company or done.reference
    done.form = name_form(done.name)
    if not done.form:
        raise Refused("customers.name_missing", _NO_NAME)
    done.name_key = name_key(done.name)
    if not done.marks:
        done.marks.append(name_only_mark(done.form, done.birthday, ring))


def _take_name(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.name = sound_text(row.name, MAX_NAME)


def _take_kind(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.kind = read_kind(row.kind)


def _take_gender(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.gender = read_gender(row.gender)


def _take_birthday(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.birthday = sound_birthday(row.birthday, today)


def _take_company(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.company = sound_text(row.company, MAX_NAME)


def _take_language(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.language = sound_text(row.language, 10)


def _take_address(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.address = sound_text(row.address, MAX_ADDRESS)


def _take_city(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.city = sound_text(row.city, MAX_CITY)


def _take_district(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    done.district = sound_text(row.district, MAX_CITY)


def _check_source(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    sound_text(row.source, MAX_CITY)


def _check_owner(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    sound_text(row.owner, MAX_NAME)


def _take_id_number(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
    """A resident ID also tells birthday and gender; what the row itself says stands before it."""
    paper = read_paper(checked(row.id_number), today=today)
    done.kind = done.kind or paper.kind
    done.birthday = done.birthday or paper.birthday
    done.gender = done.gender or paper.gender
    done.marks.append(marked(IdentifierKind.ID_NUMBER, paper.form, ring))


def _mark_step(column: str, kind: int) -> Callable[[Prepared, NewCustomer, date, KeyRing], None]:
    form = FORMS[kind]

    def take(done: Prepared, row: NewCustomer, today: date, ring: KeyRing) -> None:
        given = getattr(row, column)
        texts = (given,) if isinstance(given, str) else given
        if len(texts) > MAX_MARKS:
            raise Refused("customers.too_many", _TOO_MANY, most=MAX_MARKS)
        for text in texts:
            norm = form(checked(text))
            if kind == IdentifierKind.REFERENCE:
                done.reference = norm
            if kind in _SHORT:
                check_length(norm, MAX_REFERENCE)
            mark = marked(kind, norm, ring)
            if not any(known[:2] == mark[:2] for known in done.marks):
                done.marks.append(mark)

    return take


_STEPS = (
    ("name", _take_name),
    ("kind", _take_kind),
    *((column, _mark_step(column, kind)) for column, kind in _MARK_COLUMNS),
    ("gender", _take_gender),
    ("birthday", _take_birthday),
    ("id_number", _take_id_number),
    ("company", _take_company),
    ("language", _take_language),
    ("address", _take_address),
    ("city", _take_city),
    ("district", _take_district),
    ("source", _check_source),
    ("owner", _check_owner),
)
