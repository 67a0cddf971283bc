"""Abuse reviews: what was counted or found, who proposed, who confirmed, what the customer was told and answered, until when."""

from django.db import models
from django.db.models import F, Q

from guanxi.ground.ids import new_code
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState, Told
from guanxi.rescue.abuse.rules import IN_FORCE
from guanxi.rescue.credit.choices import Way


class AbuseReview(models.Model):
    """One review: of an episode of the signal `abuse_review`, whose evidence it keeps, or of a fraud hit that a person noted.

    `key` is the signal's, or the review's own code. `found` are the words of a fraud hit. A flag in force ends on `expires_on`;
    while it holds, and of a fraud hit from the first day, sales rest by `suppression`.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, unique=True)
    kind = models.PositiveSmallIntegerField(choices=ReviewKind)
    state = models.PositiveSmallIntegerField(choices=ReviewState, default=ReviewState.OPEN)
    opened_on = models.DateField()
    due_on = models.DateField()
    evidence = models.JSONField(default=dict)
    found = models.TextField(max_length=2000, blank=True)
    suppression = models.ForeignKey(
        "suppressions.Suppression", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    proposal = models.TextField(max_length=2000, blank=True)
    proposed_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(max_length=2000, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)

    appeal = models.TextField(max_length=2000, blank=True)
    appealed_on = models.DateField(null=True, blank=True)
    appeal_why = models.TextField(max_length=2000, blank=True)
    appeal_decided_on = models.DateField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_FORCE))
                | (Q(proposed_by__isnull=False, decided_by__isnull=False, expires_on__isnull=False))
                & ~Q(proposed_by=F("decided_by")),
                name="abuse_two_people",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None)
                | ~Q(appeal_decided_by=F("decided_by")) & ~Q(appeal_decided_by=F("proposed_by")),
                name="abuse_appeal_third_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="abuse_state_due")]


class ReviewNotice(models.Model):
    """What the customer is told, word for word, in the language and the version of the wording of that day."""

    review = models.ForeignKey(AbuseReview, on_delete=models.CASCADE, related_name="notices")
    number = models.PositiveSmallIntegerField()
    about = models.PositiveSmallIntegerField(choices=Told)
    language = models.CharField(max_length=10)
    wording = models.CharField(max_length=20)
    body = models.TextField()
    written_on = models.DateField()
    written_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(null=True, blank=True)
    way = models.PositiveSmallIntegerField(choices=Way, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="review_notice_number"),
            models.CheckConstraint(condition=Q(given_on=None) | Q(way__isnull=False), name="review_notice_by_a_way"),
        ]


PERSONAL = {
    "AbuseReview": {
        "evidence": "behaviour",
        "found": "content",
        "proposal": "content",
        "why": "content",
        "appeal": "content",
        "appeal_why": "content",
    },
    "ReviewNotice": {"body": "content"},
}
NOT_PERSONAL = {
    "AbuseReview": [
        "code", "key", "contact", "opened_on", "due_on", "proposed_on", "decided_on", "expires_on", "told_on", "appealed_on",
        "appeal_decided_on", "ended_on",
    ],
    "ReviewNotice": ["language", "wording", "written_on", "given_on"],
}  # fmt: skip
