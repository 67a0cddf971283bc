"""What stands beside a proposal to one customer: the words of the version that was decided on, and how to bring it (NBA-04)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from guanxi.engage.offers.choices import CHANNELS, LANGUAGES, OfferStatus, Told, Way
from guanxi.engage.offers.models import Offer, Treatment


@dataclass(frozen=True, slots=True)
class OfferTold:
    """A version of an offer in words, in one language: Told → words, "" where the version has none; the wording in each of
    LANGUAGES, "" where that way has none. `is_valid`: published and valid on the day asked for.
    """

    code: str
    reference: str
    purpose: int
    partner: str
    words: dict[Told, str]
    way: Way | None
    wording: dict[str, str]
    is_valid: bool


def told_of(
    reference: str, *, language: str, on: dt.date, code: str = "", way: int = 0, channel: int = 0
) -> OfferTold | None:
    """What an offer says of itself to whoever works on a proposal of it; never a version that was not published.

    code: of the version that was decided on, else the one published now; way: how it is to be brought, else the way of that
    channel. Words of the other language stand in where a version has none of this. None: there is no such offer (two queries).
    """
    published = Q(status=OfferStatus.PUBLISHED)
    known = published | Q(status__in=(OfferStatus.REPLACED, OfferStatus.WITHDRAWN), code=code)
    found = list(Offer.objects.filter(known, reference=reference).prefetch_related("treatments"))
    offer = next((one for one in found if one.code == code), next(iter(found), None))
    if offer is None:
        return None
    treatment = _treatment(offer, way, channel)
    other = next(one for one in LANGUAGES if one != language)
    is_valid = offer.status == OfferStatus.PUBLISHED and _covers(offer, on)
    return OfferTold(
        code=offer.code,
        reference=offer.reference,
        purpose=offer.purpose or 0,
        partner=offer.partner,
        words={told: offer.said(told, language) or offer.said(told, other) for told in Told},
        way=Way(treatment.way) if treatment else None,
        wording={"zh": treatment.wording_zh, "en": treatment.wording_en} if treatment else dict.fromkeys(LANGUAGES, ""),
        is_valid=is_valid,
    )


def _covers(offer: Offer, on: dt.date) -> bool:
    begun = offer.valid_from is None or offer.valid_from <= on
    return begun and (offer.valid_to is None or on <= offer.valid_to)


def _treatment(offer: Offer, way: int, channel: int) -> Treatment | None:
    ways = sorted(offer.treatments.all(), key=lambda one: one.way)
    exact = next((one for one in ways if one.way == way), None)
    return exact or next((one for one in ways if CHANNELS[Way(one.way)] == channel), None)
