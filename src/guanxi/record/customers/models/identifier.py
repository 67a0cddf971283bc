"""By what a customer is recognised: narrow keys to find by, wide details to show and confirm (patterns.md section 4)."""

from django.db import models
from django.db.models import Q

from guanxi.record.customers.choices import STRONG_KINDS, IdentifierKind
from guanxi.record.customers.models.customer import Customer


class Identifier(models.Model):
    """One identifier or contact point. `norm` is the normal form; for sensitive kinds a keyed digest of it (64 hex
    digits), and the value itself stands encrypted in `cipher`, bound to table, column and that digest, so that a merge
    may move the row and yet no cipher opens beside another digest.

    `is_live` says whether it counts for recognition: not ended, and its customer not deleted. No foreign key
    constraint: a million-row import would check each one, and customers are never removed from their table.
    """

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, related_name="identifiers", db_constraint=False)
    kind = models.SmallIntegerField(choices=IdentifierKind.choices)
    norm = models.CharField(max_length=254)
    cipher = models.BinaryField(null=True, blank=True)
    label = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "norm"],
                condition=Q(kind__in=[int(k) for k in STRONG_KINDS], is_live=True),
                name="identifier_strong",
            ),
            models.CheckConstraint(condition=Q(is_live=False) | Q(valid_to=None), name="identifier_ended_is_not_live"),
        ]


class IdentifierKey(models.Model):
    """Where to look: the first eight bytes of the keyed hash of (kind, normal form), and the customer.

    Written for live identifiers and ended ones (an old number still finds its customer), not for deleted customers.
    """

    pk = models.CompositePrimaryKey("key", "customer_id")
    key = models.BigIntegerField()
    customer_id = models.BigIntegerField()


class Tombstone(models.Model):
    """What stays of somebody who was erased: keyed hashes by which the same person is not taken in again by a file, and
    the code (random, and now of nobody) by which the erasure is done again after an old backup was restored.
    """

    key = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12)
    erased_on = models.DateField()
    basis = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["code"], name="tombstone_code")]
