"""The sheet of dealings: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import KNOWN_DAYS, Choice, Column, Filter, Kind, Operator, Sheet, choices_of
from guanxi.record.customers.choices import Channel, Tier

_CHANNELS, _TIERS = choices_of(Channel), choices_of(Tier)
_CANCELLED = (Choice(0, "", "no"), Choice(1, _("cancelled"), "yes"))
_CANCELLED_OR_NOT = (Choice(1, _("cancelled"), "yes"), Choice(0, _("not cancelled"), "no"))

DEALINGS = Sheet(
    noun="dealing",
    label=_("Dealings"),
    columns=(
        Column("name", _("Customer"), Kind.MASKED, sortable=True, mask="name"),
        Column("tier", _("Tier"), Kind.BADGE, sortable=True, choices=_TIERS, width="s", grouped=True),
        Column("product", _("Product"), sortable=True, grouped=True),
        Column("category", _("Category"), sortable=True, optional=True),
        Column("channel", _("Channel"), Kind.BADGE, sortable=True, choices=_CHANNELS, grouped=True),
        Column("quantity", _("Quantity"), Kind.NUMBER, sortable=True, optional=True),
        Column("order", _("Order"), sortable=True, optional=True),
        Column("cancelled", pgettext_lazy("dealing", "Cancelled"), Kind.BADGE, sortable=True, choices=_CANCELLED, optional=True),
        Column("currency", _("Currency"), sortable=True, optional=True, grouped=True),
        Column("amount", pgettext_lazy("dealing", "Amount"), Kind.MONEY, sortable=True, summed=True),
        Column("occurred_on", _("Day"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("occurred_on", _("Day"), KNOWN_DAYS, kind=Kind.DATE),
        Filter("amount", pgettext_lazy("dealing", "Amount"), kind=Kind.MONEY),
        Filter("product", _("Product"), (Operator.IN,)),
        Filter("channel", _("Channel"), choices=_CHANNELS),
        Filter("tier", pgettext_lazy("condition", "Tier"), choices=_TIERS),
        Filter("category", _("Category"), kind=Kind.TEXT),
        Filter("currency", _("Currency"), (Operator.IN,)),
        Filter("cancelled", pgettext_lazy("dealing", "Cancelled"), (Operator.IN,), _CANCELLED_OR_NOT),
        Filter("customer", _("Customer"), (Operator.IN,)),
    ),
    sorts=(
        "-occurred_on", "-amount", "name", "tier", "product", "category", "channel", "-quantity", "order", "cancelled", "currency",
    ),
)  # fmt: skip
