"""The sheet of imports: what their list shows and asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.ground.sheets import KNOWN_DAYS, Choice, Column, Filter, Kind, Sheet, choices_of
from guanxi.record.imports.choices import ImportStatus

_STATUSES = choices_of(ImportStatus)
_KINDS = (
    Choice("customers", _("Customers")),
    Choice("holdings", _("Holdings")),
    Choice("dealings", _("Dealings")),
    Choice("balances", _("Balances")),
    Choice("conversations", _("Conversations")),
    Choice("products", _("Products")),
    Choice("estates", _("Estates")),
)

IMPORTS = Sheet(
    noun="import",
    label=_("Imports"),
    columns=(
        Column("file_name", _("File"), sortable=True),
        Column("kind", pgettext_lazy("import", "What"), Kind.BADGE, sortable=True, choices=_KINDS, grouped=True),
        Column("status", pgettext_lazy("import", "Status"), Kind.BADGE, sortable=True, choices=_STATUSES, grouped=True),
        Column("feed", _("Delivery"), sortable=True, optional=True),
        Column("rows", _("Rows"), Kind.NUMBER, sortable=True, summed=True),
        Column("created", pgettext_lazy("import", "New"), Kind.NUMBER, sortable=True, summed=True),
        Column("updated", pgettext_lazy("import", "Changed"), Kind.NUMBER, sortable=True, summed=True),
        Column(
            "unchanged", pgettext_lazy("import", "As before"), Kind.NUMBER, sortable=True, optional=True, summed=True
        ),
        Column(
            "skipped", pgettext_lazy("import", "Passed over"), Kind.NUMBER, sortable=True, optional=True, summed=True
        ),
        Column("failed", pgettext_lazy("import", "Not taken in"), Kind.NUMBER, sortable=True, summed=True),
        Column("started_at", pgettext_lazy("import", "Begun"), Kind.MOMENT, sortable=True),
    ),
    filters=(
        Filter("kind", pgettext_lazy("import", "What"), choices=_KINDS),
        Filter("status", pgettext_lazy("import", "Status"), choices=_STATUSES),
        Filter("started_at", pgettext_lazy("import", "Begun"), KNOWN_DAYS, kind=Kind.MOMENT),
        Filter("failed", pgettext_lazy("import", "Not taken in"), kind=Kind.NUMBER),
        Filter("rows", _("Rows"), kind=Kind.NUMBER),
        Filter("created", pgettext_lazy("import", "New"), kind=Kind.NUMBER),
        Filter("updated", pgettext_lazy("import", "Changed"), kind=Kind.NUMBER),
        Filter("unchanged", pgettext_lazy("import", "As before"), kind=Kind.NUMBER),
        Filter("skipped", pgettext_lazy("import", "Passed over"), kind=Kind.NUMBER),
        Filter("file_name", _("File"), kind=Kind.TEXT),
        Filter("feed", _("Delivery"), kind=Kind.TEXT),
    ),
    sorts=(
        "-started_at",
        "file_name",
        "kind",
        "status",
        "-rows",
        "-failed",
        "feed",
        "-created",
        "-updated",
        "-unchanged",
        "-skipped",
    ),
)
