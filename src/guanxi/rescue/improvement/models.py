"""Improvement cases: one a cause and quarter, with who works on it until when, what was done, and the loss rate before and after."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.rescue.improvement.choices import CaseState
from guanxi.rescue.winback.choices import LossCause


class ImprovementCase(models.Model):
    """A case. `quarter_on` is the first day of the quarter, `losses` and `worth` (minor units) are that quarter's on the cause, as
    known by now. `owner` is proposed by the night until somebody takes it. `rates` are figures of the refresh: `before` and
    `after` with losses, exposure (customer-months), rate, lower and upper, first and last month.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    cause = models.CharField(max_length=20, choices=LossCause)
    quarter_on = models.DateField()
    state = models.PositiveSmallIntegerField(choices=CaseState, default=CaseState.PROPOSED)
    opened_on = models.DateField()
    due_on = models.DateField()
    losses = models.PositiveIntegerField()
    worth = models.BigIntegerField(default=0)
    rates = models.JSONField(default=dict)
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    done = models.TextField(max_length=2000, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    result = models.TextField(max_length=2000, blank=True, default="")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "quarter_on"], name="improvement_once"),
            models.CheckConstraint(
                condition=Q(state=CaseState.PROPOSED) | Q(owner__isnull=False), name="improvement_taken_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.DONE) | Q(done_on__isnull=False), name="improvement_done_on"
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.CLOSED) | Q(closed_on__isnull=False), name="improvement_closed_on"
            ),
        ]


# what people write about a cause may name somebody
PERSONAL = {"ImprovementCase": {"done": "content", "result": "content"}}
NOT_PERSONAL = {
    "ImprovementCase": ["code", "cause", "quarter_on", "opened_on", "due_on", "rates", "done_on", "closed_on"],
}
