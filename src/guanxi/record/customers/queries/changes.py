"""Who changed what of a customer and when, from the journal: fields with their values before and after, masked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guanxi.identity.naming import names_of_actors, names_of_staff
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.journal.queries import ActLine, acts_about, acts_of, acts_on_many
from guanxi.journal.rules import Noun
from guanxi.journal.wording import ACCESS
from guanxi.record.customers.choices import CustomerKind, Gender
from guanxi.record.customers.models import BulkMove, City, Customer
from guanxi.record.customers.permissions import shown, visible_to
from guanxi.record.customers.queries.page import Head

PAGE = 50
_MOST_BATCHES = 200
# Columns of the head that people know by a name; others (a name's sorting key, the team that follows the owner) go unsaid.
FIELDS = ("name", "kind", "gender", "birthday", "company", "language", "city_id", "owner_id", "reference")
_LOOKED = frozenset((*ACCESS, "journal.subject_erased"))
_REVIEWED = ("abuse_review.", "credit_case.")  # told only to whoever reviews


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, in words or values as the principal may see them."""

    name: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """One act: by whom, when, what it says, and the fields it changed."""

    id: int
    at: datetime
    by: str
    words: str
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes, newest first; `next` is the id after which it goes on, 0 at the end."""

    rows: list[Change]
    next: int


def changes_of(head: Head, principal: Principal, *, before: int | None = None, limit: int = PAGE) -> Changes:
    """Return what was done to a customer whom the caller has fetched for the principal (at most eleven queries). Looking at
    masked fields is no change: the access log shows it. Reviews and cases, and that sales rest for one, only whoever reviews
    reads, of the customers in the own reach.
    """
    acts: dict[int, ActLine] = {}
    for found in (
        acts_of(Noun("customer", head.code), before=before, limit=limit + 1),
        acts_about(head.code, before=before, limit=limit + 1),
        acts_on_many(Noun("customers", ""), _batches_of(head.id), before=before, limit=limit + 1),
    ):
        acts |= {act.id: act for act in found}
    lines = sorted(acts.values(), key=lambda act: act.id, reverse=True)
    last, reviews = lines[limit - 1].id if len(lines) > limit else 0, _reviews(head, principal)
    page = [act for act in lines[:limit] if act.kind not in _LOOKED and (reviews or not _is_confidential(act))]
    people = names_of_actors({act.by.code for act in page})
    owners = names_of_staff(_owners_in(page))
    cities = dict(City.objects.filter(pk__in=_values_in(page, "city_id")).values_list("pk", "name"))
    rows = [
        Change(act.id, act.at, people.get(act.by.code, ""), act.words, _fields(act, principal, owners, cities))
        for act in page
    ]
    return Changes(rows, last)


def _reviews(head: Head, principal: Principal) -> bool:
    """Whether the principal reviews this customer; one shared for a call is not in the own reach."""
    own = visible_to(principal, shared=False)
    return may(principal, Permission.REVIEW_CREDIT) and Customer.objects.filter(own, pk=head.id).exists()


def _is_confidential(act: ActLine) -> bool:
    """Whether an act tells of a review or a case. Without a payload nobody knows why sales rested: it says no cause."""
    is_suspicion = act.kind.startswith("suppression.") and (act.payload or {}).get("cause") == "fraud"
    return is_suspicion or act.kind.startswith(_REVIEWED)


def _batches_of(customer_id: int) -> list[str]:
    moves = BulkMove.objects.filter(customer=customer_id).order_by("-pk")
    return list(dict.fromkeys(moves.values_list("act__code", flat=True)[:_MOST_BATCHES]))


def _pairs(act: ActLine) -> dict[str, tuple[Any, Any]]:
    """(old, new) by column, of acts that say so."""
    facts = act.payload or {}
    given = {"owner_id": facts["owner"]} if act.kind == "customer.assigned" and "owner" in facts else facts
    return {
        column: (pair[0], pair[1])
        for column, pair in given.items()
        if column in FIELDS and isinstance(pair, list) and len(pair) == 2
    }


def _values_in(acts: Iterable[ActLine], column: str) -> set[int]:
    return {value for act in acts for name, pair in _pairs(act).items() if name == column for value in pair if value}


def _owners_in(acts: Iterable[ActLine]) -> set[int]:
    return _values_in(acts, "owner_id")


def _fields(
    act: ActLine, principal: Principal, owners: dict[int, tuple[str, str]], cities: dict[int, str]
) -> list[FieldChange]:
    def said(column: str, value: Any) -> object:
        if value in (None, ""):
            return ""
        if column == "owner_id":
            return owners.get(value, ("", ""))[1]
        if column == "city_id":
            return cities.get(value, "")
        if column == "kind":
            return CustomerKind(value).label
        if column == "gender":
            return Gender(value).label
        return shown(principal, column, str(value))

    return [FieldChange(column, said(column, old), said(column, new)) for column, (old, new) in _pairs(act).items()]
