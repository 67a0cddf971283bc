"""The sheet of customers: what lists, forms and exports show and ask, declared once."""

from django.utils.translation import gettext_lazy as _

from guanxi.ground.sheets import Choice, Column, Filter, Kind, Operator, Sheet
from guanxi.record.customers.choices import Stage, State, Tier

_TIERS = tuple(Choice(tier.value, tier.label) for tier in Tier)
_STATES = tuple(Choice(state.value, state.label) for state in State)
_STAGES = tuple(Choice(stage.value, stage.label) for stage in Stage)

CUSTOMERS = Sheet(
    noun="customer",
    label=_("Customers"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s"),
        Column("state", _("State"), Kind.BADGE, sortable=True, choices=_STATES),
        Column("stage", _("Stage"), Kind.BADGE, choices=_STAGES),
        Column("owner", _("Manager"), Kind.PERSON, sortable=True),
        Column("city", _("City")),
        Column("phone", _("Phone"), Kind.MASKED, mask="phone"),
        Column("reference", _("Reference"), optional=True),
        Column("company", _("Company"), optional=True),
        Column("value", _("Value"), Kind.MONEY, sortable=True),
        Column("last_contact", _("Last contact"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("tier", _("Tier"), (Operator.IN,), _TIERS),
        Filter("state", _("State"), (Operator.IN,), _STATES),
        Filter("stage", _("Stage"), (Operator.IN,), _STAGES),
        Filter("owner", _("Manager"), (Operator.IN,)),
        Filter("city", _("City"), (Operator.IN,)),
    ),
    sorts=("-value", "tier", "state", "name", "owner", "-last_contact"),
)
