"""The timeline as moments under their months: what, whose words, how much. Lines of one day are one moment."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from guanxi.faces.desk.conversations.presenters import heard_words
from guanxi.faces.desk.customers.panels import signal_tone
from guanxi.faces.desk.customers.person import consent_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import channel_icon, done_words
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese, listed, near, source_words
from guanxi.ground.money import format_money
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.rules import LIVE
from guanxi.record.conversations.choices import Direction, Outcome, Point
from guanxi.record.customers.choices import Channel, Stage, State, Tier
from guanxi.record.customers.permissions import shown
from guanxi.record.customers.timeline import TimelineRow
from guanxi.record.signals.wording import kind_in_words

Facts = Mapping[str, Any]
_REACTIONS = (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.PROMISED)
_NAMED = 3  # products of a day that are named
_WEEK = 7


@dataclass(frozen=True)
class Moment:
    """One moment; `month` opens a new month above it; `href` the whole of it, `door` what else is there; `points` are those
    of a visit.
    """

    iso: str
    day: str
    icon: str
    what: str
    more: str = ""
    right: str = ""
    tone: str = ""
    is_urgent: bool = False
    is_planned: bool = False
    month: str = ""
    href: str = ""
    door: str = ""
    points: tuple[tuple[str, str], ...] = ()


def moments_of(rows: Iterable[TimelineRow], look: Look, *, after: dt.date | None = None) -> list[Moment]:
    """Moments in the order of the rows. `after`: the day of the last row of the page before, whose month goes unsaid."""
    moments: list[Moment] = []
    month = (after.year, after.month) if after else None
    for (on, kind, _key), group in groupby(rows, key=_together):
        moment = _told(kind, list(group), look)
        if moment is None:
            continue
        moment = replace(moment, iso=on.isoformat(), day=_day(on, look.today))
        if (on.year, on.month) != month:
            moment = replace(moment, month=cells.month_words(on, look.today))
            month = (on.year, on.month)
        moments.append(moment)
    return moments


def _together(row: TimelineRow) -> tuple[dt.date, str, object]:
    """Lines of trade of one day in one currency belong together; everything else stands for itself."""
    return (row.on, row.kind, row.facts["currency"] if row.kind == "dealing" else row.id)


def _day(on: dt.date, today: dt.date) -> str:
    if -_WEEK < (on - today).days < _WEEK:
        return cells.day_words(on, today)
    return f"{on.day}日" if is_chinese() else str(on.day)


def _told(kind: str, rows: list[TimelineRow], look: Look) -> Moment | None:
    tell = _TELLERS.get(kind)
    return tell([row.facts for row in rows], look) if tell else None


def _dealings(lines: list[Facts], look: Look) -> Moment:
    names = list(dict.fromkeys(line["product"] or line["category"] for line in lines))
    named = listed(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
    live = [line for line in lines if not line["cancelled"]]
    total = sum(line["amount"] for line in live)
    count = ngettext("{count} purchase", "{count} purchases", len(lines)).format(count=len(lines))
    if all(line["amount"] < 0 for line in lines):
        count = ngettext("{count} refund", "{count} refunds", len(lines)).format(count=len(lines))
    elif not live:
        count = ngettext("{count} line, cancelled", "{count} lines, cancelled", len(lines)).format(count=len(lines))
    amount = format_money(total, lines[0]["currency"], get_language() or "en", whole=True)
    bought_once = len(lines) == 1 and bool(named) and live and total >= 0
    return Moment("", "", "card", named if bought_once else dotted((named, count)), right=amount)


def _conversation(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    channel, incoming = facts["channel"], facts["direction"] == Direction.IN
    if channel == Channel.CALL:
        what = _("The customer called") if incoming else _("We called")
    elif incoming:
        what = _("{channel}, from the customer").format(channel=channel.label)
    else:
        what = str(channel.label)
    outcome = "" if facts["outcome"] == Outcome.NONE else str(facts["outcome"].label)
    told = heard_words(facts["heard"], facts["rival"])
    points = tuple((str(Point(name).label), text) for name, text in facts["points"].items())
    points = ((_("Why they may leave"), told), *points) if told else points
    href = reverse("conversation", args=[facts["code"]])
    return Moment(
        "", "", channel_icon(channel), dotted((what, facts["by"])), more=facts["summary"], right=outcome, href=href,
        points=points, door=dotted((_("Files") if facts["has_files"] else "", _corrected(facts, look))),
    )  # fmt: skip


def _corrected(facts: Facts, look: Look) -> str:
    """That other words stood in a note: whoever wrote it corrects it, and nobody else."""
    at: dt.datetime | None = facts["corrected_at"]
    if at is None:
        return ""
    day = cells.short_date(at.astimezone(look.now.tzinfo).date(), look.today)
    return _("Corrected {day} by {who}: what stood there before").format(day=day, who=facts["by"])


def _offer(rows: list[Facts], look: Look) -> Moment:
    """A contact seen from what was offered: what, and how they took it; how it went and by whom below."""
    (facts,) = rows
    outcome, news = facts["outcome"], facts["points"].get(Point.NEWS, "")
    reaction = str(outcome.label) if outcome in _REACTIONS else _("no reaction noted")
    told = dotted((str(facts["channel"].label), facts["by"]))
    more = f"{told}\n{facts['summary']}" if news and facts["summary"] else told
    href = reverse("conversation", args=[facts["code"]])
    what = news or facts["summary"] or _("Not said what")
    return Moment("", "", channel_icon(facts["channel"]), what, more=more, right=reaction, href=href)


def _signal(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    tone = signal_tone(facts["state"], is_settled=facts["is_settled"])
    return Moment(
        "",
        "",
        "alarm",
        kind_in_words(facts["kind"], is_settled=facts["is_settled"]),
        more=near(facts["explanation"], look.today),
        right=str(facts["state"].label),
        tone=tone,
        is_urgent=tone == "alarm",
    )


def _action(rows: list[Facts], look: Look) -> Moment | None:
    """What was answered; what is still to be done stands above, as the plan."""
    (facts,) = rows
    if facts["status"] in LIVE or facts["status"] == ActionStatus.WITHDRAWN:
        return None
    outcome = done_words(facts["status"], facts["outcome"])
    if facts["not_now"]:
        outcome = _("not now: {because}").format(because=facts["not_now"].label)
    icon = "check" if facts["status"] == ActionStatus.DONE else "x"
    what = near(facts["reason_words"], look.today)
    return Moment("", "", icon, what, more=facts["answer"], right=outcome)


def _holding(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    name = facts["product"] or cells.masked(shown(look.principal, "account", facts["reference"]))
    return Moment("", "", "doc", _("Opened: {product}").format(product=name))


def _stage(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    to = Stage(facts["to"]).label
    if facts["from"] is None:
        return Moment("", "", "swap", _("Became: {stage}").format(stage=to))
    words = _("From {old} to {new}").format(old=Stage(facts["from"]).label, new=to)
    return Moment("", "", "swap", words)


def _moved(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    return Moment(
        "", "", "home", _("Lives at: {place}").format(place=listed((facts["city"], cells.masked(facts["place"]))))
    )


def _given_over(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    if not facts["to"]:
        return Moment("", "", "swap", _("{name} no longer looks after them").format(name=facts["from"]))
    more = _("before: {name}").format(name=facts["from"]) if facts["from"] else ""
    return Moment("", "", "swap", _("{name} took over").format(name=facts["to"]), more=more)


def _move(rows: list[Facts], look: Look) -> Moment:
    (facts,) = rows
    kind: type[Tier | State] = Tier if facts["field"] == "tier" else State
    words = _("Tier: from {old} to {new}") if facts["field"] == "tier" else _("State: from {old} to {new}")
    return Moment("", "", "chart", words.format(old=kind(facts["old"]).label, new=kind(facts["new"]).label))


def _taken_in(rows: list[Facts], look: Look) -> Moment:
    return Moment("", "", "plus", _("Taken in"), more=source_words(rows[0]["source"]))


def _consent(rows: list[Facts], look: Look) -> Moment:
    return Moment("", "", "shield", consent_words(rows[0]))


_TELLERS: dict[str, Callable[[list[Facts], Look], Moment | None]] = {
    "dealing": _dealings,
    "conversation": _conversation,
    "offer": _offer,
    "signal": _signal,
    "action": _action,
    "holding": _holding,
    "stage.changed": _stage,
    "customer.taken_in": _taken_in,
    "consent.recorded": _consent,
    "address.changed": _moved,
    "owner.changed": _given_over,
    "standing": _move,
}
