"""The way of an offer: draft → submitted → approved by another person → published → withdrawn or replaced."""

from collections.abc import Collection, Sequence

from django.db import transaction

from guanxi.engage.offers.choices import OfferStatus
from guanxi.engage.offers.lacking import facts_of, lacks_now
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.permissions import may_approve, require_approval, require_writing
from guanxi.engage.offers.rules.publication import Lack, texts_of, wording_lacks
from guanxi.engage.offers.rules.wording import digest_of
from guanxi.engage.offers.services.journal import note
from guanxi.ground import clock
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day

MOST_WHY = 400

_NOT_THERE = gettext_noop("There is no such offer.")
_NOT_NOW = gettext_noop("The offer has moved on meanwhile: it is {status} now.")
_FOUR_EYES = gettext_noop("Whoever wrote an offer does not approve it: a colleague with the right does.")
_NO_WHY = gettext_noop("Say why, in one sentence of at most {most} characters.")
_NOTHING = gettext_noop("No words of this offer need to be let stand.")
_MISSING = gettext_noop("This offer cannot go on yet; what is missing is listed below ({count}).")


class Unfit(Refused):
    """The offer is not fit to be submitted or published; `lacks` says what is missing."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__("offer.unfit", _MISSING, count=len(lacks))
        self.lacks = tuple(lacks)

    def __reduce__(self) -> tuple[object, ...]:
        return Unfit, (self.lacks,)


@transaction.atomic
def submit_offer(code: str, *, by: Principal) -> None:
    """Hand a draft over for approval. Words that need to be let stand may still be open: who approves decides on them.

    Raises Denied, Unfit with what else is missing, Refused (offer.unknown, offer.not_now).
    """
    require_writing(by)
    offer = _locked(code, (OfferStatus.DRAFT,))
    lacks = [lack for lack in lacks_now(offer) if not lack.is_releasable]
    if lacks:
        raise Unfit(lacks)
    _move(offer, OfferStatus.SUBMITTED)
    note("offer.submitted", offer, actor=by.actor)


@transaction.atomic
def return_offer(code: str, *, why: str, by: Principal) -> None:
    """Give a submitted or approved offer back to be written again. Raises Denied, Refused (offer.no_why, …)."""
    require_approval(by)
    offer = _locked(code, (OfferStatus.SUBMITTED, OfferStatus.APPROVED))
    offer.remark, offer.approved_by = _reason(why), None
    _move(offer, OfferStatus.DRAFT, "remark", "approved_by")
    note("offer.returned", offer, actor=by.actor, why=offer.remark)


@transaction.atomic
def release_wording(code: str, *, why: str, by: Principal) -> None:
    """Let the words that were found stand, with a reason: these texts only, another text needs another release.

    Prizes without a registered promotion and refused trades are never let stand. Raises Denied, Refused (offer.four_eyes,
    offer.nothing_to_release, offer.no_why).
    """
    require_approval(by)
    offer = _locked(code, (OfferStatus.SUBMITTED,))
    _other_eyes(offer, by)
    reason, facts = _reason(why), facts_of(offer)
    lacks = [lack for lack in wording_lacks(facts) if lack.is_releasable]
    if not lacks:
        raise Refused("offer.nothing_to_release", _NOTHING)
    texts = texts_of(facts)
    said = {"by": by.name, "on": firm_day().isoformat(), "why": reason}
    found = {digest_of(texts[lack.place], lack.fault): said for lack in lacks if lack.fault}
    offer.releases = offer.releases | found
    _move(offer, OfferStatus.SUBMITTED, "releases")
    note(
        "offer.wording_released",
        offer,
        actor=by.actor,
        why=reason,
        words=sorted({lack.words for lack in lacks}),
    )


@transaction.atomic
def approve_offer(code: str, *, by: Principal) -> None:
    """Approve a submitted offer that one did not write. Raises Denied, Unfit, Refused (offer.four_eyes, offer.not_now)."""
    require_approval(by)
    offer = _locked(code, (OfferStatus.SUBMITTED,))
    _other_eyes(offer, by)
    _fit(offer)
    offer.approved_by_id = by.staff_id
    _move(offer, OfferStatus.APPROVED, "approved_by")
    note("offer.approved", offer, actor=by.actor)


@transaction.atomic
def publish_offer(code: str, *, by: Principal) -> None:
    """Publish an approved version; the version that was published before is replaced by it, in the same moment.

    Everything is checked anew: days pass, features are blocked. Raises Denied, Unfit, Refused (offer.not_now).
    """
    require_writing(by)
    offer = _locked(code, (OfferStatus.APPROVED,))
    _fit(offer)
    before = Offer.objects.filter(reference=offer.reference, status=OfferStatus.PUBLISHED)
    before.update(status=OfferStatus.REPLACED, withdrawn_at=clock.now())
    offer.published_at = clock.now()
    _move(offer, OfferStatus.PUBLISHED, "published_at")
    note("offer.published", offer, actor=by.actor)


@transaction.atomic
def withdraw_offer(code: str, *, why: str, by: Principal) -> None:
    """End a published offer: nobody gets it from now on; what was accepted stays. Raises Denied, Refused (offer.no_why, …)."""
    require_writing(by)
    offer = _locked(code, (OfferStatus.PUBLISHED,))
    offer.remark, offer.withdrawn_at = _reason(why), clock.now()
    _move(offer, OfferStatus.WITHDRAWN, "remark", "withdrawn_at")
    note("offer.withdrawn", offer, actor=by.actor, why=offer.remark)


def _locked(code: str, statuses: Collection[OfferStatus]) -> Offer:
    offer = Offer.objects.select_for_update().filter(code=code).first()
    if offer is None:
        raise Refused("offer.unknown", _NOT_THERE)
    if offer.status not in statuses:
        raise Refused("offer.not_now", _NOT_NOW, status=OfferStatus(offer.status).label)
    return offer


def _other_eyes(offer: Offer, by: Principal) -> None:
    if not may_approve(by, offer.writers):
        raise Refused("offer.four_eyes", _FOUR_EYES)


def _fit(offer: Offer) -> None:
    lacks = lacks_now(offer)
    if lacks:
        raise Unfit(lacks)


def _reason(why: str) -> str:
    reason = checked(why).strip()
    if not reason or len(reason) > MOST_WHY:
        raise Refused("offer.no_why", _NO_WHY, most=MOST_WHY)
    return reason


def _move(offer: Offer, status: OfferStatus, *fields: str) -> None:
    offer.status, offer.changed_at = status, clock.now()
    offer.save(update_fields=["status", "changed_at", *fields])
