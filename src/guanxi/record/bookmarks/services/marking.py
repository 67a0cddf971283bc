"""Favourites, and what was opened last."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from guanxi.ground import clock
from guanxi.ground.ids import is_code
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.models import Favourite, Recent
from guanxi.record.bookmarks.permissions import may_share
from guanxi.record.bookmarks.queries import MOST_FAVOURITES, MOST_RECENTS

_AGAIN = timedelta(minutes=1)
_TOO_MANY = gettext_noop("You keep {most} favourites already: take one away first.")


def note_opened(noun: str, code: str, *, by: Principal) -> None:
    """Remember that a record was opened: written at most once a minute a record, the latest 50 kept. Whoever is no
    member of staff leaves no trace here. The caller has shown the record, so it was in sight.
    """
    if by.staff_id is None or not _keeps(by) or not is_code(code):
        return
    now = clock.now()
    mine = Recent.objects.filter(staff=by.staff_id)
    before = mine.filter(noun=noun, code=code).values_list("opened_at", flat=True).first()
    if before is not None and now - before < _AGAIN:
        return
    with transaction.atomic():
        Recent.objects.update_or_create(staff_id=by.staff_id, noun=noun, code=code, defaults={"opened_at": now})
        if before is None:
            kept = mine.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:MOST_RECENTS]
            mine.exclude(pk__in=list(kept)).delete()


@transaction.atomic
def set_favourite(noun: str, code: str, *, by: Principal, is_on: bool) -> None:
    """Keep a record at hand, at the end of the list, or no more. Twice does no harm. Raises Refused for too many."""
    if by.staff_id is None or not _keeps(by) or not is_code(code):
        return
    mine = Favourite.objects.filter(staff=by.staff_id)
    if not is_on:
        mine.filter(noun=noun, code=code).delete()
        return
    if mine.filter(noun=noun, code=code).exists():
        return
    if mine.count() >= MOST_FAVOURITES:
        raise Refused("bookmarks.too_many_favourites", _TOO_MANY, most=MOST_FAVOURITES)
    last = mine.aggregate(last=Max("position"))["last"] or 0
    Favourite.objects.create(staff_id=by.staff_id, noun=noun, code=code, position=last + 1)


@transaction.atomic
def order_favourites(marks: Sequence[tuple[str, str]], *, by: Principal) -> None:
    """Put favourites, as (noun, code), into this order; those not named follow in theirs."""
    if not _keeps(by):
        return
    place = {mark: index for index, mark in enumerate(marks[:MOST_FAVOURITES])}
    rows = list(Favourite.objects.filter(staff=by.staff_id).order_by("position", "pk"))
    rows.sort(key=lambda row: place.get((row.noun, row.code), MOST_FAVOURITES))
    for index, row in enumerate(rows, start=1):
        row.position = index
    Favourite.objects.bulk_update(rows, ["position"])


def _keeps(by: Principal) -> bool:
    return may_share(by, Sharing.PRIVATE)
