"""The page of the day: a sentence first, then one line a customer, in the order of what is owed, care, and worth."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.faces.desk.actions.presenters import Line, Sheet, answered_line, line_of, sheet_of
from guanxi.faces.desk.insight.improving import CaseRow, rows_of
from guanxi.faces.desk.today.late import Late, late_of
from guanxi.faces.desk.today.reviewing import Waiting, reviewing_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import group_words
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese, sentences, since_words
from guanxi.ground.writing import writing
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions import queries
from guanxi.record.actions.choices import ActionClass
from guanxi.record.actions.queries import ActionLine, PersonLoad, team_load
from guanxi.record.customers.choices import Channel
from guanxi.record.standing.queries import EditionLine, current_edition, standings_of
from guanxi.rescue.improvement.queries import cases_of

_WAITS = 3  # sentences about what could not be judged


@dataclass(frozen=True)
class Group:
    """Lines of one class under a heading."""

    label: str
    hint: str
    lines: list[Line]
    id: str = ""


@dataclass(frozen=True)
class Member:
    """One colleague's work: how much, how much of it late, and since when the oldest waits; `href` opens it."""

    name: str
    team: str
    href: str
    open: int
    overdue: int
    oldest: str


@dataclass(frozen=True)
class Empty:
    """What an empty day says, and the one button below it."""

    what: str
    why: str
    href: str
    button: str


@dataclass(frozen=True)
class Page:
    """Everything Today shows."""

    title: str
    day: str
    clock: str
    sentence: SafeString
    second: SafeString
    groups: list[Group]
    sheet: Sheet | None
    done: list[Line]
    coming: list[Line]
    late: Late | None
    reviewing: list[Waiting]
    is_reviewers: bool
    improvements: list[CaseRow]
    team: list[Member]
    waits: list[str]
    toast: Line | None
    empty: Empty | None
    stake_head: str
    more: str


def today_page(look: Look, *, open_code: str = "", answered: str = "") -> Page:
    """The page of the day of whoever looks. `open_code`: the line to open (else the first); `answered`: for the toast."""
    day = queries.today(look.principal, on=look.today)
    pool = queries.pool(look.principal, on=look.today)
    done = queries.done_today(look.principal, on=look.today) if day.done else []
    coming = queries.tomorrow(look.principal, on=look.today) if day.tomorrow else []
    team = team_load(look.principal, on=look.today)
    edition = current_edition()
    all_lines = [*day.lines, *pool]
    words = about_customers(all_lines, look)
    reviewing = reviewing_of(look)
    is_reviewers = bool(reviewing) and not day.lines  # what waits for him comes before what waits for anybody
    first = None if is_reviewers or not all_lines else all_lines[0]
    opened = next((action for action in all_lines if action.code == open_code), first)
    groups = groups_of(day.lines, pool, words, look)
    sheet = sheet_of(opened, look, who=words.get(opened.customer_id, "")) if opened else None
    return Page(
        title=_("Today"),
        day=day_heading(look.today),
        clock=f"{look.now:%H:%M}",
        sentence=_sentence(day, team),
        second=_second(day, team, look),
        groups=[_keeping_the_place(group, opened.code) for group in groups] if opened else groups,
        sheet=replace(sheet, line=replace(sheet.line, then=_after(sheet.line.code, all_lines))) if sheet else None,
        done=[line_of(action, look, answered=True) for action in done],
        coming=[line_of(action, look) for action in coming],
        late=late_of(look),
        reviewing=reviewing,
        is_reviewers=is_reviewers,
        improvements=rows_of(cases_of(look.principal), look),
        team=[_member(person, look) for person in team],
        waits=_waits(edition),
        toast=answered_line(answered, done, look) if answered else None,
        empty=None if all_lines or team else _empty(day, edition, look),
        stake_head=stake_head(look),
        more=_more(day),
    )


def stake_head(look: Look) -> str:
    """The head of the column of what is at stake."""
    return cells.with_sign(_("At stake"), look.currency, _("/y"))


def day_heading(day: dt.date) -> str:
    """The day in words; in Chinese with its day of the lunar calendar."""
    if not is_chinese() or writing().iso_days:
        return cells.whole_date(day)
    return dotted((formats.date_format(day, "n月j日 l"), _lunar(day)))


def _lunar(day: dt.date) -> str:
    from lunar_python import Solar  # its tables take a quarter of a second to load; English pages never need them

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"农历{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def about_customers(actions: Sequence[ActionLine], look: Look) -> dict[int, str]:
    """A few words about each customer: since when, from the standing (two queries)."""
    if not actions or not may(look.principal, Permission.VIEW_STANDING):
        return {}
    standings = standings_of([action.customer_id for action in actions], look.principal)
    entered = {action.customer_id: action.customer_since for action in actions}
    return {
        key: since_words(standing.first_on, look.today, entered_on=entered[key]) for key, standing in standings.items()
    }


