"""The page of one customer, read once: what stands now, the plan, the timeline, and the next thing to do.

At most fifteen queries with everything around it: rows that two panels need are read once and given to both.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.desk.actions.presenters import Line, Sheet, line_of, sheet_of
from guanxi.faces.desk.actions.wording import channel_icon
from guanxi.faces.desk.customers import panels, person
from guanxi.faces.desk.customers.disclosing import Disclosed, why_choices
from guanxi.faces.desk.customers.thread import Moment, moments_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import is_chinese, since_words
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions import queries as actions
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.rules import LIVE
from guanxi.record.consents import queries as consents
from guanxi.record.customers.queries.card import Card, customer_card
from guanxi.record.customers.queries.page import Head
from guanxi.record.customers.timeline import Place, TimelineRow, as_rows, source_names, timeline
from guanxi.record.holdings import queries as holdings
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.queries import HoldingRow
from guanxi.record.signals import queries as signals
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import OPEN_STATES
from guanxi.record.standing.queries import standing_on_page

ROWS = 40  # of the timeline on one page
_MOST_HOLDINGS = 50
_PLANNED = dt.timedelta(days=120)
_PLACE = re.compile(r"(\d{4}-\d\d-\d\d)\.([a-z]{1,20})\.(\d{1,18})", re.ASCII)
# what the tabs above the timeline show, by the sources of the timeline
TABS = {
    "contacts": ("conversations", "consents"),
    "dealings": ("dealings", "holdings"),
    "work": ("actions", "signals"),
    "changes": ("customers", "holdings", "consents"),
}


@dataclass(frozen=True)
class Tab:
    """One way to look at the timeline."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Thread:
    """A page of the timeline."""

    plan: list[Moment]
    moments: list[Moment]
    earlier: str
    tabs: list[Tab]


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    name: str
    tier: int
    sentence: str
    facts: list[person.Fact]
    preferences: list[person.Preference]
    ties: list[person.Tie]
    agreed: list[person.Agreed]
    thread: Thread
    next: Sheet | None
    also: list[Line]
    standing: panels.Standing | None
    signals: list[panels.Signal]
    holdings: list[panels.Holding]
    toast: Line | None
    code: str
    whys: list[tuple[str, str]]


@dataclass(frozen=True)
class _Read:
    """What was read of one customer."""

    card: Card
    consents: list[TimelineRow]
    holdings: Sequence[HoldingRow]
    signals: list[tuple[dt.date, int, SignalRow]]
    actions: list[tuple[dt.date, int, ActionLine]]
    figures: tuple[Any, dt.date] | None


def customer_page(code: str, look: Look, *, answered: str = "", disclosed: Disclosed | None = None) -> Page:
    """The page of one customer in sight; `disclosed`: one mark in full. Raises Refused (customers.not_found)."""
    read = _read(code, look)
    head, live = read.card.head, _live(read.actions)
    return Page(
        name=head.name,
        tier=head.tier,
        sentence=_sentence(read, look),
        facts=person.facts_of(read.card, look, disclosed),
        preferences=person.preferences_of(read.card.preferences, look),
        ties=person.ties_of(read.card.relations),
        agreed=person.agreed_of(read.consents, look),
        thread=_first_thread(read, live, look),
        next=sheet_of(live[0], look, back="customer", drawn=False) if live else None,
        also=[line_of(action, look, back="customer") for action in live[1:]],
        standing=panels.standing_of(read.figures, look),
        signals=panels.signals_of((row for _, _, row in read.signals), look),
        holdings=panels.holdings_of(read.holdings, look),
        toast=_toast(answered, read.actions, look),
        code=head.code,
        whys=why_choices(),
    )


def thread_page(head: Head, look: Look, *, before: str, only: str) -> Thread:
    """A later page of the timeline, or one of its tabs. Raises BadRequest for a place or tab that is none."""
    place = _place_of(before)
    if only and only not in TABS:
        raise BadRequest("no such tab")
    rows, following = timeline(head.id, look.principal, before=place, limit=ROWS, only=TABS.get(only))
    moments = moments_of(rows, look, after=place.on if place else None)
    return Thread([], moments, _earlier(head.code, following, only), _tabs(head.code, only))


def _read(code: str, look: Look) -> _Read:
    card = customer_card(code, look.principal)
    key, who = card.head.id, look.principal
    return _Read(
        card=card,
        consents=consents.timeline_rows(key, who, None, ROWS + 1),
        holdings=holdings.holdings_of(key, principal=who, limit=_MOST_HOLDINGS)
        if may(who, Permission.VIEW_HOLDINGS)
        else [],
        signals=list(signals.timeline_rows(key, principal=who, limit=ROWS + 1))
        if may(who, Permission.VIEW_SIGNALS)
        else [],
        actions=list(actions.timeline_rows(key, principal=who, limit=ROWS + 1, on=look.today))
        if may(who, Permission.VIEW_ACTIONS)
        else [],
        figures=standing_on_page(key, who) if may(who, Permission.VIEW_STANDING) else None,
    )


