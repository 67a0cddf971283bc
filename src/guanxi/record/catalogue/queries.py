"""Named reads of the catalogue."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.catalogue.matching import Place, Register, is_same_city
from guanxi.record.catalogue.models import Estate, Family, PriceChange, Product, Rival, RivalPromotion
from guanxi.record.catalogue.permissions import require_sight

_STEP = 500
MOST_RIVALS = 200  # of the firm's list
_NO_RIVAL = gettext_noop("This competitor is not on the list.")
_YES_NO = {None: "", True: "yes", False: "no"}  # as forms have it


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as lists show it; `margin_rate_ppm` is None where the firm has named none."""

    id: int
    code: str
    reference: str
    name: str
    family: str
    margin_rate_ppm: int | None


@dataclass(frozen=True, slots=True)
class EstateRow:
    """A housing estate as lists show it."""

    id: int
    code: str
    name: str
    city: str
    district: str
    handover_on: date | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A change of a price, fee or rate from a day on, in millionths of what it is quoted in."""

    code: str
    product: str
    on: date
    old_price: int
    new_price: int


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """One promotion of a competitor: who, and from which day to which."""

    code: str
    rival: str
    since: date
    until: date


def rivals() -> list[tuple[str, str]]:
    """(code, name) of the competitors on the firm's list, by name (one query); names are no secret to who notes a contact."""
    return list(Rival.objects.filter(deleted_at=None).order_by("name", "pk").values_list("code", "name")[:MOST_RIVALS])


def rival_id(code: str) -> int | None:
    """The id of a competitor on the list; None for "". Raises Refused (catalogue.no_rival)."""
    if not code:
        return None
    found = Rival.objects.filter(code=code, deleted_at=None).values_list("pk", flat=True).first()
    if found is None:
        raise Refused("catalogue.no_rival", _NO_RIVAL)
    return found


def rival_ids(names: Collection[str]) -> dict[str, int]:
    """Ids of competitors on the list by name; unknown ones are left out."""
    return dict(Rival.objects.filter(name__in=list(names), deleted_at=None).values_list("name", "pk"))


def price_changes(*, principal: Principal, limit: int = 100) -> list[PriceRow]:
    """The latest changes of prices, the youngest day first (one query). Raises Denied."""
    require_sight(principal)
    rows = PriceChange.objects.filter(deleted_at=None).order_by("-on", "-pk").select_related("product")[:limit]
    return [PriceRow(row.code, row.product.name, row.on, row.old_price, row.new_price) for row in rows]


def price_rises(until: date) -> list[tuple[int, date]]:
    """(product, day) of every rise of a price by a day. For the refresh."""
    found = PriceChange.objects.filter(deleted_at=None, on__lte=until, new_price__gt=F("old_price"))
    return list(found.order_by("product_id", "on").values_list("product_id", "on"))


def rival_promotions(*, principal: Principal, limit: int = 100) -> list[PromotionRow]:
    """The latest promotions of competitors, the youngest first (one query). Raises Denied."""
    require_sight(principal)
    rows = RivalPromotion.objects.filter(deleted_at=None).order_by("-since", "-pk").select_related("rival")[:limit]
    return [PromotionRow(row.code, row.rival.name, row.since, row.until) for row in rows]


def products_page(*, principal: Principal, after: tuple[str, int] = ("", 0), limit: int = 80) -> Sequence[ProductRow]:
    """Products by name, `limit` of them after (name, id) of the last one shown. Raises Denied."""
    require_sight(principal)
    rows = Product.objects.filter(deleted_at=None).order_by("name", "pk")
    if after[1]:
        rows = rows.filter(name__gte=after[0]).exclude(name=after[0], pk__lte=after[1])
    return [_product(row) for row in rows.select_related("family")[:limit]]


def products_by_id(ids: Iterable[int]) -> dict[int, ProductRow]:
    """Products by id, deleted ones too (a dealing outlives its product); names are no secret to who sees the dealing."""
    wanted = sorted(set(ids))
    found: dict[int, ProductRow] = {}
    for start in range(0, len(wanted), _STEP):
        rows = Product.objects.filter(pk__in=wanted[start : start + _STEP]).select_related("family")
        found |= {row.pk: _product(row) for row in rows}
    return found


