"""Why, and what to say: from the facts of an action, in the active language. No pressure, nothing that the facts do not hold."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guanxi.record.signals.choices import SignalKind, label_of
from guanxi.record.signals.wording import (
    day_in_words,
    joined,
    mix_in_words,
    money_in_words,
    month_in_words,
    percent_less,
    runoff_in_words,
    savings_in_words,
    supposed,
    visits_in_words,
    within_in_words,
)

Facts = Mapping[str, Any]
_YEARLY = gettext_lazy(
    "Once a year we also ask everybody: from 0 to 10, are we worth our price, how good is what we do, how satisfied are you?"
)


def reason_in_words(reason: str, facts: Facts, *, currency: str) -> str:
    """Why this customer needs somebody: one sentence, "" for facts that were erased. Money in minor units of `currency`."""
    words = _REASONS.get(reason)
    return words(facts, currency) if words and facts else ""


def what_to_say(reason: str, facts: Facts) -> str:
    """Two honest sentences to begin with."""
    words = _OPENINGS.get(reason)
    return words(facts) if words and facts else ""


def supposed_in_words(reason: str) -> str:
    """What may be behind the signal that is the reason, as a supposition; "" for other reasons."""
    return next((supposed(kind) for kind in SignalKind if reason.startswith(f"{kind}_")), "")


def also_in_words(facts: Facts, *, currency: str) -> list[str]:
    """What else is known and was not chosen as the reason, each in one sentence."""
    return [reason_in_words(other["reason"], other, currency=currency) for other in facts.get("also", [])]


def _promise(facts: Facts, currency: str) -> str:
    if facts.get("what"):
        return _("{what} (promised on {day})").format(what=facts["what"], **_days(facts))
    return _("On {day} we promised to come back by {due}.").format(**_days(facts))


def _follow_up(facts: Facts, currency: str) -> str:
    if facts.get("what"):
        return _("{what} (agreed on {day})").format(what=facts["what"], **_days(facts))
    return _("On {day} a next step was agreed for {due}.").format(**_days(facts))


def _spend_alarm(facts: Facts, currency: str) -> str:
    if "until" in facts:  # within the month
        return within_in_words(facts, facts["until"], currency)
    return _("Spending fell from about {usual} a month to {now} in {month} ({change}).").format(
        **_spend(facts, currency)
    )


def _spend_confirmed(facts: Facts, currency: str) -> str:
    return _("Spending fell from about {usual} a month to {now} in {month} ({change}), low for a second month.").format(
        **_spend(facts, currency)
    )


def _credit(facts: Facts, currency: str) -> str:
    words = _(
        "Spending fell from about {usual} a month to {now} in {month} ({change}), and its mix has moved: {mix}."
    ).format(**_spend(facts, currency), mix=mix_in_words(facts["before"], facts["after"]))
    if facts.get("limit_new") is None:
        return words
    limits = {name: money_in_words(facts[name], currency) for name in ("limit", "limit_new")}
    proposal = _("For a person to decide: a limit of {limit_new} instead of {limit}.").format(**limits)
    return joined(words, proposal)


def _runoff(facts: Facts, currency: str) -> str:
    return runoff_in_words(facts, facts["month"], currency)


def _savings(facts: Facts, currency: str) -> str:
    grew = savings_in_words(facts["first"], facts["now"], facts["since"], currency)
    return _("{grew}; no test of suitability is known.").format(grew=grew)


def _absent(facts: Facts, currency: str) -> str:
    if facts.get("gap") is None:
        return visits_in_words(facts.get("visits", 1), facts["last"])
    return _("Not here since {last}; used to come every {gap} days.").format(
        last=day_in_words(facts["last"]), gap=f"{facts['gap']:.0f}"
    )


def _renewal(facts: Facts, currency: str) -> str:
    return _("{holding} ends on {day}.").format(holding=facts["holding"], day=day_in_words(facts["day"]))


def _notice_over(facts: Facts, currency: str) -> str:
    return _("The notice of {holding} ran until {day}: the contract may be closed, and nobody has done it yet.").format(
        holding=facts["holding"], day=day_in_words(facts["day"])
    )


def _complaint(facts: Facts, currency: str) -> str:
    return _("Complained on {day}, and it is not solved. Sales rest until it is.").format(
        day=day_in_words(facts["day"])
    )


def _recovery(facts: Facts, currency: str) -> str:
    return _(
        "Complained on {day}, it is not solved, and there are other signs of leaving. Sales rest until it is solved."
    ).format(day=day_in_words(facts["day"]))


def _child_stage(facts: Facts, currency: str) -> str:
    return _("Child enters stage {stage} in {month}: ask whether reminders are welcome.").format(
        stage=facts["stage"], month=month_in_words(facts["month"])
    )


def _touch(facts: Facts, currency: str) -> str:
    """One contact a quarter; without a day, nobody has noted any yet."""
    if facts["last"] is None:
        said = _("Nobody has spoken with this customer yet, and once a quarter somebody should.")
    else:
        said = _(
            "Nobody has spoken with this customer in this quarter, last on {day}; once a quarter somebody should."
        ).format(day=day_in_words(facts["last"]))
    return joined(said, _("The yearly survey is due.")) if facts.get("survey") else said


def _renewal_care(facts: Facts, currency: str) -> str:
    return _("{holding} ends on {day}, and staying is less likely than leaving ({risk} may leave).").format(
        holding=facts["holding"], day=day_in_words(facts["day"]), risk=f"{facts['risk']:.0%}"
    )


def _returned(facts: Facts, currency: str) -> str:
    words = {"day": day_in_words(facts["day"]), "offer": _in_language(facts["offer_name"])}
    return _("The letter about “{offer}” came back on {day}: check the address. No call follows it.").format(**words)


def _offer(facts: Facts, currency: str) -> str:
    """The need, and what it was noticed by."""
    offer = facts["offer"]
    words = {"offer": _in_language(offer["name"]), "need": _in_language(offer["need"])}
    if not offer["because"]:
        return _("{offer}: {need}.").format(**words)
    return _("{offer}: {need} ({noticed}).").format(**words, noticed=label_of(offer["because"][0]))


def _benefit(facts: Facts, currency: str) -> str:
    offer = _in_language(facts["offer"]["name"])
    return _("With us since {since}: “{offer}” is open to the loyal at the anniversary.").format(
        since=day_in_words(facts["since"]), offer=offer
    )


def _new_home(facts: Facts, currency: str) -> str:
    return _("Moved on {day} to homes handed over on {handover}: perhaps a new home. Ask.").format(
        day=day_in_words(facts["moved_on"]), handover=day_in_words(facts["handover_on"])
    )


def _exit(facts: Facts, currency: str) -> str:
    return _("Has left us, last seen on {day}, and nobody knows why. Ask, and sell nothing.").format(
        day=day_in_words(facts["lost_on"])
    )


def _win_back(facts: Facts, currency: str) -> str:
    return _("Left us, last seen on {day}. Coming back would be worth about {value} after all costs.").format(
        day=day_in_words(facts["lost_on"]), value=money_in_words(facts["value"], currency)
    )


def _say_promise(facts: Facts) -> str:
    return _(
        "I promised to come back to you by {due}, and I would like to do that now. "
        "If it has taken longer than it should have, I am sorry."
    ).format(due=day_in_words(facts["due"]))


def _say_complaint(facts: Facts) -> str:
    return _(
        "You told us on {day} that something went wrong. I am sorry, and I would like to put it right. "
        "May I ask what is still missing for you?"
    ).format(day=day_in_words(facts["day"]))


def _say_child_stage(facts: Facts) -> str:
    return _(
        "You once agreed that we may remind you as your child grows. Would such reminders be welcome to you, for example of the next "
        "vaccination? If not, we delete what we noted."
    )


def _say_touch(facts: Facts) -> str:
    return _(
        "I look after you here, and I would like to hear how you are and whether everything is right with us. "
        "Is there something that I can take off your hands? I am not calling to sell you anything."
    ) + (" " + str(_YEARLY) if facts.get("survey") else "")


def _say_returned(facts: Facts) -> str:
    return _("A letter of ours came back. May I ask whether the address that we have is still right?")


def _say_follow_up(facts: Facts) -> str:
    return _("We agreed to speak again on {due}. Is this a good moment to go on from there?").format(
        due=day_in_words(facts["due"])
    )


def _say_spending(facts: Facts) -> str:
    return _(
        "I see that you use us less than you used to, and I would like to know whether there is something we should do better. "
        "If you simply need less at the moment, that is quite all right."
    )


def _say_credit(facts: Facts) -> str:
    return _(
        "I see that things have changed for you lately, and I would like to hear how you are. If it is tight at the moment, "
        "there are ways to make it easier; about your limit nothing changes before a person has spoken with you."
    )


def _say_runoff(facts: Facts) -> str:
    return _(
        "I see that you have needed your savings, and I would like to know whether everything was right with us. "
        "It is your money, and you need not tell me what for."
    )


def _say_savings(facts: Facts) -> str:
    return _(
        "You have put something aside over the last years. If you like, we can find out together how much ups and downs you "
        "would be at ease with; it takes a quarter of an hour. Leaving everything as it is is a good answer too."
    )


def _say_absent(facts: Facts) -> str:
    return _(
        "You were last with us on {last}, and I wanted to ask how you are and whether everything was right that time. "
        "I am not selling anything; I would just like to know."
    ).format(last=day_in_words(facts["last"]))


def _say_lapsed(facts: Facts) -> str:
    return _(
        "It has been a good while since you were with us on {last}, and I wanted to ask whether something went wrong on our side. "
        "If not, there is nothing you need to do: you are welcome whenever it suits you."
    ).format(last=day_in_words(facts["last"]))


def _say_renewal(facts: Facts) -> str:
    return _("{holding} ends on {day}. Shall we look together whether it still fits you?").format(
        holding=facts["holding"], day=day_in_words(facts["day"])
    )


def _say_notice_over(facts: Facts) -> str:
    return _(
        "Our notice of {holding} ran until {day}. I would like to tell you what happens now, and to answer what you want to ask about it."
    ).format(holding=facts["holding"], day=day_in_words(facts["day"]))


def _say_renewal_care(facts: Facts) -> str:
    return _(
        "{holding} ends on {day}, and before that I would like to hear how it has been for you and what should be different. "
        "Nothing has to be decided today."
    ).format(holding=facts["holding"], day=day_in_words(facts["day"]))


def _say_new_home(facts: Facts) -> str:
    return _(
        "I have noted your new address. Is it a new home of yours, and is there something we can take off your hands "
        "while you settle in? If not, that is quite all right."
    )


def _say_offer(facts: Facts) -> str:
    return _in_language(facts["offer"]["say"])


def _say_benefit(facts: Facts) -> str:
    return _(
        "You have been with us since {since}, and I would like to thank you: “{offer}” is open to you as well. "
        "If you do not want it, nothing changes."
    ).format(since=day_in_words(facts["since"]), offer=_in_language(facts["offer"]["name"]))


def _in_language(said: Mapping[str, str]) -> str:
    """Approved words of an offer, which are there in both languages."""
    return said["zh" if (get_language() or "").startswith("zh") else "en"]


def _say_exit(facts: Facts) -> str:
    return _(
        "You have not been with us for a while, and I would like to learn why: is there something we did badly, or did your "
        "life simply change? I am not calling to sell you anything."
    )


def _say_win_back(facts: Facts) -> str:
    return _(
        "It has been a while since you were last with us, and we have thought about what we should do better. "
        "May I tell you what is new? If not, that is quite all right."
    )


def _days(facts: Facts) -> dict[str, str]:
    return {"day": day_in_words(facts["day"]), "due": day_in_words(facts["due"])}


def _spend(facts: Facts, currency: str) -> dict[str, str]:
    return {
        "usual": money_in_words(facts["usual"], currency),
        "now": money_in_words(facts["now"], currency),
        "month": month_in_words(facts["month"]),
        "change": percent_less(facts["drop"]),
    }


_REASONS: dict[str, Callable[[Facts, str], str]] = {
    "promise_due": _promise,
    "complaint_open": _complaint,
    "complaint_recovery": _recovery,
    "child_stage": _child_stage,
    "quarterly_touch": _touch,
    "follow_up_due": _follow_up,
    "spend_drop_alarm": _spend_alarm,
    "spend_drop_confirmed": _spend_confirmed,
    "credit_downshift_watch": _credit,
    "credit_downshift_alarm": _credit,
    "credit_downshift_confirmed": _credit,
    "balance_runoff_alarm": _runoff,
    "balance_runoff_confirmed": _runoff,
    "savings_accumulating_hypothesised": _savings,
    "inactivity_alarm": _absent,
    "inactivity_lapsed": _absent,
    "notice_over": _notice_over,
    "renewal_due": _renewal,
    "renewal_care": _renewal_care,
    "offer_chosen": _offer,
    "offer_given": _offer,
    "letter_returned": _returned,
    "offer_refused": _offer,
    "benefit_due": _benefit,
    "new_home_hypothesised": _new_home,
    "exit_question": _exit,
    "win_back": _win_back,
}
_OPENINGS: dict[str, Callable[[Facts], str]] = {
    "promise_due": _say_promise,
    "complaint_open": _say_complaint,
    "complaint_recovery": _say_complaint,
    "child_stage": _say_child_stage,
    "quarterly_touch": _say_touch,
    "follow_up_due": _say_follow_up,
    "spend_drop_alarm": _say_spending,
    "spend_drop_confirmed": _say_spending,
    "credit_downshift_watch": _say_credit,
    "credit_downshift_alarm": _say_credit,
    "credit_downshift_confirmed": _say_credit,
    "balance_runoff_alarm": _say_runoff,
    "balance_runoff_confirmed": _say_runoff,
    "savings_accumulating_hypothesised": _say_savings,
    "inactivity_alarm": _say_absent,
    "inactivity_lapsed": _say_lapsed,
    "notice_over": _say_notice_over,
    "renewal_due": _say_renewal,
    "renewal_care": _say_renewal_care,
    "offer_chosen": _say_offer,
    "offer_given": _say_offer,
    "letter_returned": _say_returned,
    "offer_refused": _say_offer,
    "benefit_due": _say_benefit,
    "new_home_hypothesised": _say_new_home,
    "exit_question": _say_exit,
    "win_back": _say_win_back,
}
