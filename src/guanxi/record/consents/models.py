"""The consent ledger: append-only. What stands is the latest row per purpose × channel × partner; absent means no."""

from django.db import models

from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.customers.choices import Channel


class Consent(models.Model):
    """One statement of the customer, with its evidence. Never updated, never deleted but by erasure."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    purpose = models.SmallIntegerField(choices=Purpose.choices)
    channel = models.SmallIntegerField(choices=Channel.choices)
    partner = models.CharField(max_length=64, blank=True, default="")
    status = models.SmallIntegerField(choices=ConsentStatus.choices)
    at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)
    evidence = models.CharField(max_length=300, blank=True, default="")
    text_version = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__range=(Purpose.SERVICE, Purpose.SURVEY)), name="consent_purpose"
            ),
            models.CheckConstraint(
                condition=models.Q(status__range=(ConsentStatus.GRANTED, ConsentStatus.WITHDRAWN)),
                name="consent_status",
            ),
        ]
        indexes = [models.Index(fields=["customer", "purpose", "channel", "partner", "-at", "-id"], name="consent_now")]


PERSONAL = {"Consent": {"evidence": "declared"}}
NOT_PERSONAL = {"Consent": ["partner", "expires_on", "source", "text_version", "language"]}
