"""Customers by their identifiers, many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused
from guanxi.ground.secrets import keyring
from guanxi.ground.text.normalise import reference_form
from guanxi.identity.principals import Principal
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.permissions import reach_of
from guanxi.record.customers.rules.marks import key_of

_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Owned:
    """A customer, and by whom one sees him."""

    id: int
    owner_id: int | None
    team_id: int | None


def ids_by_reference(references: Sequence[str], *, principal: Principal) -> dict[str, int]:
    """Return the customer of each reference that the principal sees: not deleted, a merged one as the winner.

    A reference that nobody has, or somebody beyond the principal's scope, is missing from the answer.
    """
    ring, reach = keyring(), reach_of(principal)
    keys: dict[int, str] = {}
    given: dict[str, list[str]] = {}
    for text in dict.fromkeys(references):
        try:
            form = text if text.isascii() and text.isdigit() else reference_form(text)
        except Refused:
            continue
        keys[key_of(IdentifierKind.REFERENCE, form, ring)] = form
        given.setdefault(form, []).append(text)
    found = customers_of_keys(IdentifierKind.REFERENCE, keys)
    return {
        text: head.id
        for form, head in found.items()
        if reach.covers(head.owner_id, head.team_id)
        for text in given[form]
    }


def ids_by_code(texts: Iterable[str], *, principal: Principal) -> dict[str, int | None]:
    """Return the customer of each text that is a code of ours (as exports write it for whoever has no reference); None
    for one whom the principal does not see.
    """
    codes = {text: text.strip() for text in texts if is_code(text.strip())}
    found, reach = customers_of_codes(codes.values()), reach_of(principal)
    heads = {text: found[code] for text, code in codes.items() if code in found}
    return {text: head.id if reach.covers(head.owner_id, head.team_id) else None for text, head in heads.items()}


def customers_of_codes(codes: Iterable[str]) -> dict[str, Owned]:
    """Return the present customer behind each of our own codes, a merged one's as the winner; whoever sees them is for
    the caller to ask. Deleted customers are missing.
    """
    columns = "id, merged_into_id, owner_id, team_id, deleted_at IS NULL FROM customers_customer"
    heads = {
        code: tuple(rest)
        for code, *rest in rows_of(f"SELECT code, {columns} WHERE code IN {{given}}", dict.fromkeys(codes))
    }
    while merged := {code: head[1] for code, head in heads.items() if head[1] is not None}:
        winners = {
            row[0]: tuple(row) for row in rows_of(f"SELECT {columns} WHERE id IN {{given}}", set(merged.values()))
        }
        heads |= {code: winners[winner] for code, winner in merged.items()}
    return {code: Owned(head[0], head[2], head[3]) for code, head in heads.items() if head[4]}


def customers_of_keys(kind: int, norms: Mapping[int, str]) -> dict[str, Owned]:
    """Return the present customers behind keys of one strong kind, by norm; `norms` names the norm of each key."""
    found: dict[str, Owned] = {}
    keys = list(norms)
    for start in range(0, len(keys), _STEP):
        hits = rows_of(
            "SELECT key, customer_id FROM customers_identifierkey WHERE key IN {given}", keys[start : start + _STEP]
        )
        found |= _confirmed(kind, {customer_id for _, customer_id in hits}, {norms[key] for key, _ in hits})
    return found


def _confirmed(kind: int, customers: set[int], wanted: set[str]) -> dict[str, Owned]:
    """Those whose own rows bear the key out: a key is only eight bytes of a hash."""
    rows = rows_of(
        "SELECT i.norm, c.id, c.owner_id, c.team_id FROM customers_identifier i"
        " JOIN customers_customer c ON c.id = i.customer_id AND c.deleted_at IS NULL AND c.merged_into_id IS NULL"
        " WHERE i.customer_id IN {given} AND i.kind = %s AND i.is_live",
        customers,
        [int(kind)],
    )
    return {norm: Owned(*rest) for norm, *rest in rows if norm in wanted}
