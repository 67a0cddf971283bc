"""Named reads of offers."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from guanxi.engage.offers import grammar
from guanxi.engage.offers.choices import CHANNELS, IN_WORK, Layer, OfferStatus, Way
from guanxi.engage.offers.grammar import Vocabulary, check_tree, parse_criteria
from guanxi.engage.offers.models import Offer, Promotion, Rule
from guanxi.engage.offers.permissions import require_sight
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground.refusals import Refused
from guanxi.identity.principals import Principal

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, slots=True)
class PublishedTreatment:
    """How an offer is brought: cost in minor units of the offer's currency, pressure in hundredths of a unit."""

    way: Way
    channel: int
    cost: int
    pressure: int
    after: str
    wording_zh: str
    wording_en: str


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """Who passes a layer. `predicate` is true or false for a row of features (grammar.compiling says of which columns).

    `needed`: what it asks everybody to own. `problem` says in words why it can no longer be asked: then nobody passes.
    """

    layer: Layer
    position: int
    reason_code: str
    expression: str
    predicate: "exp.Expr"
    features: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    problem: str = ""
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedOffer:
    """One published version, with everything that a decision needs. Money in minor units of `currency`.

    `unit_value` is None where another value model counts, or where the issue is not weighed in money. `words`: Told →
    {"zh", "en"}. `family` and `product` are references, "" where there is none.
    """

    id: int
    code: str
    reference: str
    version: int
    issue: int
    family_id: int | None
    family: str
    product_id: int | None
    product: str
    regulatory_class: int
    purpose: int
    value_model: int
    unit_value: int | None
    incentive_cost: int
    currency: str
    horizon_months: int
    words: dict[str, dict[str, str]]
    list_rate: str
    campaign_rate: str
    valid_from: dt.date
    valid_to: dt.date
    stock: int | None
    sibling_rest_days: int
    treatments: tuple[PublishedTreatment, ...]
    rules: tuple[PublishedRule, ...]
    partner: str = ""
    published_at: dt.datetime | None = None  # None: in work; nothing of its stock was given yet


def published_offers(on: dt.date, *, more: Collection[str] = (), without: Collection[str] = ()) -> list[PublishedOffer]:
    """Offers that are published and valid on a day, by reference; rules by layer and place, predicates compiled for `on`.

    more: references of offers in work that count as published, each in the place of its published version; without: of
    offers left out. Three queries, however many offers there are. The same record on the same day gives the same rows.
    """
    published = published_on(on) & ~Q(reference__in=[*more, *without])
    found = Offer.objects.filter(published | Q(status__in=IN_WORK, reference__in=list(more)))
    rows = found.select_related("family", "product").prefetch_related("treatments", "rules").order_by("reference")
    known = vocabulary()
    return [_published(offer, known, on) for offer in rows]


def names_of_offers(references: Iterable[str]) -> dict[str, str]:
    """The name of the latest published version by reference, in the language that is spoken (one query)."""
    wanted = sorted(reference for reference in references if reference)
    if not wanted:
        return {}
    found = Offer.objects.filter(reference__in=wanted, published_at__isnull=False).order_by("version")
    return {offer.reference: offer.name for offer in found.only("reference", "name_zh", "name_en", "version")}


def references_of(issue: int) -> list[str]:
    """References of all offers of an issue, whatever became of them (one query); for steps of the house."""
    return list(Offer.objects.filter(issue=issue).order_by("reference").values_list("reference", flat=True).distinct())


def incentives_of(issue: int, *, currency: str) -> dict[str, int]:
    """Code of each version of an issue → what an acceptance costs us beyond the contact, in minor units of `currency`; those in
    another are not there (one query). For steps of the house.
    """
    return dict(Offer.objects.filter(issue=issue, currency=currency).values_list("code", "incentive_cost"))


def offer_of_code(code: str, *, principal: Principal) -> Offer | None:
    """One version with its family, product, promotion and people; None where there is none. Raises Denied."""
    require_sight(principal)
    related = ("family", "product", "promotion", "written_by", "approved_by")
    return Offer.objects.select_related(*related).prefetch_related("treatments", "rules").filter(code=code).first()


def versions_of(reference: str, *, principal: Principal, limit: int = 50) -> Sequence[Offer]:
    """The versions of an offer, newest first. Raises Denied."""
    require_sight(principal)
    return list(Offer.objects.filter(reference=reference).order_by("-version")[:limit])


