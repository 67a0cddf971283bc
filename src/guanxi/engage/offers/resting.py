"""What an answer about an offer lets rest: its family, whether it is a sale, how long other sales then wait (decisioning.md 3.4)."""

from dataclasses import dataclass

from guanxi.engage.offers.choices import Issue, OfferStatus, RegulatoryClass
from guanxi.engage.offers.models import Offer

# After one of these is accepted, sales rest whatever the offer itself names.
RESTED_AFTER = frozenset({RegulatoryClass.CREDIT, RegulatoryClass.INSURANCE, RegulatoryClass.INVESTMENT})
SALES = frozenset({Issue.GROWTH, Issue.PARTNER, Issue.WIN_BACK})
_MADE = (OfferStatus.PUBLISHED, OfferStatus.REPLACED, OfferStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class RestTerms:
    """An offer as rests see it. `family` is what its family is called by reference, "" without one; rest_days: its own."""

    reference: str
    family: str
    is_sale: bool
    is_rested_after: bool
    rest_days: int


def rest_terms() -> list[RestTerms]:
    """Every offer that was ever made, by its newest version that was published, by reference (one query)."""
    made = Offer.objects.filter(status__in=_MADE).select_related("family").order_by("reference", "version")
    newest = {offer.reference: offer for offer in made}
    return [
        RestTerms(
            reference=offer.reference,
            family=offer.family.reference if offer.family else "",
            is_sale=Issue(offer.issue) in SALES,
            is_rested_after=RegulatoryClass(offer.regulatory_class) in RESTED_AFTER,
            rest_days=offer.sibling_rest_days,
        )
        for offer in newest.values()
    ]
