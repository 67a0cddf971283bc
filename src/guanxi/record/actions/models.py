"""One piece of work on one customer for one person: why, what to say, by when, and what came of it."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.conversations.choices import Outcome


class Action(models.Model):
    """An action. `owner` None is the pool. `key` is a digest of origin, customer, cause and step: it makes proposing idempotent.

    `reason` names the words, `reason_facts` fills them; `evidence` names the rows that prove it, in the form of
    signals' evidence; `signal_key` is the key of the signal behind it ('' for none). `value_at_stake` is in minor
    units of the firm's currency, a year. `digest` stands for all that decisions state. `version` grows with status
    and owner, not with rank or figures: a page read before last night's refresh can still be answered. `outcome` is what the
    customer said to the offer that it carries (`offer`: its reference); NONE without one. `enclosed`: references of the
    offers whose leaflets go along with its own, as `reason_facts` tells them; None where none does.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    key = models.CharField(max_length=100, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey("identity.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    action_class = models.SmallIntegerField(choices=ActionClass.choices)
    origin = models.CharField(max_length=40)
    signal_key = models.CharField(max_length=80, blank=True, default="")
    offer = models.CharField(max_length=60, blank=True, default="")
    channel = models.SmallIntegerField(default=0)
    rank = models.IntegerField(default=0)
    score = models.FloatField(default=0)
    reason = models.CharField(max_length=60)
    reason_facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    enclosed = models.JSONField(null=True, default=None)
    value_at_stake = models.BigIntegerField(default=0)
    due_on = models.DateField()
    proposed_on = models.DateField()
    status = models.SmallIntegerField(choices=ActionStatus.choices, default=ActionStatus.OPEN)
    not_now = models.SmallIntegerField(choices=NotNow.choices, null=True, blank=True)
    again_on = models.DateField(null=True, blank=True)
    outcome = models.SmallIntegerField(choices=Outcome.choices, default=Outcome.NONE)
    answer = models.TextField(max_length=2000, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_from = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=16, blank=True, default="")
    version = models.IntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ActionStatus.NOT_NOW, not_now__isnull=False) | ~Q(status=ActionStatus.NOT_NOW),
                name="action_not_now_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.ACCEPTED) | (Q(status=ActionStatus.DONE) & ~Q(offer="")),
                name="action_accepted_was_offered",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "status", "due_on", "rank", "id"], name="action_owner_today"),
            models.Index(fields=["team", "status", "due_on", "rank", "id"], name="action_team_today"),
            models.Index(fields=["customer", "status", "-id"], name="action_customer"),
            models.Index(fields=["offer", "status"], name="action_offer"),  # how many of an offer are proposed just now
            # few letters hold more than one leaflet
            models.Index(fields=["status"], condition=Q(enclosed__isnull=False), name="action_enclosed"),
            models.Index(fields=["due_on", "id"], name="action_due"),  # the list of a whole firm walks it
            # few of all are answered, and none of the others is asked for by who answered
            models.Index(
                fields=["answered_by", "answered_at"],
                condition=Q(answered_by__isnull=False),
                name="action_answered",
            ),
        ]


class OfferAnswer(models.Model):
    """What a customer said to an offer, once for each time that somebody asked: decisions rest by it and learn from it, after
    its action has long opened again. Taken back with the answer. Until then a refusal stays one, whatever is answered later.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="offer_answers")
    offer = models.CharField(max_length=60)
    channel = models.SmallIntegerField()
    outcome = models.SmallIntegerField(choices=Outcome.choices)
    answered_at = models.DateTimeField()
    answered_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "offer", "answered_at"], name="offer_answer_once"),
            models.CheckConstraint(condition=~Q(outcome=Outcome.NONE) & ~Q(offer=""), name="offer_answer_says"),
        ]
        indexes = [models.Index(fields=["answered_on"], name="offer_answer_day")]


PERSONAL = {
    "Action": {"reason_facts": "behaviour", "evidence": "behaviour", "answer": "declared", "due_on": "behaviour"},
    "OfferAnswer": {"answered_on": "behaviour"},
}
NOT_PERSONAL = {
    "Action": [
        "code",
        "key",
        "origin",
        "signal_key",
        "offer",
        "enclosed",
        "reason",
        "digest",
        "proposed_on",
        "again_on",
    ],
    "OfferAnswer": ["offer"],
}
