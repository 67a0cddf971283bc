"""The team board: what each colleague has to do, what is late, how often they spoke to customers (MGR-12). Figures only: no
card of a customer is opened by looking at it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.today.presenters import waits_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import sentences
from guanxi.identity.queries import people_led_by
from guanxi.record.actions.queries import PersonLoad, answered_by, team_load
from guanxi.record.conversations.queries import contacts_by
from guanxi.record.customers.queries.owners import counts_of_owners

MOST = 100
_WEEK = 7
_TODAY = "where=answered_at.since.today&where=status.not_in.open"


@dataclass(frozen=True)
class Figure:
    """A figure and the list behind it; "" opens nothing."""

    words: str
    count: int
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Person:
    """One colleague's work in figures."""

    name: str
    team: str
    href: str
    customers: Figure
    alarms: Figure
    open: Figure
    overdue: Figure
    oldest: str
    done: Figure
    today: Figure
    week: Figure


@dataclass(frozen=True)
class _Counts:
    """What was counted of one colleague: customers, those of them in trouble, work answered today, contacts today and of a
    week.
    """

    customers: int
    alarms: int
    done: int
    spoken_today: int
    spoken_lately: int


@dataclass(frozen=True)
class Board:
    """The page. `more` says that there are more colleagues than the page shows."""

    sentence: str
    people: list[Person]
    more: str


def board_of(look: Look) -> Board:
    """The board of whoever leads somebody: seven queries at most, whatever the people. Raises Denied."""
    on, who = look.today, look.principal
    staff = list(people_led_by(who)[: MOST + 1])
    people = staff[:MOST]
    ids = [one.pk for one in people]
    loads = {load.code: load for load in team_load(who, on=on, limit=MOST, people=ids)}
    held = counts_of_owners(ids, who)
    spoken = contacts_by(ids, who, since=on - dt.timedelta(days=_WEEK), on=on)
    done = answered_by(ids, who, on=on)
    rows = [
        _person(
            one,
            loads.get(one.code),
            _Counts(*held.get(one.pk, (0, 0)), done.get(one.pk, 0), *spoken.get(one.pk, (0, 0))),
            look,
        )
        for one in people
    ]
    rows.sort(key=lambda row: (-row.overdue.count, -row.open.count))  # of the same, by name
    return Board(
        sentence=_sentence(rows),
        people=rows,
        more=_("The first {count}, by name.").format(count=MOST) if len(staff) > MOST else "",
    )


def _person(one: Any, load: PersonLoad | None, counts: _Counts, look: Look) -> Person:
    day = reverse("colleague", args=[one.code])
    own, talks = f"where=owner.in.{one.code}", f"{reverse('conversations')}?where=by.in.{one.code}"
    customers = f"{reverse('customers')}?{own}"
    return Person(
        name=one.name,
        team=one.team.name,
        href=day,
        customers=_figure(counts.customers, customers),
        alarms=_figure(counts.alarms, f"{customers}&where=state.in.alarm,lapsed"),
        open=_figure(load.open if load else 0, day),
        overdue=_figure(load.overdue if load else 0, day, "alarm"),
        oldest=waits_words(load.oldest_on, look) if load else "",
        done=_figure(counts.done, f"{reverse('actions')}?where=answered_by.in.{one.code}&{_TODAY}"),
        today=_figure(counts.spoken_today, f"{talks}&where=on.since.today"),
        week=_figure(counts.spoken_lately, f"{talks}&where=on.last.{_WEEK}"),
    )


def _figure(count: int, href: str, tone: str = "") -> Figure:
    return Figure(cells.number(count), count, href, tone) if count else Figure(cells.NOTHING, 0)


def _sentence(rows: Sequence[Person]) -> str:
    """What the team has before it, in a sentence."""
    waiting, late = sum(row.open.count for row in rows), sum(row.overdue.count for row in rows)
    words = ngettext(
        "{count} customer waits for a call from your team.",
        "{count} customers wait for a call from your team.",
        waiting,
    )
    said = [words.format(count=cells.number(waiting)) if waiting else _("Nobody waits for a call from your team.")]
    if late:
        said.append(
            ngettext("{count} of it is overdue.", "{count} of them are overdue.", late).format(count=cells.number(late))
        )
    return sentences(said)
