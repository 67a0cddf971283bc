"""The table of what a search found, best first: the rows and columns of the list of customers."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.lists.nouns import CUSTOMER_LIST
from guanxi.faces.shared import cells
from guanxi.faces.shared.lists.asked import asked_of
from guanxi.faces.shared.lists.page import Empty, Head, label_of, legend_of, rows_of, shown_columns
from guanxi.faces.shared.lists.rows import css_of
from guanxi.faces.shared.look import Look
from guanxi.record.customers.queries import Found


@dataclass(frozen=True)
class FoundPage:
    """What a search found. `legend` names the figures where there is no head above them, on the phone."""

    sentence: str
    query: str
    reset: str
    heads: list[Head]
    rows: SafeString
    empty: Empty | None
    legend: str


def search_page(text: str, found: Found, look: Look) -> FoundPage:
    """The page of what a search found."""
    asked = asked_of(CUSTOMER_LIST, CUSTOMER_LIST.sheet.read_question({}), look)
    columns = shown_columns(asked)
    many = f"{cells.number(found.count)}{'+' if found.is_cut else ''}"
    told = ngettext("{count} found for “{text}”", "{count} found for “{text}”", found.count)
    if found.count > len(found.rows):
        told = _("{count} found for “{text}”; here are the first {shown}")
    sentence = told.format(count=many, text=text, shown=cells.number(len(found.rows)))
    why = _("Try a piece of the name, pinyin or its initials, the last digits of the phone, or a whole number.")
    nothing = Empty(_("Nobody found for “{text}”").format(text=text), why, reverse("customers"), _("All customers"))
    return FoundPage(
        sentence=sentence if found.rows else "",
        query=text,
        reset=reverse("customers") if found.rows else "",
        heads=[Head(label_of(column, asked), css_of(column, CUSTOMER_LIST.drawing), "", "") for column in columns],
        rows=rows_of(asked, columns, found.rows, begin=True),
        empty=None if found.rows else nothing,
        legend=legend_of(asked, columns),
    )
