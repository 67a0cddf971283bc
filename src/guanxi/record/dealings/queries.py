"""Named reads of dealings. Every one goes through `permissions`; every list is bounded."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Lower, TruncMonth

from guanxi.ground.money import from_minor
from guanxi.identity.principals import Principal
from guanxi.record.catalogue.queries import products_by_id
from guanxi.record.customers.choices import Channel
from guanxi.record.dealings.models import Dealing
from guanxi.record.dealings.permissions import dealings_of_one, seen_dealings
from guanxi.record.dealings.rules import is_purchase
from guanxi.record.holdings.queries import references_of

MAX_EVIDENCE = 10_000
EXPORT_COLUMNS = (
    "customer", "occurred_at", "occurred_on", "amount", "currency", "quantity", "unit_price", "product", "holding", "channel",
    "category", "price_tier", "order", "reference", "cancelled", "promotion",
)  # fmt: skip
_EXPORT_STEP = 5_000
_STEP = 500


@dataclass(frozen=True, slots=True)
class DealingRow:
    """A line as pages show it; `amount` in minor units, `quantity` and `unit_price` None where only the amount is known."""

    id: int
    customer_id: int
    occurred_at: dt.datetime
    occurred_on: dt.date
    amount: int
    currency: str
    quantity: Decimal | None
    unit_price: Decimal | None
    product: str
    channel: Channel
    category: str
    order: str
    reference: str
    cancelled: bool
    price_tier: int = 0
    product_id: int | None = None

    @property
    def at(self) -> dt.datetime:
        """When, as every row of a timeline says it."""
        return self.occurred_at

    @property
    def is_purchase(self) -> bool:
        """Whether the line counts as a purchase (refunds and cancelled lines do not)."""
        milli = None if self.quantity is None else int(self.quantity * 1000)
        return is_purchase(amount=self.amount, quantity_milli=milli, cancelled=self.cancelled)


def evidence_rows(
    customer_id: int,
    *,
    principal: Principal,
    first: dt.date,
    last: dt.date,
    currency: str = "",
    limit: int = MAX_EVIDENCE,
) -> list[DealingRow]:
    """The lines of one customer on the days `first` … `last`, oldest first: exactly those from which a number recomputes.

    currency: only lines of it (the warehouse counts only the firm's own). Empty for a customer out of sight.
    """
    found = dealings_of_one(customer_id, principal).filter(occurred_on__range=(first, last))
    if currency:
        found = found.filter(currency=currency)
    return _rows(found.order_by("occurred_on", "pk")[:limit])


def timeline_rows(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 50
) -> list[tuple[dt.date, int, DealingRow]]:
    """(day, id, line) of one customer, newest first, those before the pair `before`: a source of the timeline."""
    found = _before(dealings_of_one(customer_id, principal), before)
    return [(row.occurred_on, row.id, row) for row in _rows(found.order_by("-occurred_on", "-pk")[:limit])]


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What one customer bought and gave back in a month (its first day), minor units; `returned` is negative."""

    month: dt.date
    bought: int
    returned: int
    lines: int


def sums_by_month(customer_id: int, *, principal: Principal, since: dt.date, currency: str) -> list[MonthSum]:
    """The months from `since` on in which a customer in sight dealt, in order, lines of `currency` that stand (one query)."""
    found = dealings_of_one(customer_id, principal).filter(occurred_on__gte=since, currency=currency, cancelled=False)
    months = found.annotate(month=TruncMonth("occurred_on")).values("month")
    rows = months.annotate(
        bought=Sum("amount", filter=Q(amount__gte=0), default=0),
        returned=Sum("amount", filter=Q(amount__lt=0), default=0),
        lines=Count("pk", filter=Q(amount__gte=0)),
    )
    return [MonthSum(**row) for row in rows.order_by("month")]


def bought_by_month(
    customer_ids: Collection[int], *, first: dt.date, last: dt.date, currency: str
) -> dict[int, dict[int, int]]:
    """What customers bought in each month (as year * 12 + month - 1) of the days `first` … `last`, minor units; one query for
    500 customers. For steps of the house, which see everybody.
    """
    wanted = sorted(customer_ids)
    found: dict[int, dict[int, int]] = {}
    for start in range(0, len(wanted), _STEP):
        bought = Dealing.objects.filter(
            Q(quantity_milli=None) | Q(quantity_milli__gt=0), customer__in=wanted[start : start + _STEP], amount__gte=0,
            occurred_on__range=(first, last), currency=currency, cancelled=False,
        )  # fmt: skip
        months = bought.annotate(month=TruncMonth("occurred_on")).values_list("customer_id", "month")
        for customer, month, amount in months.annotate(bought=Sum("amount")).order_by("customer_id", "month"):
            found.setdefault(customer, {})[month.year * 12 + month.month - 1] = amount
    return found


@dataclass(frozen=True, slots=True)
class DealtOrder:
    """An order as far as it was dealt in some days: `order` is "" where the feed names none, and then it is a day with its
    purchases or refunds. `bought_on`, `claimed_on`: the first purchase and the first refund in those days, None without;
    `returned` in minor units, positive.
    """

    customer_id: int
    order: str
    bought_on: dt.date | None
    claimed_on: dt.date | None
    returned: int


def orders_dealt(
    customer_ids: Collection[int], *, first: dt.date, last: dt.date, currency: str, but: Collection[str] = ()
) -> list[DealtOrder]:
    """Orders of customers on the days `first` … `last` in a currency, cancelled lines left out, by customer and day; one query
    for 500 customers. but: categories in lower case whose negative amounts are no refunds (income). For steps of the house.
    """
    bought = Q(amount__gte=0) & (Q(quantity_milli=None) | Q(quantity_milli__gt=0))
    unnamed = Case(When(order_reference="", then="occurred_on"))
    wanted, found = sorted(customer_ids), list[DealtOrder]()
    for start in range(0, len(wanted), _STEP):
        lines = Dealing.objects.filter(
            customer__in=wanted[start : start + _STEP], occurred_on__range=(first, last), currency=currency, cancelled=False
        )  # fmt: skip
        lines = lines.alias(word=Lower("category")).exclude(amount__lt=0, word__in=but)
        orders = lines.annotate(unnamed=unnamed).values_list("customer_id", "order_reference", "unnamed").annotate(
            bought=Min("occurred_on", filter=bought), claimed=Min("occurred_on", filter=~bought),
            returned=Sum("amount", filter=~bought, default=0),
        )  # fmt: skip
        rows = orders.order_by("customer_id", "unnamed", "order_reference")
        found += [DealtOrder(row[0], row[1], row[3], row[4], -row[5]) for row in rows]
    return found


def dealings_page(
    customer_id: int, *, principal: Principal, before: tuple[dt.date, int] | None = None, limit: int = 80
) -> list[DealingRow]:
    """A page of one customer's lines, newest first, those before (day, id) of the last one shown."""
    found = _before(dealings_of_one(customer_id, principal), before)
    return _rows(found.order_by("-occurred_on", "-pk")[:limit])


def dealings_by_id(ids: Iterable[int], *, principal: Principal) -> dict[int, DealingRow]:
    """Those of some lines that the principal sees."""
    return {row.id: row for row in _rows(seen_dealings(principal).filter(pk__in=list(ids)))}


def count_of_demo() -> int:
    """How many lines belong to customers of the demo: what goes with it. Reads the whole table."""
    return Dealing.objects.filter(customer__is_demo=True).count()


def used_customers(ids: Iterable[int]) -> set[int]:
    """Those of the customers that have a line."""
    return set(Dealing.objects.filter(customer_id__in=list(ids)).values_list("customer_id", flat=True).distinct())


def used_products(ids: Iterable[int]) -> set[int]:
    """Those of the products that a line names. Reads the whole table: for undoing an import only."""
    return set(Dealing.objects.filter(product_id__in=list(ids)).values_list("product_id", flat=True).distinct())


def used_holdings(ids: Iterable[int]) -> set[int]:
    """Those of the holdings that a line names. Reads the whole table: for undoing an import only."""
    return set(Dealing.objects.filter(holding_id__in=list(ids)).values_list("holding_id", flat=True).distinct())


def export_rows(principal: Principal, *, as_of: dt.date | None = None) -> Iterator[dict[str, Any]]:
    """Rows of the export in the columns of EXPORT_COLUMNS, in the order of their ids; money in whole units.

    as_of: only what had happened by that day.
    """
    found = seen_dealings(principal).order_by("pk")
    if as_of:
        found = found.filter(occurred_on__lte=as_of)
    columns = ("customer__reference", "customer__code", *_COLUMNS)
    rows = found.values_list(*columns).iterator(chunk_size=_EXPORT_STEP)
    while block := list(islice(rows, _EXPORT_STEP)):
        lines = _named([cells[2:] for cells in block])
        held = references_of({cells[_HOLDING] for cells in block if cells[_HOLDING]})
        for (reference, code, *rest), line in zip(block, lines, strict=True):
            told = held.get(rest[_HOLDING - 2], "")
            yield _exported(line, reference or code, told, rest[-2]) | {"promotion": rest[-1]}


_COLUMNS = (
    "id", "customer_id", "occurred_at", "occurred_on", "amount", "currency", "quantity_milli", "unit_price_micro",
    "product_id", "channel", "category", "order_reference", "reference", "cancelled", "holding_id", "price_tier",
    "on_promotion",
)  # fmt: skip
_HOLDING = 2 + _COLUMNS.index("holding_id")
_PRODUCT = _COLUMNS.index("product_id")


def _exported(line: DealingRow, customer: str, holding: str, price_tier: int | None) -> dict[str, Any]:
    return {
        "customer": customer,
        "occurred_at": line.occurred_at,
        "occurred_on": line.occurred_on,
        "amount": from_minor(line.amount, line.currency),
        "currency": line.currency,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "product": line.product,
        "holding": holding,
        "channel": line.channel.name.lower() if line.channel else "",
        "category": line.category,
        "price_tier": price_tier,
        "order": line.order,
        "reference": line.reference,
        "cancelled": line.cancelled,
    }


def _before(found: QuerySet[Dealing], before: tuple[dt.date, int] | None) -> QuerySet[Dealing]:
    if not before:
        return found
    day, last = before
    # the first condition lets the index be entered at the day; the second is tested on its entries
    return found.filter(occurred_on__lte=day).filter(Q(occurred_on__lt=day) | Q(pk__lt=last))


def _rows(found: QuerySet[Dealing]) -> list[DealingRow]:
    """Rows of a page, their product by name (one query)."""
    return [_row_of(cells, name or "") for *cells, name in found.values_list(*_COLUMNS, "product__name")]


def _named(cells: Sequence[tuple[Any, ...]]) -> list[DealingRow]:
    """Rows of an export, their product by reference: one query for all products."""
    products = products_by_id({row[_PRODUCT] for row in cells if row[_PRODUCT]})
    words = {row_id: product.reference for row_id, product in products.items()}
    return [_row_of(row, words.get(row[_PRODUCT] or 0, "")) for row in cells]


def _row_of(cells: Sequence[Any], product: str) -> DealingRow:
    row = dict(zip(_COLUMNS, cells, strict=True))
    quantity, price = row["quantity_milli"], row["unit_price_micro"]
    return DealingRow(
        id=row["id"],
        customer_id=row["customer_id"],
        occurred_at=row["occurred_at"],
        occurred_on=row["occurred_on"],
        amount=row["amount"],
        currency=row["currency"],
        quantity=None if quantity is None else Decimal(quantity) / 1000,
        unit_price=None if price is None else Decimal(price) / 1_000_000,
        product=product,
        channel=Channel(row["channel"]),
        category=row["category"],
        order=row["order_reference"],
        reference=row["reference"],
        cancelled=row["cancelled"],
        price_tier=row["price_tier"] or 0,
        product_id=row["product_id"],
    )