def _sentence(day: queries.Today, team: Sequence[PersonLoad]) -> SafeString:
    if not day.lines and (count := sum(person.open for person in team)):
        words = ngettext(
            "{count} customer waits for a call from your team.",
            "{count} customers wait for a call from your team.",
            count,
        )
        return format_html(words, count=_door(count, "#team"))
    if not day.lines:
        return SafeString(_("That is all for today.") if day.done else _("Nobody needs you today."))
    first = day.lines[0]
    if first.channel in (Channel.CALL, Channel.UNKNOWN):
        words = ngettext(
            "{count} customer needs you today. Call {name}.",
            "{count} customers need you today. Call {name} first.",
            day.total,
        )
    else:
        words = ngettext(
            "{count} customer needs you today: {name}.",
            "{count} customers need you today. Begin with {name}.",
            day.total,
        )
    return format_html(words, count=_door(day.total, "#lines"), name=first.customer_name)


def _second(day: queries.Today, team: Sequence[PersonLoad], look: Look) -> SafeString:
    """Late promises, what is at stake, and whom nobody looks after; for a leader without own work, the team's lateness."""
    said: list[str] = []
    late_ones = [person for person in team if person.overdue]
    if late_ones and not day.lines:
        count = sum(person.overdue for person in late_ones)
        words = ngettext("{count} of it is overdue.", "{count} of them are overdue.", count)
        said.append(format_html(words, count=_door(count, "#team", "alarm")))
    if day.overdue:
        late = next((f"#action-{action.code}" for action in day.lines if action.is_overdue), "#lines")
        words = ngettext("{count} is overdue.", "{count} are overdue.", day.overdue)
        said.append(format_html(words, count=_door(day.overdue, late, "alarm")))
    if day.value_at_stake:
        stake = _door(cells.money(day.value_at_stake, look.currency), "#lines")
        said.append(format_html(_("Doing all of it keeps about {stake} a year."), stake=stake))
    if day.pool:
        words = ngettext("{count} customer has nobody yet.", "{count} customers have nobody yet.", day.pool)
        said.append(format_html(words, count=_door(day.pool, "#pool")))
    return SafeString(sentences(said))


def waits_words(since: dt.date, look: Look) -> str:
    """How long something has waited."""
    waits = (look.today - since).days
    return ngettext("{days} day", "{days} days", waits).format(days=waits) if waits else _("since today")


def _member(person: PersonLoad, look: Look) -> Member:
    return Member(
        name=person.name,
        team=person.team_name,
        href=reverse("colleague", args=[person.code]),
        open=person.open,
        overdue=person.overdue,
        oldest=waits_words(person.oldest_on, look),
    )


def _door(figure: object, href: str, tone: str = "") -> SafeString:
    """A figure that opens what stands behind it."""
    if tone:
        return format_html('<a class="door" data-tone="{}" href="{}">{}</a>', tone, href, figure)
    return format_html('<a class="door" href="{}">{}</a>', href, figure)


def _keeping_the_place(group: Group, open_code: str) -> Group:
    """Ticking a closed line leaves the open one open."""
    return replace(group, lines=[replace(line, then=open_code) for line in group.lines])


def _after(code: str, actions: Sequence[ActionLine]) -> str:
    """The line that opens when this one is answered: the next, after the last the one before."""
    codes = [action.code for action in actions]
    at = codes.index(code)
    return next(iter(codes[at + 1 : at + 2] or codes[:at][-1:]), "")


def groups_of(
    lines: Sequence[ActionLine], pool: Sequence[ActionLine], words: dict[int, str], look: Look
) -> list[Group]:
    """Lines under the headings of their classes, and those of the pool."""
    groups = []
    for action_class in ActionClass:
        chosen = [line_of(a, look, who=words.get(a.customer_id, "")) for a in lines if a.action_class == action_class]
        if chosen:
            groups.append(Group(*group_words(action_class), chosen))
    if pool:
        own = [line_of(action, look, who=words.get(action.customer_id, "")) for action in pool]
        groups.append(Group(_("Nobody’s yet"), _("hand them to whoever fits"), own, "pool"))
    return groups


def _more(day: queries.Today) -> str:
    if day.total <= len(day.lines):
        return ""
    return _("The first {shown} of {total}; the others come up as these are done.").format(
        shown=len(day.lines), total=day.total
    )


def _waits(edition: EditionLine | None) -> list[str]:
    """What the last refresh could not judge yet and why, each sentence once: silence is not calm."""
    notes = edition.facts.get("waits", []) if edition else []
    said = [(note["words"], note["params"]) for note in notes]
    return list(dict.fromkeys(_(words).format_map(params) for words, params in said))[:_WAITS]


def _empty(day: queries.Today, edition: EditionLine | None, look: Look) -> Empty:
    customers, button = reverse("customers"), _("Look at the customers")
    if day.done:
        count = ngettext("{count} customer is looked after.", "{count} customers are looked after.", day.done)
        return Empty(_("Done for today"), count.format(count=day.done), customers, button)
    if edition is None or not edition.dealings:  # before the first file, and once the demo has gone
        why = _(
            "Nothing has been computed yet. After dealings are imported, the nightly refresh says who needs you and why."
        )
        if may(look.principal, Permission.IMPORT):
            return Empty(_("Nothing to go by yet"), why, reverse("import_new", args=["customers"]), _("Import a file"))
        return Empty(_("Nothing to go by yet"), why, customers, button)
    why = _("No promise is due and nothing unusual was noticed. A good day to get to know somebody better.")
    return Empty(_("Nobody is waiting"), why, customers, button)
