"""Offers in their versions, with treatments and rules; promotions whose prizes may be named."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from guanxi.engage.offers.choices import (
    Issue,
    Layer,
    OfferStatus,
    RegulatoryClass,
    Told,
    ValueModel,
    Way,
)
from guanxi.ground.ids import new_code
from guanxi.record.consents.choices import Purpose


class Promotion(models.Model):
    """A draw with published rules and real odds, registered before any prize is mentioned (RET-03)."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    reference = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    rules = models.TextField()
    odds = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField()
    registered_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="promotion_days")]


class Offer(models.Model):
    """One version of an offer; `reference` is what its versions share.

    A version is written while it is a draft and never again: a change of a published offer is a new version. `words` maps
    Told to {"zh", "en"}; `writers` are the ids of all who wrote it, none of whom may approve it; `releases` maps the digest
    of a text to who let it stand, when and why. Money in minor units of `currency`; `unit_value` None: none was named. `partner`:
    whose offer it is, by the name that consents to partners' offers bear.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    reference = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    status = models.PositiveSmallIntegerField(choices=OfferStatus, default=OfferStatus.DRAFT)
    name_zh = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    issue = models.PositiveSmallIntegerField(choices=Issue)
    family = models.ForeignKey("catalogue.Family", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    regulatory_class = models.PositiveSmallIntegerField(choices=RegulatoryClass, default=RegulatoryClass.NONE)
    purpose = models.PositiveSmallIntegerField(choices=Purpose, null=True, blank=True)
    value_model = models.PositiveSmallIntegerField(choices=ValueModel, default=ValueModel.UNIT)
    unit_value = models.BigIntegerField(null=True, blank=True)
    incentive_cost = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    horizon_months = models.PositiveSmallIntegerField(default=36)
    words = models.JSONField(default=dict, blank=True)
    partner = models.CharField(max_length=64, blank=True)
    list_rate = models.CharField(max_length=40, blank=True)
    campaign_rate = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    stock = models.PositiveIntegerField(null=True, blank=True)
    sibling_rest_days = models.PositiveSmallIntegerField(default=0)
    promotion = models.ForeignKey(Promotion, null=True, blank=True, on_delete=models.PROTECT, related_name="offers")
    releases = models.JSONField(default=dict, blank=True)
    written_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    writers = models.JSONField(default=list, blank=True)
    approved_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=400, blank=True)
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "version"], name="offer_version"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(status=OfferStatus.PUBLISHED), name="offer_one_published"
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(status__in=(OfferStatus.DRAFT, OfferStatus.SUBMITTED, OfferStatus.APPROVED)),
                name="offer_one_in_work",
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.PUBLISHED) | Q(approved_by__isnull=False),
                name="offer_published_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(written_by=None) | ~Q(approved_by=models.F("written_by")),
                name="offer_four_eyes",
            ),
        ]
        indexes = [models.Index(fields=["changed_at", "id"], name="offer_changed")]

    def said(self, told: Told, language: str) -> str:
        """What stands there in one language ("zh" or "en")."""
        return str(self.words.get(told.value, {}).get(language, ""))

    @property
    def name(self) -> str:
        """Its name in the language that is spoken, else in the other, else its reference."""
        names = (
            (self.name_zh, self.name_en) if (get_language() or "").startswith("zh") else (self.name_en, self.name_zh)
        )
        return next((name for name in names if name), self.reference)


class Treatment(models.Model):
    """How one version of an offer is brought, and in which words. Cost in minor units, pressure in hundredths. `after`: how long
    after the letter or leaflet of the same offer went out it comes ("3d", "1m"); "" for on its own.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="treatments")
    way = models.PositiveSmallIntegerField(choices=Way)
    wording_zh = models.TextField(blank=True)
    wording_en = models.TextField(blank=True)
    cost = models.BigIntegerField()
    pressure = models.PositiveIntegerField()
    after = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "way"], name="treatment_way")]


class Rule(models.Model):
    """Who passes one layer of one version of an offer; who does not is answered with the reason code."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="rules")
    layer = models.PositiveSmallIntegerField(choices=Layer)
    position = models.PositiveSmallIntegerField()
    expression = models.TextField()
    reason_code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "layer", "position"], name="rule_position")]


PERSONAL: dict[str, dict[str, str]] = {}
NOT_PERSONAL = {
    "Promotion": ["code", "reference", "name", "rules", "odds", "valid_from", "valid_to"],
    "Offer": [
        "code", "reference", "name_zh", "name_en", "currency", "words", "partner", "list_rate", "campaign_rate", "valid_from", "valid_to",
        "releases", "writers", "remark", "changed_at", "published_at", "withdrawn_at",
    ],
    "Treatment": ["wording_zh", "wording_en", "after"],
    "Rule": ["expression", "reason_code"],
}  # fmt: skip
