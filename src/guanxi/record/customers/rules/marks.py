"""Identifiers in normal form: what is compared, under which key it is found, and how a sensitive one is locked away."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from guanxi.ground.secrets import KeyRing
from guanxi.ground.text.normalise import account_form, email_form, plate_form, policy_form, reference_form
from guanxi.ground.text.phones import phone_form
from guanxi.record.customers.choices import SENSITIVE_KINDS, IdentifierKind
from guanxi.record.customers.rules.papers import read_paper
from guanxi.record.customers.rules.words import check_length

NAME_ONLY = 0  # kind of the key of a customer without any identifier
TABLE, COLUMN = "customers_identifier", "cipher"  # what a cipher is bound to, with its row's digest
MAX_REFERENCE = 64

_SENSITIVE = frozenset(map(int, SENSITIVE_KINDS))
_SHORT = frozenset((IdentifierKind.REFERENCE, IdentifierKind.MEMBER))


class Mark(NamedTuple):
    """An identifier in normal form. For sensitive kinds `norm` is the digest in hex, the value stands in `cipher`."""

    kind: int
    norm: str
    key: int
    cipher: bytes | None = None


def mark_of(kind: int, text: str, ring: KeyRing, *, today: date) -> Mark:
    """Return the normal form of one identifier. Raises Refused."""
    return marked(kind, form_of(kind, text, today=today), ring)


def form_of(kind: int, text: str, *, today: date) -> str:
    """Return the readable normal form of an identifier of a kind. Raises Refused."""
    if kind == IdentifierKind.ID_NUMBER:
        return read_paper(text, today=today).form
    form = FORMS[kind](text)
    if kind in _SHORT:
        check_length(form, MAX_REFERENCE)
    return form


def marked(kind: int, form: str, ring: KeyRing) -> Mark:
    """Return the mark of an identifier whose readable normal form is known."""
    kind = int(kind)
    if kind not in _SENSITIVE:
        return Mark(kind, form, ring.blind_index(str(kind), form))
    digest = ring.blind_digest(str(kind), form)
    norm = digest.hex()
    return Mark(kind, norm, _key_in(digest), ring.encrypt(form, table=TABLE, column=COLUMN, row=norm))


def key_of(kind: int, norm: str, ring: KeyRing) -> int:
    """Return the narrow key under which an identifier's `norm` (digest for sensitive kinds) is found."""
    if kind in _SENSITIVE:
        return _key_in(bytes.fromhex(norm[:16]))
    return ring.blind_index(str(int(kind)), norm)


def name_only_mark(form: str, birthday: date | None, ring: KeyRing) -> Mark:
    """Return the mark of a customer without any identifier: found by normal name and birthday (or its absence)."""
    norm = f"{form}\n{birthday or ''}"
    return Mark(NAME_ONLY, norm, ring.blind_index(str(NAME_ONLY), norm))


def _key_in(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)


FORMS: dict[int, Callable[[str], str]] = {
    IdentifierKind.REFERENCE: reference_form,
    IdentifierKind.PHONE: phone_form,
    IdentifierKind.EMAIL: email_form,
    IdentifierKind.PLATE: plate_form,
    IdentifierKind.POLICY: policy_form,
    IdentifierKind.ACCOUNT: account_form,
    IdentifierKind.MEMBER: reference_form,
}
