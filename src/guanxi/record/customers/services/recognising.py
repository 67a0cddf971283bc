"""Recognising who is there: a whole identifier finds its customer for anyone with the right, beyond the own scope too;
the answer then names him masked, with his owner, and stands in the journal (decision 11).
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from guanxi.ground.text.masks import mask
from guanxi.ground.text.normalise import checked
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import PRESENT, Customer
from guanxi.record.customers.permissions import FIELD_OF_KIND, reach_of, reads
from guanxi.record.customers.queries.finding import Found, find
from guanxi.record.customers.queries.rows import customer_rows
from guanxi.record.customers.queries.whole import MOST_HITS, Hit, customers_with


@dataclass(frozen=True, slots=True)
class Recognised:
    """A customer of somebody else: enough to send the caller to the right desk, and no more. `kind` is the kind of the
    identifier, BY_HOLDING where a contract is known by it.
    """

    name: str
    owner_name: str
    team_name: str
    kind: int


BY_HOLDING = 0  # in the place of a kind of identifier: the number of a contract, policy or account


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the search box answers: those whom the principal sees, and those recognised elsewhere."""

    found: Found
    elsewhere: list[Recognised]


@transaction.atomic
def look_up(text: str, *, by: Principal, reason: str = "", limit: int = 20, holders: Collection[int] = ()) -> LookedUp:
    """Search as `queries.find` does and, with the right `recognise`, by any whole identifier beyond the own scope and
    beyond the fields read in clear. Each such answer is journaled with the kind of identifier and `reason`, never the
    identifier. `holders` are customers of whom a room above knows that the text names a contract of theirs.
    Raises Refused (text.not_storable).
    """
    found = find(text, by, limit=limit)
    if not may(by, Permission.RECOGNISE) or not text.strip():
        return LookedUp(found, [])
    today = firm_day()
    hits = customers_with(checked(text).strip()[:200], list(IdentifierKind), today=today)
    known = {hit.customer_id for hit in hits}
    hits += [hit for hit in _holders(holders) if hit.customer_id not in known]
    reach = reach_of(by)
    inside = [hit for hit in hits if reach.covers(hit.owner_id, hit.team_id)]
    outside = [hit for hit in hits if hit not in inside]
    there = {row.id for row in found.rows}
    by_masked = [hit for hit in inside if hit.kind == BY_HOLDING or not reads(by, FIELD_OF_KIND[hit.kind])]
    fresh = [hit for hit in inside if hit.customer_id not in there]
    _journal([*outside, *by_masked, *(hit for hit in fresh if hit not in by_masked)], by, reason)
    rows = [*customer_rows([hit.customer_id for hit in fresh], by), *found.rows]
    count = found.count + len(fresh)
    return LookedUp(Found(rows[: max(limit, len(fresh))], found.is_cut, count), _masked(outside))


def _holders(ids: Collection[int]) -> list[Hit]:
    heads = Customer.objects.filter(PRESENT, pk__in=list(ids)[:MOST_HITS]).order_by("pk")
    return [Hit(*head, BY_HOLDING) for head in heads.values_list("pk", "owner_id", "team_id")]


def _masked(hits: list[Hit]) -> list[Recognised]:
    kinds = {hit.customer_id: hit.kind for hit in hits}
    rows = Customer.objects.filter(pk__in=kinds).order_by("pk")
    return [
        Recognised(mask("name", name), owner or "", team or "", kinds[key])
        for key, name, owner, team in rows.values_list("pk", "name", "owner__name", "team__name")
    ]


def _journal(hits: list[Hit], by: Principal, reason: str) -> None:
    codes = dict(Customer.objects.filter(pk__in=[hit.customer_id for hit in hits]).values_list("pk", "code"))
    entries = [
        Entry(
            Noun("customer", codes[hit.customer_id]),
            payload={"by": _kind_name(hit.kind), "reason": reason},
            subject=codes[hit.customer_id],
        )
        for hit in hits
    ]
    if entries:
        record_acts("customer.recognised", entries, by=by.actor)


def _kind_name(kind: int) -> str:
    return "holding" if kind == BY_HOLDING else IdentifierKind(kind).name.lower()
