"""Products and housing estates as lists."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, DaySource, NumberSource, TextSource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.catalogue.models import Estate, Family, Product
from guanxi.record.catalogue.permissions import require_sight

_PERCENT = 10_000  # millionths
_NEVER = dt.date(1900, 1, 1)
_PRODUCTS = Listing(
    columns=("code", "name", "reference", "family__name", "margin_rate_ppm"),
    sources={
        "name": TextSource("name"),
        "reference": TextSource("reference"),
        "family": BadgeSource("family__code"),
        "margin": NumberSource("margin_rate_ppm", _PERCENT),
    },
    orders={
        "name": Order("name"),
        "reference": Order("reference"),
        "family": Order("family__name", ""),
        "margin": Order("margin_rate_ppm", -1),
    },
    groupings={"family": Grouping("family__code", "family__name")},
    walks=frozenset({"name"}),
)
_ESTATES = Listing(
    columns=("code", "name", "city", "district", "handover_on"),
    sources={
        "name": TextSource("name"),
        "city": BadgeSource("city"),
        "district": TextSource("district"),
        "handover_on": DaySource("handover_on"),
    },
    orders={
        "name": Order("name"),
        "city": Order("city"),
        "district": Order("district"),
        "handover_on": Order("handover_on", _NEVER),
    },
    groupings={"city": Grouping("city")},
    walks=frozenset({"name"}),
)


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in a list; `margin` in percent of revenue, None where the firm has named none."""

    code: str
    name: str
    reference: str
    family: str
    margin: Decimal | None


@dataclass(frozen=True, slots=True)
class EstateLine:
    """A housing estate in a list."""

    code: str
    name: str
    city: str
    district: str
    handover_on: dt.date | None


def list_products(question: Question, principal: Principal) -> Listed[ProductLine]:
    """One page of the products. Raises Denied, and Refused as the sheet says."""
    require_sight(principal)
    found = Product.objects.filter(deleted_at=None)
    return read_list(_PRODUCTS, found, question, asker_of(principal), _product)


def list_estates(question: Question, principal: Principal) -> Listed[EstateLine]:
    """One page of the housing estates. Raises Denied, and Refused as the sheet says."""
    require_sight(principal)
    found = Estate.objects.filter(deleted_at=None)
    return read_list(_ESTATES, found, question, asker_of(principal), lambda cells: EstateLine(*cells))


def products_in_order(*, principal: Principal, limit: int) -> list[tuple[str, str]]:
    """(code, name) of products by name, for choosing one. Raises Denied."""
    require_sight(principal)
    return list(Product.objects.filter(deleted_at=None).order_by("name", "pk").values_list("code", "name")[:limit])


def products_named(words: Sequence[str], *, principal: Principal, limit: int) -> list[str]:
    """Names of products in which one of some words stands, by name. Raises Denied."""
    require_sight(principal)
    if not words:
        return []
    named = Q()
    for word in words:
        named |= Q(name__icontains=word)
    found = Product.objects.filter(named, deleted_at=None).order_by("name").values_list("name", flat=True)
    return list(found.distinct()[:limit])


def families_in_order(*, principal: Principal, limit: int) -> list[tuple[str, str]]:
    """(code, name) of families of products by name. Raises Denied."""
    require_sight(principal)
    return list(Family.objects.order_by("name", "pk").values_list("code", "name")[:limit])


def family_references(*, principal: Principal, limit: int) -> list[tuple[str, str]]:
    """(reference, name) of families of products by name, for forms that name them. Raises Denied."""
    require_sight(principal)
    return list(Family.objects.order_by("name", "pk").values_list("reference", "name")[:limit])


def estate_cities(*, principal: Principal, limit: int) -> list[str]:
    """Cities in which there are estates. Raises Denied."""
    require_sight(principal)
    found = Estate.objects.filter(deleted_at=None).order_by("city").values_list("city", flat=True)
    return list(found.distinct()[:limit])


def _product(cells: Sequence[Any]) -> ProductLine:
    code, name, reference, family, ppm = cells
    return ProductLine(code, name, reference, family or "", None if ppm is None else Decimal(ppm) / _PERCENT)
