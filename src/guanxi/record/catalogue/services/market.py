"""What the firm knows of its market: competitors by name, and from which day its own prices are others."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.ground.transactions import hold_alone
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act
from guanxi.record.catalogue.models import PriceChange, Product, Rival, RivalPromotion
from guanxi.record.catalogue.permissions import require_change
from guanxi.record.catalogue.queries import MOST_RIVALS

MAX_NAME = 120
MOST_DAYS = 92  # of a promotion [j]
_MILLION, _MOST = 1_000_000, Decimal(10) ** 12

_NOT_THERE = gettext_noop("This is not in the catalogue.")
_NO_NAME = gettext_noop("Say the name, in at most {most} characters.")
_KNOWN = gettext_noop("{name} is on the list already.")
_FULL = gettext_noop("The list keeps at most {most} competitors.")
_NO_PRICE = gettext_noop("Write old and new price as two different numbers from 0 on, like 480 or 4.35.")
_SAME_DAY = gettext_noop("The price of this product changes on that day already.")
_TOO_FAR = gettext_noop("Choose a day of at most a year ahead.")
_ORDER = gettext_noop("The last day lies before the first.")
_TOO_LONG = gettext_noop("A promotion lasts at most {most} days; what lasts longer is his price.")
_SAME_PROMOTION = gettext_noop("A promotion of this competitor from that day on is noted already.")


@transaction.atomic
def list_rival(name: str, *, by: Principal, is_demo: bool = False) -> str:
    """Put a competitor on the firm's list; returns its code. Raises Denied, and Refused: catalogue.no_name, .rival_known, .full."""
    require_change(by)
    words = checked(name).strip()
    if not words or len(words) > MAX_NAME:
        raise Refused("catalogue.no_name", _NO_NAME, most=MAX_NAME)
    hold_alone("rivals")
    there = Rival.objects.filter(deleted_at=None)
    if there.filter(name=words).exists():
        raise Refused("catalogue.rival_known", _KNOWN, name=words)
    if there.count() >= MOST_RIVALS:
        raise Refused("catalogue.full", _FULL, most=MOST_RIVALS)
    row = Rival.objects.create(name=words, is_demo=is_demo)
    _journal("rival.listed", row.code, words, by)
    return row.code


@transaction.atomic
def unlist_rival(code: str, *, by: Principal) -> None:
    """Take a competitor off the list; who was named stays named. Raises Denied, and Refused: catalogue.unknown."""
    row = _taken_back(Rival, code, by)
    _journal("rival.unlisted", code, row.name, by)


@transaction.atomic
def relist_rival(code: str, *, by: Principal) -> None:
    """Undo that. Raises Denied, and Refused: catalogue.unknown, .rival_known."""
    hold_alone("rivals")
    row = _of(Rival, code, by, is_there=False)
    if Rival.objects.filter(name=row.name, deleted_at=None).exists():
        raise Refused("catalogue.rival_known", _KNOWN, name=row.name)
    _put_back(row)
    _journal("rival.listed", code, row.name, by)


@transaction.atomic
def note_price_change(reference: str, on: dt.date, *, old: str, new: str, by: Principal) -> str:
    """Note that a product (by its number) costs another price from a day on; returns the code.

    Raises Denied, and Refused: catalogue.unknown, .no_price, .price_day (more than a year ahead), .price_known.
    """
    require_change(by)
    hold_alone("prices of rivals")
    product = Product.objects.select_for_update().filter(reference=reference.strip(), deleted_at=None).first()
    if product is None:
        raise Refused("catalogue.unknown", _NOT_THERE)
    before, after = _price(old), _price(new)
    if before == after:
        raise Refused("catalogue.no_price", _NO_PRICE)
    if on > firm_day() + dt.timedelta(days=365):
        raise Refused("catalogue.price_day", _TOO_FAR)
    if PriceChange.objects.filter(product=product, on=on, deleted_at=None).exists():
        raise Refused("catalogue.price_known", _SAME_DAY)
    row = PriceChange.objects.create(product=product, on=on, old_price=before, new_price=after)
    _journal("price.changed", row.code, product.name, by)
    return row.code


