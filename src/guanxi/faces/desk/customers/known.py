"""What we know about somebody and why: each fact with its source, its purpose, since when, and who may see it (IDC-03)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.desk.customers.declaring import in_words
from guanxi.faces.desk.customers.person import consent_words, plain_mark
from guanxi.faces.desk.customers.raising import words_of
from guanxi.faces.desk.customers.resting import cause_words
from guanxi.faces.desk.customers.thinking import answers_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import listed, near, source_words
from guanxi.identity.permissions import Permission, may
from guanxi.identity.roles import ROLES
from guanxi.record.children.queries import children_of
from guanxi.record.consents import queries as consents
from guanxi.record.customers.choices import IdentifierKind, PreferenceField, RelationKind
from guanxi.record.customers.permissions import FIELD_OF_KIND, MASKED_FIELDS
from guanxi.record.customers.queries.card import HOUSEHOLD, Card, customer_card
from guanxi.record.customers.queries.page import Head
from guanxi.record.dealings import queries as dealings
from guanxi.record.declarations.queries import declared_of
from guanxi.record.holdings import queries as holdings
from guanxi.record.signals import queries as signals
from guanxi.record.signals.queries import SignalRow
from guanxi.record.standing.queries import standing_on_page
from guanxi.record.suitability import queries as suitability
from guanxi.record.suppressions.queries import suppressions_of
from guanxi.record.surveys import queries as surveys

_MOST = 50


@dataclass(frozen=True)
class Known:
    """One fact: what, its value as whoever looks may see it, where from, what for, since when, who sees it in clear."""

    what: str
    value: str
    source: str
    purpose: str
    since: str
    who: str


@dataclass(frozen=True)
class Part:
    """Facts of one kind."""

    heading: str
    rows: list[Known]


@dataclass(frozen=True)
class Page:
    """The page; `is_profiled`: advice from own data is allowed; `has_suppositions`: something was supposed that may be erased."""

    head: Head
    parts: list[Part]
    is_profiled: bool
    has_suppositions: bool
    may_change: bool
    printed: str


def known_page(code: str, look: Look) -> Page:
    """Everything of one customer in sight, told for the customer. Raises Refused (customers.not_found)."""
    page = customer_card(code, look.principal)
    said = consents.consent_now([page.head.id]).get(page.head.id, [])
    found, has_suppositions = _signals(page.head.id, look)
    parts = [
        Part(_("Who you are"), [*_marks(page, look), *_person(page, look)]),
        Part(_("What you told us"), _told(page, look)),
        Part(_("Who is near to you"), _near(page, look)),
        Part(_("What you agreed to, or not"), _agreed(said, look)),
        Part(_("Why nothing is sold to you"), _spared(page, look)),
        Part(_("Children"), _children(page, look)),
        Part(_("What you have and did with us"), _trade(page, look)),
        Part(_("What we conclude from it"), _concluded(page, look, found)),
    ]
    return Page(
        head=page.head,
        parts=[part for part in parts if part.rows],
        is_profiled=consents.is_profiled(said),
        has_suppositions=has_suppositions,
        may_change=may(look.principal, Permission.EDIT_CONSENTS),
        printed=_("As of {day}").format(day=cells.short_date(look.today, look.today)),
    )


def _marks(page: Card, look: Look) -> list[Known]:
    rows = []
    for mark in page.identifiers:
        if not mark.is_live:
            continue
        kind = IdentifierKind(mark.kind)
        text = plain_mark(kind, mark.text)
        why = _("to reach you") if kind in (IdentifierKind.PHONE, IdentifierKind.EMAIL) else _("to recognise you")
        rows.append(
            Known(
                str(kind.label),
                text,
                source_words(mark.source),
                why,
                _since(mark.valid_from, look),
                _seen(FIELD_OF_KIND[kind]),
            )
        )
    return rows


def _person(page: Card, look: Look) -> list[Known]:
    head = page.head
    born = (
        cells.masked(head.birthday)
        if isinstance(head.birthday, str)
        else cells.short_date(head.birthday, dt.date.min)
        if head.birthday
        else ""
    )
    since = _since(head.created_on, look)
    place = page.address
    rows = [
        Known(_("Name"), head.name, source_words(head.source), _("to recognise you"), since, _seen("name")),
        Known(
            _("Birthday"), born, source_words(head.source), _("to be sure whom we speak with"), since, _seen("birthday")
        ),
        Known(_("Company"), head.company, source_words(head.source), _("to know your work"), since, _seen("company")),
    ]
    if place is not None:
        where = listed((place.city, cells.masked(place.district), cells.masked(place.text)))
        rows.append(
            Known(
                _("Lives"),
                where,
                source_words(place.source),
                _("to write to you"),
                _since(place.valid_from, look),
                _seen("address"),
            )
        )
    rows += [
        Known(_("Group"), group.name, _("our staff"), _("to keep our work in order"), "", _seen(""))
        for group in page.groups
    ]
    return [row for row in rows if row.value]


def _told(page: Card, look: Look) -> list[Known]:
    why = _("so that you need not say it twice")
    preferred = [
        Known(str(PreferenceField(row.field).label), row.text, row.source, why, _since(row.told_on, look), _seen(""))
        for row in page.preferences
    ]
    return preferred + [
        Known(*in_words(one, look), one.source, why, _since(one.told_on, look), _seen(""))
        for one in declared_of(page.head.id, principal=look.principal)
    ]


def _near(page: Card, look: Look) -> list[Known]:
    why = _("to serve families together")
    return [
        Known(str(RelationKind(tie.kind).label), tie.other_name, tie.source, why, _since(tie.told_on, look), _seen(""))
        for tie in page.relations
        if tie.kind != HOUSEHOLD
    ]


def _agreed(found: Iterable[consents.ConsentNow], look: Look) -> list[Known]:
    why = _("so that we keep to it")
    rows = []
    for row in found:
        facts = {"purpose": row.purpose, "partner": row.partner, "channel": row.channel, "status": row.status}
        rows.append(Known(consent_words(facts), "", row.source, why, _since(row.at.date(), look), _seen("")))
    return rows


def _spared(page: Card, look: Look) -> list[Known]:
    """What stands and what was, in the words of who wrote it down, where the reader may read them."""
    why = _("so that nobody sells to you meanwhile")
    return [
        Known(cause_words(row, look), row.why, row.set_by, why, _since(row.rest.since_on, look), _seen(""))
        for row in suppressions_of(page.head.id, principal=look.principal)
    ]


def _children(page: Card, look: Look) -> list[Known]:
    why, told = _("to remind you as it grows, if that is welcome"), _("told by the customer")
    return [
        Known(_("Child"), words_of(row, look), told, why, _since(row.consented_on, look), _seen(""))
        for row in children_of(page.head.id, principal=look.principal, on=look.today)
    ]


def _trade(page: Card, look: Look) -> list[Known]:
    key, who, rows = page.head.id, look.principal, []
    why = _("to do what you asked us to")
    if may(who, Permission.VIEW_HOLDINGS):
        held = holdings.holdings_of(key, principal=who, limit=_MOST)
        rows += [
            Known(_("Holding"), one.product, _("our contracts"), why, _since(one.opened_on, look), _seen(""))
            for one in held
        ]
    found = suitability.latest_test(key, principal=who, on=look.today)
    if found is not None:
        why_test, told = _("to offer nothing that you could not bear"), _("told by the customer")
        since = _since(found.test.tested_on, look)
        rows.append(Known(_("Risk test"), str(found.test.level.label), told, why_test, since, _seen("")))
    thinks = surveys.latest_survey(key, principal=who, on=look.today)
    if thinks is not None:
        why_asked, told = _("to know how we do"), _("told by the customer")
        since = _since(thinks.said.asked_on, look)
        rows.append(Known(_("Survey"), answers_of(thinks.said), told, why_asked, since, _seen("")))
    if may(who, Permission.VIEW_DEALINGS):
        days = dealings.timeline_rows(key, principal=who, limit=1)
        if days:
            last = cells.short_date(days[0][0], look.today)
            rows.append(
                Known(
                    _("Purchases"), _("latest {day}").format(day=last), _("our tills and systems"), why, "", _seen("")
                )
            )
    return rows


def _signals(customer_id: int, look: Look) -> tuple[list[SignalRow], bool]:
    """The latest signals, and whether anything was ever supposed; no signals for whoever may not see them."""
    if not may(look.principal, Permission.VIEW_SIGNALS):
        return [], signals.has_suppositions(customer_id, principal=look.principal)
    return signals.latest_signals(customer_id, principal=look.principal, limit=10)


def _concluded(page: Card, look: Look, found_out: Iterable[SignalRow]) -> list[Known]:
    """Figures and signals."""
    key, who = page.head.id, look.principal
    why, rows = _("to know when you need us"), []
    found = standing_on_page(key, who) if may(who, Permission.VIEW_STANDING) else None
    own = _("computed from your dealings with us")
    if found is not None:
        row, since = found.standing, cells.short_date(found.as_of, look.today)
        rows.append(Known(_("Value a year"), cells.money(row.value, look.currency), own, why, since, _seen("")))
        if row.probability_alive is not None:
            rows.append(Known(_("Will come again"), cells.percent(row.probability_alive), own, why, since, _seen("")))
        if row.loss_risk is not None:
            rows.append(Known(_("May stay away"), cells.percent(row.loss_risk), own, why, since, _seen("")))
    for signal in found_out:
        words = near(signal.explanation, look.today)
        told = _("supposed from your change of address") if signal.evidence.get("table") == "addresses" else own
        rows.append(Known(str(signal.kind.label), words, told, why, _since(signal.occurred_on, look), _seen("")))
    return rows


def _since(day: dt.date | None, look: Look) -> str:
    return cells.short_date(day, look.today) if day else ""


def _seen(field: str) -> str:
    """Who sees it: for a masked field those roles that read it in clear, else whoever looks after the customer."""
    if field not in MASKED_FIELDS:
        return _("whoever looks after you, and their leaders")
    return listed(role.label for role in ROLES.values() if field in role.clear_fields) or _("nobody without saying why")
