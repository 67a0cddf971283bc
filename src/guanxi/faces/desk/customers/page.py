"""The page of one customer, read once: what stands now, the plan, the timeline, and the next thing to do.

At most fifteen queries with everything around it: rows that two panels need are read once and given to both.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.faces.desk.actions.presenters import Line, Sheet, line_of, sheet_of
from guanxi.faces.desk.conversations.presenters import Compose, compose_of
from guanxi.faces.desk.customers import panels, person
from guanxi.faces.desk.customers.arranging import Stand, stands_of
from guanxi.faces.desk.customers.disclosing import Disclosed, why_choices
from guanxi.faces.desk.customers.thread_page import ROWS, Thread, first_page, plan_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import is_chinese, near, since_words
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions import queries as actions
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.permissions import may_answer
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.rules import LIVE
from guanxi.record.bookmarks.choices import Panel
from guanxi.record.bookmarks.rules import Arrangement
from guanxi.record.consents import queries as consents
from guanxi.record.customers.choices import CustomerKind, PreferenceField
from guanxi.record.customers.queries.card import Card, customer_card
from guanxi.record.customers.queries.history import moved_row, owner_row
from guanxi.record.customers.timeline import TimelineRow, as_rows, source_names
from guanxi.record.holdings import queries as holdings
from guanxi.record.holdings.queries import HoldingRow
from guanxi.record.signals import queries as signals
from guanxi.record.signals.choices import SignalState
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import OPEN_STATES
from guanxi.record.signals.wording import kind_in_words
from guanxi.record.standing.queries import OnPage, standing_on_page
from guanxi.record.standing.rules import service_model_of

_MOST_HOLDINGS = 50


@dataclass(frozen=True)
class Came:
    """From where one comes back to the page: the action answered, the contact noted, the line taken off the card, the new
    address saved; or the mark to show in full, or what was refused on the page and what had been typed.
    """

    answered: str = ""
    noted: str = ""
    removed: str = ""
    moved: str = ""
    disclosed: Disclosed | None = None
    refused: person.Refusal | None = None


@dataclass(frozen=True)
class Other:
    """What else is known or could be done, and why it is not the next step; `value` is what it would keep a year."""

    words: str
    why: str
    value: str


@dataclass(frozen=True)
class Ask:
    """The one question of a contact in which a new address was saved: what is supposed, what to say; `signal` is its code."""

    line: Line
    say: str
    signal: str


@dataclass(frozen=True)
class Page:
    """Everything the page shows."""

    name: str
    tier: int
    service: str
    sentence: str
    facts: list[person.Fact]
    preferences: list[person.Preference]
    ties: list[person.Tie]
    groups: list[person.Circle]
    agreed: list[person.Agreed]
    thread: Thread
    next: Sheet | None
    others: list[Other]
    standing: panels.Standing | None
    signals: list[panels.Signal]
    holdings: list[panels.Holding]
    toast: Line | None
    ask: Ask | None
    code: str
    whys: list[tuple[str, str]]
    compose: Compose | None
    fields: list[tuple[int, str]]
    sources: list[tuple[str, str]]
    came: Came
    may_edit: bool
    may_consent: bool
    is_person: bool
    aside: str
    today: str
    left: list[Stand]
    right: list[Stand]


@dataclass(frozen=True)
class _Read:
    """What was read of one customer."""

    card: Card
    consents: list[TimelineRow]
    holdings: Sequence[HoldingRow]
    signals: list[tuple[dt.date, int, SignalRow]]
    actions: list[tuple[dt.date, int, ActionLine]]
    standing: OnPage | None


def customer_page(code: str, look: Look, kept: Arrangement, came: Came = Came()) -> Page:
    """The page of one customer in sight, as its reader keeps it. Raises Refused (customers.not_found)."""
    read = _read(code, look)
    is_aside = person.is_aside(read.consents, look.today)
    head, live = read.card.head, _live(read.actions)
    plan = plan_of(live, read.holdings, look)
    ask = _ask(read, live, look) if came.moved else None
    first = next((line for line in live if ask is None or line.code != ask.line.code), None)
    return Page(
        name=head.name,
        tier=head.tier,
        service=_service(read) if not is_aside else "",
        sentence=_sentence(read, look),
        facts=person.facts_of(read.card, look, came.disclosed),
        preferences=person.preferences_of(read.card.preferences, look),
        ties=person.ties_of(read.card.relations, head),
        groups=person.circles_of(read.card.groups),
        agreed=person.agreed_of(read.consents, look),
        thread=first_page(head, look, plan=plan, given=_given(read, look), only=kept.opens),
        next=sheet_of(first, look, back="customer", drawn=False, phone=person.phone_of(read.card)) if first else None,
        others=_others(live, look),
        standing=panels.standing_of(read.standing, look, head.code),
        signals=panels.signals_of((row for _, _, row in read.signals), look),
        holdings=panels.holdings_of(read.holdings, look),
        toast=_toast(came.answered, read.actions, look),
        ask=ask,
        code=head.code,
        whys=why_choices(),
        compose=_compose(read, live, look),
        fields=[(field.value, str(field.label)) for field in PreferenceField],
        sources=person.source_choices(),
        came=came,
        may_edit=may(look.principal, Permission.EDIT_CUSTOMERS),
        may_consent=may(look.principal, Permission.EDIT_CONSENTS),
        is_person=head.kind == CustomerKind.PERSON,
        aside=person.aside_words() if is_aside else "",
        today=look.today.isoformat(),
        left=stands_of(kept.left, kept, open_too=_open_too(came, is_aside=is_aside)),
        right=stands_of(kept.right, kept, open_too=_open_too(came, is_aside=is_aside)),
    )


def _service(read: _Read) -> str:
    """How the customer is served, in words; nothing before the first refresh and for who may not see standings."""
    if read.standing is None:
        return ""
    head = read.card.head
    return str(
        service_model_of(
            head.kind, head.tier, read.standing.standing.potential, is_vip=read.standing.standing.is_vip
        ).label
    )


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
        standing=standing_on_page(key, who) if may(who, Permission.VIEW_STANDING) else None,
    )


def _open_too(came: Came, *, is_aside: bool) -> set[str]:
    """Panels that were folded away and must be read now: what was refused in them, and that nothing is computed here."""
    place = came.refused.place if came.refused else ""
    refused = Panel.CARD if place == "card" or place.startswith("line-") else place
    return {refused, Panel.STANDING} if is_aside else {refused}


def _live(found: Sequence[tuple[dt.date, int, ActionLine]]) -> list[ActionLine]:
    """What is to be done, in the order of Today."""
    live = [action for _, _, action in found if action.status in LIVE]
    return sorted(live, key=actions.place_in_order)


def _others(live: Sequence[ActionLine], look: Look) -> list[Other]:
    """What was set aside: work that comes later in the order, and reasons that were known and not chosen."""
    if not live:
        return []
    first = live[0]
    owed = first.action_class == ActionClass.OBLIGATION
    after = _("after what was promised") if owed else _("one thing at a time: this one first")
    others = [
        Other(
            near(line.reason_words, look.today), after, cells.whole_amount(line.value_at_stake or None, look.currency)
        )
        for line in live[1:]
    ]
    return others + [
        Other(near(words, look.today), _("known, but the reason above weighs more"), "") for words in first.also
    ]


def _compose(read: _Read, live: Sequence[ActionLine], look: Look) -> Compose | None:
    """The form for a contact, for whoever may note one."""
    if not may(look.principal, Permission.LOG_CONVERSATIONS):
        return None
    head = read.card.head
    mine = [line for line in live if may_answer(look.principal, owner_id=line.owner_id, team_id=line.team_id)]
    return compose_of((head.code, head.name), look, owed=mine)


def _given(read: _Read, look: Look) -> Mapping[str, list[TimelineRow]]:
    """Rows of the timeline that the panels have read already."""
    given = {
        "consents": read.consents,
        "signals": as_rows("signal", read.signals),
        "actions": as_rows("action", read.actions),
        "customers": _changes(read.card),
        "addresses": [
            moved_row(row.valid_from, row.id, row.text, row.city) for row in read.card.places if row.valid_from
        ],
        "owners": [owner_row(row.on, row.id, row.old, row.new) for row in read.card.owners],
        "standing": as_rows("standing", read.standing.moves if read.standing else ()),
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


def _sentence(read: _Read, look: Look) -> str:
    """Who it is in one breath: since when, with what, and what is the matter."""
    first_on = read.standing.standing.first_on if read.standing else None
    parts = [since_words(first_on, look.today, entered_on=read.card.head.created_on)]
    products = panels.product_names(read.holdings)[:3]
    if products:
        parts.append(_("{products} with us").format(products=person.listed(products)))
    now = [row for _, _, row in read.signals if row.state in OPEN_STATES]
    parts += dict.fromkeys(kind_in_words(row.kind, is_settled=row.is_settled) for row in now)
    said = [f"{part[0].lower()}{part[1:]}" for part in parts if part]
    if not said:
        return ""
    text = ("；" if is_chinese() else "; ").join(said)
    return f"{text[0].upper()}{text[1:]}{'。' if is_chinese() else '.'}"


def _ask(read: _Read, live: Sequence[ActionLine], look: Look) -> Ask | None:
    """What a new address gives reason to ask, of what is still supposed; one thing or nothing (NBA-01)."""
    supposed = {row.key: row.code for _, _, row in read.signals if row.state == SignalState.HYPOTHESISED}
    line = next((line for line in live if line.signal_key in supposed), None)
    if line is None or not may(look.principal, Permission.JUDGE_SIGNALS):
        return None
    return Ask(line_of(line, look, back="customer"), line.say, supposed[line.signal_key])


def _toast(code: str, found: Sequence[tuple[dt.date, int, ActionLine]], look: Look) -> Line | None:
    line = next((action for _, _, action in found if action.code == code), None) if code else None
    return line_of(line, look, back="customer", answered=True) if line else None
