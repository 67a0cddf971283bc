"""What the customer is told in writing: what was decided, for which reasons of the own behaviour, what changes when, and what
one can do. Said in the active language; `WORDING` names this version of the words and is kept with each notice.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guanxi.record.signals.wording import (
    day_in_words,
    joined,
    mix_in_words,
    money_in_words,
    month_in_words,
    percent_less,
)
from guanxi.rescue.credit.choices import About, Decision
from guanxi.rescue.credit.models import CreditCase
from guanxi.rescue.credit.rules import APPEAL_DAYS, GOOD_CYCLES

WORDING = "2026-11"


@dataclass(frozen=True, slots=True)
class Told:
    """Who writes to whom, and when."""

    firm: str
    name: str
    on: dt.date


def notice(case: CreditCase, about: About, told: Told) -> str:
    """The whole notice, paragraphs parted by an empty line."""
    parts = {
        About.DECISION: _decision,
        About.UPHELD: _upheld,
        About.OVERTURNED: _overturned,
        About.RESTORED: _restored,
    }[about](case)
    head = _("To {name}\n{day}").format(name=told.name, day=day_in_words(told.on))
    foot = _("{contact}\n{firm}").format(contact=case.contact, firm=told.firm)
    return "\n\n".join([head, _("About the limit of your cards"), *parts, foot])


def reasons(case: CreditCase) -> list[str]:
    """The specific reasons, from the customer's own payments alone; none once the case was emptied."""
    if "figures" not in case.evidence:
        return []
    figures, spent = case.evidence["figures"], case.evidence["given"]["spent"]
    return [
        _("In {month} your cards paid {now}; before, it was about {usual} a month ({change}).").format(
            month=month_in_words(case.evidence["to"]),
            now=money_in_words(spent["now"], case.currency),
            usual=money_in_words(spent["usual"], case.currency),
            change=percent_less(spent["drop"]),
        ),
        _("What you bought has moved: {mix}.").format(mix=mix_in_words(figures["before"], figures["after"])),
    ]


def changes(case: CreditCase) -> list[str]:
    """What changes and when, one sentence a step."""
    if case.limit_decided is None or case.starts_on is None:
        return [_("Your limit stays as it is.")]
    terms = {"day": day_in_words(case.starts_on), "old": money_in_words(case.limit or 0, case.currency)}
    last = money_in_words(case.limit_decided, case.currency)
    if case.decision == Decision.STEPS and case.first_limit is not None and case.second_on is not None:
        first = money_in_words(case.first_limit, case.currency)
        return [
            _("From {day} the limit of your cards together is {new} instead of {old}.").format(new=first, **terms),
            _("From {day} it is {new}.").format(day=day_in_words(case.second_on), new=last),
        ]
    said = [_("From {day} the limit of your cards together is {new} instead of {old}.").format(new=last, **terms)]
    if case.ends_on is not None:
        said.append(
            _("This holds until {day}; then the limit is looked at again.").format(day=day_in_words(case.ends_on))
        )
    return said


def formula_in_words(case: CreditCase) -> str:
    """How the proposal comes about, for the reviewer."""
    said = [
        _("Twice the highest of the recent months ({highest}), rounded up to a whole thousand.").format(
            highest=money_in_words(case.highest, case.currency)
        )
    ]
    if case.pending is None:
        said.append(
            _("Not below the balance ({owed}); what is pending is not known to the record.").format(
                owed=money_in_words(case.owed, case.currency)
            )
        )
    else:
        said.append(
            _("Not below balance and pending authorisations ({owed}, of it {pending} pending).").format(
                owed=money_in_words(case.owed, case.currency), pending=money_in_words(case.pending, case.currency)
            )
        )
    return joined(*said)


def _decision(case: CreditCase) -> list[str]:
    if case.decision == Decision.HARDSHIP:
        opening = _("A person of our house has looked at how you use your cards, and offers you help.")
    else:
        opening = _("A person of our house has looked at how you use your cards and has decided about their limit.")
    own = _(
        "These are your own payments: the amount of a month counts all of them, what you bought only dining, lodging, groceries, "
        "fuel and general retail. Beside them we looked at your limit and at what you owe; nothing about other people was used."
    )
    return [
        opening,
        _paragraph(_("The reasons:"), *reasons(case), own),
        _paragraph(_("What changes:"), *changes(case)),
        *([_owed(case)] if case.limit_decided is not None else []),
        _appeal(),
        _help(case),
        *([_again()] if case.limit_decided is not None else []),
    ]


def _upheld(case: CreditCase) -> list[str]:
    return [
        _("Another person of our house has looked at your appeal. The decision stays as it is."),
        _paragraph(_("The reasons:"), case.appeal_why),
        _paragraph(_("What holds:"), *changes(case)),
        _help(case),
        _again(),
    ]


def _overturned(case: CreditCase) -> list[str]:
    limit = money_in_words(case.limit or 0, case.currency)
    return [
        _("Another person of our house has looked at your appeal. The decision is taken back."),
        _paragraph(_("The reasons:"), case.appeal_why),
        _("The limit of your cards together is {limit} as before.").format(limit=limit),
    ]


def _restored(case: CreditCase) -> list[str]:
    limit = money_in_words(case.limit or 0, case.currency)
    return [
        _("We have looked at your limit again, as we said we would."),
        _("The limit of your cards together is {limit} again.").format(limit=limit),
    ]


def _owed(case: CreditCase) -> str:
    """What is pending is promised only where the record is told of it."""
    owed = money_in_words(case.owed, case.currency)
    if case.pending is None:
        return _("It does not lie below what you owe ({owed}).").format(owed=owed)
    return _("It does not lie below what you owe and what is pending ({owed}).").format(owed=owed)


def _appeal() -> str:
    return _(
        "If you do not agree, you may appeal within {days} days from the day this reaches you: in writing, by telephone or at "
        "the counter. Another person than the one who decided looks at it. Tell us what we do not know, for instance that "
        "you pay by another card."
    ).format(days=APPEAL_DAYS)


def _help(case: CreditCase) -> str:
    return _(
        "If money is short, tell us: we can agree on smaller instalments or a pause of payment. You can speak with a person: "
        "{contact}."
    ).format(contact=case.contact)


def _again() -> str:
    return _(
        "After {months} good months in a row we look at the limit again by ourselves; you need to do nothing for it."
    ).format(months=GOOD_CYCLES)


def _paragraph(title: str, *lines: str) -> str:
    return "\n".join([title, *lines])
