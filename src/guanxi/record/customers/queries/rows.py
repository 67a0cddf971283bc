"""Customers as rows of a list, masked while they are built."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import NEVER, Customer, Identifier
from guanxi.record.customers.permissions import in_sight, shown, visible_to

_COLUMNS = (
    "pk", "code", "name", "kind", "reference", "stage", "state", "tier", "value", "last_contact_on", "owner_id",
    "owner__name", "team_id", "team__name", "city__name", "company", "source", "birthday", "created_on",
)  # fmt: skip
# the phone given first, of those that are current
_FIRST_PHONE = Subquery(
    Identifier.objects.filter(customer=OuterRef("pk"), kind=IdentifierKind.PHONE, is_live=True)
    .order_by("pk")
    .values("norm")[:1]
)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer in a list. `value` in minor units of the firm's currency; `last_contact_on` None means never;
    name, phone and birthday (2001-12-31) as the principal may see them. `beside`: what other rooms know of the customer.
    """

    id: int
    code: str
    name: str
    kind: int
    reference: str
    stage: int
    state: int
    tier: int
    value: int
    last_contact_on: date | None
    owner_id: int | None
    owner_name: str
    team_id: int | None
    team_name: str
    city_name: str
    company: str
    source: str
    birthday: str
    created_on: date
    phone: str = ""
    beside: tuple[Any, ...] = ()


def customer_rows(ids: Sequence[int], principal: Principal, beside: Sequence[Any] = ()) -> list[CustomerRow]:
    """Return those of the given customers that the principal sees, in the order given (one query). `beside` are expressions
    of rooms above on a customer, read with each row; they have judged whether the principal may see them.
    """
    found = Customer.objects.filter(visible_to(principal), pk__in=ids).values_list(*_COLUMNS, _FIRST_PHONE, *beside)
    rows = {row[0]: row for row in found}
    return [_row(rows[key], principal) for key in ids if key in rows]


def first_phone(customer_id: int, principal: Principal) -> str:
    """Return the first current phone of a customer whom the principal sees, as the principal may see it; else ""."""
    found = Identifier.objects.filter(
        in_sight(principal, customer_id), customer=customer_id, kind=IdentifierKind.PHONE, is_live=True
    )
    return shown(principal, "phone", found.order_by("pk").values_list("norm", flat=True).first() or "")


def _row(row: tuple, principal: Principal) -> CustomerRow:
    key, code, name, *rest = row
    kind, reference, stage, state, tier, value, last, owner_id, owner, team_id, team, city, *more = rest
    company, source, birthday, created_on, phone, *beside = more
    return CustomerRow(
        key,
        code,
        shown(principal, "name", name),
        kind,
        reference,
        stage,
        state,
        tier,
        value,
        None if last == NEVER else last,
        owner_id,
        owner or "",
        team_id,
        team or "",
        city or "",
        company,
        source,
        shown(principal, "birthday", birthday.isoformat() if birthday else ""),
        created_on,
        shown(principal, "phone", phone or ""),
        tuple(beside),
    )