def promotions_in_order(*, principal: Principal, limit: int = 200) -> list[tuple[str, str]]:
    """(reference, name) of registered promotions, the latest first. Raises Denied."""
    require_sight(principal)
    return list(Promotion.objects.order_by("-valid_to", "name").values_list("reference", "name")[:limit])


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """A registered promotion as the page shows it."""

    reference: str
    name: str
    rules: str
    odds: str
    valid_from: dt.date
    valid_to: dt.date
    registered_by: str


def promotions_page(*, principal: Principal, limit: int = 100) -> list[PromotionRow]:
    """Registered promotions, those that end last first. Raises Denied."""
    require_sight(principal)
    rows = Promotion.objects.select_related("registered_by").order_by("-valid_to", "name")[:limit]
    return [
        PromotionRow(
            one.reference, one.name, one.rules, one.odds, one.valid_from, one.valid_to,
            one.registered_by.name if one.registered_by else "",
        )
        for one in rows
    ]  # fmt: skip


def is_offered(reference: str) -> bool:
    """Whether there is an offer of this short name, in whatever version."""
    return Offer.objects.filter(reference=reference).exists()


def references_in_order(limit: int = 300) -> list[str]:
    """Short names of all offers."""
    return list(Offer.objects.order_by("reference").values_list("reference", flat=True).distinct()[:limit])


def offered_families() -> set[int]:
    """The families that some offer is about."""
    found = Offer.objects.exclude(family=None).order_by().values_list("family_id", flat=True).distinct()
    return {family for family in found if family is not None}


def offered_products(ids: Iterable[int]) -> set[int]:
    """Those of some products that an offer is about."""
    found = Offer.objects.filter(product_id__in=list(ids)).values_list("product_id", flat=True)
    return {product for product in found if product is not None}


def published_on(on: dt.date) -> Q:
    """The condition of offers that are published and valid on a day."""
    return Q(status=OfferStatus.PUBLISHED, valid_from__lte=on, valid_to__gte=on)


def _published(offer: Offer, known: Vocabulary, on: dt.date) -> PublishedOffer:
    cells: dict[str, Any] = {
        name: getattr(offer, name)
        for name in (
            "id", "code", "reference", "version", "issue", "family_id", "product_id", "regulatory_class", "purpose", "value_model",
            "unit_value", "incentive_cost", "currency", "horizon_months", "words", "list_rate", "campaign_rate", "valid_from",
            "valid_to", "stock", "sibling_rest_days", "published_at",
        )
    }  # fmt: skip
    return PublishedOffer(
        **cells,
        family=offer.family.reference if offer.family else "",
        product=offer.product.reference if offer.product else "",
        treatments=tuple(
            PublishedTreatment(
                Way(one.way),
                CHANNELS[Way(one.way)],
                one.cost,
                one.pressure,
                one.after,
                one.wording_zh,
                one.wording_en,
            )
            for one in sorted(offer.treatments.all(), key=lambda one: one.way)
        ),
        rules=rules_of(offer, known, on),
        partner=offer.partner,
    )


def rules_of(offer: Offer, known: Vocabulary, on: dt.date) -> tuple[PublishedRule, ...]:
    """The rules of one version by layer and place, compiled for a day."""
    return tuple(_compiled(rule, offer, known, on) for rule in sorted(offer.rules.all(), key=_place))


def _compiled(rule: Rule, offer: Offer, known: Vocabulary, on: dt.date) -> PublishedRule:
    from sqlglot import exp  # noqa: PLC0415 - half a second that only a decision needs

    named: tuple[tuple[str, ...], ...] = ((), (), ())
    predicate: exp.Expr = exp.false()
    layer, problem = Layer(rule.layer), ""
    try:
        tree = parse_criteria(rule.expression)
        check_tree(tree, known, purpose=offer.purpose or 0)
        predicate = grammar.predicate_of(tree, known, on=on)
        named = tuple(tuple(find(tree)) for find in (grammar.names_in, grammar.references_in, grammar.needed_in))
    except Refused as refused:
        problem = str(refused)
    features, references, needed = named
    return PublishedRule(
        layer, rule.position, rule.reason_code, rule.expression, predicate, features, references, problem, needed
    )


def _place(rule: Rule) -> tuple[int, int]:
    return rule.layer, rule.position
