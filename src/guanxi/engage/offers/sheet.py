"""The sheet of offers: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.engage.offers.choices import Issue, OfferStatus, RegulatoryClass
from guanxi.ground.sheets import KNOWN_DAYS, Column, Filter, Kind, Operator, Sheet, choices_of

_ISSUES, _STATUSES, _CLASSES = choices_of(Issue), choices_of(OfferStatus), choices_of(RegulatoryClass)
_ISSUE, _STATUS = pgettext_lazy("offer", "What for"), pgettext_lazy("offer", "Status")
_REGULATED = pgettext_lazy("offer", "Regulated as")

OFFERS = Sheet(
    noun="offer",
    label=_("Offers"),
    columns=(
        Column("name", pgettext_lazy("offer", "Offer")),
        Column("reference", pgettext_lazy("offer", "Short name"), sortable=True),
        Column("status", _STATUS, Kind.BADGE, sortable=True, choices=_STATUSES, grouped=True),
        Column("issue", _ISSUE, Kind.BADGE, sortable=True, choices=_ISSUES, grouped=True),
        Column("family", pgettext_lazy("product", "Family"), sortable=True, optional=True),
        Column("regulated", _REGULATED, Kind.BADGE, sortable=True, choices=_CLASSES, optional=True),
        Column("value", _("Value of an acceptance"), Kind.MONEY, sortable=True),
        Column("valid_to", _("Until"), Kind.DATE, sortable=True),
        Column("changed_at", _("Changed"), Kind.MOMENT, sortable=True),
    ),
    filters=(
        Filter("status", _STATUS, choices=_STATUSES),
        Filter("issue", _ISSUE, choices=_ISSUES),
        Filter("regulated", _REGULATED, choices=_CLASSES),
        Filter("family", pgettext_lazy("product", "Family"), (Operator.IN, Operator.NOT_IN, Operator.EMPTY)),
        Filter("reference", pgettext_lazy("offer", "Short name"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("name_zh", _("Name in Chinese"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("name_en", _("Name in English"), (Operator.CONTAINS, Operator.IS), kind=Kind.TEXT),
        Filter("valid_to", _("Until"), kind=Kind.DATE),
        Filter("changed_at", _("Changed"), KNOWN_DAYS, kind=Kind.MOMENT),
    ),
    sorts=("-changed_at", "reference", "status", "issue", "family", "regulated", "-value", "valid_to"),
)
