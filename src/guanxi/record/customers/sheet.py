"""The sheet of customers: what lists, forms and exports show and ask, declared once."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import KNOWN_DAYS, YEARLY_DAYS, Column, Filter, Kind, Operator, Sheet, choices_of
from guanxi.record.customers.choices import CustomerKind, Stage, State, Tier

_TIERS, _STATES, _STAGES = choices_of(Tier), choices_of(State), choices_of(Stage)
_KINDS = choices_of(CustomerKind)

# Orders that no list index gives: of as many customers as are counted, no more.
FAR_SORTS = ("-potential", "-risk", "-created", "birthday", "company", "source", "reference", "kind")

CUSTOMERS = Sheet(
    noun="customer",
    label=_("Customers"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s", grouped=True),
        Column("state", _("State"), Kind.BADGE, sortable=True, choices=_STATES, grouped=True),
        Column("stage", _("Stage"), Kind.BADGE, sortable=True, choices=_STAGES, grouped=True),
        Column("owner", _("Manager"), Kind.PERSON, sortable=True, grouped=True),
        Column("city", _("City"), sortable=True, grouped=True),
        Column("phone", _("Phone"), Kind.MASKED, mask="phone"),
        Column("team", _("Team"), sortable=True, grouped=True, optional=True),
        Column("kind", pgettext_lazy("customer", "Kind"), Kind.BADGE, sortable=True, choices=_KINDS, optional=True),
        Column("reference", _("Reference"), sortable=True, optional=True),
        Column("company", _("Company"), sortable=True, optional=True),
        Column("birthday", _("Birthday"), Kind.MASKED, sortable=True, mask="birthday", optional=True),
        Column("source", pgettext_lazy("customer", "Source"), sortable=True, optional=True),
        Column("created", pgettext_lazy("customer", "Entered"), Kind.DATE, sortable=True, optional=True),
        Column("value", _("Value"), Kind.MONEY, sortable=True, summed=True),
        # What insight and the work of the day add (MGR-12): read beside the rows, where they are asked for.
        Column("potential", _("Potential"), Kind.MONEY, sortable=True, optional=True),
        Column("risk", _("May stay away"), Kind.RISK, sortable=True, optional=True),
        Column("next", pgettext_lazy("action", "Next"), width="l", optional=True),
        Column("last_contact", _("Last contact"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("tier", pgettext_lazy("condition", "Tier"), choices=_TIERS),
        Filter("state", _("State"), choices=_STATES),
        Filter("last_contact", _("Last contact"), kind=Kind.DATE),
        Filter("owner", _("Manager"), kind=Kind.PERSON),
        Filter("value", _("Value"), kind=Kind.MONEY),
        Filter("stage", _("Stage"), choices=_STAGES),
        Filter("city", _("City"), (Operator.IN, Operator.EMPTY)),
        Filter("name", _("Customer"), (Operator.CONTAINS,), kind=Kind.MASKED),
        Filter("kind", pgettext_lazy("customer", "Kind"), choices=_KINDS),
        Filter("team", _("Team"), (Operator.IN,)),
        Filter("group", _("Group"), (Operator.IN,)),
        Filter("card", _("Preference card"), (Operator.CONTAINS,), kind=Kind.TEXT),
        Filter("birthday", _("Birthday"), YEARLY_DAYS, kind=Kind.DATE),
        Filter("created", pgettext_lazy("customer", "Entered"), KNOWN_DAYS, kind=Kind.DATE),
        Filter("company", _("Company"), kind=Kind.TEXT),
        Filter("source", pgettext_lazy("customer", "Source"), kind=Kind.TEXT),
    ),
    sorts=("-value", "tier", "state", "name", "owner", "-last_contact", "stage", "city", "team", *FAR_SORTS),
)
