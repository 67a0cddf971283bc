"""The firm, its tree of branches and teams, its staff, and the accounts they sign in with."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from guanxi.ground.ids import new_code
from guanxi.identity.choices import DateStyle, Density, MoneyStyle, NumberStyle, TeamKind, Theme


class Firm(models.Model):
    """The one firm of this installation (decision 4). `thresholds` overrides documented defaults by name;
    `backtests` holds by detector the last one that ran and the one that somebody looked at (insight.trials).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CNY")
    zone = models.CharField(max_length=60, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    margin_rate_ppm = models.IntegerField(default=1_000_000)
    thresholds = models.JSONField(default=dict, blank=True)
    backtests = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="firm_is_one")]


class Team(models.Model):
    """A node of the tree. `lo`…`hi` number the nodes in preorder: a node's subtree is `lo <= x.lo <= hi`."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = models.CharField(max_length=120)
    kind = models.SmallIntegerField(choices=TeamKind.choices, default=TeamKind.TEAM)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    lo = models.IntegerField(default=0)
    hi = models.IntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["lo", "hi"], name="team_lo_hi")]


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail without regard to case; the member of staff and the team come in the same query."""

    def get_queryset(self) -> "models.QuerySet[Account]":
        return super().get_queryset().select_related("staff__team")

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A sign-in: one e-mail, one password, the owner's ways of seeing."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    email = models.EmailField(max_length=200, unique=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    theme = models.CharField(max_length=10, blank=True, choices=Theme.choices)
    density = models.CharField(max_length=10, blank=True, choices=Density.choices)
    dates = models.CharField(max_length=10, blank=True, choices=DateStyle.choices)
    numbers = models.CharField(max_length=10, blank=True, choices=NumberStyle.choices)
    money = models.CharField(max_length=10, blank=True, choices=MoneyStyle.choices)
    first_steps = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def is_staff(self) -> bool:
        """Django's admin site is not installed; nobody is its staff."""
        return False


class Staff(models.Model):
    """A person who works here. Leaving sets `left_on`: rights end that day, history stays."""

    code = models.CharField(max_length=12, unique=True, default=new_code)
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="staff")
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=20)
    title = models.CharField(max_length=80, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    left_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["name_key", "id"], name="staff_name_key")]


class DayChange(models.Model):
    """A day on which the firm works, or does not, against the calendar of the country and the week."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)


PERSONAL = {"Account": {"email": "contact"}, "Staff": {"name": "identity", "name_key": "identity"}}
NOT_PERSONAL = {
    "Firm": ["name", "currency", "zone", "language", "thresholds", "backtests"],
    "Team": ["code", "name", "closed_on"],
    "DayChange": ["day", "name"],
    "Account": ["code", "password", "language", "zone", "theme", "density", "dates", "numbers", "money", "first_steps"],
    "Staff": ["code", "role", "title", "reference", "left_on"],
}
