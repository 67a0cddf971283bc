"""Customers as rows of a list, masked while they are built."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import NEVER, Customer, Identifier
from guanxi.record.customers.permissions import shown, visible_to

_COLUMNS = (
    "pk", "code", "name", "kind", "reference", "stage", "state", "tier", "value", "last_contact_on", "owner_id",
    "owner__name", "team_id", "team__name", "city__name", "company",
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
    name and phone as the principal may see them.
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
    phone: str = ""


def customer_rows(ids: Sequence[int], principal: Principal) -> list[CustomerRow]:
    """Return those of the given customers that the principal sees, in the order given (one query)."""
    found = Customer.objects.filter(visible_to(principal), pk__in=ids).values_list(*_COLUMNS, _FIRST_PHONE)
    rows = {row[0]: row for row in found}
    return [_row(rows[key], principal) for key in ids if key in rows]


def _row(row: tuple, principal: Principal) -> CustomerRow:
    key, code, name, *rest = row
    kind, reference, stage, state, tier, value, last, owner_id, owner, team_id, team, city, company, phone = rest
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
        shown(principal, "phone", phone or ""),
    )
