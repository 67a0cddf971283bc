"""What insight computed about each customer: one edition at a time, switched whole."""

from django.db import models

from guanxi.record.standing.choices import Cause, Loyalty


class Edition(models.Model):
    """One published edition. The current one is the row with the largest id and a `published_at`."""

    name = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    started_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    customers = models.BigIntegerField(default=0)
    dealings = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)


class Standing(models.Model):
    """One row a customer of the current edition; the table is built aside and renamed into place.

    Money in minor units of the firm's currency; days count to the edition's as-of date; probabilities 0…1. `monetary` is a mean and
    keeps its fractions. `volume`: net dealings of 365 days and the mean balance of twelve months. `runs_outside` counts the monthly
    runs in a row in which the value stood beyond the line for leaving the tier, and `outside_before` what it was when this month
    began (decisioning 4.1).
    """

    customer_id = models.BigIntegerField(primary_key=True)
    tier = models.SmallIntegerField()
    tier_strict = models.SmallIntegerField()
    is_vip = models.BooleanField(default=False)
    runs_outside = models.SmallIntegerField(default=0)
    outside_before = models.SmallIntegerField(default=0)
    value = models.BigIntegerField()
    potential = models.BigIntegerField(null=True)
    frequency = models.IntegerField(null=True)
    recency_days = models.IntegerField(null=True)
    age_days = models.IntegerField(null=True)
    monetary = models.FloatField(null=True)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    expected_purchases_365 = models.FloatField(null=True)
    lifetime_value = models.BigIntegerField(null=True)
    probability_alive = models.FloatField(null=True)
    rfm = models.CharField(max_length=3, blank=True)
    rfm_class = models.CharField(max_length=20, blank=True)
    state = models.SmallIntegerField()
    loyalty = models.FloatField(null=True)
    loyalty_coverage = models.FloatField(null=True)
    loyalty_class = models.CharField(max_length=12, choices=Loyalty.choices, blank=True, default="")
    is_worth_keeping = models.BooleanField(default=False)
    is_in_danger = models.BooleanField(default=False)
    loss_risk = models.FloatField(null=True)
    grade = models.CharField(max_length=1, blank=True)
    volume = models.BigIntegerField(null=True)


class StandingMove(models.Model):
    """Tier or state of a customer changed with an edition (SEG-01: movement and its history)."""

    customer_id = models.BigIntegerField()
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="moves")
    on = models.DateField()
    field = models.CharField(max_length=10)
    old = models.SmallIntegerField()
    new = models.SmallIntegerField()
    cause = models.SmallIntegerField(choices=Cause.choices, default=Cause.UNKNOWN)

    class Meta:
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="standing_move_customer"),
            models.Index(fields=["field", "old", "new", "-on", "-id"], name="standing_move_kind"),
        ]


class Cell(models.Model):
    """A part of the current edition's customers, counted: those of one owner and team in one tier and state. The page of
    the whole adds up what one may see and never looks at the customers themselves. `newcomers` bought for the first time
    in the quarter of the edition's day.
    """

    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    tier = models.SmallIntegerField()
    state = models.SmallIntegerField()
    customers = models.IntegerField()
    newcomers = models.IntegerField(default=0)
    value = models.BigIntegerField()


class Flow(models.Model):
    """How many of one owner's and team's customers moved from tier to tier with an edition, why, and what they are worth."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="flows", db_index=False)
    on = models.DateField()
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    old = models.SmallIntegerField()
    new = models.SmallIntegerField()
    cause = models.SmallIntegerField(choices=Cause.choices)
    customers = models.IntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["on"], name="standing_flow_on")]


class Growth(models.Model):
    """What came in, grew and was lost of a team's customers with all below it (`team_id` null: of the whole firm), told by
    the current edition: figures and sentences as words and params.
    """

    team_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team_id"], name="standing_growth_team")]


class AlarmCell(models.Model):
    """Alarms of one owner's and team's customers that are open or were lately, counted: by kind, by the day on which they became
    alarms and the day of the first contact after it (null: none yet). `at_stake` is a month's money.
    """

    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    tier = models.SmallIntegerField()
    kind = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    alarmed_on = models.DateField()
    contacted_on = models.DateField(null=True)
    signals = models.IntegerField()
    at_stake = models.BigIntegerField()


PERSONAL = {
    "Standing": {
        "rfm": "behaviour",
        "rfm_class": "behaviour",
        "loyalty_class": "behaviour",
        "first_on": "transaction",
        "last_on": "transaction",
    },
}
NOT_PERSONAL = {
    "Edition": ["name", "as_of", "facts"],
    "Growth": ["facts"],
    "Standing": ["grade"],
    "StandingMove": ["on", "field"],
    "Flow": ["on"],
    "AlarmCell": ["kind", "alarmed_on", "contacted_on"],
}
