"""The tiers of up to a year ago, told from movements: what was before the first change since then."""

import datetime as dt

import pytest

from guanxi.insight.refresh.remembering import read_past
from guanxi.insight.warehouse.record_view import open_record
from guanxi.record.standing.models import Edition, StandingMove

pytestmark = pytest.mark.django_db(transaction=True)

AS_OF = dt.date(2026, 8, 20)


def test_tiers_of_then_are_those_before_the_first_movement_since():
    def past() -> tuple[dt.date, dict[int, int]] | None:
        with open_record() as view:
            found = read_past(view, as_of=AS_OF)
        return found and (found.since, dict(zip(*found.moved.to_pydict().values(), strict=True)))

    assert past() is None
    at = dt.datetime(2026, 8, 1, 4, tzinfo=dt.UTC)
    newest = Edition.objects.create(name="now", as_of=AS_OF, started_at=at, published_at=at)
    assert past() is None  # the same day anew has no past
    Edition.objects.create(name="broken", as_of=dt.date(2025, 1, 1), started_at=at)
    Edition.objects.create(name="first", as_of=dt.date(2026, 3, 1), started_at=at, published_at=at)
    for customer, day, field, old, new in (
        (1, dt.date(2026, 3, 1), "tier", 3, 1),  # of the first day: no change since
        (2, dt.date(2026, 4, 1), "state", 1, 3),
        (2, dt.date(2026, 5, 1), "tier", 1, 2),
        (2, dt.date(2026, 6, 1), "tier", 2, 3),
        (3, dt.date(2026, 8, 1), "tier", 2, 1),
    ):
        StandingMove.objects.create(customer_id=customer, edition=newest, on=day, field=field, old=old, new=new)
    assert past() == (dt.date(2026, 3, 1), {2: 1, 3: 2})
    Edition.objects.create(name="older", as_of=dt.date(2024, 3, 1), started_at=at, published_at=at)
    assert past() == (dt.date(2025, 8, 20), {1: 3, 2: 1, 3: 2})
