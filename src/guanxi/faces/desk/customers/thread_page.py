"""The timeline of one customer: the plan on top, then what happened, by type, searched, a page at a time."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.desk.actions.presenters import line_of
from guanxi.faces.desk.customers.thread import Moment, moments_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import channel_icon
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions.queries import ActionLine
from guanxi.record.bookmarks.choices import Story
from guanxi.record.conversations import queries as conversations
from guanxi.record.customers.queries.page import Head
from guanxi.record.customers.timeline import Place, TimelineRow, as_rows, source_names, timeline
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.queries import HoldingRow
from guanxi.record.imports.queries import importable_kinds

ROWS = 36  # of the timeline on one page
_PLANNED = dt.timedelta(days=120)
_PLACE = re.compile(r"(\d{4}-\d\d-\d\d)\.([a-z]{1,20})\.(\d{1,18})", re.ASCII)
# what the tabs above the timeline show, by the sources of the timeline
TABS = {
    "contacts": ("conversations",),
    "dealings": ("dealings", "holdings"),
    "work": ("actions", "signals"),
    "changes": ("addresses", "consents", "customers", "owners", "standing"),
    "offered": ("conversations",),
}


@dataclass(frozen=True)
class Tab:
    """One way to look at the timeline."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Nothing:
    """What an empty timeline says: what it is, what will stand here, and the next step."""

    what: str
    why: str
    href: str
    step: str


@dataclass(frozen=True)
class Thread:
    """A page of the timeline. `words`: what its notes were searched for; `nothing` is said where it has no moments."""

    plan: list[Moment]
    moments: list[Moment]
    earlier: str
    tabs: list[Tab]
    search: str
    nothing: Nothing
    words: str = ""


def first_page(
    head: Head, look: Look, *, plan: list[Moment], given: Mapping[str, Iterable[TimelineRow]], only: str = ""
) -> Thread:
    """The timeline as the customer's page opens it, with one of its tabs; `given` are rows that its panels have read."""
    if only == Story.OFFERED:
        rows, following = _notes(head, look, None, only=only)
    else:
        shown = TABS.get(only)
        fit = {name: rows for name, rows in given.items() if shown is None or name in shown}
        rows, following = timeline(head.id, look.principal, limit=ROWS, only=shown, given=fit)
    moments, earlier = moments_of(rows, look), _earlier(head.code, following, only=only)
    return Thread(plan, moments, earlier, _tabs(head.code, only), _base(head.code), _nothing(head.code, only, look))


def thread_page(head: Head, look: Look, *, before: str, only: str, words: str) -> Thread:
    """A later page of the timeline, one of its tabs, or the notes in which words stand. Raises BadRequest for a place or
    a tab that is none.
    """
    place = _place_of(before)
    if only and only not in TABS:
        raise BadRequest("no such tab")
    if words:
        only = "contacts"
    if words or only == Story.OFFERED:
        rows, following = _notes(head, look, place, only=only, words=words)
    else:
        rows, following = timeline(head.id, look.principal, before=place, limit=ROWS, only=TABS.get(only))
    moments = moments_of(rows, look, after=place.on if place else None)
    earlier = _earlier(head.code, following, only=only, words=words)
    nothing = _nothing(head.code, only, look)
    return Thread([], moments, earlier, _tabs(head.code, only), _base(head.code), nothing, words)


def plan_of(live: Sequence[ActionLine], held: Sequence[HoldingRow], look: Look) -> list[Moment]:
    """What comes: work with its day, and what ends soon; soonest first."""
    coming: list[tuple[dt.date, Moment]] = []
    for action in live:
        line = line_of(action, look)
        icon, tone = channel_icon(action.channel), line.due_tone
        what = line.reason if action.evidence.get("table") != "dealings" else line.act
        moment = Moment("", line.due, icon, what, tone=tone, is_urgent=line.is_urgent, is_planned=True)
        coming.append((action.due_on, moment))
    for row in held:
        if (
            row.renewal_on
            and row.status == HoldingStatus.OPEN
            and 0 <= (row.renewal_on - look.today).days <= _PLANNED.days
        ):
            words = _("{product} ends").format(product=row.product or _("Holding"))
            day = cells.short_date(row.renewal_on, row.renewal_on)  # near enough to go without its year
            coming.append((row.renewal_on, Moment("", day, "cal", words, is_planned=True)))
    return [replace(moment, iso=day.isoformat()) for day, moment in sorted(coming, key=lambda item: item[0])]


def _notes(
    head: Head, look: Look, place: Place | None, *, only: str, words: str = ""
) -> tuple[list[TimelineRow], Place | None]:
    """Contacts in whose notes all the words stand, or those in which something was offered."""
    if not may(look.principal, Permission.VIEW_CONVERSATIONS):
        return [], None
    before = (place.on, place.id) if place else None
    offers = only == Story.OFFERED
    found = conversations.timeline_rows(
        head.id, principal=look.principal, before=before, limit=ROWS + 1, words=words, offers=offers
    )
    rows = as_rows("offer" if offers else "conversation", found)[:ROWS]
    last = rows[-1] if len(found) > ROWS else None
    return rows, Place(last.on, "conversations", last.id) if last else None


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


def _base(code: str) -> str:
    return reverse("customer_thread", args=[code])


def _earlier(code: str, place: Place | None, *, only: str = "", words: str = "") -> str:
    if place is None:
        return ""
    kept = {"before": f"{place.on.isoformat()}.{place.source}.{place.id}"}
    kept |= {"words": words} if words else {"only": only} if only else {}
    return f"{_base(code)}?{urlencode(kept)}"


def _tabs(code: str, only: str) -> list[Tab]:
    base = _base(code)
    return [Tab(str(one.label), f"{base}?only={one}" if one else base, one == only) for one in Story]


def _nothing(code: str, only: str, look: Look) -> Nothing:
    """In the words of a tab."""
    what, why = {
        "": (
            _("Nothing has happened yet."),
            _("Every call, visit, purchase and change will stand here, newest first."),
        ),
        "contacts": (_("No contact noted yet."), _("Calls, visits and messages stand here, with what was promised.")),
        "dealings": (
            _("No dealings on record."),
            _("What the customer buys and holds comes in by file and stands here."),
        ),
        "work": (
            _("No signals and no work yet."),
            _("What the night notices stands here, what you note as a next step, and what was done about it."),
        ),
        "changes": (
            _("Nothing has changed yet."),
            _("Tier, manager, address and consents stand here with their days."),
        ),
        "offered": (
            _("No offer noted yet."),
            _("What was told of new products, and whether it was accepted or refused, stands here from the notes."),
        ),
    }[only]
    return Nothing(what, why, *_next_step(code, only, look))


def _next_step(code: str, only: str, look: Look) -> tuple[str, str]:
    """Where to go from an empty tab, with its words: what fills it, for whoever may; else the whole history."""
    if only == "dealings" and "dealings" in importable_kinds(look.principal):
        return reverse("import_new", args=["dealings"]), _("Import a file")
    if only not in ("dealings", "changes") and may(look.principal, Permission.LOG_CONVERSATIONS):
        return f"{reverse('new_conversation')}?customer={code}", _("Log a contact")
    if only:
        return _base(code), _("The whole history")
    return reverse("customer", args=[code]), _("Back to the customer")
