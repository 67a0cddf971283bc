"""Improvement cases as people read them: which cause, who works on it until when, and whether fewer are lost since (WIN-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guanxi.faces.desk.insight.losing import cause_words, quarter_alone
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, sentences
from guanxi.identity.permissions import Permission, may
from guanxi.rescue.improvement import queries
from guanxi.rescue.improvement.choices import STILL_OPEN, CaseState


@dataclass(frozen=True)
class CaseRow:
    """One case of a list."""

    href: str
    cause: str
    quarter: str
    losses: str
    worth: str
    owner: str
    state: str
    due: str
    is_overdue: bool
    change: str


@dataclass(frozen=True)
class CasesPage:
    money_head: str
    waiting: list[CaseRow]
    closed: list[CaseRow]
    more: str


@dataclass(frozen=True)
class CasePage:
    """One case. The flags say which form is shown."""

    code: str
    title: str
    claim: str
    state: str
    due: str
    is_overdue: bool
    facts: list[tuple[str, str]]
    rates: list[tuple[str, Sequence[str]]]
    rates_words: str
    behind: str
    said: list[tuple[str, str]]
    may_take: bool
    has_it: bool


def cases_page(look: Look) -> CasesPage:
    """All cases: those somebody has to work on, and those that are closed (two queries). Raises Denied."""
    waiting, closed = queries.open_cases(look.principal), queries.closed_cases(look.principal)
    is_cut = max(len(waiting), len(closed)) >= queries.MOST
    return CasesPage(
        money_head=cells.with_sign(pgettext("lost", "Worth"), look.currency),
        waiting=rows_of(waiting, look),
        closed=rows_of(closed, look),
        more=_("At most {count} of each are shown.").format(count=cells.number(queries.MOST)) if is_cut else "",
    )


def rows_of(cases: Sequence[Any], look: Look) -> list[CaseRow]:
    """Cases as lines of a list."""
    return [_row(case, look) for case in cases]


def case_page(case: Any, look: Look) -> CasePage:
    """One case that was read in sight."""
    is_open = case.state in STILL_OPEN
    may_work = is_open and look.principal.staff_id is not None and may(look.principal, Permission.WORK_ON_CAUSES)
    has_it = may_work and case.owner_id == look.principal.staff_id and case.state != CaseState.PROPOSED
    return CasePage(
        code=case.code,
        title=_("Improvement: {cause}").format(cause=cause_words(case.cause)),
        claim=_claim(case),
        state=str(CaseState(case.state).label),
        due=cells.day_words(case.due_on, look.today) if is_open else "",
        is_overdue=_is_overdue(case, look.today),
        facts=_facts(case, look),
        rates=[
            (name, _figures(found, look.today))
            for name, found in ((_("before"), case.rates.get("before")), (_("after"), case.rates.get("after")))
            if found
        ],
        rates_words=_rates_words(case),
        behind=f"{reverse('winback')}?span=year&cause={case.cause}#lost",
        said=_said(case, look),
        may_take=may_work and not has_it,
        has_it=has_it,
    )


def _row(case: Any, look: Look) -> CaseRow:
    return CaseRow(
        href=reverse("improvement", args=[case.code]),
        cause=cause_words(case.cause),
        quarter=quarter_alone(case.quarter_on),
        losses=cells.number(case.losses),
        worth=cells.whole_amount(case.worth, look.currency),
        owner=_owner(case),
        state=str(CaseState(case.state).label),
        due=cells.day_words(case.due_on if case.state in STILL_OPEN else case.closed_on, look.today),
        is_overdue=_is_overdue(case, look.today),
        change=_change(case.rates),
    )


def _owner(case: Any) -> str:
    if case.owner is None:
        return _("nobody yet")
    if case.state == CaseState.PROPOSED:
        return _("proposed: {name}").format(name=case.owner.name)
    return str(case.owner.name)


def _is_overdue(case: Any, today: date) -> bool:
    return case.state in STILL_OPEN and case.due_on < today


def _claim(case: Any) -> str:
    words = ngettext(
        "{count} loss of the quarter {quarter} has one cause: {cause}. Work on the cause, not on those who left.",
        "{count} losses of the quarter {quarter} have one cause: {cause}. Work on the cause, not on those who left.",
        case.losses,
    )
    return words.format(
        count=cells.number(case.losses), quarter=quarter_alone(case.quarter_on), cause=cause_words(case.cause)
    )


def _facts(case: Any, look: Look) -> list[tuple[str, str]]:
    return [
        (_("Whose"), _owner(case)),
        (_("Opened"), cells.day_words(case.opened_on, look.today)),
        (_("First lives were worth"), cells.money(case.worth, look.currency)),
    ]


def _said(case: Any, look: Look) -> list[tuple[str, str]]:
    """What people wrote: what was done, since when, and what came of it."""
    found = []
    if case.done_on:
        found.append((_("Done since {day}").format(day=cells.day_words(case.done_on, look.today)), case.done))
    if case.closed_on:
        found.append((_("Closed on {day}").format(day=cells.day_words(case.closed_on, look.today)), case.result))
    return found


def _figures(found: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """Months, losses, rate, interval."""
    first, last = (date.fromisoformat(found[name]) for name in ("first", "last"))
    months = cells.months_words(first, last, today)
    span = _("{low} to {high}").format(low=cells.percent(found["lower"], 2), high=cells.percent(found["upper"], 2))
    return (
        dotted([months, _("preliminary") if found["preliminary"] else ""]),
        cells.number(found["losses"]),
        cells.percent(found["rate"], 2),
        span,
    )


def _rates_words(case: Any) -> str:
    """What may be concluded: nothing before months are over, and nothing where the intervals meet."""
    before, after = case.rates.get("before"), case.rates.get("after")
    if not before:
        return _("The loss rate before cannot be told: the data do not reach back a year.")
    if not after:
        return _("After what was done no whole month is over yet.")
    said = [_difference(before, after)]
    if after["preliminary"]:
        said.append(_("Losses are dated back, so those of the last six months will still grow."))
    return sentences(said)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if after["upper"] < before["lower"]:
        return _("Fewer are lost on this cause than before, by more than chance does.")
    if after["lower"] > before["upper"]:
        return _("More are lost on this cause than before, by more than chance does.")
    return _("The difference may be chance: the intervals meet.")


def _change(rates: Mapping[str, Any]) -> str:
    before, after = rates.get("before"), rates.get("after")
    if not before:
        return cells.NOTHING
    if not after:
        return cells.percent(before["rate"], 2)
    return _("{before} → {after}").format(
        before=cells.percent(before["rate"], 2), after=cells.percent(after["rate"], 2)
    )
