"""What stands between a version and its publication, as its rows are now."""

from contextlib import suppress
from decimal import Decimal

from guanxi.engage.offers.choices import Layer
from guanxi.engage.offers.grammar import check_tree, floor_in, parse_criteria
from guanxi.engage.offers.models import Offer, Rule
from guanxi.engage.offers.rules.publication import Facts, Lack, lacks_of
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground.refusals import Refused
from guanxi.identity.queries import firm_day


def facts_of(offer: Offer) -> Facts:
    """A version as the checks see it."""
    promotion = offer.promotion
    return Facts(
        issue=offer.issue,
        regulatory_class=offer.regulatory_class,
        purpose=offer.purpose,
        value_model=offer.value_model,
        unit_value=offer.unit_value,
        has_family=offer.family_id is not None,
        words=offer.words,
        treatments={
            one.way: (one.wording_zh, one.wording_en) for one in sorted(offer.treatments.all(), key=lambda t: t.way)
        },
        layers=frozenset(rule.layer for rule in offer.rules.all()),
        least_risk_level=_least_risk_level(offer),
        valid_from=offer.valid_from,
        valid_to=offer.valid_to,
        stock=offer.stock,
        partner=offer.partner,
        list_rate=offer.list_rate,
        campaign_rate=offer.campaign_rate,
        steps=frozenset(one.way for one in offer.treatments.all() if one.after),
        promotion=(promotion.valid_from, promotion.valid_to) if promotion else None,
        released=frozenset(offer.releases),
    )


def _least_risk_level(offer: Offer) -> Decimal | None:
    """The tested level below which nobody is offered a version; None where its rules do not look at it."""
    floors = []
    for rule in offer.rules.all():
        if rule.layer == Layer.SUITABILITY:
            with suppress(Refused):  # what cannot be parsed is told as such
                floors.append(floor_in(parse_criteria(rule.expression), "risk_level"))
    return max((one for one in floors if one is not None), default=None)


def lacks_now(offer: Offer) -> list[Lack]:
    """Everything but approval that stands between a version and its publication today."""
    rules = [Lack("rule", words=rule.expression, place=str(refused)) for rule, refused in rule_problems(offer)]
    return [*lacks_of(facts_of(offer), firm_day()), *rules]


def rule_problems(offer: Offer) -> list[tuple[Rule, Refused]]:
    """Rules of a version that cannot be asked as they stand, each with the reason; none while no purpose is named."""
    known, found = vocabulary(), list[tuple[Rule, Refused]]()
    if offer.purpose is None:
        return found
    for rule in sorted(offer.rules.all(), key=lambda one: (one.layer, one.position)):
        try:
            check_tree(parse_criteria(rule.expression), known, purpose=offer.purpose)
        except Refused as refused:
            found.append((rule, refused))
    return found
