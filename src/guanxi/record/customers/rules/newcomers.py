"""What a row of a file or a form says about a customer, and how it is brought into normal form.

Pure: the keys and today's date are arguments, so that an importer may prepare rows in another process.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from guanxi.ground.clock import parse_day
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.secrets import KeyRing
from guanxi.ground.text.normalise import (
    account_form,
    checked,
    compatible,
    email_form,
    name_form,
    plate_form,
    policy_form,
    reference_form,
)
from guanxi.ground.text.phones import phone_form
from guanxi.ground.text.pinyin import name_key
from guanxi.record.customers.choices import SENSITIVE_KINDS, CustomerKind, Gender, IdentifierKind, Stage
from guanxi.record.customers.rules.papers import read_paper

Words = str | Sequence[str]

NAME_ONLY = 0  # kind of the key of a customer without any identifier
TABLE, COLUMN = "customers_identifier", "cipher"  # what a cipher is bound to, with its row's digest

MAX_NAME, MAX_REFERENCE, MAX_ADDRESS, MAX_CITY, MAX_MARKS = 200, 64, 300, 60, 20
_EARLIEST = date(1850, 1, 1)
_SENSITIVE = frozenset(map(int, SENSITIVE_KINDS))
_SHORT = frozenset((IdentifierKind.REFERENCE, IdentifierKind.MEMBER))

_TOO_LONG = gettext_noop("This text has {length} characters; at most {most} are kept.")
_NO_NAME = gettext_noop("A customer needs a name.")
_NOT_A_BIRTHDAY = gettext_noop("{day} cannot be a birthday.")
_UNKNOWN_WORD = gettext_noop("“{text}” is not known here; use one of: {known}.")
_TOO_MANY = gettext_noop("More than {most} values in one cell.")

_KINDS = dict.fromkeys(("person", "individual", "个人", "自然人", "p", "1"), CustomerKind.PERSON) | dict.fromkeys(
    ("organisation", "organization", "company", "firm", "企业", "公司", "单位", "机构", "对公", "o", "2"),
    CustomerKind.ORGANISATION,
)
_GENDERS = (
    dict.fromkeys(("m", "male", "man", "mr", "mr.", "男", "男性", "先生", "1"), Gender.MALE)
    | dict.fromkeys(
        ("f", "female", "woman", "ms", "ms.", "mrs", "mrs.", "女", "女性", "女士", "小姐", "2"), Gender.FEMALE
    )
    | dict.fromkeys(("u", "x", "unknown", "未知", "不详", "保密", "0"), Gender.UNKNOWN)
)


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


class Mark(NamedTuple):
    """An identifier in normal form. For sensitive kinds `norm` is the digest in hex, the value stands in `cipher`."""

    kind: int
    norm: str
    key: int
    cipher: bytes | None = None


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


def mark_of(kind: int, text: str, ring: KeyRing, *, today: date) -> Mark:
    """Return the normal form of one identifier. Raises Refused."""
    return _marked(kind, form_of(kind, text, today=today), ring)


def form_of(kind: int, text: str, *, today: date) -> str:
    """Return the readable normal form of an identifier of a kind. Raises Refused."""
    if kind == IdentifierKind.ID_NUMBER:
        return read_paper(text, today=today).form
    form = _FORMS[kind](text)
    if kind in _SHORT:
        _not_longer(form, MAX_REFERENCE)
    return form


def key_of(kind: int, norm: str, ring: KeyRing) -> int:
    """Return the narrow key under which an identifier's `norm` (digest for sensitive kinds) is found."""
    if kind in _SENSITIVE:
        return int.from_bytes(bytes.fromhex(norm[:16]), "big", signed=True)
    return ring.blind_index(str(int(kind)), norm)


def name_only_mark(form: str, birthday: date | None, ring: KeyRing) -> Mark:
    """Return the mark of a customer without any identifier: found by normal name and birthday (or its absence)."""
    norm = f"{form}\n{birthday or ''}"
    return Mark(NAME_ONLY, norm, ring.blind_index(str(NAME_ONLY), norm))


def read_kind(text: str) -> CustomerKind:
    """Return what a word says a customer is. Raises Refused."""
    found = _KINDS.get(_word(text))
    if found is None:
        raise _unknown_word(text, "person, organisation")
    return found


def read_gender(text: str) -> Gender:
    """Return the gender that a word names. Raises Refused."""
    found = _GENDERS.get(_word(text))
    if found is None:
        raise _unknown_word(text, "m, f, 男, 女")
    return found


def _word(text: str) -> str:
    return compatible(text).strip().casefold()


def _unknown_word(text: str, known: str) -> Refused:
    return Refused("customers.unknown_word", _UNKNOWN_WORD, text=excerpt(text), known=known)


def sound_text(text: str, most: int) -> str:
    """Return a text without spaces around it. Raises Refused when it is too long or cannot be stored."""
    checked(text)
    text = text.strip()
    _not_longer(text, most)
    return text


def sound_birthday(text: str | date, today: date) -> date:
    """Return a birthday between 1850 and today. Raises Refused."""
    day = parse_day(text)
    if not _EARLIEST <= day <= today:
        raise Refused("customers.not_a_birthday", _NOT_A_BIRTHDAY, day=day.isoformat())
    return day


_FORMS: dict[int, Callable[[str], str]] = {
    IdentifierKind.REFERENCE: reference_form,
    IdentifierKind.PHONE: phone_form,
    IdentifierKind.EMAIL: email_form,
    IdentifierKind.PLATE: plate_form,
    IdentifierKind.POLICY: policy_form,
    IdentifierKind.ACCOUNT: account_form,
    IdentifierKind.MEMBER: reference_form,
}
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
    done.marks.append(_marked(IdentifierKind.ID_NUMBER, paper.form, ring))


def _mark_step(column: str, kind: int) -> Callable[[Prepared, NewCustomer, date, KeyRing], None]:
    form = _FORMS[kind]

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
                _not_longer(norm, MAX_REFERENCE)
            mark = _marked(kind, norm, ring)
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


def _marked(kind: int, form: str, ring: KeyRing) -> Mark:
    kind = int(kind)
    if kind not in _SENSITIVE:
        return Mark(kind, form, ring.blind_index(str(kind), form))
    norm = ring.blind_digest(str(kind), form).hex()
    return Mark(kind, norm, key_of(kind, norm, ring), ring.encrypt(form, table=TABLE, column=COLUMN, row=norm))


def _not_longer(text: str, most: int) -> None:
    if len(text) > most:
        raise Refused("customers.too_long", _TOO_LONG, length=len(text), most=most)
