"""How pages name what can be imported, and say in a manager's words what the rooms below say to every caller."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from guanxi.faces.shared import cells
from guanxi.faces.shared.words import listed, refusal_words
from guanxi.ground.refusals import Refused
from guanxi.record.imports.choices import SKIP_WORDS, ImportStatus
from guanxi.record.imports.mapping import Field

KINDS: Mapping[str, str | Promise] = {
    "customers": gettext_lazy("Customers"),
    "holdings": gettext_lazy("Holdings"),
    "dealings": gettext_lazy("Dealings"),
    "balances": gettext_lazy("Balances"),
    "conversations": gettext_lazy("Conversations"),
    "products": gettext_lazy("Products"),
    "estates": gettext_lazy("Estates"),
}
TITLES: Mapping[str, str | Promise] = {
    "customers": gettext_lazy("Import customers"),
    "holdings": gettext_lazy("Import holdings"),
    "dealings": gettext_lazy("Import dealings"),
    "balances": gettext_lazy("Import balances"),
    "conversations": gettext_lazy("Import conversations"),
    "products": gettext_lazy("Import products"),
    "estates": gettext_lazy("Import estates"),
}
ABOUT: Mapping[str, str | Promise] = {
    "customers": gettext_lazy(
        "A customer list, or the contacts of a phone. Who is known already is recognised and completed."
    ),
    "holdings": gettext_lazy("Cards, policies, deposits: what your customers have, one row each."),
    "dealings": gettext_lazy("Purchases and payments, one row each. Refunds have a minus."),
    "balances": gettext_lazy("What stood on each account at the end of a day."),
    "conversations": gettext_lazy("Calls and visits from another system, one row each."),
    "products": gettext_lazy("Your products with family and margin."),
    "estates": gettext_lazy("Housing estates, with the day on which they are handed over."),
}
# What a screen of a kind leads back to: the list of the noun, where there is one.
LISTS: Mapping[str, str] = {"customers": "customers"}

TONES = {
    ImportStatus.DONE: "good",
    ImportStatus.FAILED: "alarm",
    ImportStatus.STOPPED: "alarm",
    ImportStatus.HELD: "watch",
    ImportStatus.READY: "watch",
}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "gb18030": "GB18030 (GBK)",
    "big5hkscs": "Big5",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
_FORMATS: Mapping[str, str | Promise] = {
    "csv": gettext_lazy("text with columns"),
    "xlsx": "Excel",
    "vcard": gettext_lazy("contact cards of a phone"),
}
# The columns of contact cards, which have no head of their own.
CARD_COLUMNS: Mapping[str, str | Promise] = {
    "name": pgettext_lazy("of a person", "Name"),
    "phone": gettext_lazy("Phone"),
    "phone 2": gettext_lazy("Second phone"),
    "phone 3": gettext_lazy("Third phone"),
    "email": gettext_lazy("E-mail"),
    "email 2": gettext_lazy("Second e-mail"),
    "company": gettext_lazy("Company"),
    "birthday": gettext_lazy("Birthday"),
    "address": gettext_lazy("Address"),
    "city": gettext_lazy("City"),
    "gender": gettext_lazy("Gender"),
    "note": gettext_lazy("Note"),
    "private": gettext_lazy("Marked as private"),
}
# What one may say a text is written in, where it is not recognised.
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 (GBK)"),
    ("big5", "Big5"),
    ("utf-16", "UTF-16"),
    ("windows-1252", "Windows-1252"),
)
_UNREADABLE = ("reading.encoding_unclear", "reading.mixed_encodings", "reading.unknown_encoding")


def encoding_words(name: str) -> str:
    """How people call an encoding; '' for a file that has none."""
    return _ENCODINGS.get(name, name.upper())


def format_words(name: str) -> str:
    """How people call a kind of file."""
    return str(_FORMATS.get(name, name))


def reason_words(refused: Refused, fields: Sequence[Field] = ()) -> str:
    """Why a file or a mapping is refused, in words of this page."""
    if refused.code == "mapping.missing":
        labels = {field.name: field.label for field in fields}
        missing = [labels.get(name, name) for name in str(refused.params["fields"]).split(", ")]
        return _("No column is put to {fields} yet: choose one.").format(fields=listed(missing))
    if refused.code in _UNREADABLE:
        return _(
            "It cannot be told how this file is written. Say it under “The letters look wrong”, and choose the file again."
        )
    if refused.code == "mapping.field_twice":
        labels = {field.name: field.label for field in fields}
        return _("Two columns are put to {field}; it takes one.").format(
            field=labels.get(str(refused.params["name"]), "")
        )
    return refusal_words(refused)


def skipped_words(reasons: Mapping[str, int]) -> list[str]:
    """Why rows were passed over, with how many: “3: The row is empty.”."""
    told = _("{count}: {reason}")
    known = ((count, SKIP_WORDS[name]) for name, count in reasons.items() if name in SKIP_WORDS)
    return [told.format(count=cells.number(count), reason=words) for count, words in known]


def rows_words(count: int) -> str:
    """12,408 rows."""
    return ngettext("{count} row", "{count} rows", count).format(count=cells.number(count))
