"""What is to leave the machine: written in the transaction of its cause, claimed and committed before the call."""

from django.db import models
from django.db.models import Q

from guanxi.ground.outbox.choices import OutgoingStatus


class Outgoing(models.Model):
    """One thing to send by one channel (mail, webhook …), once per (channel, key).

    `body` is JSON, encrypted and bound to channel and key. A row is claimed, and the claim committed, before the call;
    a claim whose worker died is `unknown`, which only a person or a channel that may repeat itself resolves.
    """

    channel = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    cipher = models.BinaryField()
    status = models.SmallIntegerField(choices=OutgoingStatus.choices, default=OutgoingStatus.WAITING)
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_by = models.CharField(max_length=160, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=200, blank=True, default="")
    trouble = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="outgoing_once"),
            models.CheckConstraint(condition=Q(status__in=OutgoingStatus.values), name="outgoing_status"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "status", "not_before", "id"],
                condition=~Q(status=OutgoingStatus.SENT),
                name="outgoing_open",
            )
        ]


PERSONAL = {"Outgoing": {"cipher": "content", "trouble": "content"}}
NOT_PERSONAL = {"Outgoing": ["channel", "key", "claimed_by", "receipt"]}
