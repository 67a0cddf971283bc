"""Who somebody is, in lines: marks, preference card, family and friends, what is agreed to."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.desk.customers.disclosing import Disclosed
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese, listed, source_words
from guanxi.identity.permissions import Permission, may
from guanxi.identity.queries import firm
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.rules import stands
from guanxi.record.customers.choices import Channel, IdentifierKind, PreferenceField, RelationKind, Stage
from guanxi.record.customers.permissions import reads
from guanxi.record.customers.queries.card import HOUSEHOLD, Card
from guanxi.record.customers.queries.page import Head, IdentifierRow, PreferenceRow
from guanxi.record.customers.queries.ties import GroupRow, TieRow
from guanxi.record.customers.rules.stages import NEXT
from guanxi.record.customers.timeline import TimelineRow

# how the other one is called who has this customer as …
_INVERSE = {
    RelationKind.SPOUSE: RelationKind.SPOUSE.label,
    RelationKind.PARENT: RelationKind.CHILD.label,
    RelationKind.CHILD: RelationKind.PARENT.label,
    RelationKind.SIBLING: RelationKind.SIBLING.label,
    RelationKind.GUARANTOR: gettext_lazy("Guaranteed by this customer"),
    RelationKind.REFERRER: gettext_lazy("Came by this customer’s word"),
    RelationKind.EMPLOYER: gettext_lazy("Employee"),
    RelationKind.FRIEND: RelationKind.FRIEND.label,
    RelationKind.OTHER: RelationKind.OTHER.label,
}


class Source(models.TextChoices):
    """How a fact for the card came to be known."""

    TOLD = "told", gettext_lazy("told by the customer")
    VISIT = "visit", gettext_lazy("told on a visit")
    CALL = "call", gettext_lazy("told on the phone")
    WRITTEN = "written", gettext_lazy("written by the customer")
    AGREED = "agreed", gettext_lazy("noticed, and agreed by the customer")


@dataclass(frozen=True)
class Fact:
    """A label and what stands beside it; `note` says more below. `mark`: the masked mark that may be shown in full;
    `disclosed`: what came of asking for it. `field`: the field of the customer that may be changed where it stands;
    `stages`: those to which the relationship may go on; `settles`: the place that a new one may be told for, as typed so far.
    """

    label: str
    value: str
    note: str = ""
    mark: int = 0
    disclosed: Disclosed | None = None
    field: str = ""
    stages: Sequence[tuple[int, str]] = ()
    settles: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Preference:
    """One line of the preference card, and who said so when."""

    text: str
    told: str
    id: int = 0
    is_quiet: bool = False

    @property
    def place(self) -> str:
        """How a refusal names this line."""
        return f"line-{self.id}"


@dataclass(frozen=True)
class Refusal:
    """What was refused on the page: in which part, why, and what had been typed there."""

    place: str
    words: str
    typed: Mapping[str, Any]


@dataclass(frozen=True)
class Tie:
    """Somebody near; `href` where one may look; `id` of the relation that can be ended, 0 for those of the household."""

    name: str
    href: str
    how: str
    id: int = 0


@dataclass(frozen=True)
class Circle:
    """A group that the customer is in; `href` is the list of all who are."""

    name: str
    code: str
    href: str


@dataclass(frozen=True)
class Agreed:
    """One purpose, and on which channels it is allowed or not."""

    yes: bool
    words: str


def facts_of(card: Card, look: Look, disclosed: Disclosed | None = None) -> list[Fact]:
    """Who it is: marks masked as the role demands (but one `disclosed` in this view), birthday, place, manager."""
    head = card.head
    may_ask = may(look.principal, Permission.REVEAL)
    facts = [_mark(row, may_ask=may_ask, disclosed=disclosed) for row in card.identifiers]
    facts += [Fact(_("Birthday"), _birthday(head, look.today), field="birthday"), *_place(card, look)]
    facts += [Fact(_("Company"), head.company, field="company"), Fact(_("Source"), source_words(head.source))]
    facts += [Fact(_("Manager"), head.owner_name or _("nobody yet"), head.team_name)]
    onward = [(int(one), str(one.label)) for one in Stage if one in NEXT[Stage(head.stage)]]
    may_move = may(look.principal, Permission.EDIT_CUSTOMERS)
    facts += [Fact(_("Stage"), str(Stage(head.stage).label), stages=onward if may_move else ())]
    return [fact for fact in facts if fact.value or fact.settles is not None]


def phone_of(card: Card) -> str:
    """The first number, as the role reads it; "" without one."""
    return next((row.text for row in card.identifiers if row.kind == IdentifierKind.PHONE), "")


def preferences_of(rows: Iterable[PreferenceRow], look: Look) -> list[Preference]:
    """The preference card."""
    return [
        Preference(
            row.text,
            dotted((PreferenceField(row.field).label, row.source, cells.day_words(row.told_on, look.today))),
            row.id,
            row.is_quiet,
        )
        for row in rows
    ]


def ties_of(rows: Iterable[TieRow], head: Head) -> list[Tie]:
    """Family and friends; somebody beyond one's sight is named masked and without a way in."""
    return [
        Tie(
            row.other_name,
            reverse("customer", args=[row.other_code]) if row.other_code else "",
            listed((_tie_words(row) or head.household_name, row.note)),
            row.id if row.kind != HOUSEHOLD else 0,
        )
        for row in rows
    ]


