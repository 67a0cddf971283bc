"""The list of customers as a page: a sentence, chips to narrow it, rows, and the way on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import IntegerChoices
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.customers.asking import FACETS, Asked
from guanxi.faces.shared import cells
from guanxi.faces.shared.lists import Drawing, Pen, compiled, css_of
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, listed
from guanxi.ground.sheets import Column, Kind
from guanxi.identity.choices import Scope
from guanxi.record.customers.choices import Stage, State, Tier
from guanxi.record.customers.permissions import reads
from guanxi.record.customers.queries import CustomerList, CustomerRow, Found
from guanxi.record.customers.rules.listing import Sort
from guanxi.record.customers.sheet import CUSTOMERS

_SHOWN = ("name", "tier", "state", "stage", "owner", "city", "phone", "value", "last_contact")
_DRAWING = Drawing(
    attributes=(("owner", "owner_name"), ("city", "city_name"), ("last_contact", "last_contact_on")),
    tones=(
        (("state", State.WATCH), "watch"),
        (("state", State.ALARM), "alarm"),
        (("state", State.LAPSED), "alarm"),
    ),
    bare=frozenset({"tier"}),
    blank=frozenset({("state", State.NONE)}),
)
_ENUMS: dict[str, type[IntegerChoices]] = {"tier": Tier, "state": State, "stage": Stage}
_LOADED = ("owner", "city")  # long lists: fetched when somebody opens them


@dataclass(frozen=True)
class Choice:
    """One value of a filter; its address adds it, or takes it away when it is set."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Facet:
    """One chip: what it narrows, to what it is set, and its choices (fetched from `more` where there are many)."""

    name: str
    label: str
    value: str
    choices: list[Choice]
    more: str
    clear: str


@dataclass(frozen=True)
class Head:
    """One head of a column; `href` sorts by it, `sorted` says in which direction it is."""

    label: str
    css: str
    href: str
    sorted: str


@dataclass(frozen=True)
class Empty:
    """What an empty list says."""

    what: str
    why: str
    href: str
    button: str


@dataclass(frozen=True)
class Page:
    """Everything the list shows. `legend` names the figures where there is no head above them, on the phone."""

    sentence: str
    query: str
    facets: list[Facet]
    reset: str
    heads: list[Head]
    rows: SafeString
    first: str
    next: str
    empty: Empty | None
    legend: str = ""


def list_page(asked: Asked, found: CustomerList, look: Look) -> Page:
    """The page of a list."""
    columns = shown_columns(look)
    nobody_at_all = not (found.rows or asked.words)
    offered = [name for name in FACETS if name != "owner" or look.principal.scope > Scope.OWN]
    return Page(
        sentence=_sentence(found, asked),
        query="",
        facets=[] if nobody_at_all else [_facet(name, asked, found.rows) for name in offered],
        reset=asked.href(dict.fromkeys(FACETS, "")) if asked.is_filtered else "",
        heads=[_head(column, asked, look) for column in columns],
        rows=render_rows(found.rows, columns, look),
        first=asked.href() if asked.spec.after else "",
        next=asked.href({"after": found.next}) if found.next else "",
        empty=None if found.rows else _empty(asked),
        legend=_legend(columns, look),
    )


def search_page(text: str, found: Found, look: Look) -> Page:
    """The page of what a search found, best first."""
    columns = shown_columns(look)
    count = ngettext("{count} found for “{text}”", "{count} found for “{text}”", len(found.rows))
    sentence = count.format(count=f"{len(found.rows)}{'+' if found.is_more else ''}", text=text)
    why = _("Try a piece of the name, pinyin or its initials, the last digits of the phone, or a whole number.")
    nothing = Empty(_("Nobody found for “{text}”").format(text=text), why, reverse("customers"), _("All customers"))
    return Page(
        sentence=sentence if found.rows else "",
        query=text,
        facets=[],
        reset=reverse("customers") if found.rows else "",
        heads=[Head(_label(column, look), css_of(column), "", "") for column in columns],
        rows=render_rows(found.rows, columns, look, begin=True),
        first="",
        next="",
        empty=None if found.rows else nothing,
        legend=_legend(columns, look),
    )


def shown_columns(look: Look) -> tuple[Column, ...]:
    """The columns of the list; one's own customers all have the same manager."""
    names = [name for name in _SHOWN if name != "owner" or look.principal.scope > Scope.OWN]
    return CUSTOMERS.columns_named(names)


