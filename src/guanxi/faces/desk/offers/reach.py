"""Who would get an offer now: what the last rehearsal that weighed it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from guanxi.engage.offers.choices import IN_WORK, UNPRICED, OfferStatus
from guanxi.engage.offers.reasons import reason_words
from guanxi.engage.policy.queries import RehearsalRow, rehearsals
from guanxi.faces.shared import cells
from guanxi.faces.shared.look import Look
from guanxi.identity.permissions import Permission, may

_LOOKED_AT, _TOLD = 10, 5


@dataclass(frozen=True)
class Reach:
    """The sentence with its door, the most frequent reasons of the others, and where to rehearse it."""

    words: str
    href: str
    reasons: list[tuple[str, str]]
    again: str


def reach_of(offer: Any, look: Look) -> Reach | None:
    """Who would get it; None for an offer that is not weighed or over, and for who may not rehearse."""
    is_in_work = offer.status in IN_WORK
    if offer.issue in UNPRICED or not (is_in_work or offer.status == OfferStatus.PUBLISHED):
        return None
    if not may(look.principal, Permission.REHEARSE):
        return None
    again = reverse("rehearsals") + (f"?offer={offer.reference}" if is_in_work else "")
    for row in rehearsals(principal=look.principal, limit=_LOOKED_AT):
        if line := _line(row, offer.reference, is_in_work=is_in_work):
            return Reach(_words(row, line, look), reverse("rehearsal", args=[row.code]), _reasons(line), again)
    return Reach("", "", [], again)


def _line(row: RehearsalRow, reference: str, *, is_in_work: bool) -> Mapping[str, Any] | None:
    """Its figures: of what is published those of the firm's own policy, of what is in work those where it took part."""
    if row.result is None or (is_in_work and reference not in row.variation.offers_in):
        return None
    side: Mapping[str, Any] = row.result["other" if is_in_work else "own"]
    return next((line for line in side["offers"] if line["offer"] == reference), None)


def _words(row: RehearsalRow, line: Mapping[str, Any], look: Look) -> str:
    local = row.asked_at.astimezone(look.now.tzinfo)
    when = f"{cells.day_words(local.date(), look.today)} {local:%H:%M}"
    number = line["chosen"] + line["explored"]
    words = ngettext(
        "Rehearsed {when}: {number} customer would be contacted, {controls} kept as controls.",
        "Rehearsed {when}: {number} customers would be contacted, {controls} kept as controls.",
        number,
    )
    return words.format(when=when, number=cells.number(number), controls=cells.number(line["controls"]))


def _reasons(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    most = sorted(line["reasons"].items(), key=lambda pair: (-pair[1], pair[0]))[:_TOLD]
    return [(reason_words(code), cells.number(number)) for code, number in most]