def is_aside(rows: Sequence[TimelineRow], today: dt.date) -> bool:
    """Whether the customer wants no advice from own data, by all statements, newest first."""
    latest = _latest(row for row in rows if row.facts["purpose"] == Purpose.PROFILING)
    return not all(stands(row.facts["status"], row.facts["expires_on"], today) for row in latest.values())


def aside_words() -> str:
    """Why there are no figures of somebody who wants none."""
    return _("The customer wants no advice from own data: no tier, no value and no signals are kept.")


def circles_of(rows: Iterable[GroupRow]) -> list[Circle]:
    """The groups of the customer, each with the list of those in it and below it."""
    return [Circle(row.name, row.code, f"{reverse('customers')}?where=group.in.{row.code}") for row in rows]


def agreed_of(rows: Sequence[TimelineRow], look: Look) -> list[Agreed]:
    """What stands of all statements, from their rows newest first: allowed first, then refused."""
    latest = _latest(rows)
    channels: dict[tuple[bool, int, str], list[str]] = {}
    for (purpose, channel, partner), row in sorted(latest.items()):
        yes = stands(row.facts["status"], row.facts["expires_on"], look.today)
        channels.setdefault((not yes, purpose, partner), []).append(str(Channel(channel).label))
    return [
        Agreed(not no, _agreed_words(purpose, partner, names))
        for (no, purpose, partner), names in sorted(channels.items())
    ]


def _latest(rows: Iterable[TimelineRow]) -> dict[tuple[int, int, str], TimelineRow]:
    """The latest statement about each purpose, channel and partner."""
    latest: dict[tuple[int, int, str], TimelineRow] = {}
    for row in rows:
        latest.setdefault((row.facts["purpose"], row.facts["channel"], row.facts["partner"]), row)
    return latest


def source_choices() -> list[tuple[str, str]]:
    """(value, words) of how a fact came to be known: told or agreed by the customer, never guessed (PRF-01)."""
    return [(one.value, str(one.label)) for one in Source]


def source_named(value: str) -> str:
    """The words of a source in the firm's language, for they are kept with the fact."""
    with translation.override(firm().language):
        return str(Source(value).label)


def _agreed_words(purpose: int, partner: str, channels: list[str]) -> str:
    """A purpose and its channels; advice from own data has none."""
    if purpose == Purpose.PROFILING:
        return _purpose(purpose, partner)
    return _("{purpose}: {channels}").format(purpose=_purpose(purpose, partner), channels=listed(channels))


def _mark(row: IdentifierRow, *, may_ask: bool, disclosed: Disclosed | None) -> Fact:
    kind = IdentifierKind(row.kind)
    own = disclosed if disclosed and disclosed.mark == row.id else None
    text = own.text if own and own.text else plain_mark(kind, row.text)
    mark = row.id if may_ask and row.is_masked else 0
    return Fact(str(kind.label), text, row.label, mark, own)


def plain_mark(kind: IdentifierKind, text: str) -> str:
    """An identifier as people read it: 138 0013 8000, 4401 •••• 0312."""
    return cells.plain_phone(text) if kind == IdentifierKind.PHONE else cells.masked(text)


def _birthday(head: Head, today: dt.date) -> str:
    if not isinstance(head.birthday, dt.date):
        return cells.masked(head.birthday or "")
    born = head.birthday
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    day = cells.short_date(born.replace(year=today.year) if (born.month, born.day) != (2, 29) else born, today)
    return _("{day}, {age} years old").format(day=day, age=age)


def _place(card: Card, look: Look) -> list[Fact]:
    address, city = card.address, Fact(_("City"), card.head.city_name, field="city")
    may_move = may(look.principal, Permission.EDIT_CUSTOMERS) and reads(look.principal, "address")
    settles = {"city": address.city if address else card.head.city_name} if may_move else None
    if address is None:
        return [city, Fact(_("Lives"), "", settles=settles)]
    parts = (cells.masked(part) for part in (address.district, address.text) if part)
    place = (" " if is_chinese() else ", ").join(parts)
    since = ""
    if address.valid_from and address.valid_from != card.head.created_on:  # else: only since we know it
        since = _("since {year}").format(year=address.valid_from.year)
    return [city, Fact(_("Lives"), place, since, settles=settles)]


def _tie_words(row: TieRow) -> str:
    if row.kind == HOUSEHOLD:
        return ""
    kind = RelationKind(row.kind)
    return str(kind.label if row.is_outward else _INVERSE[kind])


def _purpose(purpose: int, partner: str) -> str:
    label = str(Purpose(purpose).label)
    return f"{label} {partner}".strip()


def consent_words(facts: Mapping[str, Any]) -> str:
    """One statement in words, for the timeline."""
    purpose, channel = _purpose(facts["purpose"], facts["partner"]), Channel(facts["channel"]).label
    return _("{purpose}, {channel}: {status}").format(
        purpose=purpose, channel=channel, status=ConsentStatus(facts["status"]).label
    )
