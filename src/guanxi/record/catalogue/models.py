"""What the firm sells, in families, and the register of housing estates."""

from django.db import models
from django.db.models import F, Q

from guanxi.ground.ids import new_code


class Family(models.Model):
    """A group of products that answer one need: card, loan, motor insurance, garage visit."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    reference = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)


class Product(models.Model):
    """One thing sold. `margin_rate_ppm` is contribution per unit of revenue in millionths; None is unknown.

    `is_premium`: of the better kinds of its family (imported oil among the garage's visits); None where nobody said.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    reference = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.PROTECT, related_name="products")
    margin_rate_ppm = models.IntegerField(null=True, blank=True)
    is_premium = models.BooleanField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=Q(deleted_at=None), name="product_reference")
        ]
        indexes = [models.Index(fields=["name", "id"], name="product_name")]


class Rival(models.Model):
    """A competitor by name, as the firm lists them: whom customers name when they compare or go."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], condition=Q(deleted_at=None), name="rival_name")]


class PriceChange(models.Model):
    """From a day on a product costs another price, fee or rate: both in millionths, in whatever unit it is quoted."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    old_price = models.BigIntegerField()
    new_price = models.BigIntegerField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "on"], condition=Q(deleted_at=None), name="price_change_day")
        ]
        indexes = [models.Index(fields=["-on", "-id"], name="price_change_on")]


class RivalPromotion(models.Model):
    """The days on which a competitor sold on special terms, to whoever buys of us as well: who bought of us all the same is not drawn
    to him so soon (decisioning.md 4.4, T4).
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    rival = models.ForeignKey(Rival, on_delete=models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rival", "since"], condition=Q(deleted_at=None), name="rival_promotion_day"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="rival_promotion_days"),
        ]
        indexes = [models.Index(fields=["-since", "-id"], name="rival_promotion_since")]


class Estate(models.Model):
    """A housing estate with the day its homes were handed over. `aliases` are normal forms, matched like the name."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    aliases = models.JSONField(default=list, blank=True)
    city = models.CharField(max_length=60)
    district = models.CharField(max_length=60, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    handover_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)
    is_demo = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "name"], condition=Q(deleted_at=None), name="estate_city_name")
        ]
        indexes = [models.Index(fields=["name", "id"], name="estate_name")]


PERSONAL: dict[str, dict[str, str]] = {}
NOT_PERSONAL = {
    "Family": ["code", "reference", "name"],
    "Product": ["code", "reference", "name", "deleted_at"],
    "Rival": ["code", "name", "deleted_at"],
    "PriceChange": ["code", "on", "deleted_at"],
    "RivalPromotion": ["code", "since", "until", "deleted_at"],
    "Estate": ["code", "name", "aliases", "city", "district", "source", "handover_on", "deleted_at"],
}
