"""What insight noticed, with the evidence. Idempotent: the same detector on the same period writes nothing new."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState


class Signal(models.Model):
    """One episode of one kind for one customer. `key` is a digest of kind, customer and the day the episode began.

    `evidence` holds the figures of the explanation and names the rows they were computed from (rules/recomputing.py).
    `at_stake` is in minor units of the firm's currency, a month. `occurred_on` is the day the present state began,
    `detected_on` the day a refresh first saw the episode, `closed_on` the day it ended, `alarmed_on` the first on which it was more
    than a watch. `digest` stands for all that detectors state, so that an unchanged signal is recognised without reading its evidence.
    A judgement is a person's: it closes a signal, and detectors stay silent about it until `quiet_until` has passed.
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
    digest = models.CharField(max_length=16, default="")
    changed_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    alarmed_on = models.DateField(null=True, blank=True)
    judgement = models.SmallIntegerField(choices=Judgement.choices, null=True, blank=True)
    judged_on = models.DateField(null=True, blank=True)
    judged_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    judged_from = models.CharField(max_length=20, choices=SignalState.choices, blank=True, default="")
    quiet_until = models.DateField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-detected_on", "-id"], name="signal_customer"),
            models.Index(fields=["kind", "state", "-detected_on", "-id"], name="signal_kind_state"),
        ]


PERSONAL = {
    "Signal": {
        "occurred_on": "behaviour",
        "evidence": "behaviour",
        "state": "behaviour",
        "kind": "behaviour",
        "judged_from": "behaviour",
        "note": "declared",
    }
}
NOT_PERSONAL = {
    "Signal": [
        "code",
        "key",
        "digest",
        "detected_on",
        "changed_on",
        "closed_on",
        "alarmed_on",
        "judged_on",
        "quiet_until",
    ]
}
