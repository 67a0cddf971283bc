"""One action as pages show it: a line of Today, the sheet of an open line, the toast after an answer."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.faces.desk.actions.proposals import SAID, Proposal, proposal_of
from guanxi.faces.desk.evidence.drawing import draw
from guanxi.faces.desk.evidence.facts import PROVEN, fact_words, rows_words
from guanxi.faces.desk.evidence.talks import talk_words
from guanxi.faces.shared import actions as wording
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import near
from guanxi.ground.workdays import Calendar
from guanxi.identity.permissions import Permission, may
from guanxi.identity.queries import work_calendar
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.rules import LIVE, default_again_on
from guanxi.record.actions.wording import supposed_in_words
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import first_phone

_RUNG = (Channel.CALL, Channel.UNKNOWN)


@dataclass(frozen=True)
class Fact:
    """One reason in a sentence; `href` and `door` open its rows."""

    words: str
    href: str = ""
    door: str = ""


@dataclass(frozen=True)
class Call:
    """The number to ring: as people read it, and as a telephone takes it."""

    number: str
    href: str


@dataclass(frozen=True)
class Because:
    """One answer to “not now because…”, and when the action then comes back."""

    value: int
    label: str
    again: str


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when an answer was refused, and why it was."""

    problem: str = ""
    note: str = ""
    again_on: str = ""
    to: str = ""


@dataclass(frozen=True)
class Line:
    """One action in words. `back`: where an answer leads back to; `then`: which line is open there afterwards;
    `explained`: where an explanation that took it off can be read and taken back.
    """

    code: str
    version: int
    name: str
    href: str
    tier: int
    who: str
    reason: str
    act: str
    icon: str
    stake: str
    due: str
    due_note: str
    due_tone: str
    action_class: ActionClass
    is_urgent: bool
    is_live: bool
    may_answer: bool
    may_hand_over: bool
    may_undo: bool
    outcome: str = ""
    back: str = ""
    then: str = ""
    explained: str = ""
    customer_code: str = ""
    may_log: bool = False


@dataclass(frozen=True)
class Sheet:
    """The open line: why, what to say, what to answer; `supposed` is what may be behind it; `explain` leads to where its
    signal can be explained; `offer` is what is offered.
    """

    line: Line
    say: str
    chart: SafeString
    facts: list[Fact]
    fair: list[tuple[str, str]]
    reasons: list[Because]
    explain: str = ""
    supposed: str = ""
    typed: Typed = field(default_factory=Typed)
    call: Call | None = None
    offer: Proposal | None = None


def line_of(action: ActionLine, look: Look, *, who: str = "", back: str = "", answered: bool = False) -> Line:
    """The line of an action. `who`: a few words about the customer; `back`: where an answer leads back to;
    `answered`: told as what was done with it, even where it lives on with a colleague.
    """
    due, due_note, tone = wording.due_words(action, look)
    is_live = action.status in LIVE or (action.status == ActionStatus.NOT_NOW and _is_back(action, look))
    return Line(
        code=action.code,
        version=action.version,
        name=action.customer_name,
        href=reverse("customer", args=[action.customer_code]),
        tier=action.tier,
        who=who,
        reason=near(action.reason_words, look.today),
        act=wording.act_words(action),
        icon=wording.channel_icon(action.channel),
        stake=cells.whole_amount(action.value_at_stake or None, look.currency),
        due=due,
        due_note=due_note,
        due_tone=tone,
        action_class=action.action_class,
        is_urgent=tone == "alarm",
        is_live=is_live,
        may_answer=is_live and may(look.principal, Permission.ANSWER_ACTIONS),
        may_hand_over=is_live and may(look.principal, Permission.HAND_OVER_ACTIONS),
        may_undo=action.status not in (ActionStatus.OPEN, ActionStatus.WITHDRAWN),
        outcome=wording.outcome_words(action, look.today) if answered or not is_live else "",
        back=back,
        customer_code=action.customer_code,
        may_log=is_live and may(look.principal, Permission.LOG_CONVERSATIONS),
        explained=_judgement(action) if action.status == ActionStatus.WITHDRAWN else "",
    )


