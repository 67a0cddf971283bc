"""The sheet of colleagues: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import Choice, Column, Filter, Kind, Operator, Sheet
from guanxi.identity.roles import ROLES

_ROLES = tuple(Choice(role.name, role.label) for role in ROLES.values())

STAFF = Sheet(
    noun="staff",
    label=_("Colleagues"),
    columns=(
        Column("name", _("Name"), sortable=True),
        Column("role", pgettext_lazy("staff", "Role"), Kind.BADGE, sortable=True, choices=_ROLES, grouped=True),
        Column("team", _("Team"), sortable=True, grouped=True),
        Column("title", pgettext_lazy("staff", "Title"), sortable=True),
        Column("reference", _("Reference"), sortable=True, optional=True),
    ),
    filters=(
        Filter("role", pgettext_lazy("staff", "Role"), choices=_ROLES),
        Filter("team", _("Team"), (Operator.IN,)),
        Filter("name", _("Name"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("title", pgettext_lazy("staff", "Title"), kind=Kind.TEXT),
        Filter("reference", _("Reference"), kind=Kind.TEXT),
    ),
    sorts=("name", "team", "role", "title", "reference"),
)
