"""What was said: calls, visits, messages, letters."""

from django.db import models

from guanxi.ground.ids import new_code
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel


class Conversation(models.Model):
    """One contact. `follow_up_on` is the day on which somebody here owes the next step."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    on = models.DateField()
    channel = models.SmallIntegerField(choices=Channel.choices)
    direction = models.SmallIntegerField(choices=Direction.choices, default=Direction.OUT)
    by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120, blank=True, default="")
    summary = models.TextField(max_length=20_000, blank=True, default="")
    outcome = models.SmallIntegerField(choices=Outcome.choices, default=Outcome.NONE)
    follow_up_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=64, blank=True, default="")
    deleted_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="conversation_customer")]


PERSONAL = {
    "Conversation": {
        "summary": "declared",
        "on": "behaviour",
        "at": "behaviour",
        "follow_up_on": "behaviour",
        "by_name": "identity",
    }
}
NOT_PERSONAL = {"Conversation": ["code", "reference", "deleted_at"]}
