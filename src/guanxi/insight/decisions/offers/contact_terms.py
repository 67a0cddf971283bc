"""The terms of a contact: which ways are spoken, what of the offers counts there, and the chances that the last run reckoned with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.queries import PublishedOffer
from guanxi.engage.policy.rules import HUNDREDTHS, Line
from guanxi.insight.decisions.arbitration.single import Terms
from guanxi.insight.decisions.arbitration.terms import Chances, OfferTerms, Treatment
from guanxi.insight.decisions.offers import asking
from guanxi.insight.decisions.offers.caring import no_chances
from guanxi.insight.decisions.offers.evidence import in_contact
from guanxi.insight.estimates.response import control_share

SPOKEN: Final = (Way.CALL, Way.VISIT)
_CLOSING: Final = tuple(reason for reason in asking.CLOSING if reason != "at_peace")  # of contacts that we begin


def spoken(offers: Iterable[PublishedOffer]) -> list[PublishedOffer]:
    """Those of some offers that have words for a conversation."""
    return [offer for offer in offers if any(one.way in SPOKEN for one in offer.treatments)]


def terms_in_contact(offer: PublishedOffer, *, controls: float, lever: float) -> OfferTerms:
    """An offer as it is weighed in a contact: its spoken ways, which cost nothing more; its stock counts. What is not weighed in
    money only has to pass its gates.
    """
    if asking.is_priced(offer):
        terms = asking.terms_of(offer, controls=controls, lever=lever, closing=_CLOSING)
    else:
        terms = asking.gates_of(offer, closing=_CLOSING)
    ways = {asking.avenue(offer.purpose, way) for way in SPOKEN}
    treatments = tuple(_free(one) for one in terms.treatments if one.channel in ways)
    # whoever speaks with us is not lost
    return replace(
        terms, treatments=treatments, conditions=tuple(one for one in terms.conditions if one.reason != asking.LOST)
    )


def contact_terms(
    decided: Terms, published: Sequence[PublishedOffer], levers: Mapping[str, int], lines: Mapping[str, Line]
) -> Terms:
    """What one customer is decided by in a contact. decided: the last run's; published: the offers of today; levers: hundredths by
    offer; lines: the contact policy, of which only what customers agreed to counts here.
    """
    controls = {offer.code: offer.control for offer in decided.offers}
    offers = [
        terms_in_contact(
            offer,
            controls=controls.get(offer.reference, control_share(0)),
            lever=levers.get(offer.reference, 0) / HUNDREDTHS,
        )
        for offer in spoken(published)
    ]
    free = {name: replace(line, amount=None) for name, line in lines.items()}
    closed = asking.closed_sql(free)
    return Terms(
        offers=offers,
        chances=_chances(decided.chances, spoken(published), offers),
        policy=decided.policy,
        prices=decided.prices,
        ways={one.channel: closed[one.channel] for offer in offers for one in offer.treatments},
    )


def _free(one: Treatment) -> Treatment:
    return replace(
        one,
        cost=0.0,
        uses={name: use for name, use in one.uses.items() if name.startswith(asking.stock_of(""))},
        # he came to us: nothing has to go out before; what he agreed to counts as ever
        opens=tuple(each for each in one.opens if each.reason == asking.NOT_AGREED),
    )


def _chances(decided: Chances, offers: Sequence[PublishedOffer], terms: Sequence[OfferTerms]) -> Chances:
    """What the run reckoned with, of contacts where it was asked in some, and the first guess for what it did not know yet; nothing for
    what is not weighed.
    """
    cells = sorted({cell for _offer, _avenue, cell in decided})
    weighed = [offer for offer in offers if asking.is_priced(offer)]
    priced = {offer.reference for offer in weighed}
    nothing = no_chances([one for one in terms if one.code not in priced], cells)
    ways = asking.learning_ways(weighed)
    there = {
        (way.offer, way.channel, cell): decided[key]
        for way in ways
        for cell in cells
        if (key := (way.offer, in_contact(way.channel), cell)) in decided
    }
    return {**asking.begun_with(ways, cells), **decided, **there, **nothing}
