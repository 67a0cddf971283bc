"""Named reads of holdings and balances."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from guanxi.ground.money import to_minor
from guanxi.ground.refusals import Refused
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.customers.permissions import shown, visible_ids
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Balance, Ending, Holding
from guanxi.record.holdings.owning import notices_on
from guanxi.record.holdings.permissions import holdings_of_one, seen_holdings
from guanxi.record.holdings.rules import ENDED_BY, TRANSFERRED, reference_of

_STEP = 500


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A holding as a page shows it; `reference` is masked unless the reader sees account numbers in clear."""

    id: int
    code: str
    customer_id: int
    reference: str
    product: str
    status: HoldingStatus
    opened_on: date | None
    closed_on: date | None
    renewal_on: date | None
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What stood on a holding at the end of a day, in minor units."""

    id: int
    customer_id: int
    holding: HoldingRow
    day: date
    amount: int
    currency: str


def holdings_of(customer_id: int, *, principal: Principal, limit: int = 200) -> Sequence[HoldingRow]:
    """A customer's holdings, open ones first, the youngest first; none where the principal does not see the customer."""
    rows = holdings_of_one(customer_id, principal).order_by("status", "-opened_on", "-pk")
    return _rows(rows[:limit], principal)


def holdings_by_id(ids: Collection[int], *, principal: Principal) -> dict[int, HoldingRow]:
    """Those of some holdings that the principal sees."""
    return {row.id: row for row in _rows(seen_holdings(principal).filter(pk__in=list(ids)), principal)}


def balances_by_id(ids: Collection[int], *, principal: Principal) -> dict[int, BalanceRow]:
    """Those of some balances whose holdings the principal sees (two queries)."""
    found = Balance.objects.filter(pk__in=list(ids)).values_list("pk", "holding_id", "day", "amount", "currency")
    rows = list(found)
    there = holdings_by_id({row[1] for row in rows}, principal=principal)
    return {
        row_id: BalanceRow(row_id, there[holding].customer_id, there[holding], day, amount, currency)
        for row_id, holding, day, amount, currency in rows
        if holding in there
    }


def ids_by_reference(references: Collection[str], *, principal: Principal) -> dict[str, int]:
    """The holding of each reference that the principal sees."""
    return {
        reference: row_id for reference, (row_id, _) in customers_by_reference(references, principal=principal).items()
    }


def customers_by_reference(references: Collection[str], *, principal: Principal) -> dict[str, tuple[int, int]]:
    """Holding and customer of each reference that the principal sees."""
    forms: dict[str, list[str]] = {}
    for text in dict.fromkeys(references):
        try:
            forms.setdefault(reference_of(text), []).append(text)
        except Refused:
            continue
    wanted = sorted(forms)
    found: list[tuple[str, int, int]] = []
    for start in range(0, len(wanted), _STEP):
        there = Holding.objects.filter(reference__in=wanted[start : start + _STEP], deleted_at=None)
        found += there.values_list("reference", "pk", "customer_id")
    customers = sorted({customer for _, _, customer in found})
    seen = {
        c for start in range(0, len(customers), _STEP) for c in visible_ids(principal, customers[start : start + _STEP])
    }
    return {text: (row_id, customer) for form, row_id, customer in found if customer in seen for text in forms[form]}


@dataclass(frozen=True, slots=True)
class BalanceOf:
    """A balance with what it is of: the holding, its product (reference, name, family) and its days."""

    holding: int
    day: date
    amount: int
    reference: str
    product: str
    family: str
    closed_on: date | None
    renewal_on: date | None


def balances_until(customer_id: int, *, principal: Principal, last: date, limit: int = 10_000) -> list[BalanceOf]:
    """The latest balances of one customer's holdings up to a day, oldest first, in the firm's currency; none out of sight."""
    rows = Balance.objects.filter(
        holding__in=holdings_of_one(customer_id, principal), day__lte=last, currency=firm().currency
    ).order_by("-day", "-pk")
    found = rows.values_list(
        *("holding_id", "day", "amount", "holding__product__reference", "holding__product__name"),
        *("holding__product__family__reference", "holding__closed_on", "holding__renewal_on"),
    )
    return [
        BalanceOf(holding, day, amount, reference or "", name or "", family or "", closed, renewal)
        for holding, day, amount, reference, name, family, closed, renewal in reversed(found[:limit])
    ]


@dataclass(frozen=True, slots=True)
class CardLimit:
    """What may be owed on a customer's cards together, what is owed by their last balances, and what is authorised beyond that
    and not booked yet (None where no card says); in minor units.
    """

    limit: int
    owed: int
    pending: int | None = None

    @property
    def bound(self) -> int:
        """Below which no limit may lie."""
        return self.owed + (self.pending or 0)


def credit_limits(customer_ids: Collection[int]) -> dict[int, CardLimit]:
    """The limits of holdings in force that have one (the attribute `limit`, in whole units), by customer (one query for 500
    customers); pending authorisations stand in the attribute `pending`. A card whose last balance is in another currency than
    the firm's is left out: its limit is. For steps of the house, which see every customer.
    """
    currency, wanted = firm().currency, sorted(customer_ids)
    latest = Balance.objects.filter(holding=OuterRef("pk")).order_by("-day")
    found: dict[int, CardLimit] = {}
    for start in range(0, len(wanted), _STEP):
        held = Holding.objects.filter(
            customer__in=wanted[start : start + _STEP], status=HoldingStatus.OPEN, deleted_at=None
        ).annotate(last=Subquery(latest.values("amount")[:1]), money=Subquery(latest.values("currency")[:1]))
        for customer, attributes, owed, money in held.values_list("customer", "attributes", "last", "money"):
            limit = _amount_of(attributes, "limit", currency) or 0
            if limit > 0 and money in (None, currency):
                pending = _amount_of(attributes, "pending", currency)
                before = found.get(customer, CardLimit(0, 0))
                both = [max(amount, 0) for amount in (before.pending, pending) if amount is not None]
                found[customer] = CardLimit(
                    before.limit + limit, before.owed + abs(owed or 0), sum(both) if both else None
                )
    return found


