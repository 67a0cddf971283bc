"""Recognising by the number of a contract: a policy, account or card finds whose it is, as identifiers do (decision 11)."""

from guanxi.ground.refusals import Refused
from guanxi.ground.text.normalise import account_form
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.customers.services.recognising import LookedUp, look_up
from guanxi.record.holdings.models import Holding
from guanxi.record.holdings.rules import reference_of


def recognise(text: str, *, by: Principal, reason: str, limit: int = 20) -> LookedUp:
    """Find by any whole number that a customer or a contract of his bears, beyond the own scope with the right
    `recognise`; journaled with `reason`. Raises Refused (text.not_storable).
    """
    holders = _holders(text) if may(by, Permission.RECOGNISE) else []
    return look_up(text, by=by, reason=reason, limit=limit, holders=holders)


def _holders(text: str) -> list[int]:
    """Whose contracts bear the number as it was written, or without spaces and dashes."""
    forms = []
    for form_of in (reference_of, account_form):
        try:
            forms.append(form_of(text))
        except Refused:
            continue
    found = Holding.objects.filter(reference__in=forms, deleted_at=None).exclude(reference="")
    return list(found.values_list("customer_id", flat=True).distinct())
