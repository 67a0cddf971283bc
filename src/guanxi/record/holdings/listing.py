"""Holdings as a list across customers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.customers.choices import Tier
from guanxi.record.customers.permissions import shown
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.permissions import reached_holdings

_NEVER = dt.date.min
_LISTING = Listing(
    columns=(
        "customer__code", "customer__name", "customer__tier", "product__name", "reference", "status", "opened_on",
        "renewal_on", "closed_on",
    ),
    sources={
        "status": BadgeSource("status", HoldingStatus),
        "product": BadgeSource("product__code"),
        "tier": BadgeSource("customer__tier", Tier),
        "opened_on": DaySource("opened_on"),
        "renewal_on": DaySource("renewal_on"),
        "closed_on": DaySource("closed_on"),
        "customer": BadgeSource("customer__code"),
    },
    orders={
        "renewal_on": Order("renewal_on", _NEVER),
        "opened_on": Order("opened_on", _NEVER),
        "closed_on": Order("closed_on", _NEVER),
        "status": Order("status"),
        "product": Order("product__name", ""),
        "name": Order("customer__name_key", is_told=False),
        "tier": Order("customer__tier"),
    },
    groupings={
        "product": Grouping("product__code", "product__name"),
        "status": Grouping("status", choices=HoldingStatus),
        "tier": Grouping("customer__tier", choices=Tier),
    },
    walks=frozenset({"opened_on", "renewal_on"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """A holding in a list. `code` is the customer's; name and number as the reader may see them."""

    code: str
    name: str
    tier: int
    product: str
    reference: str
    status: int
    opened_on: dt.date | None
    renewal_on: dt.date | None
    closed_on: dt.date | None


def list_holdings(question: Question, principal: Principal) -> Listed[HoldingLine]:
    """One page of the holdings of the customers in one's reach. Raises Denied, and Refused as the sheet says."""

    def row(cells: Sequence[Any]) -> HoldingLine:
        code, name, tier, product, reference, *rest = cells
        number = shown(principal, "account", reference)
        return HoldingLine(code, shown(principal, "name", name), tier, product or "", number, *rest)

    few, many = reached_holdings(principal)
    return read_list(_LISTING, few, question, asker_of(principal), row, walked=many)
