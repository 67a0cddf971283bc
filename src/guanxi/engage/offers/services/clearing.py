"""Taking the demo's offers away; the caller has the right to, and stands in a transaction."""

from guanxi.engage.offers.models import Offer, Promotion
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.journal.rules import Noun
from guanxi.journal.services import record_act


def remove_demo_offers(*, by: Principal) -> int:
    """Delete the demo's offers with treatments and rules, and its promotions that no other offer names. Returns how many."""
    require(by, Permission.ADMINISTER)
    offers = Offer.objects.filter(is_demo=True)
    count = offers.count()
    offers.delete()
    Promotion.objects.filter(is_demo=True, offers=None).delete()
    record_act("offers.demo_removed", by=by.actor, noun=Noun("firm", "1"), payload={"rows": count})
    return count
