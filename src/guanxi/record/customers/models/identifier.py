"""By what a customer is recognised: narrow keys to find by, wide details to show and confirm (patterns.md section 4)."""

from django.db import models
from django.db.models import Q

from guanxi.record.customers.choices import STRONG_KINDS, IdentifierKind
from guanxi.record.customers.models.customer import Customer


class Identifier(models.Model):
    """One identifier or contact point. `norm` is the normal form; for sensitive kinds a keyed digest of it, and the
    value itself stands encrypted in `cipher` (bound to this table, column and the customer's id).
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.SmallIntegerField(choices=IdentifierKind.choices)
    norm = models.CharField(max_length=120)
    cipher = models.BinaryField(null=True, blank=True)
    label = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "norm"],
                condition=Q(kind__in=[int(k) for k in STRONG_KINDS], valid_to=None),
                name="identifier_strong",
            )
        ]


class IdentifierKey(models.Model):
    """Where to look: the first eight bytes of the keyed hash of (kind, normal form), and the customer."""

    pk = models.CompositePrimaryKey("key", "customer_id")
    key = models.BigIntegerField()
    customer_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["customer_id"], name="identifier_key_customer")]