def sheet_of(
    action: ActionLine,
    look: Look,
    *,
    who: str = "",
    back: str = "",
    typed: Typed | None = None,
    drawn: bool = True,
    phone: str | None = None,
) -> Sheet:
    """The open sheet of an action: three queries for the rows of its drawing and the phone to ring, none when it is not
    `drawn`: then the page knows the `phone`; two more for the words of an offer.
    """
    line = line_of(action, look, who=who, back=back)
    phone = _phone(action, look) if drawn and phone is None else phone or ""
    offer = proposal_of(action, look)
    return Sheet(
        line=line,
        say="" if offer and offer.say == action.say else near(action.say, look.today),
        chart=draw(action.evidence, look) if drawn else SafeString(""),
        facts=_facts(action, look) if drawn else [],
        fair=_fair(action, look),
        reasons=reasons_of(look, but=SAID if action.offer else ()) if line.may_answer else [],
        explain=_explain(action, look),
        supposed=supposed_in_words(action.reason),
        typed=typed or Typed(),
        call=call_to(phone) if line.may_answer and action.channel in _RUNG else None,
        offer=offer,
    )


def answered_line(code: str, done: Sequence[ActionLine], look: Look, *, back: str = "") -> Line | None:
    """The line that the toast after an answer speaks about; None when it is not among what was done today."""
    return next((line_of(action, look, back=back, answered=True) for action in done if action.code == code), None)


def _phone(action: ActionLine, look: Look) -> str:
    return first_phone(action.customer_id, look.principal)


def call_to(phone: str) -> Call | None:
    """The first number; None where there is none, or only a masked one."""
    number = re.sub(r"[^\d+*]", "", phone.partition(";")[0])
    return Call(cells.plain_phone(number), f"tel:{number}") if number and "*" not in number else None


def _explain(action: ActionLine, look: Look) -> str:
    """Where the signal behind an action can be explained; "" without one, or without the right."""
    if not may(look.principal, Permission.JUDGE_SIGNALS) or action.status not in LIVE:
        return ""
    return _judgement(action)


def _judgement(action: ActionLine) -> str:
    """Where the signal behind an action is judged; "" without one, and where no page proves it."""
    if not action.signal_key or action.evidence.get("table") not in PROVEN:
        return ""
    return reverse("action_evidence", args=[action.code]) + "#judgement"


def _facts(action: ActionLine, look: Look) -> list[Fact]:
    facts = []
    if action.handed_from and action.status == ActionStatus.HANDED_OVER:
        said = action.answer
        words = _("{name}: “{note}”").format(name=action.handed_from, note=said) if said else ""
        facts.append(Fact(words or _("handed over by {name}").format(name=action.handed_from)))
    door = reverse("action_evidence", args=[action.code]) if action.evidence.get("table") in PROVEN else ""
    for place, words in enumerate(fact_words(action.evidence, look)):
        facts.append(Fact(words, door, rows_words(action.evidence)) if place == 0 and door else Fact(words))
    if action.evidence.get("table") == "losses" and may(look.principal, Permission.VIEW_STANDING):
        page = reverse("loss", args=[action.evidence["loss"]])
        facts.append(Fact(_("What the record knows of why, and where the answer is noted"), page, _("The loss")))
    history = reverse("customer", args=[action.customer_code]) + "#thread"
    facts += [Fact(words, history, _("History")) for words in talk_words(action.evidence, look)]
    facts += [Fact(near(words, look.today)) for words in action.also]
    noted = cells.day_words(action.proposed_on, look.today)
    return facts or [Fact(_("Noted: {day}").format(day=noted), history, _("History"))]


def _fair(action: ActionLine, look: Look) -> list[tuple[str, str]]:
    fair = []
    if action.value_at_stake and not action.offer:
        stake = cells.money(action.value_at_stake, look.currency)
        fair.append((_("For us"), _("about {stake} a year is at stake").format(stake=stake)))
    noticed = cells.day_words(action.proposed_on, look.today)
    return [*fair, (_("Noticed"), noticed)]


def reasons_of(look: Look, *, but: Collection[NotNow] = ()) -> list[Because]:
    """The answers to “not now because…”, without those that stand elsewhere (one query: the firm's own days off count)."""
    calendar = work_calendar(look.today)
    return [_because(reason, look, calendar) for reason in NotNow if reason not in but]


def _because(reason: NotNow, look: Look, calendar: Calendar) -> Because:
    again = default_again_on(reason, look.today, calendar)
    words = cells.day_words(again, look.today) if again else _("not again")
    return Because(reason.value, str(reason.label), words)


def _is_back(action: ActionLine, look: Look) -> bool:
    return action.again_on is not None and action.again_on <= look.today
