"""Writing an offer: a draft, as often as one likes; of a published one a new version."""

from typing import Any

from django.db import transaction

from guanxi.engage.offers.choices import IN_WORK, OfferStatus
from guanxi.engage.offers.grammar import check_tree, parse_criteria, references_in
from guanxi.engage.offers.models import Offer, Promotion, Rule, Treatment
from guanxi.engage.offers.permissions import require_writing
from guanxi.engage.offers.rules.content import ReadOffer, read_offer
from guanxi.engage.offers.rules.given import GivenOffer, NotTaken
from guanxi.engage.offers.services.journal import note
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground import clock
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm
from guanxi.record.catalogue.queries import families_by_reference, products_by_reference

_NOT_THERE = gettext_noop("There is no such offer.")
_TAKEN = gettext_noop("Another offer is called {reference} already.")
_NO_DRAFT = gettext_noop("Only a draft is written; of a published offer begin a new version.")
_IN_WORK = gettext_noop("A new version of this offer is in work already.")
_NOT_YET = gettext_noop("Only of an offer that was published or withdrawn a new version is begun.")
_FIXED = gettext_noop("The short name of an offer stays what it was in its first version.")
_NO_FAMILY = gettext_noop("There is no family {reference}.")
_NO_PRODUCT = gettext_noop("There is no product {reference}.")
_NO_PROMOTION = gettext_noop("There is no registered promotion {reference}.")
_NOT_OWNED = gettext_noop("There is no product and no family “{reference}”.")
_COPIED = (
    "reference", "name_zh", "name_en", "issue", "family_id", "product_id", "regulatory_class", "purpose", "value_model",
    "unit_value", "incentive_cost", "currency", "horizon_months", "words", "list_rate", "campaign_rate", "valid_from", "valid_to",
    "stock", "sibling_rest_days", "promotion_id", "partner", "is_demo",
)  # fmt: skip


@transaction.atomic
def write_offer(code: str, given: GivenOffer, *, by: Principal, is_demo: bool = False) -> str:
    """Make an offer (code ""), or write the whole of a draft; returns its code.

    Every expression must parse, and once a purpose is named speak only of what may be used for it. Raises Denied, NotTaken
    with the field that is not understood, and Refused (offer.unknown, offer.no_draft, offer.taken).
    """
    require_writing(by)
    read = read_offer(given, currency=firm().currency)
    cells = read.cells | _places(given) | {"changed_at": clock.now(), "written_by_id": by.staff_id}
    _check_rules(read)
    offer = _draft(code, given.reference.strip(), is_demo=is_demo)
    for name, value in cells.items():
        setattr(offer, name, value)
    offer.writers = _with(offer.writers, by)
    offer.save()
    _hang_on(offer, read)
    note("offer.written", offer, actor=by.actor)
    return offer.code


@transaction.atomic
def revise_offer(code: str, *, by: Principal) -> str:
    """Begin a new version of an offer that was published: a draft with everything in it; returns its code.

    What was let stand is not carried over. Raises Denied, Refused (offer.unknown, offer.not_yet, offer.in_work).
    """
    require_writing(by)
    old = Offer.objects.select_for_update().filter(code=code).first()
    if old is None:
        raise Refused("offer.unknown", _NOT_THERE)
    if old.status in IN_WORK:
        raise Refused("offer.not_yet", _NOT_YET)
    others = Offer.objects.filter(reference=old.reference)
    if others.filter(status__in=IN_WORK).exists():
        raise Refused("offer.in_work", _IN_WORK)
    version = max(others.values_list("version", flat=True)) + 1
    new = Offer.objects.create(
        **{name: getattr(old, name) for name in _COPIED},
        version=version,
        written_by_id=by.staff_id,
        writers=_with([], by),
        changed_at=clock.now(),
    )
    for one in old.treatments.all():
        one.pk, one.offer = None, new
        one.save(force_insert=True)
    for rule in old.rules.all():
        rule.pk, rule.offer = None, new
        rule.save(force_insert=True)
    note("offer.revised", new, actor=by.actor)
    return new.code


def _draft(code: str, reference: str, *, is_demo: bool) -> Offer:
    if not code:
        if Offer.objects.filter(reference=reference).exists():
            raise NotTaken(Refused("offer.taken", _TAKEN, reference=reference), field="reference")
        return Offer(is_demo=is_demo)
    offer = Offer.objects.select_for_update().filter(code=code).first()
    if offer is None:
        raise Refused("offer.unknown", _NOT_THERE)
    if offer.status != OfferStatus.DRAFT:
        raise Refused("offer.no_draft", _NO_DRAFT)
    if offer.reference != reference and offer.version > 1:
        raise NotTaken(Refused("offer.fixed", _FIXED), field="reference")
    if Offer.objects.filter(reference=reference).exclude(reference=offer.reference).exists():
        raise NotTaken(Refused("offer.taken", _TAKEN, reference=reference), field="reference")
    return offer


def _places(given: GivenOffer) -> dict[str, Any]:
    """Ids of what the offer names by reference."""
    family, product, promotion = given.family.strip(), given.product.strip(), given.promotion.strip()
    cells: dict[str, Any] = {"family_id": None, "product_id": None, "promotion_id": None}
    if product:
        cells["product_id"], cells["family_id"] = _found(
            products_by_reference([product]), product, "product", _NO_PRODUCT
        )
    if family:
        cells["family_id"] = _found(families_by_reference([family]), family, "family", _NO_FAMILY)
    if promotion:
        there = dict(Promotion.objects.filter(reference=promotion).values_list("reference", "pk"))
        cells["promotion_id"] = _found(there, promotion, "promotion", _NO_PROMOTION)
    return cells


def _found(there: dict[str, Any], reference: str, field: str, words: str) -> Any:
    if reference not in there:
        raise NotTaken(Refused("offer.not_there", words, reference=excerpt(reference)), field=field)
    return there[reference]


def _check_rules(read: ReadOffer) -> None:
    known, places = vocabulary(), dict[int, int]()
    for rule in read.rules:
        places[rule.layer] = line = places.get(rule.layer, 0) + 1
        try:
            tree = parse_criteria(rule.expression)
            if read.cells["purpose"]:
                check_tree(tree, known, purpose=read.cells["purpose"])
            _check_owned(references_in(tree))
        except Refused as refused:
            raise NotTaken(refused, field=f"rules_{rule.layer.value}", line=line) from None


def _check_owned(references: list[str]) -> None:
    there = families_by_reference(references).keys() | products_by_reference(references).keys()
    for reference in references:
        if reference not in there:
            raise Refused("offer.not_owned", _NOT_OWNED, reference=excerpt(reference))


def _hang_on(offer: Offer, read: ReadOffer) -> None:
    offer.treatments.all().delete()
    Treatment.objects.bulk_create([Treatment(offer=offer, **one) for one in read.treatments])
    offer.rules.all().delete()
    Rule.objects.bulk_create(
        [
            Rule(
                offer=offer, layer=rule.layer, position=place, expression=rule.expression, reason_code=rule.reason_code
            )
            for place, rule in enumerate(read.rules, 1)
        ]
    )


def _with(writers: list[int], by: Principal) -> list[int]:
    return sorted({*writers, *([by.staff_id] if by.staff_id is not None else [])})
