"""The form for a contact: few fields first, everything that was typed kept when something is refused."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.faces.desk.conversations.forms import SPOKEN
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import channel_icon
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, labelled, near
from guanxi.identity.queries import firm
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.queries import ActionLine
from guanxi.record.catalogue.queries import rivals
from guanxi.record.conversations.choices import Direction, Heard, Outcome, Point
from guanxi.record.conversations.corrections import EarlierRow
from guanxi.record.conversations.queries import AttachmentRow, ConversationRow
from guanxi.record.customers.choices import Channel, PreferenceField

_SOURCES = {
    Channel.CALL: gettext_lazy("told on the phone"),
    Channel.VISIT: gettext_lazy("told on a visit"),
    Channel.BRANCH: gettext_lazy("told at the branch"),
}
_WRITTEN = gettext_lazy("written by the customer")


@dataclass(frozen=True)
class Choice:
    """One thing to choose."""

    value: object
    label: str
    is_chosen: bool = False
    icon: str = ""
    note: str = ""


@dataclass(frozen=True)
class Compose:
    """The form as a page shows it. `typed` holds what was sent before; `is_open`: all of it is shown at once;
    else `rivals` is None: the list comes when somebody is about to choose.
    """

    customer: str
    name: str
    back: str
    then: str
    channels: list[Choice]
    directions: list[Choice]
    outcomes: list[Choice]
    heard: list[Choice]
    rivals: list[Choice] | None
    days: list[Choice]
    points: list[Choice]
    fields: list[Choice]
    owed: list[Choice]
    typed: Mapping[str, Any]
    today: str
    problem: str = ""
    is_open: bool = False


def compose_of(
    customer: tuple[str, str],
    look: Look,
    *,
    owed: Sequence[ActionLine] = (),
    typed: Mapping[str, Any] | None = None,
    settles: Sequence[str] = (),
    back: tuple[str, str] = ("customer", ""),
    problem: str = "",
    is_open: bool = False,
) -> Compose:
    """The form for a customer (code, name). `owed`: what is to be done for that customer and may be ticked off with it;
    `settles`: codes ticked already; `back`: where one comes back to, and the line that is open there then.
    """
    said = typed or {}
    channel, direction = said.get("channel"), said.get("direction") or Direction.OUT
    return Compose(
        customer=customer[0],
        name=customer[1],
        back=back[0],
        then=back[1],
        channels=[Choice(c.value, str(c.label), c == channel, channel_icon(c)) for c in SPOKEN],
        directions=[
            Choice(Direction.OUT.value, _("We began"), direction == Direction.OUT),
            Choice(Direction.IN.value, _("They began"), direction == Direction.IN),
        ],
        outcomes=[Choice(o.value, str(o.label), o == said.get("outcome")) for o in Outcome],
        heard=heard_choices(said.get("heard")),
        rivals=rival_choices(str(said.get("rival", ""))) if is_open or problem else None,
        days=_days(look.today),
        points=[Choice(point.value, str(point.label), note=str(said.get(point.value, ""))) for point in Point],
        fields=[Choice(f.value, str(f.label), f == said.get("field")) for f in PreferenceField],
        owed=[_owed(line, look, settles) for line in owed],
        typed=_as_text(said),
        today=look.today.isoformat(),
        problem=problem,
        is_open=is_open or bool(problem),
    )


def heard_choices(chosen: int | None) -> list[Choice]:
    """What a contact may have told of why the customer may leave."""
    return [Choice(one.value, str(one.label), one == (chosen or 0)) for one in Heard]


def rival_choices(chosen: str) -> list[Choice]:
    """The firm's competitors; none where the list is empty."""
    return [Choice(code, name, code == chosen) for code, name in rivals()]


def heard_words(heard: Heard, rival: str) -> str:
    """What a contact told of why the customer may leave, with whom was named; "" for nothing."""
    words = str(heard.label) if heard else ""
    return labelled(words, rival) if words and rival else words


@dataclass(frozen=True)
class Whole:
    """One contact as its own page shows it."""

    what: str
    day: str
    right: str
    more: str
    points: list[tuple[str, str]]
    next: str


@dataclass(frozen=True)
class Earlier:
    """A note as it stood before a correction."""

    until: str
    what: str
    more: str
    points: list[tuple[str, str]]


@dataclass(frozen=True)
class FileLine:
    """A file to save."""

    name: str
    size: str
    href: str


def whole_of(row: ConversationRow, look: Look) -> Whole:
    """One contact in words."""
    direction = str(row.direction.label)
    return Whole(
        what=dotted((row.channel.label, row.by)),
        day=dotted((cells.day_words(row.on, look.today), direction)),
        right="" if row.outcome == Outcome.NONE else str(row.outcome.label),
        more=row.summary,
        points=[*_told(row, look), *((str(Point(name).label), text) for name, text in row.points.items())],
        next=cells.day_words(row.follow_up_on, look.today) if row.follow_up_on else "",
    )


def earlier_words(row: EarlierRow, look: Look) -> Earlier:
    """What stood in a note, until when, and who corrected it."""
    at = row.at.astimezone(look.now.tzinfo)
    day = cells.day_words(at.date(), look.today)
    return Earlier(
        until=_("until {day}, {time}, corrected by {name}").format(day=day, time=f"{at:%H:%M}", name=row.by),
        what=dotted((row.channel.label, row.direction.label, row.outcome.label if row.outcome else "")),
        more=row.summary,
        points=[
            *([(_("Why they may leave"), told)] if (told := heard_words(row.heard, row.rival)) else []),
            *((str(Point(name).label), text) for name, text in row.points.items()),
        ],
    )


def file_line(file: AttachmentRow) -> FileLine:
    """A file with its size as people read it."""
    return FileLine(file.name, filesizeformat(file.size), reverse("attachment", args=[file.code]))


def source_words(channel: Channel) -> str:
    """How a fact came to be known, in the firm's language, for it is kept so."""
    with translation.override(firm().language):
        return str(_SOURCES.get(channel, _WRITTEN))


def _told(row: ConversationRow, look: Look) -> list[tuple[str, str]]:
    words = heard_words(row.heard, row.rival)
    if not words:
        return []
    met = _("there for them since {day}").format(day=cells.day_words(row.met_on, look.today)) if row.met_on else ""
    return [(_("Why they may leave"), dotted((words, met)))]


def _owed(line: ActionLine, look: Look, settles: Sequence[str]) -> Choice:
    due = cells.day_words(line.due_on, look.today)
    is_due = line.action_class == ActionClass.OBLIGATION and line.due_on <= look.today
    chosen = line.code in settles if settles else is_due
    return Choice(line.code, near(line.reason_words, look.today), chosen, note=due)


def _days(today: dt.date) -> list[Choice]:
    """Days that people mean most often."""
    monday = today + dt.timedelta(days=7 - today.weekday())
    days = {_("tomorrow"): today + dt.timedelta(days=1), _("in a week"): today + dt.timedelta(days=7)}
    if monday - today not in (dt.timedelta(days=1), dt.timedelta(days=7)):
        days = {_("tomorrow"): days.pop(_("tomorrow")), _("next Monday"): monday, **days}
    return [Choice(day.isoformat(), label) for label, day in days.items()]


def _as_text(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in said.items() if value}
