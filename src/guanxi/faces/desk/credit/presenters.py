"""A credit case in words: both explanations side by side, what is proposed and why, what was decided and told, what may be
done now.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.faces.desk.credit.drawing import months_picture, tiers_picture
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, listed
from guanxi.identity.naming import names_of_actors
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.record.customers.queries import customer_rows
from guanxi.record.signals.wording import mix_in_words, percent_less, supposed
from guanxi.rescue.credit.choices import CaseKind, CaseState, Decision
from guanxi.rescue.credit.permissions import may_decide_appeal
from guanxi.rescue.credit.queries import notices_of
from guanxi.rescue.credit.rules import FINAL, LOWERED, appeal_until
from guanxi.rescue.credit.wording import changes, formula_in_words

_TONES = {
    CaseState.NOTIFIED: "watch",
    CaseState.UPHELD: "watch",
    CaseState.RESTORED: "good",
    CaseState.OVERTURNED: "good",
}
_STEPS = 30


@dataclass(frozen=True)
class Supposition:
    """One explanation, with what speaks for it and what against."""

    title: str
    speaks_for: list[str]
    speaks_against: list[str]


@dataclass(frozen=True)
class NoticeLine:
    """A notice as the case lists it."""

    href: str
    title: str
    told: str


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    iso: str
    when: str
    by: str
    words: str


@dataclass(frozen=True)
class Page:
    """A case. The four flags say which form is shown."""

    code: str
    name: str
    customer: str
    state: str
    tone: str
    claim: str
    due: str
    is_overdue: bool
    months: SafeString
    tiers: SafeString
    suppositions: list[Supposition]
    supposed: str
    facts: list[tuple[str, str]]
    ruled: list[tuple[str, str]]
    notices: list[NoticeLine]
    history: list[Step]
    evidence: str
    may_decide: bool
    may_raise: bool
    may_give: bool
    may_appeal: bool
    may_judge_appeal: bool
    waits_for_another: bool
    may_look_again: bool


def page_of(case: Any, look: Look) -> Page:
    """The page of one case that was read in sight."""
    (customer,) = customer_rows([case.customer_id], look.principal)
    state, notices = CaseState(case.state), notices_of(case)
    is_lower = case.kind == CaseKind.LOWER
    is_told, has_two = bool(case.evidence), is_lower and bool(case.evidence)
    is_appealed, is_other = state == CaseState.APPEALED, may_decide_appeal(look.principal, case.decided_by_id)
    return Page(
        code=case.code,
        name=customer.name,
        customer=reverse("customer", args=[customer.code]),
        state=str(state.label),
        tone=tone_of(case, look.today),
        claim=_claim(case, look),
        due=cells.day_words(case.due_on, look.today) if case.is_waiting else "",
        is_overdue=is_overdue(case, look.today),
        months=months_picture(case.evidence, look) if is_told else SafeString(""),
        tiers=tiers_picture(case.evidence["figures"]) if has_two else SafeString(""),
        suppositions=_suppositions(case, look) if has_two else [],
        supposed=supposed("credit_downshift") if has_two else "",
        facts=_facts(case, look) if is_lower else _facts_of_raise(case, look),
        ruled=_ruled(case, look),
        notices=[notice_line(one, look) for one in notices],
        history=history_of("credit_case", case.code, look),
        evidence=case.signal_key,
        may_decide=is_lower and state in (CaseState.OPEN, CaseState.DECIDED),
        may_raise=not is_lower and state == CaseState.OPEN,
        may_give=bool(notices) and notices[0].given_on is None and state != CaseState.CLOSED,
        # also later: what came in time is noted on the day it came, and the service says what came too late
        may_appeal=state in (CaseState.NOTIFIED, CaseState.RECHECK) and case.appealed_on is None,
        may_judge_appeal=is_appealed and is_other,
        waits_for_another=is_appealed and not is_other,
        may_look_again=state == CaseState.RECHECK,
    )


def is_overdue(case: Any, today: dt.date) -> bool:
    """Whether a person should have acted before today."""
    return case.is_waiting and case.due_on < today


def tone_of(case: Any, today: dt.date) -> str:
    """How the state of a case is marked."""
    return "alarm" if is_overdue(case, today) else _TONES.get(CaseState(case.state), "")


def limits_in_words(case: Any, look: Look) -> str:
    """From what to what the limit goes: decided, else proposed."""
    if case.limit is None:
        return _("no limit known")
    now = cells.money(case.limit, look.currency)
    then = case.limit_decided if case.decision else case.proposed
    return now if then is None else f"{now} → {cells.money(then, look.currency)}"


def _claim(case: Any, look: Look) -> str:
    if not case.evidence:
        return _("What stood here was erased with the customer.")
    if case.kind == CaseKind.RAISE:
        figures = case.evidence["figures"]
        return _(
            "Spent between {low} and {high} in every one of {months} months: a higher limit may be offered."
        ).format(
            low=cells.money(figures["low"], look.currency),
            high=cells.money(figures["high"], look.currency),
            months=figures["months"],
        )
    spent = case.evidence["given"]["spent"]
    return _("Spending fell from about {usual} to {now} a month ({change}), and went to cheaper places.").format(
        usual=cells.money(spent["usual"], look.currency),
        now=cells.money(spent["now"], look.currency),
        change=percent_less(spent["drop"]),
    )


def _suppositions(case: Any, look: Look) -> list[Supposition]:
    figures, given = case.evidence["figures"], case.evidence["given"]
    mix = _("The money went elsewhere: {mix}.").format(mix=mix_in_words(figures["before"], figures["after"]))
    index = _(
        "From 1 (all cheap) to 3 (all dear): {before} before, {after} since; the mixes differ by {far} of 1."
    ).format(
        before=f"{figures['index_before']:.2f}", after=f"{figures['index']:.2f}", far=f"{figures['divergence']:.2f}"
    )
    fell = _("{drop} against the usual month, {z} of its own ups and downs.").format(
        drop=percent_less(given["spent"]["drop"]), z=cells.decimals(abs(given.get("z", 0)))
    )
    few = _("{before} purchases before, {count} since.").format(
        before=cells.number(figures["purchases_before"]), count=cells.number(figures["purchases"])
    )
    doubt = [] if case.is_sure else [_("The test is not sure: it may be chance, or another house.")]
    signs, against = _support(given, look)
    return [
        Supposition(_("There is less income"), [mix, index, *_chance(given), *signs], [*doubt, *against]),
        Supposition(
            _("The better part is paid by another card or house"),
            [fell, few],
            [_("Who only changes the card usually leaves its mix as it was.")],
        ),
    ]


def _support(given: Mapping[str, Any], look: Look) -> tuple[list[str], list[str]]:
    """What the record knows of salary and debt: what supports that there is less income, and what speaks against it or is unknown."""
    signs, against, unknown = [], [], [_("late payments"), _("cash drawn")]
    salary, owed = given.get("salary"), given.get("owed")
    if salary is None:
        unknown.append(_("a salary"))
    else:
        month = cells.month_words(dt.date.fromisoformat(salary["last"]), look.today)
        words = {"usual": cells.money(salary["usual"], look.currency), "month": month}
        if salary["is_missing"]:
            signs.append(_("A salary of about {usual} a month came until {month}, and none since.").format(**words))
        else:
            against.append(_("A salary of about {usual} a month still comes, last in {month}.").format(**words))
    if owed is not None:
        words = {name: cells.money(owed[name], look.currency) for name in ("before", "now")}
        if owed["is_more"]:
            signs.append(_("More is owed, though less is spent: {now} instead of {before}.").format(**words))
        else:
            against.append(_("No more is owed than before: {now}, it was {before}.").format(**words))
    return signs, [*against, _("The record knows nothing of: {unknown}.").format(unknown=listed(unknown))]


def _chance(given: Mapping[str, Any]) -> list[str]:
    if given.get("chance") is None:
        return []
    return [
        _("Shuffled {draws} times, chance did as much in {share} of them.").format(
            draws=cells.number(given["draws"]), share=f"{given['chance'] * 100:.1f}%"
        )
    ]


def _facts(case: Any, look: Look) -> list[tuple[str, str]]:
    def money(minor: int | None) -> str:
        return cells.NOTHING if minor is None else cells.money(minor, look.currency)

    proposal = money(case.proposed)
    if case.proposed is None:
        proposal = _("none: the test is not sure") if not case.is_sure else _("none: nothing lower comes out")
    pending = _("not known to the record") if case.pending is None else money(case.pending)
    return [
        (_("Limit now"), money(case.limit)),
        (_("Owed and pending"), money(case.owed)),
        (_("Of it pending"), pending),
        (_("Highest recent month"), money(case.highest)),
        (_("Proposed limit"), proposal),
        (_("How it is reckoned"), formula_in_words(case)),
    ]


def salary_of(case: Any) -> int | None:
    """What came in as salary in a month when the case was opened: the median of three months, in minor units; None: not known."""
    found: int | None = case.evidence.get("figures", {}).get("income")
    return found


def _facts_of_raise(case: Any, look: Look) -> list[tuple[str, str]]:
    """The proposal, and what the record does not know of it."""
    unknown = _("not known to the record")
    on_time = _("yes, seen in the card system") if case.is_on_time else unknown
    salary = salary_of(case)
    return [
        (_("Limit now"), cells.NOTHING if case.limit is None else cells.money(case.limit, look.currency)),
        (_("Proposed limit"), cells.NOTHING if case.proposed is None else cells.money(case.proposed, look.currency)),
        (_("How it is reckoned"), _("1.25 times the highest of the months, rounded up to ten thousand.")),
        (_("Paid on time"), on_time),
        (_("Salary that came in, a month"), unknown if salary is None else cells.money(salary, look.currency)),
        (_("Declared income a month"), unknown if case.income is None else cells.money(case.income, look.currency)),
        (_("Customer agreed"), cells.day_words(case.agreed_on, look.today) if case.agreed_on else _("not asked yet")),
        (_("Affordable"), _("up to three declared monthly incomes; without one it cannot pass")),
    ]


def _ruled(case: Any, look: Look) -> list[tuple[str, str]]:
    """What was decided, appealed and ended, by whom and when."""

    def who(person: Any, on: dt.date | None) -> str:
        return dotted((person.name if person else "", cells.day_words(on, look.today) if on else ""))

    told: list[tuple[str, str]] = []
    if case.decision:
        told.append((_("Decision"), dotted((Decision(case.decision).label, who(case.decided_by, case.decided_on)))))
        told.append((_("Why"), case.why or cells.NOTHING))
    if case.decision in LOWERED:
        told += [(_("What changes"), sentence) for sentence in changes(case)]
    if case.told_on:
        until = cells.day_words(appeal_until(case.told_on), look.today)
        told.append((_("Appeal"), _("possible until {day}").format(day=until)))
    if case.appealed_on:
        told.append((_("Appealed"), dotted((cells.day_words(case.appealed_on, look.today), f"“{case.appeal}”"))))
    if case.appeal_decided_on:
        told.append(
            (_("Appeal decided"), dotted((who(case.appeal_decided_by, case.appeal_decided_on), case.appeal_why)))
        )
    if case.ended_on and case.end_why:
        told.append((_("Ended"), dotted((who(case.ended_by, case.ended_on), case.end_why))))
    return told


def notice_line(notice: Any, look: Look) -> NoticeLine:
    """A notice in a list."""
    given = _("not given yet")
    if notice.given_on:
        given = dotted((notice.get_way_display(), cells.day_words(notice.given_on, look.today)))
    title = _("Notice {number}: {about}").format(number=notice.number, about=notice.get_about_display())
    return NoticeLine(f"?number={notice.number}", title, given)


def history_of(noun: str, code: str, look: Look) -> list[Step]:
    """The steps of a case or review that was read in sight, the latest first."""
    acts = acts_of(Noun(noun, code), limit=_STEPS)
    names = names_of_actors({act.by.code for act in acts})
    zone = look.now.tzinfo or ZoneInfo("UTC")
    found = []
    for act in acts:
        at = act.at.astimezone(zone)
        when = f"{cells.day_words(at.date(), look.today)} {at:%H:%M}"
        found.append(Step(at.isoformat(), when, names.get(act.by.code, _("the system")), act.words))
    return found


@dataclass(frozen=True)
class Row:
    """A case in the list."""

    href: str
    name: str
    state: str
    tone: str
    limits: str
    due: str
    is_overdue: bool
    by: str


def rows_of(cases: Sequence[Any], look: Look) -> list[Row]:
    """Cases as the list shows them (one query for the names)."""
    names = {row.id: row.name for row in customer_rows([case.customer_id for case in cases], look.principal)}
    return [
        Row(
            href=reverse("credit_case", args=[case.code]),
            name=names.get(case.customer_id, ""),
            state=str(CaseState(case.state).label),
            tone=tone_of(case, look.today),
            limits=limits_in_words(case, look),
            due=cells.day_words(case.due_on, look.today) if case.is_waiting else _ended(case, look),
            is_overdue=is_overdue(case, look.today),
            by=case.decided_by.name if case.decided_by else "",
        )
        for case in cases
    ]


def _ended(case: Any, look: Look) -> str:
    on = case.ended_on if case.state in FINAL else case.told_on
    return cells.day_words(on, look.today) if on else cells.NOTHING
