"""Recognising: which customer, if any, a prepared row is. Deterministic; the rule is shown in the import preview.

0. A row that names a customer by our own code, as our exports do, is that customer.
1. A strong identifier (reference, ID number, policy, account, member number) names its one customer. A row whose strong
   identifiers name two customers is a problem, never a merge; so is a row that brings a second reference or ID number
   to a customer who has another one.
   Else, in a file that was imported before, the customer whom this row of it became then.
2. Else a phone, e-mail or plate together with the same normal name, unless reference or ID number speak against it; of several
   the one known longest. Somebody else's phone with another name is another person.
3. Else, where the row has no identifier at all, a customer who was taken in without any identifier under the same
   normal name and the same birthday (or none).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import name_form
from guanxi.record.customers.bulk import rows_of
from guanxi.record.customers.choices import SINGLE_KINDS, STRONG_KINDS, IdentifierKind
from guanxi.record.customers.models import PRESENT, Customer
from guanxi.record.customers.permissions import Reach
from guanxi.record.customers.rules.marks import NAME_ONLY, Mark
from guanxi.record.customers.rules.newcomers import Prepared

HEAD = (
    "id",
    "code",
    "version",
    "name",
    "name_key",
    "kind",
    "reference",
    "gender",
    "birthday",
    "company",
    "language",
    "city_id",
    "owner_id",
    "team_id",
)
# A weak identifier of more customers than this (a switchboard, a placeholder) recognises nobody.
MOST_SHARED = 50
_STEP = 5_000

_STRONG = frozenset(map(int, STRONG_KINDS))
_SINGLE = frozenset(map(int, SINGLE_KINDS))
_WITH_NAME = frozenset(map(int, (IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.PLATE)))

_TWO_CUSTOMERS = gettext_noop("The identifiers of this row belong to two customers ({codes}).")
_OTHER_NUMBER = gettext_noop("Customer {code} already has another {field}.")
_ELSEWHERE = gettext_noop("This customer is already known elsewhere in the firm.")


@dataclass(slots=True, eq=False)
class Known:
    """A customer while a batch is worked on: stored already (`id`), or made by an earlier row of the batch."""

    id: int | None
    head: dict[str, Any]
    form: str
    marks: set[tuple[int, str]] = field(default_factory=set)
    address_id: int | None = None
    address: str = ""
    source: str = ""
    fresh_marks: list[Mark] = field(default_factory=list)
    fresh_addresses: list[Prepared] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def numbers(self, kind: int) -> set[str]:
        """The current norms of one kind."""
        return {norm for mark_kind, norm in self.marks if mark_kind == kind}


class Registry:
    """The customers that a batch may meet, by identifier."""

    def __init__(self) -> None:
        self.by_mark: dict[tuple[int, str], list[Known]] = {}
        self.by_id: dict[int, Known] = {}

    def add(self, known: Known, marks: Iterable[tuple[int, str]]) -> None:
        """Let a customer be found by these identifiers."""
        if known.id is not None:
            self.by_id[known.id] = known
        for mark in marks:
            known.marks.add(mark)
            self.by_mark.setdefault(mark, []).append(known)

    def match(self, prepared: Prepared) -> Known | None:
        """Return the customer a row is, or None. Raises Refused for identifiers in conflict."""
        strong = self._named(prepared, _STRONG)
        known = self.by_id.get(prepared.known_id)
        if known is not None and known not in strong:
            strong.append(known)
        if len(strong) > 1:
            codes = ", ".join(sorted(known.head["code"] for known in strong))
            raise Refused("customers.two_customers", _TWO_CUSTOMERS, codes=codes)
        if strong:
            _agree(strong[0], prepared)
            return strong[0]
        last = self.by_id.get(prepared.last_id)
        return last if last is not None and _no_objection(last, prepared) else self._alike(prepared)

    def _named(self, prepared: Prepared, kinds: frozenset[int]) -> list[Known]:
        found: list[Known] = []
        for mark in prepared.marks:
            if mark.kind in kinds:
                found += [known for known in self.by_mark.get(mark[:2], ()) if known not in found]
        return found

    def _alike(self, prepared: Prepared) -> Known | None:
        for mark in prepared.marks:
            if mark.kind in _WITH_NAME or mark.kind == NAME_ONLY:
                for known in self.by_mark.get(mark[:2], ()):
                    if known.form == prepared.form and _no_objection(known, prepared):
                        return known
        return None


def load_registry(rows: Sequence[Prepared]) -> Registry:
    """Read what a batch may meet: keys, heads, identifiers (three queries; five where many share a phone)."""
    registry = Registry()
    wanted = {mark.key: mark for prepared in rows for mark in prepared.marks}
    hits = _customers_of(wanted)
    named = {prepared.known_id for prepared in rows} | {prepared.last_id for prepared in rows}
    ids = sorted({customer_id for _, customer_id in hits} | named - {0})
    marks: dict[int, list[tuple[int, str]]] = {customer_id: [] for customer_id in ids}
    for key, customer_id in hits:  # the name alone stands in no row of identifiers: its key is the proof
        if wanted[key].kind == NAME_ONLY:
            marks[customer_id].append(wanted[key][:2])
    for customer_id, kind, norm in rows_of(
        "SELECT customer_id, kind, norm FROM customers_identifier WHERE is_live AND customer_id IN {given}", ids
    ):
        marks[customer_id].append((kind, norm))
    for start in range(0, len(ids), _STEP):
        there = Customer.objects.filter(PRESENT, pk__in=ids[start : start + _STEP]).order_by("pk")
        for head in there.values(*HEAD):
            registry.add(Known(head["id"], head, name_form(head["name"])), marks[head["id"]])
    return registry


def load_addresses(registry: Registry) -> None:
    """Read the current addresses of the customers met (only where a row brings one)."""
    sql = "SELECT customer_id, id, text FROM customers_address WHERE valid_to IS NULL AND customer_id IN {given} ORDER BY id"
    for customer_id, address_id, text in rows_of(sql, registry.by_id):
        known = registry.by_id[customer_id]
        known.address_id, known.address = address_id, text


def check_seen(known: Known, reach: Reach) -> None:
    """Raise Refused when the one who imports does not see the customer a row turned out to be."""
    if known.id is not None and not reach.covers(known.head["owner_id"], known.head["team_id"]):
        raise Refused("customers.known_elsewhere", _ELSEWHERE)


def is_same_place(known: str, given: str) -> bool:
    """Whether two addresses are the same text, spaces and width aside."""
    return known == given or "".join(name_form(known).split()) == "".join(name_form(given).split())


def _customers_of(wanted: dict[int, Mark]) -> list[tuple[int, int]]:
    """Keys and customers. A key that very many share is left out, or it would fetch them all."""
    most = len(wanted) * 2 + MOST_SHARED
    sql = "SELECT key, customer_id FROM customers_identifierkey WHERE key IN {given}"
    hits = rows_of(f"{sql} LIMIT %s", wanted, [most])
    if len(hits) >= most:
        counted = "SELECT key, count(*) FROM customers_identifierkey WHERE key IN {given} GROUP BY key"
        hits = rows_of(sql, [key for key, count in rows_of(counted, wanted) if count <= MOST_SHARED])
    return hits


def _agree(known: Known, prepared: Prepared) -> None:
    """Raise Refused when a row brings a customer a second number of a kind of which one has one."""
    for mark in prepared.marks:
        if mark.kind in _SINGLE and known.numbers(mark.kind) and mark[:2] not in known.marks:
            label = IdentifierKind(mark.kind).name.lower()
            raise Refused("customers.other_number", _OTHER_NUMBER, code=known.head["code"], field=label)


def _no_objection(known: Known, prepared: Prepared) -> bool:
    return all(
        mark.kind not in _SINGLE or not known.numbers(mark.kind) or mark[:2] in known.marks for mark in prepared.marks
    )
