"""Whether the loyal get as much of an offer to stay as those who waver (RET-04), as its page shows it."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.engage.offers.choices import IN_WORK, LANGUAGES, Issue, OfferStatus, Told
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted, is_chinese, labelled, listed
from guanxi.ground.money import format_money

if TYPE_CHECKING:
    from guanxi.insight.decisions.offers.parity import Parity, Side  # heavy: for types only

_EVEN = 1 - 1e-9  # one, but for what dividing loses


@dataclass(frozen=True)
class ParityShown:
    """words: who could have it, or why nobody was counted; terms: on which the loyal get it; rows: a side, and how many could have
    it, how often it was given, the benefit for each; verdict: the ratio in words, tone "alarm" where the loyal are worse off.
    """

    words: str
    terms: str
    rows: tuple[tuple[str, str], ...] = ()
    verdict: str = ""
    tone: str = ""


def parity_shown(offer: Any, look: Look) -> ParityShown | None:
    """The report of an offer to stay that is in work or published; None for every other offer."""
    if offer.issue != Issue.RETENTION or offer.status not in {*IN_WORK, OfferStatus.PUBLISHED}:
        return None
    from guanxi.insight.decisions.offers.parity import parity_of  # noqa: PLC0415 - heavy: the engine

    found, terms = parity_of(offer.code, principal=look.principal, on=look.today), _terms(offer)
    if found is None:
        return ParityShown(_("Not counted yet: no run of decisions knew what its rules ask for."), terms)
    rows = (
        (_("With an alarm"), _side(found.alarmed, found, offer.currency, look)),
        (_("Loyal, without an alarm"), _side(found.loyal, found, offer.currency, look)),
    )
    is_worse = found.ratio is not None and found.ratio < _EVEN
    return ParityShown(_words(found, look), terms, rows, _verdict(found), "alarm" if is_worse else "")


def _terms(offer: Any) -> str:
    said = [offer.said(Told.TERMS, language) for language in (LANGUAGES if is_chinese() else LANGUAGES[::-1])]
    return next((text for text in said if text), "")


def _words(found: "Parity", look: Look) -> str:
    peers = found.loyal.customers
    if found.tiers:
        words = ngettext(
            "{number} customer of tier {tiers} without an alarm meets the same criteria, by the data up to {day}.",
            "{number} customers of tier {tiers} without an alarm meet the same criteria, by the data up to {day}.",
            peers,
        )
    else:
        words = ngettext(
            "{number} customer without an alarm meets the same criteria, by the data up to {day}.",
            "{number} customers without an alarm meet the same criteria, by the data up to {day}.",
            peers,
        )
    day = cells.day_words(found.as_of, look.today)
    return words.format(number=cells.number(peers), tiers=listed(found.tiers), day=day)


def _side(side: "Side", found: "Parity", currency: str, look: Look) -> str:
    since = _("given since {day}").format(day=cells.day_words(found.since, look.today))
    facts = [labelled(_("could have it"), cells.number(side.customers)), labelled(since, cells.number(side.given))]
    if side.customers:
        each = format_money(round(side.benefit / side.customers), currency)
        facts.append(labelled(_("benefit for each"), each))
    return dotted(facts)


def _verdict(found: "Parity") -> str:
    if found.ratio is None:
        return _nothing_to_compare(found)
    if found.ratio < _EVEN:
        words = _("Parity {ratio}: a loyal customer got less than one with an alarm. It should be 1.0 or more.")
        return words.format(ratio=cells.decimals(math.floor(found.ratio * 100) / 100, 2))
    words = _("Parity {ratio}: a loyal customer got no less than one with an alarm.")
    return words.format(ratio=cells.decimals(found.ratio, 2))


def _nothing_to_compare(found: "Parity") -> str:
    if not (found.alarmed.given or found.loyal.given):
        return _("Nothing was given yet this quarter, so there is nothing to compare.")
    if not (found.alarmed.benefit or found.loyal.benefit):
        return _("What was given costs us nothing, so there is nothing to compare.")
    if not found.alarmed.given:
        return _("Only loyal customers got it this quarter; nobody with an alarm did.")
    return _("Nobody without an alarm meets the same criteria, so there is nobody to compare with.")
