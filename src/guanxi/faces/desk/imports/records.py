"""What an import made, row by row: each record with the page where it is seen, whatever its kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.queries import CustomerRow
from guanxi.record.imports.queries import ImportRow, RecordRow

Words = str | Promise


@dataclass(frozen=True)
class Made:
    """A record that a row became: where it is seen ('' where there is no page of it), what it is called, what else is
    said of it, whose it is, and the line of the file.
    """

    href: str
    name: str
    more: str
    whose: str
    line: str


@dataclass(frozen=True)
class RecordsPage:
    title: str
    back: tuple[str, str]
    heads: tuple[Words, Words, Words]
    tabs: list[tuple[str, str, str, bool]]
    rows: list[Made]
    more: str


def records_page(row: ImportRow, rows: Sequence[RecordRow], look: Look, *, what: str, following: int) -> RecordsPage:
    """The records that an import made, completed, or left as they were."""
    here = reverse("import_records", args=[row.code])
    labels = (
        ("created", pgettext("import", "New"), row.counts.created),
        ("updated", pgettext("import", "Completed"), row.counts.updated),
        ("unchanged", pgettext("import", "Unchanged"), row.counts.unchanged),
    )
    made = _MADE[row.kind]
    return RecordsPage(
        title=_("What the import made"),
        back=(reverse("import", args=[row.code]), row.file_name),
        heads=_HEADS.get(row.kind, _USUAL),
        tabs=[
            (f"{here}?what={name}", label, cells.number(count), name == what) for name, label, count in labels if count
        ],
        rows=[Made(*made(one, look), cells.number(one.line)) for one in rows],
        more=f"{here}?what={what}&after={following}" if following else "",
    )


Cells = tuple[str, str, str, str]


def _customer(one: RecordRow, look: Look) -> Cells:
    customer: CustomerRow = one.record
    phone = cells.plain_phone(customer.phone) if customer.phone else ""
    return reverse("customer", args=[customer.code]), customer.name, phone, customer.owner_name


def _holding(one: RecordRow, look: Look) -> Cells:
    row = one.record
    opened = _("since {day}").format(day=cells.short_date(row.opened_on, look.today)) if row.opened_on else ""
    return _of(one), row.product or row.reference, dotted((row.reference if row.product else "", opened)), _whose(one)


def _balance(one: RecordRow, look: Look) -> Cells:
    row = one.record
    amount = f"{cells.sign_of(row.currency)} {cells.amount(row.amount, row.currency)}"
    named = dotted((row.holding.product, row.holding.reference))
    return _of(one), named, dotted((cells.short_date(row.day, look.today), amount)), _whose(one)


def _dealing(one: RecordRow, look: Look) -> Cells:
    row = one.record
    amount = f"{cells.sign_of(row.currency)} {cells.amount(row.amount, row.currency)}"
    named = row.product or row.category or row.reference or _("Dealing")
    return _of(one), named, dotted((cells.short_date(row.occurred_on, look.today), amount)), _whose(one)


def _conversation(one: RecordRow, look: Look) -> Cells:
    row = one.record
    said = row.summary or str(row.channel.label)
    about = dotted((cells.short_date(row.on, look.today), row.channel.label, row.by))
    return reverse("conversation", args=[row.code]), said, about, _whose(one)


def _product(one: RecordRow, look: Look) -> Cells:
    row = one.record
    return _entry("product", row.code, look), row.name, row.reference, row.family


def _estate(one: RecordRow, look: Look) -> Cells:
    row = one.record
    day = cells.short_date(row.handover_on, look.today) if row.handover_on else ""
    return _entry("estate", row.code, look), row.name, day, dotted((row.city, row.district))


def _of(one: RecordRow) -> str:
    """The page of the customer, where what he bought and holds is seen."""
    return reverse("customer", args=[one.customer.code]) if one.customer else ""


def _whose(one: RecordRow) -> str:
    return one.customer.name if one.customer else ""


def _entry(name: str, code: str, look: Look) -> str:
    return reverse(name, args=[code]) if may(look.principal, Permission.EDIT_CATALOGUE) else ""


_MADE: Mapping[str, Callable[[RecordRow, Look], Cells]] = {
    "customers": _customer,
    "holdings": _holding,
    "balances": _balance,
    "dealings": _dealing,
    "conversations": _conversation,
    "products": _product,
    "estates": _estate,
}
_USUAL: tuple[Words, Words, Words] = (
    pgettext_lazy("import", "What"),
    gettext_lazy("Details"),
    gettext_lazy("Customer"),
)
_HEADS: Mapping[str, tuple[Words, Words, Words]] = {
    "customers": (pgettext_lazy("of a person", "Name"), gettext_lazy("Phone"), gettext_lazy("Customer manager")),
    "products": (gettext_lazy("Name"), gettext_lazy("Product number"), gettext_lazy("Family")),
    "estates": (gettext_lazy("Name"), gettext_lazy("Handed over on"), gettext_lazy("City")),
}
