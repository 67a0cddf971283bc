"""One customer: the head, and what stands around it, each piece masked for whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.secrets import keyring
from guanxi.ground.text.masks import mask
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import SENSITIVE_KINDS
from guanxi.record.customers.models import NEVER, Address, Customer, Identifier, Merge, Preference, StageChange
from guanxi.record.customers.permissions import FIELD_OF_KIND, in_sight, reads, shown, visible_to
from guanxi.record.customers.queries.ties import GroupRow, HouseholdRow, TieRow, groups_of, household_of, relations_of
from guanxi.record.customers.rules.marks import COLUMN, TABLE

MOST_SHOWN = 200
_MOST_MERGES = 20

_NOT_FOUND = gettext_noop("This customer is not found.")


@dataclass(frozen=True, slots=True)
class Head:
    """Who it is. `birthday` is a date in clear, else a masked text; `value` in minor units; `last_contact_on` None is
    never. `asked_code` differs from `code` where the customer asked for was merged into this one. `version` is what
    `update_customer` wants back. `masked` names the fields that are not in clear.
    """

    id: int
    code: str
    asked_code: str
    kind: int
    name: str
    reference: str
    gender: int
    birthday: date | str | None
    company: str
    language: str
    source: str
    city_name: str
    stage: int
    state: int
    tier: int
    value: int
    last_contact_on: date | None
    owner_id: int | None
    owner_code: str
    owner_name: str
    team_id: int | None
    team_name: str
    created_on: date
    version: int
    masked: frozenset[str]
    household_id: int | None = None
    household_name: str = ""


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """An identifier or contact point as the principal may see it; `is_masked` says that `services.reveal_identifier`
    would tell more.
    """

    id: int
    kind: int
    text: str
    is_masked: bool
    label: str
    source: str
    valid_from: date | None
    valid_to: date | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A place; the current one has no `valid_to`."""

    id: int
    text: str
    city: str
    district: str
    source: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """A line of the preference card; nothing is suggested from one that `is_quiet`."""

    id: int
    field: int
    text: str
    source: str
    told_on: date
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class StageRow:
    """The relationship went from one stage to another."""

    id: int
    on: date
    from_stage: int | None
    to_stage: int
    cause: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """The customer went from one manager to another; "" is nobody."""

    id: int
    on: date
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class MergedRow:
    """Somebody who was merged into this customer; `code` is that of the merge, to undo it."""

    code: str
    at: datetime
    name: str
    loser_code: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything that this app knows of one customer."""

    head: Head
    identifiers: list[IdentifierRow]
    addresses: list[AddressRow]
    preferences: list[PreferenceRow]
    stages: list[StageRow]
    relations: list[TieRow]
    household: HouseholdRow | None
    groups: list[GroupRow]
    merged: list[MergedRow]


def customer_page(code: str, principal: Principal) -> CustomerPage:
    """Return one customer whom the principal sees, by code; a merged one as the one he was merged into.

    At most 14 queries, whatever there is. Raises Refused (customers.not_found), also for one beyond the scope.
    """
    head = head_of_code(code, principal)
    return CustomerPage(
        head=head,
        identifiers=identifiers_of(head.id, principal),
        addresses=addresses_of(head.id, principal),
        preferences=preferences_of(head.id),
        stages=stages_of(head.id),
        relations=relations_of(head.id, principal),
        household=household_of(head.id, principal),
        groups=groups_of(head.id),
        merged=_merged_into(head.id, principal),
    )


def head_of_code(code: str, principal: Principal) -> Head:
    """Return the head of one customer (one query, two for a merged one). Raises Refused (customers.not_found)."""
    customer = _seen(code, principal) if is_code(code) else None
    if customer is None:
        raise Refused("customers.not_found", _NOT_FOUND)
    day: date | None = customer.birthday
    is_hidden = day is not None and not reads(principal, "birthday")
    birthday: date | str | None = mask("birthday", str(day)) if is_hidden else day
    masked = {field for field in ("name", "birthday", "address") if not reads(principal, field)}
    owner, team, city = customer.owner, customer.team, customer.city
    return Head(
        id=customer.pk, code=customer.code, asked_code=code, kind=customer.kind,
        name=shown(principal, "name", customer.name), reference=customer.reference, gender=customer.gender,
        birthday=birthday, company=customer.company, language=customer.language, source=customer.source,
        city_name=city.name if city else "", stage=customer.stage, state=customer.state, tier=customer.tier,
        value=customer.value,
        last_contact_on=None if customer.last_contact_on == NEVER else customer.last_contact_on,
        owner_id=customer.owner_id, owner_code=owner.code if owner else "", owner_name=owner.name if owner else "",
        team_id=customer.team_id, team_name=team.name if team else "", created_on=customer.created_on,
        version=customer.version, masked=frozenset(masked), household_id=customer.household_id,
        household_name=customer.household.name if customer.household else "",
    )  # fmt: skip


def customer_id_of(code: str, principal: Principal) -> int:
    """Return the key of one customer whom the principal sees, by code. Raises Refused (customers.not_found)."""
    return head_of_code(code, principal).id


def code_of(customer_id: int, principal: Principal) -> str:
    """Return the code of a customer whom the principal sees, "" of anybody else."""
    return Customer.objects.filter(visible_to(principal), pk=customer_id).values_list("code", flat=True).first() or ""


def visible_key(principal: Principal, customer_id: int) -> QuerySet[Customer, Any]:
    """The key of one customer if the principal sees him, to stand inside the query of another table."""
    return Customer.objects.filter(visible_to(principal), pk=customer_id).values("pk")


def identifiers_of(customer_id: int, principal: Principal) -> list[IdentifierRow]:
    """Return a customer's identifiers, current ones first (one query). The caller has checked the customer."""
    rows = Identifier.objects.filter(customer=customer_id).order_by("-is_live", "kind", "pk")[:MOST_SHOWN]
    return [
        IdentifierRow(
            row.pk, row.kind, shown(principal, FIELD_OF_KIND[row.kind], clear_text(row)),
            not reads(principal, FIELD_OF_KIND[row.kind]), row.label, row.source, row.valid_from, row.valid_to,
            row.is_live,
        )
        for row in rows
    ]  # fmt: skip


