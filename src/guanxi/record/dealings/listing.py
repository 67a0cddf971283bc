"""Dealings as a list across customers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource, MoneySource, TextSource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.customers.choices import Channel, Tier
from guanxi.record.customers.permissions import shown
from guanxi.record.dealings.permissions import reached_dealings

YES_NO = {"yes": True, "no": False}
_LISTING = Listing(
    columns=(
        "customer__code", "customer__name", "customer__tier", "occurred_on", "product__name", "channel", "category",
        "quantity_milli", "order_reference", "cancelled", "currency", "amount",
    ),
    sources={
        "occurred_on": DaySource("occurred_on"),
        "amount": MoneySource("amount", currency="currency"),
        "product": BadgeSource("product__code"),
        "channel": BadgeSource("channel", Channel),
        "category": TextSource("category"),
        "tier": BadgeSource("customer__tier", Tier),
        "currency": BadgeSource("currency"),
        "cancelled": BadgeSource("cancelled", YES_NO),
        "customer": BadgeSource("customer__code"),
    },
    orders={
        "occurred_on": Order("occurred_on"),
        "amount": Order("amount"),
        "name": Order("customer__name_key", is_told=False),
        "tier": Order("customer__tier"),
        "product": Order("product__name", ""),
        "category": Order("category"),
        "channel": Order("channel"),
        "quantity": Order("quantity_milli", -(2**62)),
        "order": Order("order_reference"),
        "cancelled": Order("cancelled"),
        "currency": Order("currency"),
    },
    groupings={
        "product": Grouping("product__code", "product__name"),
        "channel": Grouping("channel", choices=Channel),
        "tier": Grouping("customer__tier", choices=Tier),
        "currency": Grouping("currency"),
    },
    sums={"amount": "amount"},
    currency="currency",
    walks=frozenset({"occurred_on"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DealingLine:
    """A dealing in a list. `code` is the customer's; `amount` in minor units of `currency`; the name as the reader may see it."""

    code: str
    name: str
    tier: int
    occurred_on: dt.date
    product: str
    channel: int
    category: str
    quantity: Decimal | None
    order: str
    cancelled: int
    currency: str
    amount: int


def list_dealings(question: Question, principal: Principal) -> Listed[DealingLine]:
    """One page of the dealings of the customers in one's reach. Raises Denied, and Refused as the sheet says."""

    def row(cells: Sequence[Any]) -> DealingLine:
        code, name, tier, day, product, channel, category, milli, order, cancelled, *rest = cells
        quantity = None if milli is None else (Decimal(milli) / 1000).normalize()
        whole = (code, shown(principal, "name", name), tier, day, product or "", channel, category, quantity, order)
        return DealingLine(*whole, int(cancelled), *rest)

    few, many = reached_dealings(principal)
    return read_list(_LISTING, few, question, asker_of(principal), row, walked=many)
