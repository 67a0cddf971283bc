"""What may be offered to one customer: in a contact, decided anew; and why last night's run decided as it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.engage.offers.choices import LANGUAGES, UNPRICED, Told, Way
from guanxi.engage.offers.queries import PublishedOffer, names_of_offers
from guanxi.engage.offers.reasons import reason_words
from guanxi.faces.desk.customers.learned import learned_from
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese
from guanxi.ground.money import minor_digits
from guanxi.record.actions.permissions import may_answer
from guanxi.record.actions.services import Taking
from guanxi.record.catalogue.queries import named_products
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import Head
from guanxi.record.signals.choices import label_of

if TYPE_CHECKING:  # the engine is imported where somebody is decided about, never with the page
    from guanxi.insight.decisions.offers.explaining import Explanation  # heavy: for types only
    from guanxi.insight.decisions.offers.in_contact import InContact, Lost, Proposal  # heavy: for types only
    from guanxi.insight.decisions.offers.resting import Rest  # heavy: for types only

_MOST_LIKELY = 5
# why nothing is proposed at all
_NONE = {
    "no_run": gettext_lazy("Offers have not been weighed yet: that happens at night."),
    "no_row": gettext_lazy(
        "The last night’s figures do not know this customer yet; from tomorrow there may be something."
    ),
    "not_profiled": gettext_lazy("Wants no advice from own data: nothing is proposed."),
    "no_offers": gettext_lazy("No offer is published that has words for a conversation."),
    "owed_first": gettext_lazy("First what is owed: no offer before that."),
}
# which answer lets it rest
_RESTS = {
    "sibling_rest": gettext_lazy("Rests until {until}: “{offer}” was accepted on {day}"),
    "refused": gettext_lazy("Rests until {until}: it was refused on {day}"),
    "refused_twice": gettext_lazy("Rests until {until}: it was refused for the second time on {day}"),
    "refused_family": gettext_lazy("Rests until {until}: “{offer}” was refused on {day}"),
    "unanswered_family": gettext_lazy(
        "Rests until {until}: nobody answered about “{offer}” and its kind, lastly on {day}"
    ),
}


@dataclass(frozen=True)
class Row:
    """One offer that was not proposed: its name, why not, and what it would have been worth."""

    name: str
    why: str
    worth: str


@dataclass(frozen=True)
class Offered:
    """The one proposal: its version's code, what is said of it (in the language of the page, and in the other one), why in one line,
    and what one has to know to decide.
    """

    code: str
    name: str
    line: str
    say: str
    other: str
    other_language: str
    fair: list[tuple[str, str]]


@dataclass(frozen=True)
class OfferedNow:
    """What the fragment shows: one proposal or why there is none, others that are worth a word, and why not the rest."""

    first: Offered | None
    none: str
    others: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class OnRequest:
    """A benefit that this customer may have on request, as a loyal peer: the version's code, its name, on which terms; given: it
    was had within a year.
    """

    code: str
    name: str
    terms: str
    given: bool


@dataclass(frozen=True)
class Weighing:
    """Why last night's run decided as it did: its day, a row an offer, the chosen one first, what he may take next, and from whom
    the chances of the first were learned.
    """

    day: str
    rows: list[Row]
    likely: str = ""
    learned: list[Row] = field(default_factory=list)


def decided_now(customer_id: int, look: Look) -> "InContact":
    """Decide for one customer who is here now."""
    from guanxi.insight.decisions.offers.in_contact import decide_in_contact  # noqa: PLC0415 - heavy: the engine

    return decide_in_contact(customer_id, on=look.today)


def in_words(found: "InContact", look: Look) -> OfferedNow:
    """What was decided, in words."""
    first, names = found.first, names_of_offers({one.rest.cause for one in found.lost if one.rest})
    return OfferedNow(
        first=_offered(first, look) if first else None,
        none="" if first else _why_none(found),
        others=[name_of(one.offer) for one in found.proposals if one is not first],
        rows=[_lost(one, names, look) for one in found.lost],
    )


def on_request(head: Head, found: "InContact", look: Look) -> list[OnRequest]:
    """What the customer may have if he asks for it, by what today says of him; nothing for who may not give it."""
    if not may_answer(look.principal, owner_id=head.owner_id, team_id=head.team_id):
        return []
    from guanxi.insight.decisions.offers.peers import benefits_for  # noqa: PLC0415 - heavy: the engine

    return [
        OnRequest(one.offer.code, name_of(one.offer), said(one.offer, Told.TERMS), one.was_given)
        for one in benefits_for(head.id, on=look.today, now=found.facts, offers=found.offers)
    ]


def taking_of(found: "InContact", need: str, look: Look) -> Taking | None:
    """The proposal as work, with the need in the customer's words; None where nothing is proposed."""
    from guanxi.insight.decisions.offers.asking import class_of  # noqa: PLC0415 - heavy: the engine
    from guanxi.insight.decisions.offers.in_contact import facts_of  # noqa: PLC0415 - heavy: the engine

    if found.first is None:
        return None
    value = round((found.first.weighed.value or 0.0) * 10 ** minor_digits(look.currency))
    channel = Channel(found.first.treatment.channel)
    return Taking(
        facts=facts_of(found),
        need=need,
        channel=channel,
        value_at_stake=max(value, 0),
        action_class=class_of(found.first.offer),
    )


