"""What insight noticed, with the evidence. Idempotent: the same detector on the same period writes nothing new."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.record.signals.choices import SignalKind, SignalState


class Signal(models.Model):
    """One episode of one kind for one customer. `key` names kind, customer and period.

    `evidence` holds the numbers of the explanation and the query that opens the rows they were computed from:
    {"from": day, "to": day, "figures": {…}}. `at_stake` is in minor units of the firm's currency.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    key = models.CharField(max_length=80, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=SignalKind.choices)
    state = models.CharField(max_length=20, choices=SignalState.choices)
    occurred_on = models.DateField()
    detected_on = models.DateField()
    severity = models.FloatField(default=0)
    at_stake = models.BigIntegerField(default=0)
    probability = models.FloatField(default=0)
    evidence = models.JSONField(default=dict)
    detector_version = models.SmallIntegerField(default=1)
    changed_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-detected_on", "-id"], name="signal_customer"),
            models.Index(fields=["kind", "state", "-detected_on", "-id"], name="signal_kind_state"),
        ]


PERSONAL = {"Signal": {"occurred_on": "behaviour", "evidence": "behaviour", "state": "behaviour", "kind": "behaviour"}}
NOT_PERSONAL = {"Signal": ["code", "key", "detected_on", "changed_on", "closed_on"]}
