"""Signals in words, from the figures of their evidence: nothing is said that the figures do not hold."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.ground.money import MINUS, format_money, minor_digits
from guanxi.ground.writing import writing
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.rules.notes import acceptance_in, coupon_in, wrong_in


def explain(kind: str, state: str, evidence: Mapping[str, Any], *, currency: str) -> str:
    """One or two sentences in the active language; money of `evidence` in minor units of `currency`."""
    figures = evidence.get("figures", {})
    if evidence.get("measure") == "gross_by_window":
        return joined(_within_cycle(figures, evidence, currency), _within_state(state))
    if kind == SignalKind.SPEND_DROP and "usual" in figures:
        return joined(_spend_drop(figures, evidence, currency), _spend_state(state))
    if kind == SignalKind.INACTIVITY and "last" in figures:
        return joined(_inactivity(figures, evidence.get("given", {})), _absence_state(state, figures))
    if kind == SignalKind.CREDIT_DOWNSHIFT and "divergence" in figures:
        return joined(_credit_downshift(figures, evidence, currency), _credit_state(state))
    if kind == SignalKind.PROMISE_BROKEN and "due" in figures:
        return joined(_promise_broken(figures, evidence["given"]), _ended(state))
    if kind == SignalKind.SERVICE_FRICTION and "missed" in figures:
        return joined(_friction(figures, evidence), _ended(state))
    if kind == SignalKind.ABUSE_REVIEW and "claims" in figures:
        return joined(claims_in_words(figures, evidence["given"], evidence["to"]), _claims_state(state))
    if evidence.get("measure") in _OF_ACCOUNTS:
        said = _OF_ACCOUNTS[evidence["measure"]](figures, evidence, currency)
        return joined(said, _supposed_state(state) if kind != SignalKind.BALANCE_RUNOFF else _spend_state(state))
    if "moved_on" in figures:
        return joined(_move(figures), _supposed_state(state))
    return str(SignalKind(kind).label)


def kind_in_words(kind: SignalKind, *, is_settled: bool) -> str:
    """What a signal is called: what was only supposed says “may” until somebody has confirmed it."""
    certain = {SignalKind.NEW_HOME: _("Has moved into a new home"), SignalKind.CAR_NEED: _("Needs a car")}
    return certain.get(kind, str(kind.label)) if is_settled else str(kind.label)


def note_in_words(note: str) -> str:
    """What somebody wrote beside a judgement, as he wrote it; what proved it by itself, in the language of who reads."""
    coupon, accepted = coupon_in(note), acceptance_in(note)
    if accepted is not None:
        told = (
            _("An offer that rests on it was accepted: {words}")
            if accepted
            else _("An offer that rests on it was accepted.")
        )
        return told.format(words=accepted)
    if (said := wrong_in(note)) is not None:
        return said or _("Said when the work about it was answered.")
    return _("The coupon {code} was redeemed.").format(code=coupon) if coupon else note


def supposed(kind: str) -> str:
    """What may be behind a signal, said as the supposition that it is and never as a fact (RET-02); "" where none is made."""
    if kind == SignalKind.SPEND_DROP:
        return _(
            "Perhaps part of the spending now goes by another card or to another house. "
            "That is a supposition: nobody has said so."
        )
    if kind == SignalKind.CREDIT_DOWNSHIFT:
        return _(
            "Perhaps there is less income than before; perhaps the better part of the spending went to another house. "
            "Both are suppositions: nobody has said so."
        )
    if kind == SignalKind.SAVINGS_ACCUMULATING:
        return _("Perhaps part of it might do more than lie there. That is a supposition: nobody has said so.")
    if kind == SignalKind.FIRST_INCOME:
        return _("Perhaps a first card or account of one’s own is wanted. That is a supposition: nobody has said so.")
    if kind == SignalKind.BALANCE_RUNOFF:
        return _(
            "Perhaps the money was needed; perhaps it lies elsewhere now. That is a supposition: nobody has said so."
        )
    if kind == SignalKind.INACTIVITY:
        return _("Perhaps the customer goes elsewhere now, or needs less. That is a supposition: nobody has said so.")
    if kind == SignalKind.NEW_HOME:
        return _("Perhaps it is a home of their own. That is a supposition: nobody has said so.")
    if kind == SignalKind.CAR_NEED:
        return _("Perhaps a car is wanted for the way into town. That is a supposition: nobody has said so.")
    return ""


def percent_less(share: float) -> str:
    """A falling share as people read it: 0.9044 is −90.4%."""
    return _("{number}%").format(number=f"{MINUS}{share * 100:.1f}")


def day_in_words(day: str | dt.date) -> str:
    """A day in the active language, absolute: 9 July 2026 or 2026年7月9日; 2026-07-09 for a reader who wants it so."""
    on = dt.date.fromisoformat(day) if isinstance(day, str) else day
    if writing().iso_days:
        return on.isoformat()
    return date_format(on, "j F Y" if (get_language() or "en").startswith("en") else "DATE_FORMAT")


def month_in_words(day: str | dt.date) -> str:
    """The month of a day in the active language: June 2026, 2026年6月."""
    return date_format(dt.date.fromisoformat(day) if isinstance(day, str) else day, "YEAR_MONTH_FORMAT")


def money_in_words(minor: int, currency: str) -> str:
    """Money in a sentence of the active language, rounded half-up to whole units: the rows behind it are exact."""
    scale = 10 ** minor_digits(currency)
    return format_money((minor + scale // 2) // scale * scale, currency, get_language() or "en", whole=True)


def _spend_drop(figures: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> str:
    return _(
        "Spending fell from about {usual} a month to {now} in {month} ({change}); "
        "in the {cycles} months before it lay between {low} and {high}."
    ).format(
        usual=money_in_words(figures["usual"], currency),
        now=money_in_words(figures["now"], currency),
        month=month_in_words(evidence["to"]),
        change=percent_less(figures["drop"]),
        cycles=figures["cycles"],
        low=money_in_words(figures["low"], currency),
        high=money_in_words(figures["high"], currency),
    )


def within_in_words(facts: Mapping[str, Any], day: str, currency: str) -> str:
    """What was spent in the 30 days up to a day instead of the usual."""
    return _("In the 30 days up to {day} spending was {now} instead of about {usual} ({change}).").format(
        usual=money_in_words(facts["usual"], currency),
        now=money_in_words(facts["now"], currency),
        day=day_in_words(day),
        change=percent_less(facts["drop"]),
    )


def _within_cycle(figures: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> str:
    before = _("In the {cycles} times 30 days before it lay between {low} and {high}.").format(
        cycles=figures["cycles"],
        low=money_in_words(figures["low"], currency),
        high=money_in_words(figures["high"], currency),
    )
    return joined(within_in_words(figures, evidence["to"], currency), before)


def _within_state(state: str) -> str:
    if state == SignalState.EXPIRED:
        return _("The month has closed since; it is judged as a whole.")
    return _spend_state(state)


def _spend_state(state: str) -> str:
    return {
        SignalState.CONFIRMED: _("It has stayed low for a second month."),
        SignalState.CLEARED: _("Since then spending is back to the usual."),
        SignalState.EXPIRED: _("The lower level has become the habit."),
        SignalState.REFUTED: _("This has been explained."),
    }.get(SignalState(state), "")


def mix_in_words(before: Sequence[float], after: Sequence[float]) -> str:
    """How the shares of spend by price tier (value, mid, premium) have moved."""
    moved = [f"{100 * was:.0f}% → {100 * now:.0f}%" for was, now in zip(before, after, strict=True)]
    return _("dear places {premium}, middling {mid}, cheap {value} of the money").format(
        value=moved[0], mid=moved[1], premium=moved[2]
    )


def _credit_downshift(figures: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> str:
    spent = evidence["given"]["spent"]
    return _(
        "Spending fell from about {usual} a month to {now} in {month} ({change}), and its mix has moved: {mix}."
    ).format(
        usual=money_in_words(spent["usual"], currency),
        now=money_in_words(spent["now"], currency),
        month=month_in_words(evidence["to"]),
        change=percent_less(spent["drop"]),
        mix=mix_in_words(figures["before"], figures["after"]),
    )


def _credit_state(state: str) -> str:
    words = {
        SignalState.WATCH: _("It is not sure that this is more than chance or a move to another house."),
        SignalState.CLEARED: _("Since then spending is back to the usual."),
        SignalState.EXPIRED: _("The lower level has become the habit."),
        SignalState.REFUTED: _("This has been explained."),
    }
    return words.get(SignalState(state), _("A person looks at it; nothing about a limit is decided by itself."))


def savings_in_words(first: int, now: int, since: str, currency: str) -> str:
    """From what level and since when savings have grown to what they are."""
    return _("Savings grew from {first} at the end of {since} to {now}").format(
        first=money_in_words(first, currency), since=month_in_words(since), now=money_in_words(now, currency)
    )


def runoff_in_words(facts: Mapping[str, Any], month: str, currency: str) -> str:
    """From what usual level deposits have fallen to what they are."""
    return _("Deposits fell from about {usual} to {now} by the end of {month} ({change}).").format(
        usual=money_in_words(facts["usual"], currency),
        now=money_in_words(facts["now"], currency),
        month=month_in_words(month),
        change=percent_less(facts["drop"]),
    )


def _deposits(figures: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> str:
    if "usual" in figures:
        return runoff_in_words(figures, evidence["to"], currency)
    grew = savings_in_words(figures["first"], figures["now"], evidence["from"], currency)
    return _(
        "{grew}, {term} of it tied for a time; in none of these {months} months did {outflow} or more flow out."
    ).format(
        grew=grew,
        term=money_in_words(figures["term"], currency),
        months=figures["months"],
        outflow=money_in_words(evidence["given"]["outflow"], currency),
    )


def _income(figures: Mapping[str, Any], evidence: Mapping[str, Any], currency: str) -> str:
    return _(
        "Income has come in every month since {since}, {months} months in a row; none is known from before."
    ).format(since=month_in_words(figures["since"]), months=figures["months"])


_OF_ACCOUNTS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], str], str]] = {
    "deposits_by_month": _deposits,
    "income_by_month": _income,
}


def visits_in_words(visits: int, last: str) -> str:
    """How often somebody came who came too seldom for a habit, and when last."""
    if visits == 1:
        return _("Came once, on {last}, and not again.").format(last=day_in_words(last))
    return _("Came {visits} times, the last time on {last}.").format(visits=visits, last=day_in_words(last))


def _inactivity(figures: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    if figures["visits"] <= given.get("own_gaps", 1):
        return visits_in_words(figures["visits"], figures["last"])
    return _("Last here on {last}; until then every {gap} days on average, over {visits} visits.").format(
        last=day_in_words(figures["last"]), gap=f"{figures['gap']:g}", visits=figures["visits"]
    )


def _absence_state(state: str, figures: Mapping[str, Any]) -> str:
    words = {
        SignalState.WATCH: _("Since {day} the absence is longer than usual."),
        SignalState.ALARM: _("Since {day} the absence is far longer than usual."),
        SignalState.LAPSED: _("Since {day} the customer counts as having left."),
        SignalState.CLEARED: _("The customer has come again."),
        SignalState.REFUTED: _("This has been explained."),
    }.get(SignalState(state), "")
    began = {SignalState.WATCH: "watch_on", SignalState.ALARM: "alarm_on", SignalState.LAPSED: "lapsed_on"}
    field = began.get(SignalState(state))
    return words.format(day=day_in_words(figures[field])) if field else words


def _move(figures: Mapping[str, Any]) -> str:
    """The move alone: which estate it is stands in the address, for whoever may read that."""
    moved = day_in_words(figures["moved_on"])
    if figures.get("kilometres"):
        far = f"{figures['kilometres']:.0f}"
        return _("Moved on {day}, to {far} km from the centre of the city.").format(day=moved, far=far)
    if not figures.get("handover_on"):
        return _("Moved on {day}.").format(day=moved)
    return _("Moved on {day}; the homes there were handed over on {handover}.").format(
        day=moved, handover=day_in_words(figures["handover_on"])
    )


def _promise_broken(figures: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    words = _("On {day} we promised to come back by {due}; no contact was noted by then.")
    if figures["times"] > 1:
        words = _(
            "On {day} we promised to come back by {due}; no contact was noted by then. "
            "It is promise number {times} that we broke within {days} days."
        )
    days = {"day": day_in_words(figures["day"]), "due": day_in_words(figures["due"])}
    return words.format(**days, times=figures["times"], days=given["days"])


def _friction(figures: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    """What went wrong, by how often; what did not happen is not mentioned."""
    told = (
        (figures["missed"], _("nobody answered the customer: {count}")),
        (figures["again"], _("the customer had to ask again: {count}")),
        (figures["failed"], _("we did not reach the customer: {count}")),
    )
    between = "；" if (get_language() or "").startswith("zh") else "; "
    listed = between.join(words.format(count=count) for count, words in told if count)
    return _("Between {first} and {last}: {troubles}.").format(
        first=day_in_words(evidence["from"]), last=day_in_words(evidence["to"]), troubles=listed
    )


def claims_in_words(figures: Mapping[str, Any], given: Mapping[str, Any], day: str) -> str:
    """How many refunds on how many orders: what was counted, and nothing about why (RSK-06)."""
    return _("In the {days} days up to {day}: {claims} refund claims on {orders} orders.").format(
        days=given["days"], day=day_in_words(day), claims=figures["claims"], orders=figures["orders"]
    )


def _claims_state(state: str) -> str:
    return _ended(state) or _("Why is not known. A person looks at it; nothing is decided by itself.")


def _ended(state: str) -> str:
    return {
        SignalState.EXPIRED: _("That is over."),
        SignalState.REFUTED: _("This has been explained."),
    }.get(SignalState(state), "")


def _supposed_state(state: str) -> str:
    return {
        SignalState.CONFIRMED: _("The customer has confirmed it."),
        SignalState.REFUTED: _("The customer says it is not so."),
        SignalState.EXPIRED: _("It was never confirmed and is given up."),
    }.get(SignalState(state), "")


def joined(*sentences: str) -> str:
    """Sentences in a row; Chinese sets no space between them."""
    space = "" if (get_language() or "").startswith("zh") else " "
    return space.join(sentence for sentence in sentences if sentence)
