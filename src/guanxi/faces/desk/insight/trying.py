"""Trying figures out: what keeping more customers would bring, what a plan adds up to, how hours follow value (RET-10,
XUP-05, SEG-08). Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guanxi.engage.policy.queries import service_plans
from guanxi.engage.policy.serving import contacts_in
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.record.standing.choices import ServiceModel

_YEARS = 5
_TIERS = {"1": "A", "2": "B", "3": "C"}
# how most customers of a tier are served
_MODELS = {"A": ServiceModel.ADVISER, "B": ServiceModel.ONE_STOP, "C": ServiceModel.TECHNOLOGY}


@dataclass(frozen=True)
class Trying:
    """What was asked, in whole per cent and hours; the retention of now and five points more where nothing was."""

    retention: int | None = None
    more: int = 0
    longer: int = 0
    deeper: int = 0
    hours: int = 40


@dataclass(frozen=True)
class Field:
    """A number of a form, with its bounds."""

    name: str
    label: str
    value: int
    low: int
    high: int


@dataclass(frozen=True)
class Tried:
    """One question with its fields and its answer in sentences."""

    name: str
    title: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]
    tone: str = ""


def retention_words(facts: Mapping[str, Any], trying: Trying, look: Look) -> Tried:
    """What another retention would bring within three years."""
    title, known = _("If more customers stayed"), facts.get("retention")
    if not known:
        return Tried("retention", title, (), (_("Not enough data: nobody was a customer a year ago."),))
    from guanxi.insight.estimates.retention import (  # heavy: numpy, and only for this page
        Portfolio,
        left_after,
        needed_to_stand_still,
        simulate_from,
    )

    rate = known["rate"]
    wanted = trying.retention if trying.retention is not None else min(round(100 * rate) + 5, 100)
    found = simulate_from(Portfolio(known["active"], known["contribution"], known["spread"]), rate, wanted / 100)
    words = (
        _("{rate} of {customers} customers of the year before bought again.").format(
            rate=cells.percent(rate), customers=cells.number(known["customers"])
        ),
        _("At {wanted} the customers of today bring {change} more in three years ({low} to {high}): {share}.").format(
            wanted=cells.percent(wanted / 100),
            change=cells.money(round(found.change), look.currency),
            low=cells.money(round(found.low), look.currency),
            high=cells.money(round(found.high), look.currency),
            share=cells.NOTHING if found.share is None else cells.percent(found.share, 1),
        ),
        _(
            "At the retention of now {left} are left after {years} years; {needed} new customers a year are needed to stand still."
        ).format(
            left=cells.percent(left_after(rate, _YEARS), 1),
            years=_YEARS,
            needed=cells.number(round(needed_to_stand_still(known["active"], rate))),
        ),
    )
    return Tried("retention", title, (Field("retention", _("Stay, of 100"), wanted, 0, 100),), words)


def plan_words(trying: Trying) -> Tried:
    """What a plan in three dimensions adds up to."""
    from guanxi.insight.estimates.equity import weigh_plan  # heavy: numpy

    total = weigh_plan(more=trying.more / 100, longer=trying.longer / 100, deeper=trying.deeper / 100)
    fields = (
        Field("more", _("More, in %"), trying.more, -90, 500),
        Field("longer", _("Longer, in %"), trying.longer, -90, 500),
        Field("deeper", _("Deeper, in %"), trying.deeper, -90, 500),
    )
    if not (trying.more or trying.longer or trying.deeper):
        words = _("Ten per cent more customers who bring twelve per cent less each are a loss: try it.")
        return Tried("plan", _("If a plan succeeds"), fields, (words,))
    told = _("Together: {total}. The plan gains.") if total > 0 else _("Together: {total}. The plan loses.")
    tone = "" if total > 0 else "alarm"
    return Tried("plan", _("If a plan succeeds"), fields, (told.format(total=cells.percent(total, 1)),), tone)


def hours_words(facts: Mapping[str, Any], trying: Trying) -> Tried:
    """Working hours of a week by the value of the tiers."""
    from guanxi.insight.estimates.likeness import propose_hours  # heavy: numpy

    values = {_TIERS[tier]: value for tier, value in facts["tiers"].items()}
    found = propose_hours(trying.hours, values)
    plans = service_plans()
    words = tuple(
        _("Tier {letter}: {hours} hours, {contacts} contacts of {minutes} minutes").format(
            letter=letter,
            hours=cells.number(found[letter]),
            contacts=cells.number(contacts_in(found[letter], plans[_MODELS[letter]])),
            minutes=cells.number(plans[_MODELS[letter]].minutes),
        )
        for letter in sorted(found)
    )
    return Tried("hours", _("Hours of a week by value"), (Field("hours", _("Hours"), trying.hours, 0, 168),), words)