def render_rows(
    rows: Sequence[CustomerRow], columns: tuple[Column, ...], look: Look, *, begin: bool = False
) -> SafeString:
    """The rows of the table; `begin`: the keyboard stands on the first one, so that Enter opens it."""
    return compiled(columns, _DRAWING).render(rows, Pen(look.today, look.currency), _href, begin=begin)


def choices_of(name: str, asked: Asked, values: Sequence[tuple[str, str]]) -> list[Choice]:
    """The choices of a filter from (value, label)."""
    chosen = list(asked.chosen(name))
    return [
        Choice(
            label,
            asked.href({name: [v for v in chosen if v != value] if value in chosen else [*chosen, value]}),
            value in chosen,
        )
        for value, label in values
    ]


def _href(code: str) -> str:
    return f"{_base()}{code}/"


def _base() -> str:
    return reverse("customers")


def _sentence(found: CustomerList, asked: Asked) -> str:
    count = f"{found.count:,}{'+' if found.is_more else ''}"
    words = ngettext("{count} customer", "{count} customers", found.count)
    if asked.is_filtered:
        words = ngettext("{count} fits", "{count} fit", found.count)
    return words.format(count=count) if found.rows else ""


def _facet(name: str, asked: Asked, rows: Sequence[CustomerRow]) -> Facet:
    filter_ = next(item for item in CUSTOMERS.filters if item.name == name)
    if name in _LOADED:
        value, choices = _loaded_value(name, asked, rows), []
    else:
        choices = choices_of(name, asked, [(member.name.lower(), _choice_words(member)) for member in _ENUMS[name]])
        value = listed(choice.label for choice in choices if choice.is_current)
    more = asked.href(path=reverse("customer_choices", args=[name])) if name in _LOADED else ""
    return Facet(name, str(filter_.label), value, choices, more, asked.href({name: ""}) if value else "")


def _choice_words(member: IntegerChoices) -> str:
    """A choice of a chip; a tier is more than its letter here."""
    if member == Tier.NONE and isinstance(member, Tier):
        return _("no tier yet")
    return _("Tier %s") % member.label if isinstance(member, Tier) else str(member.label)


def _loaded_value(name: str, asked: Asked, rows: Sequence[CustomerRow]) -> str:
    """What a long filter is set to, named by the rows that it let through."""
    chosen = asked.chosen(name)
    if not chosen:
        return ""
    names = {str(row.owner_id): row.owner_name for row in rows} if name == "owner" else {}
    if name == "city" and len(chosen) == 1 and rows:
        names = {chosen[0]: rows[0].city_name}
    names["pool"] = _("nobody")
    known = [names[value] for value in chosen if names.get(value)]
    return listed(known) if len(known) == len(chosen) else _("{count} chosen").format(count=len(chosen))


def _head(column: Column, asked: Asked, look: Look) -> Head:
    spec = asked.spec
    label = _label(column, look)
    if not column.sortable or (column.name == "name" and not reads(look.principal, "name")):
        return Head(label, css_of(column), "", "")
    is_current = spec.sort == Sort(column.name)
    falls_first = f"-{column.name}" in CUSTOMERS.sorts
    falls = not spec.descending if is_current else falls_first
    direction = "desc" if falls else "asc"
    sorted_ = ("descending" if spec.descending else "ascending") if is_current else ""
    return Head(label, css_of(column), asked.href({"sort": column.name, "direction": direction}), sorted_)


def _label(column: Column, look: Look) -> str:
    return cells.with_sign(column.label, look.currency) if column.kind == Kind.MONEY else str(column.label)


def _legend(columns: tuple[Column, ...], look: Look) -> str:
    return dotted(_label(column, look) for column in columns if column.name in ("value", "last_contact"))


def _empty(asked: Asked) -> Empty:
    if asked.spec.after:
        return Empty(
            _("The list ends here"), _("There are no more customers in this order."), asked.href(), _("From the start")
        )
    if asked.is_filtered:
        why = _("Take one condition away, or look at all of them.")
        return Empty(_("Nobody fits"), why, asked.href(dict.fromkeys(FACETS, "")), _("Show all"))
    why = _("Customers come in by file: your administrator imports them. Those given to you stand here.")
    return Empty(_("No customers yet"), why, "", "")
