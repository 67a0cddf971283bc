"""The nightly step: reviews are opened, brought up to date and ended with their signals, and flags end with their time.

Set-based: a few queries however many reviews; the same night again writes nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import work_calendar
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.queries import StatedSignal, stated_signals
from guanxi.rescue.abuse.choices import ReviewKind, ReviewState
from guanxi.rescue.abuse.models import AbuseReview
from guanxi.rescue.abuse.rules import DECIDE_DAYS, IN_FORCE, held_since
from guanxi.rescue.abuse.services.steps import journal_all

_STEP = 500


def review_claims(*, by: Principal, as_of: dt.date) -> dict[str, int]:
    """Bring the reviews to what the signals of the refresh as of a day say, end the flags whose time is over, and return how
    many were opened, changed, withdrawn and expired. No flag is set here. Raises Denied.
    """
    require(by, Permission.RUN_REFRESH)
    stated = {one.key: one for one in stated_signals(SignalKind.ABUSE_REVIEW, (SignalState.ALARM,))}
    counts = {"opened": _open(stated, by=by, as_of=as_of)}
    counts["changed"], counts["withdrawn"] = _bring_up_to_date(stated, by=by, as_of=as_of)
    counts["expired"] = _expire(by=by, on=as_of + dt.timedelta(days=1))
    return counts


@transaction.atomic
def _open(stated: Mapping[str, StatedSignal], *, by: Principal, as_of: dt.date) -> int:
    due = work_calendar(as_of).after(as_of, DECIDE_DAYS)
    known = {one.key: one for one in _of(sorted(stated))}
    # claims that go on for longer than they are read get another key: a flag that is proposed or in force says it already, …
    there = AbuseReview.objects.filter(kind=ReviewKind.CLAIMS)
    busy = set(there.filter(state__in=sorted(IN_FORCE | {ReviewState.PROPOSED})).values_list("customer_id", flat=True))
    # … and who found nothing in them has looked at them: that holds for as long as a flag would
    nothing = there.filter(state=ReviewState.DISMISSED, decided_on__gt=held_since(as_of))
    seen = dict(nothing.order_by("decided_on").values_list("customer_id", "decided_on"))
    fresh = [
        AbuseReview(
            key=key, customer_id=stated[key].customer_id, kind=ReviewKind.CLAIMS, opened_on=as_of, due_on=due,
            evidence=stated[key].evidence,
        )
        for key in sorted(stated.keys() - known.keys())
        if stated[key].customer_id not in busy and not _began_by(stated[key], seen.get(stated[key].customer_id))
    ]  # fmt: skip
    AbuseReview.objects.bulk_create(fresh, batch_size=_STEP)
    again = [one for one in known.values() if one.state == ReviewState.WITHDRAWN]
    for one in again:
        one.state, one.due_on, one.ended_on = ReviewState.OPEN, due, None
    AbuseReview.objects.bulk_update(again, ["state", "due_on", "ended_on"], batch_size=_STEP)
    journal_all("abuse_review.opened", list(_of([one.key for one in (*fresh, *again)])), by.actor)
    return len(fresh) + len(again)


def _began_by(one: StatedSignal, day: dt.date | None) -> bool:
    """Whether these very claims had begun when somebody decided about them on a day."""
    began = one.evidence.get("given", {}).get("began")
    return day is not None and began is not None and dt.date.fromisoformat(began) <= day


@transaction.atomic
def _bring_up_to_date(stated: Mapping[str, StatedSignal], *, by: Principal, as_of: dt.date) -> tuple[int, int]:
    """Reviews that nobody has looked at take the figures of their signal; one whose signal is over ends without a decision."""
    changed, gone = [], []
    there = AbuseReview.objects.select_for_update(of=("self",)).select_related("customer")
    for review in there.filter(kind=ReviewKind.CLAIMS, state=ReviewState.OPEN).order_by("pk"):
        one = stated.get(review.key)
        if one is None:
            review.state, review.ended_on = ReviewState.WITHDRAWN, as_of
            gone.append(review)
        elif review.evidence != one.evidence:
            review.evidence = one.evidence
            changed.append(review)
    AbuseReview.objects.bulk_update(changed, ["evidence"], batch_size=_STEP)
    AbuseReview.objects.bulk_update(gone, ["state", "ended_on"], batch_size=_STEP)
    journal_all("abuse_review.withdrawn", gone, by.actor)
    return len(changed), len(gone)


@transaction.atomic
def _expire(*, by: Principal, on: dt.date) -> int:
    """Flags end on their day; sales then rest no longer, by the same day (record.suppressions)."""
    there = AbuseReview.objects.select_for_update(of=("self",)).select_related("customer")
    over = list(there.filter(state__in=sorted(IN_FORCE), expires_on__lte=on).order_by("pk"))
    for review in over:
        review.state, review.ended_on = ReviewState.EXPIRED, on
    AbuseReview.objects.bulk_update(over, ["state", "ended_on"], batch_size=_STEP)
    journal_all("abuse_review.expired", over, by.actor)
    return len(over)


def _of(keys: Sequence[str]) -> Iterator[AbuseReview]:
    for start in range(0, len(keys), _STEP):
        found = AbuseReview.objects.filter(key__in=keys[start : start + _STEP]).select_related("customer")
        yield from found.order_by("pk")