@dataclass(frozen=True, slots=True)
class EndingRow:
    """A notice of a contract, and what became of it; `given_by` and `settled_by` are names."""

    id: int
    holding: str
    ground: str
    noticed_on: date
    ends_on: date
    given_by: str
    withdrawn_on: date | None
    closed_on: date | None
    settled_by: str


def endings_of(customer_id: int, *, principal: Principal, limit: int = 100) -> list[EndingRow]:
    """Notices of contracts of a customer, the latest first; `holding` is the code. Raises Denied as seen_holdings does."""
    found = Ending.objects.filter(holding__in=holdings_of_one(customer_id, principal)).order_by("-pk")
    rows = found.select_related("holding", "given_by", "settled_by")[:limit]
    return [
        EndingRow(
            row.pk, row.holding.code, row.ground, row.noticed_on, row.ends_on, row.given_by.name, row.withdrawn_on, row.closed_on,
            row.settled_by.name if row.settled_by else "",
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noticed:
    """A contract under notice: which notice, of whom, the contract's number (its product's name without one) and the day from
    which on it may be closed.
    """

    id: int
    customer_id: int
    holding_id: int
    words: str
    ends_on: date


def standing_notices(on: date) -> list[Noticed]:
    """Notices that stand, given by a day, of contracts in force (one query). For the refresh, which sees everybody."""
    held = notices_on(on).filter(holding__status=HoldingStatus.OPEN, holding__deleted_at=None).order_by("pk")
    columns = ("pk", "holding__customer_id", "holding_id", "holding__reference", "holding__product__name", "ends_on")
    return [
        Noticed(row, customer, holding, reference or name or "", ends)
        for row, customer, holding, reference, name, ends in held.values_list(*columns)
    ]


def told_ends(on: date) -> list[tuple[int, str, date, str]]:
    """(customer, what ended it, day, rival or "") of holdings closed by a day where somebody wrote it down: the attribute
    `ended_by` (ENDED_BY has its words), or `moved_to`, the rival to whom it went. For the refresh, which sees everybody.
    """
    closed = Holding.objects.filter(closed_on__lte=on, deleted_at=None).order_by("pk")
    told = closed.filter(Q(attributes__has_key="ended_by") | Q(attributes__has_key="moved_to"))
    found: list[tuple[int, str, date, str]] = []
    for customer, attributes, day in told.values_list("customer", "attributes", "closed_on"):
        ended_by = ENDED_BY.get(str(attributes.get("ended_by", "")).strip().lower())
        rival = str(attributes.get("moved_to", "")).strip()
        kinds = {ended_by: "", TRANSFERRED if rival else None: rival}
        found += [(customer, kind, day, kinds[kind]) for kind in sorted(kind for kind in kinds if kind) if day]
    return found


def _amount_of(attributes: dict[str, Any], name: str, currency: str) -> int | None:
    """An amount in whole units among attributes, in minor units; None where none stands there."""
    try:
        return to_minor(str(attributes.get(name, "")), currency)
    except Refused:
        return None


def balances_of(holding_id: int, *, principal: Principal, first: date, last: date) -> list[tuple[date, int, str]]:
    """(day, minor units, currency) of a holding between two days, oldest first."""
    if not seen_holdings(principal).filter(pk=holding_id).exists():
        return []
    rows = Balance.objects.filter(holding_id=holding_id, day__range=(first, last)).order_by("day")
    return list(rows.values_list("day", "amount", "currency"))


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[date, int] | None = None, limit: int = 50
) -> list[tuple[date, int, HoldingRow]]:
    """(day, id, holding) of one customer by the day it was opened, newest first: a source of the timeline."""
    found = holdings_of_one(customer_id, principal).filter(opened_on__isnull=False)
    if before:
        day, last = before
        found = found.filter(Q(opened_on__lt=day) | Q(opened_on=day, pk__lt=last))
    rows = _rows(found.order_by("-opened_on", "-pk")[:limit], principal)
    return [(row.opened_on, row.id, row) for row in rows if row.opened_on]


def used_customers(ids: Iterable[int]) -> set[int]:
    """Those of the customers that have a holding."""
    return set(Holding.objects.filter(customer_id__in=list(ids)).values_list("customer_id", flat=True).distinct())


def used_products(ids: Iterable[int]) -> set[int]:
    """Those of the products that a holding names."""
    return set(Holding.objects.filter(product_id__in=list(ids)).values_list("product_id", flat=True))


def references_of(ids: Iterable[int]) -> dict[int, str]:
    """References of holdings by id, for reports."""
    wanted = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _STEP):
        found |= dict(Holding.objects.filter(pk__in=wanted[start : start + _STEP]).values_list("pk", "reference"))
    return found


def _rows(rows: QuerySet[Holding], principal: Principal) -> list[HoldingRow]:
    """The rows with their product by name (one query), numbers masked like accounts."""
    return [
        HoldingRow(
            row.pk,
            row.code,
            row.customer_id,
            shown(principal, "account", row.reference),
            row.product.name if row.product else "",
            HoldingStatus(row.status),
            row.opened_on,
            row.closed_on,
            row.renewal_on,
            row.attributes,
        )
        for row in rows.select_related("product")
    ]