def estates_page(*, principal: Principal, after: tuple[str, int] = ("", 0), limit: int = 80) -> Sequence[EstateRow]:
    """Estates by name, `limit` of them after (name, id) of the last one shown. Raises Denied."""
    require_sight(principal)
    rows = Estate.objects.filter(deleted_at=None).order_by("name", "pk")
    if after[1]:
        rows = rows.filter(name__gte=after[0]).exclude(name=after[0], pk__lte=after[1])
    return [EstateRow(e.pk, e.code, e.name, e.city, e.district, e.handover_on) for e in rows[:limit]]


def estates_by_id(ids: Iterable[int]) -> dict[int, EstateRow]:
    """Housing estates by id, deleted ones left out."""
    rows = Estate.objects.filter(pk__in=list(ids), deleted_at=None)
    return {e.pk: EstateRow(e.pk, e.code, e.name, e.city, e.district, e.handover_on) for e in rows}


def estate_register(cities: Collection[str] = ("",)) -> Register:
    """The register of housing estates in some cities, however these are written, to ask in which of them an address
    stands (two queries). "" among them: of all cities.
    """
    there = Estate.objects.filter(deleted_at=None)
    if "" not in cities:
        names = there.order_by().values_list("city", flat=True).distinct()
        there = there.filter(city__in=[name for name in names if any(is_same_city(name, city) for city in cities)])
    columns = ("pk", "code", "name", "aliases", "city", "district", "handover_on", "latitude", "longitude")
    rows = there.order_by("pk").values_list(*columns)
    return Register(
        Place(pk, code, name, tuple(aliases), city, district, day, _degrees(north), _degrees(east))
        for pk, code, name, aliases, city, district, day, north, east in rows
    )


def product_of_code(code: str, *, principal: Principal) -> dict[str, str] | None:
    """The cells of a product as text, for a form; None where there is none. Raises Denied."""
    require_sight(principal)
    row = Product.objects.filter(code=code, deleted_at=None).select_related("family").first()
    if row is None:
        return None
    margin = "" if row.margin_rate_ppm is None else f"{row.margin_rate_ppm / 10_000:g}%"
    family = row.family.reference if row.family else ""
    return {
        "reference": row.reference,
        "name": row.name,
        "family": family,
        "margin_rate": margin,
        "premium": _YES_NO[row.is_premium],
    }


def estate_of_code(code: str, *, principal: Principal) -> dict[str, str] | None:
    """The cells of a housing estate as text, for a form; None where there is none. Raises Denied."""
    require_sight(principal)
    row = Estate.objects.filter(code=code, deleted_at=None).first()
    if row is None:
        return None
    day = row.handover_on.isoformat() if row.handover_on else ""
    aliases = "、".join(row.aliases)
    return {"name": row.name, "city": row.city, "district": row.district, "aliases": aliases, "handover_on": day}


def families_by_reference(references: Iterable[str]) -> dict[str, int]:
    """Ids of families by reference; unknown ones are left out."""
    return dict(Family.objects.filter(reference__in=list(references)).values_list("reference", "pk"))


def family_names(references: Iterable[str]) -> dict[str, str]:
    """Names of families by reference; unknown ones are left out."""
    return dict(Family.objects.filter(reference__in=list(references)).values_list("reference", "name"))


def products_by_reference(references: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """(id, id of its family) of products by reference; unknown and deleted ones are left out."""
    rows = Product.objects.filter(reference__in=list(references), deleted_at=None)
    return {
        reference: (row_id, family) for reference, row_id, family in rows.values_list("reference", "pk", "family_id")
    }


def named_products(references: Iterable[str]) -> dict[str, str]:
    """Names of products by reference, in its order; unknown and deleted ones are left out (one query)."""
    rows = Product.objects.filter(reference__in=list(references), deleted_at=None).order_by("reference")
    return {reference: name or reference for reference, name in rows.values_list("reference", "name")}


def demo_product_ids() -> list[int]:
    """The demo's products."""
    return list(Product.objects.filter(is_demo=True).values_list("pk", flat=True))


def demo_estate_ids() -> list[int]:
    """The demo's housing estates."""
    return list(Estate.objects.filter(is_demo=True).values_list("pk", flat=True))


def product_names(ids: Iterable[int]) -> dict[int, str]:
    """References of products by id, for reports."""
    return {row_id: row.reference for row_id, row in products_by_id(ids).items()}


def _product(row: Product) -> ProductRow:
    family = row.family.name if row.family else ""
    return ProductRow(row.pk, row.code, row.reference, row.name, family, row.margin_rate_ppm)


def _degrees(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
