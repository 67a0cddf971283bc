"""Named reads of holdings, each of customers in sight and bounded."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guanxi.ground.text.masks import mask_account
from guanxi.identity.principals import Principal
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.permissions import seen_holdings

EXPORT_COLUMNS = ("customer", "reference", "product", "status", "opened_on", "closed_on", "renewal_on")


@dataclass(frozen=True)
class HoldingRow:
    """One holding as pages show it; `reference` masked unless the reader sees account numbers in clear."""

    code: str
    product: str
    reference: str
    status: HoldingStatus
    opened_on: dt.date | None
    closed_on: dt.date | None
    renewal_on: dt.date | None


def holdings_of(customer_id: int, *, principal: Principal, limit: int = 50) -> list[HoldingRow]:
    """Holdings of one customer, open ones first, then the latest; none for a customer out of sight."""
    found = seen_holdings(principal).filter(customer_id=customer_id).order_by("status", "-opened_on", "-pk")
    columns = ("code", "product__name", "reference", "status", "opened_on", "closed_on", "renewal_on")
    in_clear = "account" in principal.clear_fields
    return [
        HoldingRow(
            code=code,
            product=product or "",
            reference=reference if in_clear else mask_account(reference),
            status=HoldingStatus(status),
            opened_on=opened,
            closed_on=closed,
            renewal_on=renewal,
        )
        for code, product, reference, status, opened, closed, renewal in found.values_list(*columns)[:limit]
    ]


def export_rows(principal: Principal) -> Iterator[dict[str, Any]]:
    """Rows of the export of holdings, in the columns of EXPORT_COLUMNS."""
    found = seen_holdings(principal).order_by("customer_id", "pk")
    columns = (
        *("customer__reference", "customer__code", "reference", "product__reference", "status"),
        *("opened_on", "closed_on", "renewal_on"),
    )
    in_clear = "account" in principal.clear_fields
    for reference, code, own, product, status, *days in found.values_list(*columns).iterator(chunk_size=2_000):
        shown = own if in_clear else mask_account(own)
        word = HoldingStatus(status).name.lower()
        yield dict(zip(EXPORT_COLUMNS, (reference or code, shown, product or "", word, *days), strict=True))
