"""Where a customer stands: figures of the last refresh in words, signals, holdings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.faces.desk.evidence.facts import PROVEN
from guanxi.faces.desk.evidence.judging import judgement_words
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, near
from guanxi.identity.permissions import Permission, may
from guanxi.record.customers.choices import State, Tier
from guanxi.record.customers.permissions import shown
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.queries import HoldingRow
from guanxi.record.signals.choices import SignalState
from guanxi.record.signals.queries import SignalRow
from guanxi.record.signals.rules import OPEN_STATES, given_up_on
from guanxi.record.signals.wording import kind_in_words
from guanxi.record.standing.choices import Loyalty
from guanxi.record.standing.queries import Move, OnPage

_MOST_SIGNALS = 5
_MOST_MOVES = 4
_ALARM, _WATCH = 0.5, 0.3  # of the risk of losing somebody (mock README, Rules)
_CLASSES = {
    "champion": gettext_lazy("comes often, recently, and spends much"),
    "at_risk": gettext_lazy("came often and spent much, but not lately"),
    "new": gettext_lazy("new"),
    "hibernating": gettext_lazy("seldom, and not for long"),
    "regular": gettext_lazy("regular"),
}
_GRADES = {
    "A": gettext_lazy("held against what came: order and sum hold"),
    "B": gettext_lazy("held against what came: good for the order or the sum, not both"),
    "C": gettext_lazy("not yet better than the simple rule"),
}


@dataclass(frozen=True)
class Gauge:
    """One probability with its bar."""

    label: str
    bar: SafeString
    value: str
    tone: str
    href: str


@dataclass(frozen=True)
class Figure:
    """One figure; `href` opens what stands behind it."""

    label: str
    value: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """The panel: the day it was computed for, what it comes to (words and tone), gauges, figures, and how far the estimates
    may be trusted.
    """

    day: str
    classes: list[tuple[str, str]]
    gauges: list[Gauge]
    figures: list[Figure]
    grade: str
    moves: list[Figure]


@dataclass(frozen=True)
class Signal:
    """One signal in words; `href` opens its rows. `code`: a supposition that the reader may settle, `is_open` while nobody
    has; `chance`: how likely it is, and until when it is kept without being confirmed.
    """

    kind: str
    words: str
    state: str
    tone: str
    when: str
    href: str
    code: str = ""
    is_open: bool = False
    chance: str = ""


@dataclass(frozen=True)
class Holding:
    """One thing the customer has with us."""

    name: str
    note: str
    reference: str


def standing_of(found: OnPage | None, look: Look, code: str) -> Standing | None:
    """The panel of a standing; None before the first refresh."""
    if found is None:
        return None
    row, day = found.standing, found.as_of
    thread = reverse("customer_thread", args=[code])
    dealt = f"{thread}?only=dealings"
    gauges = [
        _gauge(_("Will come again"), row.probability_alive, "", dealt),
        _gauge(_("May stay away"), row.loss_risk, _risk_tone(row.loss_risk), f"{thread}?only=work"),
    ]
    grade = _GRADES.get(row.grade)
    return Standing(
        day=_("as of {day}").format(day=cells.short_date(day, look.today)),
        classes=_classes(row),
        gauges=[gauge for gauge in gauges if gauge],
        figures=_figures(row, look, dealt),
        grade=_("{grade}: {meaning}").format(grade=row.grade, meaning=grade) if grade else "",
        moves=moves_of(found, look, f"{thread}?only=changes"),
    )


def signals_of(rows: Iterable[SignalRow], look: Look) -> list[Signal]:
    """Open signals first, then the latest; those that are over are told shortly."""
    ordered = sorted(rows, key=lambda row: row.state not in OPEN_STATES)
    return [_signal(row, look) for row in ordered[:_MOST_SIGNALS]]


def holdings_of(rows: Iterable[HoldingRow], look: Look) -> list[Holding]:
    """What the customer has with us; what is over is said to be over."""
    return [
        Holding(row.product or _("Holding"), _holding_note(row, look), _number(row.reference, look)) for row in rows
    ]


def moves_of(found: OnPage, look: Look, href: str) -> list[Figure]:
    """The latest movements of tier and state."""
    return [_move(move, look, href) for _, _, move in found.moves[:_MOST_MOVES]]


def product_names(rows: Sequence[HoldingRow]) -> list[str]:
    """Names of what is open now, each once."""
    names = (row.product for row in rows if row.status == HoldingStatus.OPEN and row.product)
    return list(dict.fromkeys(names))


def _figures(row: Any, look: Look, dealt: str) -> list[Figure]:
    figures = [Figure(_("Value a year"), cells.money(round(row.value), look.currency), dealt)]
    if row.lifetime_value is not None:
        figures.append(Figure(_("Value from now on"), cells.money(round(row.lifetime_value), look.currency), dealt))
    if row.frequency is not None:
        visits = row.frequency + 1
        label = ngettext("{count} day", "{count} days", visits).format(count=cells.number(visits))
        figures.append(Figure(_("Bought on"), label, dealt, str(_CLASSES.get(row.rfm_class, ""))))
    if row.last_on is not None:
        figures.append(Figure(_("Last bought"), cells.day_words(row.last_on, look.today), dealt))
    if row.monetary is not None:
        figures.append(Figure(_("Each time about"), cells.money(round(row.monetary), look.currency), dealt))
    if row.expected_purchases_365 is not None:
        times = _("{count} times").format(count=cells.decimals(row.expected_purchases_365))
        figures.append(Figure(_("Expected in a year"), times, dealt))
    if row.loyalty_class:
        figures.append(Figure(_("Loyalty"), str(Loyalty(row.loyalty_class).label), dealt, _loyalty_note(row)))
    return figures


def _loyalty_note(row: Any) -> str:
    """How much of it, and by how much of what is asked of it; too little is known of who has no figure (4.4)."""
    if row.loyalty is None or row.loyalty_coverage is None:
        return ""
    return _("{points} of 100, by {share} of the traits").format(
        points=cells.number(round(row.loyalty)), share=cells.percent(row.loyalty_coverage)
    )


def _classes(row: Any) -> list[tuple[str, str]]:
    """Worth keeping, and potentially dangerous: a customer can be both (RET-08). Of the best tier its upper end (4.1)."""
    told = (
        (row.is_vip, _("VIP"), "good"),
        (row.is_worth_keeping, _("Worth keeping"), "good"),
        (row.is_in_danger, _("Several signs of leaving"), "alarm"),
        (row.value < 0, _("Costs more than comes in"), "watch"),
    )
    return [(words, tone) for is_so, words, tone in told if is_so]


def _move(move: Move, look: Look, href: str) -> Figure:
    """One movement of tier or state, in words."""
    kind: type[Tier | State] = Tier if move.field == "tier" else State
    label = _("Tier") if move.field == "tier" else _("State")
    words = f"{kind(move.old).label} → {kind(move.new).label}"
    return Figure(label, words, href, cells.day_words(move.on, look.today))


def _gauge(label: str, share: float | None, tone: str, href: str) -> Gauge | None:
    if share is None:
        return None
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    bar = format_html(
        '<svg class="bar" data-tone="{}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="4"/></svg>',
        tone,
        width,
    )
    return Gauge(label, bar, cells.percent(share), tone, href)


def _risk_tone(risk: float | None) -> str:
    if risk is None:
        return ""
    return "alarm" if risk >= _ALARM else "watch" if risk >= _WATCH else "calm"


def signal_tone(state: SignalState, *, is_settled: bool) -> str:
    """How loud a signal is shown: what is supposed no louder than what is watched, what the customer confirmed as good."""
    if state not in OPEN_STATES:
        return ""
    if is_settled:
        return "good"
    return "watch" if state in (SignalState.WATCH, SignalState.HYPOTHESISED) else "alarm"


def _signal(row: SignalRow, look: Look) -> Signal:
    is_open = row.state in OPEN_STATES
    tone = signal_tone(row.state, is_settled=row.is_settled)
    href = reverse("signal_evidence", args=[row.code]) if row.evidence.get("table") in PROVEN else ""
    return Signal(
        kind=kind_in_words(row.kind, is_settled=row.is_settled),
        words=near(row.explanation, look.today) if is_open else _found_out(row),
        state=str(row.state.label),
        tone=tone,
        when=cells.day_words(row.occurred_on, look.today),
        href=href,
        code=row.code if _may_settle(row, look) else "",
        is_open=row.state == SignalState.HYPOTHESISED,
        chance=_chance(row, look) if row.state == SignalState.HYPOTHESISED else _judged(row, look),
    )


def _may_settle(row: SignalRow, look: Look) -> bool:
    """Whether the reader may say whether something supposed is so, or take back what was said."""
    is_ours = row.state == SignalState.HYPOTHESISED or (row.was_supposed and row.judgement is not None)
    return is_ours and may(look.principal, Permission.JUDGE_SIGNALS)


def _chance(row: SignalRow, look: Look) -> str:
    until = cells.short_date(given_up_on(row.detected_on), look.today)
    kept = _("kept until {day} unless confirmed").format(day=until)
    return dotted((_("{share} likely").format(share=cells.percent(row.probability)) if row.probability else "", kept))


def _judged(row: SignalRow, look: Look) -> str:
    """Who noted it, and when, of what had been supposed."""
    if row.judged_on is None or not row.was_supposed:
        return ""
    return _("noted by {name}, {day}").format(name=row.judged_by, day=cells.day_words(row.judged_on, look.today))


def _found_out(row: SignalRow) -> str:
    return judgement_words(row.judgement) if row.judgement else ""


def _number(reference: str, look: Look) -> str:
    """A holding's number as the principal may see it: like an account."""
    return shown(look.principal, "account", reference).replace("****", "•• ")


def _holding_note(row: HoldingRow, look: Look) -> str:
    if row.status == HoldingStatus.CLOSED:
        day = cells.short_date(row.closed_on, look.today) if row.closed_on else ""
        return dotted((_("closed"), day))
    opened = _("since {day}").format(day=cells.short_date(row.opened_on, look.today)) if row.opened_on else ""
    renewal = _("until {day}").format(day=cells.short_date(row.renewal_on, look.today)) if row.renewal_on else ""
    pending = str(row.status.label) if row.status == HoldingStatus.PENDING else ""
    return dotted((pending, renewal or opened))
