"""Credit cases: what was noticed, what a person decided, what the customer was told and answered."""

from django.db import models
from django.db.models import F, Q

from guanxi.ground.ids import new_code
from guanxi.rescue.credit.choices import About, CaseKind, CaseState, Decision, Way


class CreditCase(models.Model):
    """A case about a customer's limit: of one episode of the signal `credit_downshift`, or about a higher one (RSK-01).

    `evidence` is the signal's as it stood when the case was last brought up to date, or the months that support a higher limit;
    `signal_key` the signal's key, or a digest of the occasion. Money in minor units of `currency`: `limit` of the cards
    together (None: none is known), `owed` and pending (`pending` None: the record is not told), `highest` of the months,
    `proposed` (None: not sure, or nothing lower comes out). Of a higher limit: when the customer agreed, the declared monthly
    `income`, and whether a person saw in the card system that payments came on time; the record knows none of them.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    signal_key = models.CharField(max_length=80, unique=True)
    kind = models.PositiveSmallIntegerField(choices=CaseKind, default=CaseKind.LOWER)
    state = models.PositiveSmallIntegerField(choices=CaseState, default=CaseState.OPEN)
    opened_on = models.DateField()
    due_on = models.DateField()
    evidence = models.JSONField(default=dict)
    is_sure = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    limit = models.BigIntegerField(null=True, blank=True)
    owed = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(null=True, blank=True)
    highest = models.BigIntegerField(default=0)
    proposed = models.BigIntegerField(null=True, blank=True)

    decision = models.PositiveSmallIntegerField(choices=Decision, null=True, blank=True)
    why = models.TextField(max_length=2000, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    limit_decided = models.BigIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    first_limit = models.BigIntegerField(null=True, blank=True)
    second_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    income = models.BigIntegerField(null=True, blank=True)
    is_on_time = models.BooleanField(null=True, blank=True)

    appeal = models.TextField(max_length=2000, blank=True)
    appealed_on = models.DateField(null=True, blank=True)
    appeal_why = models.TextField(max_length=2000, blank=True)
    appeal_decided_on = models.DateField(null=True, blank=True)
    appeal_decided_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    recheck_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    end_why = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_decided=None)
                | Q(kind=CaseKind.LOWER, limit_decided__gte=F("owed"), limit_decided__lt=F("limit"))
                | Q(kind=CaseKind.RAISE, limit_decided__gt=F("limit"), agreed_on__isnull=False, is_on_time=True),
                name="credit_limit_bounds",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None) | Q(decided_by=None) | ~Q(appeal_decided_by=F("decided_by")),
                name="credit_appeal_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(CaseState.OPEN, CaseState.WITHDRAWN)) | Q(decision__isnull=False),
                name="credit_decided",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="credit_state_due")]


class Notice(models.Model):
    """What the customer is told of a case, word for word, in the language and the version of the wording of that day."""

    case = models.ForeignKey(CreditCase, on_delete=models.CASCADE, related_name="notices")
    number = models.PositiveSmallIntegerField()
    about = models.PositiveSmallIntegerField(choices=About)
    language = models.CharField(max_length=10)
    wording = models.CharField(max_length=20)
    body = models.TextField()
    written_on = models.DateField()
    written_by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField(null=True, blank=True)
    way = models.PositiveSmallIntegerField(choices=Way, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="notice_number"),
            models.CheckConstraint(condition=Q(given_on=None) | Q(way__isnull=False), name="notice_given_by_a_way"),
        ]


PERSONAL = {
    "CreditCase": {
        "evidence": "behaviour",
        "why": "content",
        "appeal": "content",
        "appeal_why": "content",
        "end_why": "content",
    },
    "Notice": {"body": "content"},
}
NOT_PERSONAL = {
    "CreditCase": [
        "code", "signal_key", "currency", "contact", "opened_on", "due_on", "starts_on", "second_on", "ends_on", "decided_on",
        "told_on", "agreed_on", "appealed_on", "appeal_decided_on", "recheck_on", "ended_on",
    ],
    "Notice": ["language", "wording", "written_on", "given_on"],
}  # fmt: skip
