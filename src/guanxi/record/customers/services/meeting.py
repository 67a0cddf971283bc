"""Taking somebody in by a form: who is alike is asked first; whoever has one of the numbers beyond one's own scope is named
masked, with whom to ask, and journaled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guanxi.identity.permissions import Permission, may, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.permissions import FIELD_OF_KIND
from guanxi.record.customers.queries.likeness import Alike, customers_alike
from guanxi.record.customers.rules.newcomers import NewCustomer
from guanxi.record.customers.services.recognising import Recognised, look_up
from guanxi.record.customers.services.registering import Registered, register_customers

_REASON, _SOURCE = "new customer", "desk"
_FIELDS = tuple(FIELD_OF_KIND[kind] for kind in IdentifierKind)


@dataclass(frozen=True, slots=True)
class Met:
    """What came of it: `registered` None where somebody is alike and nobody said that it is another person."""

    registered: Registered | None
    alike: list[Alike] = field(default_factory=list)
    elsewhere: list[Recognised] = field(default_factory=list)


def take_in_newcomer(words: Mapping[str, str], *, is_sure: bool, by: Principal) -> Met:
    """Take in a customer of these words (fields of `NewCustomer`), unless somebody may be the same person and it was not
    said (`is_sure`) that he is somebody else; then nothing is written but who was recognised. Raises Denied.
    """
    require(by, Permission.CREATE_CUSTOMERS)
    if not is_sure:
        alike, elsewhere = customers_alike(words, by), _known_elsewhere(words, by)
        if alike or elsewhere:
            return Met(None, alike, elsewhere)
    cells: dict[str, Any] = dict(words)
    (answer,) = register_customers([NewCustomer(**cells)], by=by, source=_SOURCE)
    return Met(answer, elsewhere=_known_elsewhere(words, by) if answer.problem else [])


def _known_elsewhere(words: Mapping[str, str], by: Principal) -> list[Recognised]:
    """Customers of others who have a number of these words. Without the right `recognise`: nobody."""
    if not may(by, Permission.RECOGNISE):
        return []
    found: dict[tuple[str, str], Recognised] = {}
    for text in dict.fromkeys(words.get(name, "").strip() for name in _FIELDS):
        if text:
            for one in look_up(text, by=by, reason=_REASON).elsewhere:
                found.setdefault((one.name, one.owner_name), one)
    return list(found.values())
