"""The offer in an action as pages show it: both sides' gain, cost, risk and the way out, what to say, what lost (NBA-03, NBA-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.engage.offers.choices import CHANNELS, LANGUAGES, Told
from guanxi.engage.offers.reasons import reason_of
from guanxi.engage.offers.telling import OfferTold, told_of
from guanxi.faces.shared import cells
from guanxi.faces.shared.actions import offer_name
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese
from guanxi.ground.money import minor_digits
from guanxi.identity.permissions import Permission, may
from guanxi.record.actions.choices import ActionClass, NotNow
from guanxi.record.actions.queries import ActionLine
from guanxi.record.actions.rules import coupon_of, is_the_work
from guanxi.record.consents.choices import Purpose
from guanxi.record.consents.queries import consent_now, is_profiled

# Answers that have a button of their own where something is offered.
SAID = (NotNow.DECLINED, NotNow.NOT_REACHED)
_MOST_LOST = 3
_SHOWN = {
    Told.BENEFIT: gettext_lazy("For the customer"),
    Told.COST: gettext_lazy("Costs in all"),
    Told.RISK: gettext_lazy("Main risk"),
    Told.ALTERNATIVE: gettext_lazy("Instead"),
    Told.TERMS: gettext_lazy("Terms"),
}


@dataclass(frozen=True)
class Lost:
    """An offer that was not chosen, why not, and what it was reckoned to bring."""

    name: str
    why: str
    worth: str


@dataclass(frozen=True)
class Proposal:
    """What is offered. `is_all`: the offer is what the work is about, else it may come once the reason is known. `href` leads
    to its version, "" for whoever may not see offers; `fair` are the terms of both sides; `say` in the page's language and
    `other` in the other one (`other_language`); `warning`: why it is not to be offered any more; `proves`: who takes it
    shows that something is so which was only supposed.
    """

    name: str
    is_all: bool
    href: str
    need: str
    fair: list[tuple[str, str]]
    say: str
    other: str
    other_language: str
    lost: list[Lost]
    warning: str = ""
    proves: bool = False
    refused: int = NotNow.DECLINED.value
    unanswered: int = NotNow.NOT_REACHED.value


def proposal_of(action: ActionLine, look: Look) -> Proposal | None:
    """The offer that an action carries; None without one (three queries where there is one)."""
    if not action.offer:
        return None
    given, language, is_all = action.offered, "zh" if is_chinese() else "en", is_the_work(action.reason)
    other = next(one for one in LANGUAGES if one != language)
    told = told_of(
        action.offer, language=language, on=look.today, code=str(given.get("code", "")),
        way=_whole(given.get("way")), channel=action.channel,
    )  # fmt: skip
    gone = _("This offer has ended: do not make it any more.")
    if told is None:
        return Proposal(
            offer_name(given, action.offer),
            is_all,
            "",
            "",
            _for_us(given, action.action_class, look),
            "",
            "",
            other,
            [],
            gone,
        )
    return Proposal(
        name=told.words[Told.NAME] or action.offer,
        is_all=is_all,
        href=reverse("offer", args=[told.code]) if may(look.principal, Permission.VIEW_OFFERS) else "",
        need="" if told.words[Told.NEED] in action.reason_words else told.words[Told.NEED],
        fair=[
            *_both_sides(told),
            *_for_us(given, action.action_class, look),
            *_way(told),
            *_coupon(action),
            *_along(action),
        ],
        say=told.wording[language],
        other=told.wording[other],
        other_language="zh-Hans" if other == "zh" else "en",
        lost=[_lost(one, look) for one in given.get("lost", [])[:_MOST_LOST]],
        warning=_unwanted(action, told, look) if told.is_valid else gone,
        proves=bool(given.get("proves")),
    )


def _unwanted(action: ActionLine, told: OfferTold, look: Look) -> str:
    """What the customer has said since the night counts from the minute on (PIPL 15): "" where it is still agreed to."""
    said = consent_now([action.customer_id], on=look.today).get(action.customer_id, [])
    channel = CHANNELS[told.way] if told.way else action.channel
    is_agreed = told.purpose == Purpose.SERVICE or any(
        one.is_granted and (one.purpose, one.channel, one.partner) == (told.purpose, channel, told.partner)
        for one in said
    )
    return "" if is_agreed and is_profiled(said) else _("The customer does not agree to be offered this: leave it.")


def _both_sides(told: OfferTold) -> list[tuple[str, str]]:
    return [(str(term), told.words[one]) for one, term in _SHOWN.items() if told.words[one]]


def _for_us(given: Mapping[str, Any], action_class: ActionClass, look: Look) -> list[tuple[str, str]]:
    """What it is worth to us: if accepted, and what this contact brings on average after its costs; that care has no price."""
    worth = []
    if given.get("value") is not None:
        worth.append(_("{amount} if accepted").format(amount=_money(given["value"], look)))
    elif action_class < ActionClass.VALUE:
        worth.append(_("Not weighed in money: it comes before anything that is sold"))
    if given.get("score") is not None:
        worth.append(_("{amount} to be expected of this contact").format(amount=_money(given["score"], look)))
    return [(_("For us"), dotted(worth))] if worth else []


def _way(told: OfferTold) -> list[tuple[str, str]]:
    return [(_("How"), str(told.way.label))] if told.way else []


def _coupon(action: ActionLine) -> list[tuple[str, str]]:
    """The code that the leaflet bears."""
    return [(_("Coupon"), coupon_of(action.code, action.offer))] if action.offered.get("coupon") else []


def _along(action: ActionLine) -> list[tuple[str, str]]:
    """What goes out with the same statement, with the code that it bears."""
    found = []
    for one in action.offered.get("along", ()):
        reference = str(one.get("reference", ""))
        coupon = coupon_of(action.code, reference) if one.get("coupon") else ""
        found.append((_("Goes along"), dotted((offer_name(one, reference), coupon))))
    return found


def _lost(given: Mapping[str, Any], look: Look) -> Lost:
    worth = _money(given["score"], look) if given.get("score") is not None else ""
    return Lost(
        offer_name(given, str(given.get("reference", ""))), str(reason_of(str(given.get("reason", ""))).words), worth
    )


def _money(units: float, look: Look) -> str:
    return cells.money(round(units * 10 ** minor_digits(look.currency)), look.currency)


def _whole(number: object) -> int:
    return number if isinstance(number, int) else 0
