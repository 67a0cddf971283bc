"""Offers that may be rehearsed before anybody is contacted: those that are published, and those in work, as if they were."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from guanxi.engage.offers.choices import IN_WORK, UNPRICED, OfferStatus, ValueModel
from guanxi.engage.offers.lacking import rule_problems
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.queries import published_on
from guanxi.ground.refusals import Refused, gettext_noop

_NO_PURPOSE = gettext_noop("The purpose of the data is not named.")
_NO_WAY = gettext_noop("No way is worded on which it reaches somebody.")
_NO_VALUE = gettext_noop("The value of an acceptance is not named.")
_UNWEIGHED = gettext_noop("It is not weighed in money.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may be rehearsed: published, or in work and then perhaps not yet fit for it, which `refusal` says."""

    code: str
    reference: str
    name: str
    version: int
    is_published: bool
    refusal: Refused | None


def candidates(on: dt.date, limit: int = 600) -> list[Candidate]:
    """Offers that are published and valid on a day and weighed in money, and all that are in work, by reference and version."""
    wanted = (published_on(on) & ~Q(issue__in=UNPRICED)) | Q(status__in=IN_WORK)
    rows = Offer.objects.filter(wanted).prefetch_related("treatments", "rules").order_by("reference", "version")
    return [
        Candidate(
            one.code, one.reference, one.name, one.version, one.status == OfferStatus.PUBLISHED,
            None if one.status == OfferStatus.PUBLISHED else _unfit(one),
        )
        for one in rows[:limit]
    ]  # fmt: skip


def names_of(references: Collection[str]) -> dict[str, str]:
    """What offers are called, by reference: in their latest versions, drafts too, for who rehearses them. Who sells sees the
    published names (queries.names_of_offers).
    """
    rows = Offer.objects.filter(reference__in=list(references)).only("reference", "name_zh", "name_en")
    return {one.reference: one.name for one in rows.order_by("version")}


def _unfit(offer: Offer) -> Refused | None:
    """Why an offer in work cannot even be rehearsed."""
    if offer.issue in UNPRICED:
        return Refused("offer.unweighed", _UNWEIGHED)
    if offer.purpose is None:
        return Refused("offer.no_purpose", _NO_PURPOSE)
    if not offer.treatments.all():
        return Refused("offer.no_way", _NO_WAY)
    if offer.value_model == ValueModel.UNIT and offer.unit_value is None:
        return Refused("offer.no_value", _NO_VALUE)
    return next((refused for _rule, refused in rule_problems(offer)), None)
