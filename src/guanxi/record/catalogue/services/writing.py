"""One product or housing estate, as somebody writes it at the desk: unlike a file, it may also empty a cell."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.catalogue.models import Estate, Family, Product
from guanxi.record.catalogue.permissions import require_change
from guanxi.record.catalogue.rules import NewEstate, NewProduct, Problem, estate_cells, product_cells

_NOT_THERE = gettext_noop("This is not in the catalogue.")
_PRODUCT_KNOWN = gettext_noop("Another product has the number {reference}.")
_ESTATE_KNOWN = gettext_noop("There is an estate {name} in {city} already.")


@transaction.atomic
def write_product(code: str, given: Mapping[str, str], *, by: Principal) -> str:
    """Make a product (code ""), or write all cells of one; returns its code. `given` has the fields of NewProduct as text.

    Raises Denied, and Refused (catalogue.unknown, catalogue.known, and as product_cells does).
    """
    require_change(by)
    cells = _read(product_cells(NewProduct(**dict[str, Any](given))))
    row = _row(Product, code)
    same = Product.objects.filter(reference=cells["reference"], deleted_at=None).exclude(pk=row.pk)
    if same.exists():
        raise Refused("catalogue.known", _PRODUCT_KNOWN, reference=cells["reference"])
    family = (
        cells["family"]
        and Family.objects.get_or_create(reference=cells["family"], defaults={"name": cells["family"]})[0]
    )
    row.reference, row.name = cells["reference"], cells["name"] or cells["reference"]
    row.family, row.margin_rate_ppm = family or None, cells["margin_rate_ppm"]
    row.is_premium = cells["is_premium"]
    row.save()
    record_act("products.recorded", by=by.actor, noun=Noun("product", row.code), payload={"rows": 1})
    return row.code


@transaction.atomic
def write_estate(code: str, given: Mapping[str, str], *, by: Principal) -> str:
    """Make a housing estate (code ""), or write the cells of one that `given` names; returns its code.

    Raises Denied, and Refused (catalogue.unknown, catalogue.known, and as estate_cells does).
    """
    require_change(by)
    cells = _read(estate_cells(NewEstate(**dict[str, Any](given))))
    row = _row(Estate, code)
    same = Estate.objects.filter(city=cells["city"], name=cells["name"], deleted_at=None).exclude(pk=row.pk)
    if same.exists():
        raise Refused("catalogue.known", _ESTATE_KNOWN, name=cells["name"], city=cells["city"])
    row.name, row.city, row.district = cells["name"], cells["city"], cells["district"] or ""
    row.aliases, row.handover_on = cells["aliases"] or [], cells["handover_on"]
    row.save()
    record_act("estates.recorded", by=by.actor, noun=Noun("estate", row.code), payload={"rows": 1})
    return row.code


def _read(cells: dict[str, Any] | Problem) -> dict[str, Any]:
    if isinstance(cells, Problem):
        raise cells.refused
    return cells


def _row(model: Any, code: str) -> Any:
    if not code:
        return model()
    row = model.objects.select_for_update().filter(code=code, deleted_at=None).first()
    if row is None:
        raise Refused("catalogue.unknown", _NOT_THERE)
    return row
