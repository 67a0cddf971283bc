"""Offers as a list, version by version."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from guanxi.engage.offers.choices import Issue, OfferStatus, RegulatoryClass
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.permissions import require_sight
from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource, MomentSource, TextSource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of

_NEVER = dt.date(1900, 1, 1)
_LISTING = Listing(
    columns=(
        "code", "name_zh", "name_en", "reference", "version", "status", "issue", "family__name", "regulatory_class", "unit_value",
        "currency", "valid_to", "changed_at",
    ),
    sources={
        "status": BadgeSource("status", OfferStatus),
        "issue": BadgeSource("issue", Issue),
        "regulated": BadgeSource("regulatory_class", RegulatoryClass),
        "family": BadgeSource("family__code"),
        "reference": TextSource("reference"),
        "name_zh": TextSource("name_zh"),
        "name_en": TextSource("name_en"),
        "valid_to": DaySource("valid_to"),
        "changed_at": MomentSource("changed_at"),
    },
    orders={
        "changed_at": Order("changed_at"),
        "reference": Order("reference"),
        "status": Order("status"),
        "issue": Order("issue"),
        "family": Order("family__name", ""),
        "regulated": Order("regulatory_class"),
        "value": Order("unit_value", -1),
        "valid_to": Order("valid_to", _NEVER),
    },
    groupings={"status": Grouping("status", choices=OfferStatus), "issue": Grouping("issue", choices=Issue)},
    walks=frozenset({"changed_at"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A version of an offer in a list; `value` in minor units of `currency`, None where no amount was named."""

    code: str
    name: str
    reference: str
    status: int
    issue: int
    family: str
    regulated: int
    value: int | None
    currency: str
    valid_to: dt.date | None
    changed_at: dt.datetime


def list_offers(question: Question, principal: Principal) -> Listed[OfferLine]:
    """One page of the offers in all their versions. Raises Denied, and Refused as the sheet says."""
    require_sight(principal)
    return read_list(_LISTING, Offer.objects.all(), question, asker_of(principal), _line)


def _line(cells: Sequence[Any]) -> OfferLine:
    code, chinese, english, reference, version, status, issue, family, regulated, value, currency, until, changed = (
        cells
    )
    names = (chinese, english) if (get_language() or "").startswith("zh") else (english, chinese)
    name = next((name for name in names if name), reference)
    told = name if version == 1 else f"{name} · v{version}"
    return OfferLine(code, told, reference, status, issue, family or "", regulated, value, currency, until, changed)


def partners_known(principal: Principal, limit: int = 200) -> list[str]:
    """The partners that offers have named, by name. Raises Denied."""
    require_sight(principal)
    return list(
        Offer.objects.exclude(partner="").order_by("partner").values_list("partner", flat=True).distinct()[:limit]
    )
