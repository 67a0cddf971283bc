"""The sheets of products and of housing estates: what their lists show and ask."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import Column, Filter, Kind, Operator, Sheet

PRODUCTS = Sheet(
    noun="product",
    label=_("Products"),
    columns=(
        Column("name", _("Product"), sortable=True),
        Column("reference", _("Reference"), sortable=True),
        Column("family", pgettext_lazy("product", "Family"), sortable=True, grouped=True),
        Column("margin", _("Margin %"), Kind.NUMBER, sortable=True),
    ),
    filters=(
        Filter("name", _("Product"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("family", pgettext_lazy("product", "Family"), (Operator.IN, Operator.NOT_IN, Operator.EMPTY)),
        Filter("margin", _("Margin %"), kind=Kind.NUMBER),
        Filter("reference", _("Reference"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
    ),
    sorts=("name", "reference", "family", "-margin"),
)

ESTATES = Sheet(
    noun="estate",
    label=_("Estates"),
    columns=(
        Column("name", _("Estate"), sortable=True),
        Column("city", _("City"), sortable=True, grouped=True),
        Column("district", _("District"), sortable=True),
        Column("handover_on", _("Handed over"), Kind.DATE, sortable=True),
    ),
    filters=(
        Filter("name", _("Estate"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("city", _("City"), (Operator.IN, Operator.NOT_IN)),
        Filter("handover_on", _("Handed over"), kind=Kind.DATE),
        Filter("district", _("District"), kind=Kind.TEXT),
    ),
    sorts=("name", "city", "district", "-handover_on"),
)
