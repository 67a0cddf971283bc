"""What was given out lately: who took what along, how many rows, when. For whoever answers for the firm's data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.faces.desk.imports.wording import rows_words
from guanxi.faces.desk.lists.nouns import LISTS_BY_NAME
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.identity.exporting import BEGUN, EXPORTED, TAKEN
from guanxi.identity.naming import names_of_actors
from guanxi.identity.principals import PrincipalKind
from guanxi.journal.queries import ActLine, acts_since

LARGE = 10_000  # more rows than these are marked, and said where settings begin
_SHOWN_DAYS, _LARGE_DAYS = 30, 7
_MOST = 100
_OF_THE_COMMAND: dict[str, str | Promise] = {
    "standing": gettext_lazy("Figures of customers"),
    "signals": gettext_lazy("Signals"),
}


@dataclass(frozen=True)
class Given:
    """One taking along: `rows` in words, a size for a backup; `note` says when it did not come to its end."""

    who: str
    what: str
    rows: str
    when: str
    note: str
    is_large: bool


def given_out(look: Look) -> list[Given]:
    """What was given out in the last days, newest first (at most four queries)."""
    since = look.now - dt.timedelta(days=_SHOWN_DAYS)
    acts = acts_since(since, kinds=(BEGUN, EXPORTED, TAKEN), limit=2 * _MOST)
    ended = {act.payload.get("giving") for act in acts if act.kind != BEGUN and act.payload}
    left = [act for act in acts if act.kind != BEGUN or (act.payload or {}).get("giving") not in ended]
    names = names_of_actors(act.by.code for act in left)
    return [_given(act, names.get(act.by.code), look) for act in left[:_MOST]]


def large_lately(look: Look) -> str:
    """That much was given out in the last week, in words; "" where nothing was."""
    large = _large(look)
    if not large:
        return ""
    words = ngettext(
        "In the last 7 days {count} export of more than {most} rows was given out.",
        "In the last 7 days {count} exports of more than {most} rows were given out.",
        len(large),
    )
    return words.format(count=cells.number(len(large)), most=cells.number(LARGE))


def _large(look: Look) -> Sequence[ActLine]:
    since = look.now - dt.timedelta(days=_LARGE_DAYS)
    return acts_since(since, kinds=(EXPORTED,), count_above=LARGE, limit=_MOST)


def _given(act: ActLine, name: str | None, look: Look) -> Given:
    at, told = act.at.astimezone(look.now.tzinfo), act.payload or {}
    size, note = rows_words(act.count), ""
    if act.kind == TAKEN:
        size = filesizeformat(told.get("bytes", 0))
    elif act.kind == BEGUN:
        size, note = "", _("begun, and its end not noted: still under way, or cut off by a failure")
    elif not told.get("whole", True):
        note = _("broken off before its end")
    return Given(
        who=name or _machine(act),
        what=_what(act),
        rows=size,
        when=f"{cells.day_words(at.date(), look.today)} {at:%H:%M}",
        note=note,
        is_large=act.kind != EXPORTED or act.count > LARGE,
    )


def _what(act: ActLine) -> str:
    if act.kind == TAKEN:
        return _("A backup: the whole record")
    noun = LISTS_BY_NAME.get(act.noun.code)
    return str(noun.sheet.label if noun else _OF_THE_COMMAND.get(act.noun.code, act.noun.code))


def _machine(act: ActLine) -> str:
    """Who is no colleague: the command line has no name of a person."""
    return _("The command line") if act.by.kind == PrincipalKind.SYSTEM else act.by.code