def clear_text(row: Identifier) -> str:
    """Return an identifier in clear, of whatever kind; its caller masks or journals it."""
    if row.kind not in SENSITIVE_KINDS or row.cipher is None:
        return row.norm
    return keyring().decrypt_text(bytes(row.cipher), table=TABLE, column=COLUMN, row=row.norm)


def addresses_of(customer_id: int, principal: Principal) -> list[AddressRow]:
    """Return a customer's addresses, the current one first (one query). The caller has checked the customer."""
    rows = Address.objects.filter(customer=customer_id)
    found = sorted(
        rows[:MOST_SHOWN], key=lambda row: (row.valid_to is None, row.valid_to or date.max, row.pk), reverse=True
    )
    return [
        AddressRow(
            row.pk, shown(principal, "address", row.text), row.city, shown(principal, "address", row.district),
            row.source, row.valid_from, row.valid_to,
        )
        for row in found
    ]  # fmt: skip


def preferences_of(customer_id: int) -> list[PreferenceRow]:
    """Return the lines of the preference card in the order of its fields (one query)."""
    rows = Preference.objects.filter(customer=customer_id, ended_on=None).order_by("field", "pk")[:MOST_SHOWN]
    return [PreferenceRow(row.pk, row.field, row.text, row.source, row.told_on, row.is_quiet) for row in rows]


def stages_of(customer_id: int) -> list[StageRow]:
    """Return the stages of the relationship, the latest first (one query)."""
    rows = StageChange.objects.filter(customer=customer_id).order_by("-on", "-pk")[:MOST_SHOWN]
    return [StageRow(row.pk, row.on, row.from_stage, row.to_stage, row.cause) for row in rows]


def _merged_into(customer_id: int, principal: Principal) -> list[MergedRow]:
    merges = Merge.objects.filter(winner=customer_id, undone_at=None).select_related("loser").order_by("-pk")
    return [
        MergedRow(merge.code, merge.at, shown(principal, "name", merge.loser.name), merge.loser.code)
        for merge in merges[:_MOST_MERGES]
    ]


def _seen(code: str, principal: Principal) -> Customer | None:
    """The customer behind a code, or the one he was merged into (paths are one step long)."""
    rows = Customer.objects.select_related("owner", "team", "city", "household")
    customer = rows.filter(in_sight(principal, "customers_customer.id"), code=code).first()
    if customer is not None:
        return customer
    into = Customer.objects.filter(code=code).exclude(merged_into=None).values("merged_into")
    return rows.filter(visible_to(principal), pk__in=into).first()
