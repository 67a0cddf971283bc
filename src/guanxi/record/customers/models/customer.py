"""The head row: one row a customer, with everything that lists filter, sort and show (decision 6)."""

import datetime as dt

from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.record.customers.choices import CustomerKind, Gender, Stage, State, Tier

# "No contact yet": a real date, because keyset paging compares rows and NULL compares with nothing.
NEVER = dt.date(1900, 1, 1)
# Neither deleted nor merged. Queries by key say it so, never by `gone`, with which every list index begins: a planner
# that knows no figures (SQLite's) would walk a million entries of such an index instead of fetching eighty keys.
PRESENT = Q(deleted_at=None, merged_into=None)


class City(models.Model):
    """A city by name, so that the head row carries a small integer."""

    name = models.CharField(max_length=60)
    form = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form"], name="city_form")]


class Household(models.Model):
    """People who keep house together; linked by the adults themselves (IDC-06)."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)


class Customer(models.Model):
    """A person or an organisation. Written only through the services of this app, in bulk.

    `owner`, `team`, `city`, `tier`, `state`, `value`, `last_contact_on` and `name_key` stand here for the list indexes,
    which a migration builds per database (`list_indexes.py`). `value` is in minor units of the firm's currency.
    A merged customer keeps row and code and points to the winner by `merged_into`. `gone` is 1 for deleted and merged
    rows: the database computes it, and every list index begins with it. `reference` repeats the firm's own number for
    showing; that no two customers have the same is held by the identifiers.
    """

    code = models.CharField(max_length=12, default=new_code)
    kind = models.SmallIntegerField(choices=CustomerKind.choices, default=CustomerKind.PERSON)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=120, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    gender = models.SmallIntegerField(choices=Gender.choices, default=Gender.UNKNOWN)
    birthday = models.DateField(null=True, blank=True)
    company = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="members"
    )
    owner = models.ForeignKey("identity.Staff", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    team = models.ForeignKey("identity.Team", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    city = models.ForeignKey(City, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    stage = models.SmallIntegerField(choices=Stage.choices, default=Stage.PROSPECT)
    state = models.SmallIntegerField(choices=State.choices, default=State.NONE)
    tier = models.SmallIntegerField(choices=Tier.choices, default=Tier.NONE)
    value = models.BigIntegerField(default=0)
    last_contact_on = models.DateField(default=NEVER)
    version = models.IntegerField(default=1)
    created_on = models.DateField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    gone = models.GeneratedField(
        expression=models.Case(
            models.When(deleted_at__isnull=True, merged_into__isnull=True, then=models.Value(0)),
            default=models.Value(1),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            # Not `unique=True`: Django would add a second index for LIKE, which no query needs and every import pays.
            models.UniqueConstraint(fields=["code"], name="customer_code"),
            # Ranges, not lists: Django's reader of SQLite tables stumbles over the commas of a list.
            models.CheckConstraint(condition=Q(stage__range=(Stage.PROSPECT, Stage.REGAINED)), name="customer_stage"),
            models.CheckConstraint(condition=Q(state__range=(State.NONE, State.LAPSED)), name="customer_state"),
            models.CheckConstraint(condition=Q(tier__range=(Tier.A, Tier.C)) | Q(tier=Tier.NONE), name="customer_tier"),
            # Whom a manager owns stands in that manager's team: both or neither.
            models.CheckConstraint(condition=Q(owner=None) | Q(team__isnull=False), name="customer_owner_has_team"),
        ]
        # The list indexes stand in list_indexes.py: they differ by database.
        indexes = [
            models.Index(fields=["household"], condition=Q(household__isnull=False), name="customer_household"),
            # the bin: what was deleted last comes first
            models.Index(
                fields=["-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False, erased_at__isnull=True),
                name="customer_deleted",
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged_into"),
        ]