@transaction.atomic
def withdraw_price_change(code: str, *, by: Principal) -> None:
    """Take a change of a price back, as if it had not been noted. Raises Denied, and Refused: catalogue.unknown."""
    row = _taken_back(PriceChange, code, by)
    _journal("price.withdrawn", code, row.product.name, by)


@transaction.atomic
def return_price_change(code: str, *, by: Principal) -> None:
    """Undo that. Raises Denied, and Refused: catalogue.unknown, .price_known."""
    hold_alone("prices of rivals")
    row = _of(PriceChange, code, by, is_there=False)
    if PriceChange.objects.filter(product=row.product_id, on=row.on, deleted_at=None).exists():
        raise Refused("catalogue.price_known", _SAME_DAY)
    _put_back(row)
    _journal("price.changed", code, row.product.name, by)


@transaction.atomic
def note_promotion(rival: str, since: dt.date, until: dt.date, *, by: Principal) -> str:
    """Note on which days a competitor (by code) sold on special terms; returns the code of the promotion.

    Raises Denied, and Refused: catalogue.unknown, .order, .too_long, .price_day (more than a year ahead), .promotion_known.
    """
    hold_alone("prices of rivals")
    row = _of(Rival, rival, by, is_there=True)
    if until < since:
        raise Refused("catalogue.order", _ORDER)
    if (until - since).days >= MOST_DAYS:
        raise Refused("catalogue.too_long", _TOO_LONG, most=MOST_DAYS)
    if since > firm_day() + dt.timedelta(days=365):
        raise Refused("catalogue.price_day", _TOO_FAR)
    if RivalPromotion.objects.filter(rival=row, since=since, deleted_at=None).exists():
        raise Refused("catalogue.promotion_known", _SAME_PROMOTION)
    noted = RivalPromotion.objects.create(rival=row, since=since, until=until)
    _journal("promotion.noted", noted.code, row.name, by)
    return noted.code


@transaction.atomic
def withdraw_promotion(code: str, *, by: Principal) -> None:
    """Take a competitor's promotion back, as if it had not been noted. Raises Denied, and Refused: catalogue.unknown."""
    row = _taken_back(RivalPromotion, code, by)
    _journal("promotion.withdrawn", code, row.rival.name, by)


@transaction.atomic
def return_promotion(code: str, *, by: Principal) -> None:
    """Undo that. Raises Denied, and Refused: catalogue.unknown, .promotion_known."""
    hold_alone("prices of rivals")
    row = _of(RivalPromotion, code, by, is_there=False)
    if RivalPromotion.objects.filter(rival=row.rival_id, since=row.since, deleted_at=None).exists():
        raise Refused("catalogue.promotion_known", _SAME_PROMOTION)
    _put_back(row)
    _journal("promotion.noted", code, row.rival.name, by)


def remove_demo_rivals(*, kept: Sequence[int]) -> None:
    """Delete the demo's competitors, except those that a contact with an own customer names."""
    Rival.objects.filter(is_demo=True).exclude(pk__in=kept).delete()


def _of(model: Any, code: str, by: Principal, *, is_there: bool) -> Any:
    require_change(by)
    row = model.objects.select_for_update().filter(code=code, deleted_at__isnull=is_there).first()
    if row is None:
        raise Refused("catalogue.unknown", _NOT_THERE)
    return row


def _taken_back(model: Any, code: str, by: Principal) -> Any:
    row = _of(model, code, by, is_there=True)
    row.deleted_at = clock.now()
    row.save(update_fields=["deleted_at"])
    return row


def _put_back(row: Any) -> None:
    row.deleted_at = None
    row.save(update_fields=["deleted_at"])


def _price(text: str) -> int:
    """In millionths. Raises Refused."""
    try:
        price = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        raise Refused("catalogue.no_price", _NO_PRICE) from None
    if not price.is_finite() or not 0 <= price <= _MOST:
        raise Refused("catalogue.no_price", _NO_PRICE)
    return round(price * _MILLION)


def _journal(kind: str, code: str, name: str, by: Principal) -> None:
    record_act(kind, by=by.actor, noun=Noun("catalogue", code), payload={"name": name})
