"""What a customer declares of himself, beside his name and how to reach him. The numbers are stored: never renumber, only add."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fact(models.IntegerChoices):
    EMPLOYEES = 1, _("Employees")
    TURNOVER = 2, _("Turnover a year")
    CREDIT = 3, _("Credit grade")
    MULTINATIONAL = 11, _("multinational")
    FOREIGN_OWNED = 12, _("foreign-owned")
    JOINT_VENTURE = 13, _("joint venture")
    EXPORTER = 14, _("export-oriented")
    GROUP = 15, _("group of companies")
    HIGH_TECH = 16, _("high-tech")
    STABLE_INCOME = 21, _("stable income")
    EDUCATED = 22, _("higher education")
    WEALTH_WISH = 23, _("wishes to manage wealth")


class Grade(models.IntegerChoices):
    """How much of something; 0 is not known. A door of counts and lists."""

    UNKNOWN = 0, "–"
    LOW = 1, _("1 low")
    MIDDLE = 2, _("2 middle")
    HIGH = 3, _("3 high")
