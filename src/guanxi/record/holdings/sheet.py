"""The sheet of holdings: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import DAYS_AHEAD, Column, Filter, Kind, Operator, Sheet, choices_of
from guanxi.record.customers.choices import Tier
from guanxi.record.holdings.choices import HoldingStatus

_STATUSES, _TIERS = choices_of(HoldingStatus), choices_of(Tier)

HOLDINGS = Sheet(
    noun="holding",
    label=_("Holdings"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s", grouped=True),
        Column("product", _("Product"), sortable=True, grouped=True),
        Column("reference", pgettext_lazy("holding", "Number"), Kind.MASKED, mask="account"),
        Column(
            "status", pgettext_lazy("holding", "Status"), Kind.BADGE, sortable=True, choices=_STATUSES, grouped=True
        ),
        Column("opened_on", _("Since"), Kind.DATE, sortable=True),
        Column("closed_on", pgettext_lazy("holding", "Closed"), Kind.DATE, sortable=True, optional=True),
        Column("renewal_on", pgettext_lazy("holding", "Ends or renews"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("status", pgettext_lazy("holding", "Status"), choices=_STATUSES),
        Filter("renewal_on", pgettext_lazy("holding", "Ends or renews"), DAYS_AHEAD, kind=Kind.DATE),
        Filter("product", _("Product"), (Operator.IN, Operator.EMPTY)),
        Filter("tier", pgettext_lazy("condition", "Tier"), choices=_TIERS),
        Filter("opened_on", _("Since"), kind=Kind.DATE),
        Filter("closed_on", pgettext_lazy("holding", "Closed"), kind=Kind.DATE),
        Filter("customer", _("Customer"), (Operator.IN,)),
    ),
    sorts=("-opened_on", "renewal_on", "product", "status", "-closed_on", "name", "tier"),
)