def weighing_of(customer_id: int, look: Look) -> Weighing | None:
    """Why the last run decided as it did about one customer, from what it stored; None where it did not."""
    from guanxi.insight.decisions.offers.explaining import explain  # noqa: PLC0415 - heavy: the engine

    told = explain(customer_id)
    return _weighing(told, look) if told else None


def said(offer: PublishedOffer, told: Told) -> str:
    """What an offer says of itself in the language of the page."""
    return offer.words.get(told.value, {}).get(_language(), "")


def name_of(offer: PublishedOffer) -> str:
    """Its name, its reference where it has none in this language."""
    return said(offer, Told.NAME) or offer.reference


def _offered(one: "Proposal", look: Look) -> Offered:
    offer, words = one.offer, one.treatment
    rates = (
        dotted((offer.campaign_rate, _("list rate {rate}").format(rate=offer.list_rate))) if offer.campaign_rate else ""
    )
    worth = _worth(one.weighed.score, look) if one.weighed.score > 0 else ""
    if offer.issue in UNPRICED:
        worth = _("Not weighed in money: it comes before anything that is sold")
    fair = [
        (str(Told.BENEFIT.label), dotted((said(offer, Told.BENEFIT), rates))),
        (_("For us"), worth),
        *((str(told.label), said(offer, told)) for told in (Told.COST, Told.RISK, Told.ALTERNATIVE)),
    ]
    return Offered(
        code=offer.code,
        name=name_of(offer),
        line=dotted((said(offer, Told.NEED), *(label_of(kind) for kind in one.because))),
        say=words.wording_zh if is_chinese() else words.wording_en,
        other=words.wording_en if is_chinese() else words.wording_zh,
        other_language="en" if is_chinese() else "zh-Hans",
        fair=[(term, text) for term, text in fair if text],
    )


def _why_none(found: "InContact") -> str:
    if found.why_none:
        return str(_NONE[found.why_none])
    if found.is_control:
        return reason_words("control")
    held = {one.reason for one in found.lost}
    return reason_words("held_out") if held == {"held_out"} else _("Nothing fits now.")


def _why(reason: str, rest: "Rest | None", names: Mapping[str, str], look: Look) -> str:
    """Why not; where it rests because of an answer, which offer was answered how, on which day."""
    if rest is None or reason not in _RESTS:
        return reason_words(reason)
    days = {"day": cells.short_date(rest.since, look.today), "until": cells.short_date(rest.until, look.today)}
    return str(_RESTS[reason]).format(offer=names.get(rest.cause, rest.cause), **days)


def _lost(one: "Lost", names: Mapping[str, str], look: Look) -> Row:
    worth = _worth(one.weighed.score, look) if one.weighed.passes and one.weighed.score > 0 else ""
    return Row(name_of(one.offer), _why(one.reason, one.rest, names, look), worth)


def _worth(units: float, look: Look) -> str:
    minor = round(units * 10 ** minor_digits(look.currency))
    return _("about {money}").format(money=cells.money(minor, look.currency))


def _weighing(told: "Explanation", look: Look) -> Weighing:
    # a run may know offers that have ended since
    names = names_of_offers({one.offer for one in told.lines} | {rest.cause for rest in told.rests.values()})
    return Weighing(
        day=cells.day_words(told.run.as_of, look.today),
        rows=[
            Row(
                dotted((names.get(one.offer, one.offer), Way(one.channel % 10).label)),
                _("Chosen")
                if one.reason == "chosen"
                else _why(one.reason, told.rests.get((one.offer, one.reason)), names, look),
                _worth(one.score, look) if one.passes and one.offer not in told.unweighed else "",
            )
            for one in told.lines
        ],
        likely=dotted(list(named_products(told.nexts).values())[:_MOST_LIKELY]),
        learned=[Row(one.whom, one.counted, one.chance) for one in learned_from(told.levels)],
    )


def _language() -> str:
    return LANGUAGES[0] if is_chinese() else LANGUAGES[1]
