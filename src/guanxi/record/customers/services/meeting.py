"""Who a newcomer may be beyond one's own scope: whoever has one of the numbers, masked, with whom to ask, and journaled."""

from collections.abc import Mapping

from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.permissions import FIELD_OF_KIND
from guanxi.record.customers.services.recognising import Recognised, look_up

_REASON = "new customer"
_FIELDS = tuple(FIELD_OF_KIND[kind] for kind in IdentifierKind)


def known_elsewhere(words: Mapping[str, str], *, by: Principal) -> list[Recognised]:
    """Return customers of others who have a number of these words (the fields of `NewCustomer`). Without the right
    `recognise`: nobody.
    """
    if not may(by, Permission.RECOGNISE):
        return []
    found: dict[tuple[str, str], Recognised] = {}
    for text in dict.fromkeys(words.get(field, "").strip() for field in _FIELDS):
        if text:
            for one in look_up(text, by=by, reason=_REASON).elsewhere:
                found.setdefault((one.name, one.owner_name), one)
    return list(found.values())