def _live(found: Sequence[tuple[dt.date, int, ActionLine]]) -> list[ActionLine]:
    """What is to be done, in the order of Today."""
    live = [action for _, _, action in found if action.status in LIVE]
    return sorted(live, key=lambda action: (action.action_class, action.rank, action.due_on))


def _first_thread(read: _Read, live: Sequence[ActionLine], look: Look) -> Thread:
    head = read.card.head
    rows, following = timeline(head.id, look.principal, limit=ROWS, given=_given(read, look))
    plan = _plan(live, read.holdings, look)
    return Thread(plan, moments_of(rows, look), _earlier(head.code, following, ""), _tabs(head.code, ""))


def _given(read: _Read, look: Look) -> Mapping[str, list[TimelineRow]]:
    """Rows of the timeline that the panels have read already."""
    given = {
        "consents": read.consents,
        "signals": as_rows("signal", read.signals),
        "actions": as_rows("action", read.actions),
        "customers": _changes(read.card),
    }
    if len(read.holdings) < _MOST_HOLDINGS:
        opened = [(row.opened_on, row.id, row) for row in read.holdings if row.opened_on]
        given["holdings"] = as_rows("holding", sorted(opened, key=lambda item: item[:2], reverse=True))
    return {name: rows for name, rows in given.items() if name in source_names()}


def _changes(card: Card) -> list[TimelineRow]:
    rows = [
        TimelineRow(stage.on, stage.id, "stage.changed", {"from": stage.from_stage, "to": stage.to_stage})
        for stage in card.stages
    ]
    rows.append(TimelineRow(card.head.created_on, 0, "customer.taken_in", {"source": card.head.source}))
    return sorted(rows, key=lambda row: (row.on, row.id), reverse=True)


def _plan(live: Sequence[ActionLine], held: Sequence[HoldingRow], look: Look) -> list[Moment]:
    """What comes: work with its day, and what ends soon; soonest first."""
    coming: list[tuple[dt.date, Moment]] = []
    for action in live:
        line = line_of(action, look)
        coming.append(
            (
                action.due_on,
                Moment(
                    "",
                    line.due,
                    channel_icon(action.channel),
                    line.act,
                    tone=line.due_tone,
                    is_urgent=line.is_urgent,
                    is_planned=True,
                ),
            )
        )
    for row in held:
        if (
            row.renewal_on
            and row.status == HoldingStatus.OPEN
            and look.today <= row.renewal_on <= look.today + _PLANNED
        ):
            words = _("{product} ends").format(product=row.product or _("Holding"))
            day = cells.short_date(row.renewal_on, row.renewal_on)  # near enough to go without its year
            coming.append((row.renewal_on, Moment("", day, "cal", words, is_planned=True)))
    return [
        Moment(day.isoformat(), m.day, m.icon, m.what, tone=m.tone, is_urgent=m.is_urgent, is_planned=True)
        for day, m in sorted(coming, key=lambda item: item[0])
    ]


def _sentence(read: _Read, look: Look) -> str:
    """Who it is in one breath: since when, with what, and what is the matter."""
    first_on = read.figures[0].first_on if read.figures else None
    parts = [since_words(first_on, look.today)]
    products = panels.product_names(read.holdings)[:3]
    if products:
        parts.append(_("{products} with us").format(products=person.listed(products)))
    kinds = dict.fromkeys(str(row.kind.label) for _, _, row in read.signals if row.state in OPEN_STATES)
    parts += list(kinds)
    said = [f"{part[0].lower()}{part[1:]}" for part in parts if part]
    if not said:
        return ""
    text = ("；" if is_chinese() else "; ").join(said)
    return f"{text[0].upper()}{text[1:]}{'。' if is_chinese() else '.'}"


def _toast(code: str, found: Sequence[tuple[dt.date, int, ActionLine]], look: Look) -> Line | None:
    line = next((action for _, _, action in found if action.code == code), None) if code else None
    return line_of(line, look, back="customer", answered=True) if line else None


def _place_of(text: str) -> Place | None:
    if not text:
        return None
    match = _PLACE.fullmatch(text)
    try:
        if match is None or match[2] not in source_names():
            raise ValueError
        return Place(dt.date.fromisoformat(match[1]), match[2], int(match[3]))
    except ValueError:
        raise BadRequest("no place of a timeline") from None


def _earlier(code: str, place: Place | None, only: str) -> str:
    if place is None:
        return ""
    kept = f"&only={only}" if only else ""
    return f"{reverse('customer_thread', args=[code])}?before={place.on.isoformat()}.{place.source}.{place.id}{kept}"


def _tabs(code: str, only: str) -> list[Tab]:
    labels = {
        "": _("All"),
        "contacts": _("Contacts"),
        "dealings": _("Dealings"),
        "work": _("Signals and work"),
        "changes": _("Changes"),
    }
    base = reverse("customer_thread", args=[code])
    return [Tab(label, f"{base}?only={name}" if name else base, name == only) for name, label in labels.items()]
