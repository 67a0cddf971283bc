"""What was said: calls, visits, messages, letters."""

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.record.conversations.choices import Direction, Heard, Outcome
from guanxi.record.customers.choices import Channel


class Conversation(models.Model):
    """One contact. `follow_up_on` is the day on which somebody here owes the next step; `usage`, `needs`, `news` and
    `greetings` are the four points of a return visit (CARE-02). `heard` is what it told of why he may leave, `rival` the competitor
    he named, `met_on` the day on which what we did not have was there for him (until then the request is open).
    `corrected_at`: the last time that other words were put in their place; those before stand in the journal (corrections.py).
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    on = models.DateField()
    channel = models.SmallIntegerField(choices=Channel.choices)
    direction = models.SmallIntegerField(choices=Direction.choices, default=Direction.OUT)
    by = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120, blank=True, default="")
    summary = models.TextField(max_length=20_000, blank=True, default="")
    usage = models.TextField(max_length=2_000, blank=True, default="")
    needs = models.TextField(max_length=2_000, blank=True, default="")
    news = models.TextField(max_length=2_000, blank=True, default="")
    greetings = models.TextField(max_length=2_000, blank=True, default="")
    outcome = models.SmallIntegerField(choices=Outcome.choices, default=Outcome.NONE)
    heard = models.SmallIntegerField(choices=Heard.choices, default=Heard.NOTHING)
    rival = models.ForeignKey(
        "catalogue.Rival", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    met_on = models.DateField(null=True, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=64, blank=True, default="")
    has_files = models.BooleanField(default=False)
    corrected_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-on", "-id"], name="conversation_customer"),
            models.Index(fields=["by", "on"], name="conversation_by"),
            models.Index(fields=["on", "id"], name="conversation_day"),  # the list of a whole firm walks it
            models.Index(fields=["heard", "-on"], condition=~Q(heard=0), name="conversation_heard"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(met_on=None) | Q(heard=Heard.PRODUCT_GAP), name="conversation_met"),
        ]


class Attachment(models.Model):
    """A file that belongs to a contact. `stored` is its random name below GUANXI_HOME/files, `name` what people called
    it; `media_type` is what its content is, never what somebody said it was. The files of one contact are few.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=60, unique=True)
    media_type = models.CharField(max_length=80)
    size = models.IntegerField()
    at = models.DateTimeField()


PERSONAL = {
    "Attachment": {"name": "declared", "at": "behaviour"},
    "Conversation": {
        "summary": "declared",
        "usage": "declared",
        "needs": "declared",
        "news": "declared",
        "greetings": "declared",
        "on": "behaviour",
        "at": "behaviour",
        "corrected_at": "behaviour",
        "follow_up_on": "behaviour",
        "met_on": "behaviour",
        "by_name": "identity",
    },
}
NOT_PERSONAL = {
    "Attachment": ["code", "stored", "media_type"],
    "Conversation": ["code", "reference", "deleted_at"],
}
