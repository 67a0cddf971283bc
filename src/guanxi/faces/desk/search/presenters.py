"""What the box shows: customers best first, then pages and acts, and what to do where nobody is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.marks.presenters import marks_of
from guanxi.faces.desk.search.forms import Occasion
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.menu import LOG, NEW, PAGES, entries_like, offered
from guanxi.faces.shared.words import dotted, listed, sentences
from guanxi.identity.choices import Scope
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.queries import CustomerRow, Found
from guanxi.record.customers.queries.cards import CardsFound
from guanxi.record.customers.rules.finding import MOST_CANDIDATES
from guanxi.record.customers.services.recognising import BY_HOLDING, LookedUp, Recognised

MOST_SHOWN = 8
MOST_TOLD = 6  # customers whose preference card says it
_MOST_ENTRIES = 5
_MOST_LINES = 2  # of one card
_SHORTEST_WHOLE = 4  # characters; shorter ones are pieces
_SHORTEST_TOLD = 2


@dataclass(frozen=True)
class Option:
    """One thing to open. `tier` is the number of a customer's tier. Without `href`: the table of all that was found, to which
    the text is sent.
    """

    label: str
    hint: str
    href: str
    icon: str
    tier: int = 0
    key: str = ""


@dataclass(frozen=True)
class Group:
    """Options under one head."""

    label: str
    options: list[Option]


@dataclass(frozen=True)
class Results:
    """What one text has found. `said` is told to a screen reader; `may_recognise`: a whole number may be looked up beyond
    one's own customers, with one of the `occasions` as the reason.
    """

    text: str
    said: str
    groups: list[Group]
    note: str = ""
    elsewhere: list[str] = field(default_factory=list)
    may_recognise: bool = False
    nothing: str = ""
    occasions: Sequence[tuple[str, object]] = ()


def search_results(text: str, found: Found | None, look: Look, told: CardsFound | None = None) -> Results:
    """The results of a text; `found` is None for who sees no customers; `told`: whose preference card says it."""
    entries = _entries(text, look)
    if not text:
        return Results("", "", _at_hand(look) + entries)
    customers = (_customers(found, look) if found else []) + (_told(told) if told else [])
    is_nobody = found is not None and not found.rows
    recognise = is_nobody and is_perhaps_whole(text) and may(look.principal, Permission.RECOGNISE)
    return Results(
        text,
        _said(len(found.rows if found else ()) + len(told.rows if told else ()), customers + entries),
        customers + entries,
        note=_cut_words() if found and found.is_cut else "",
        may_recognise=recognise,
        nothing=_("Nobody found for “{text}”").format(text=text) if is_nobody and not customers else "",
        occasions=Occasion.choices if recognise else (),
    )


def recognised_results(text: str, answer: LookedUp, look: Look) -> Results:
    """The results of recognising: customers in sight, and whom somebody else looks after."""
    customers = _customers(answer.found, look)
    elsewhere = [_elsewhere(one) for one in answer.elsewhere]
    is_none = not (answer.found.rows or elsewhere)
    nothing = _("No customer of the firm is known by “{text}”").format(text=text) if is_none else ""
    said = sentences(elsewhere) or nothing or _said(len(answer.found.rows), customers)
    return Results(text, said, customers, elsewhere=elsewhere, nothing=nothing)


def is_perhaps_told(text: str) -> bool:
    """Whether a text may be words of a preference card: it is no number."""
    return len(text) >= _SHORTEST_TOLD and any(char.isalpha() for char in text)


def is_perhaps_whole(text: str) -> bool:
    """Whether a text may be a whole number or address by which somebody is known."""
    return len(text) >= _SHORTEST_WHOLE and any(char.isdigit() or char in "@＠" for char in text)


def _customers(found: Found, look: Look) -> list[Group]:
    if not found.rows:
        return []
    options = [_customer(row, look) for row in found.rows]
    if len(options) == 1 and may(look.principal, Permission.LOG_CONVERSATIONS):
        log = f"{reverse(LOG)}?customer={found.rows[0].code}"
        options.append(Option(_("Log a contact with {name}").format(name=found.rows[0].name), "", log, "phone"))
    if found.is_more:
        count = cells.number(MOST_CANDIDATES) + "+" if found.is_cut else cells.number(found.count)
        options.append(Option(_("All {count} found").format(count=count), "", "", "people"))
    return [Group(_("Customers"), options)]


def _told(told: CardsFound) -> list[Group]:
    """Whose preference card says it, with the lines that do."""
    if not told.rows:
        return []
    options = [
        Option(
            one.customer.name,
            dotted(line.text for line in one.lines[:_MOST_LINES]),
            reverse("customer", args=[one.customer.code]),
            "people",
            tier=one.customer.tier,
        )
        for one in told.rows
    ]
    if told.is_more:
        every = urlencode({"where": f"card.contains.{told.words}"})
        options.append(Option(_("All whose card says this"), "", f"{reverse('customers')}?{every}", "people"))
    return [Group(_("On preference cards"), options)]


def _at_hand(look: Look) -> list[Group]:
    """Favourites and what was opened last, before anything was asked."""
    marks = marks_of(look)
    kept = [*marks.favourites, *marks.recents][:MOST_SHOWN]
    options = [Option(one.label, "", one.href, "people", tier=one.tier) for one in kept]
    return [Group(_("At hand"), options)] if options else []


def _customer(row: CustomerRow, look: Look) -> Option:
    owner = row.owner_name or _("nobody yet") if look.principal.scope > Scope.OWN else ""
    hint = dotted((cells.plain_phone(row.phone), row.city_name or row.company, owner))
    return Option(row.name, hint, reverse("customer", args=[row.code]), "people", tier=row.tier)


def _entries(text: str, look: Look) -> list[Group]:
    """Pages and acts that fit; all of them where nothing was asked yet."""
    most = _MOST_ENTRIES if text else len(NEW) + len(PAGES)
    fitting = entries_like(text, offered((*PAGES, *NEW), look.principal), most=most)
    options = [
        Option(str(one.label), "", one.href, one.icon, key=one.letter and f"G {one.letter.upper()}") for one in fitting
    ]
    return [Group(_("Pages and acts"), options)] if options else []


def _said(count: int, groups: list[Group]) -> str:
    words = ngettext("{count} customer found.", "{count} customers found.", count).format(count=count)
    first = groups[0].options[0] if groups else None
    return sentences((words, dotted((first.label, first.hint)) if first else ""))


def _cut_words() -> str:
    words = _("Only the first {count} that might fit were looked at: add a character or another word.")
    return words.format(count=cells.number(MOST_CANDIDATES))


def _elsewhere(one: Recognised) -> str:
    """Whom a whole number belongs to, and who looks after him."""
    place = listed((one.owner_name, one.team_name)) or _("nobody yet")
    kind = _("contract number") if one.kind == BY_HOLDING else IdentifierKind(one.kind).label
    return _("{name}, known by this {kind}, is looked after by {place}.").format(name=one.name, kind=kind, place=place)
