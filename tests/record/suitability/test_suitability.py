"""How much risk somebody can bear (LEV-09): a test holds for a year at most, the latest one counts, and it goes with him."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.services import merge_customers, unmerge_customers
from guanxi.record.suitability import rules
from guanxi.record.suitability.choices import RiskLevel
from guanxi.record.suitability.models import RiskTest
from guanxi.record.suitability.queries import latest_test, level_on
from guanxi.record.suitability.rules import checked_test, holds, year_after
from guanxi.record.suitability.services import end_test, erase_tests, note_test
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 3, 5, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 5)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def test_a_test_holds_through_its_last_day_and_not_the_day_after():
    test = checked_test(2, TODAY, None, today=TODAY)
    assert test == rules.RiskTest(RiskLevel.STEADY, TODAY, dt.date(2027, 3, 5))
    assert [holds(test, on) for on in (day(-1), TODAY, dt.date(2027, 3, 5), dt.date(2027, 3, 6))] == [
        False, True, True, False,
    ]  # fmt: skip
    ended = rules.RiskTest(RiskLevel.STEADY, TODAY, dt.date(2027, 3, 5), ended_on=day(40))
    assert [holds(ended, on) for on in (day(39), day(40))] == [True, False]
    assert year_after(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)


@pytest.mark.parametrize(
    ("level", "tested_on", "until", "code"),
    [
        (0, TODAY, None, "no_level"),
        (6, TODAY, None, "no_level"),
        (3, day(1), None, "in_future"),
        (3, TODAY, TODAY, "no_days"),
        (3, TODAY, dt.date(2027, 3, 6), "too_long"),
    ],
)
def test_what_is_no_test_is_refused(level, tested_on, until, code):
    with pytest.raises(Refused) as caught:
        checked_test(level, tested_on, until, today=TODAY)
    assert caught.value.code == f"suitability.{code}"


@pytest.mark.django_db
def test_the_latest_test_counts_and_an_ended_one_brings_none_back(scene):
    huang, lin, du = scene.customer("黄永康"), scene.person("lin"), scene.person("du")
    with clock.frozen(NOON):
        note_test(huang.pk, level=4, tested_on=day(-300), by=lin)
        same = note_test(huang.pk, level=2, by=lin, valid_until=day(90))
        assert note_test(huang.pk, level=2, by=lin, valid_until=day(90)) == same
        assert [level_on(huang.pk, on) for on in (day(-301), day(-1), TODAY, day(90), day(91))] == [None, 4, 2, 2, None]
        found = latest_test(huang.pk, principal=du, on=TODAY)
        assert (found.test.level, found.tested_by, found.is_valid) == (2, scene.staff["lin"].name, True)
        assert latest_test(huang.pk, principal=scene.person("xu"), on=TODAY) is None
        with pytest.raises(Denied):
            note_test(huang.pk, level=5, by=du)
        with pytest.raises(Refused):
            note_test(huang.pk, level=5, by=scene.person("xu"))
        end_test(huang.pk, by=lin)
        assert level_on(huang.pk, TODAY) is None
        with pytest.raises(Refused):
            end_test(huang.pk, by=lin)
    kinds = list(Act.objects.filter(kind__startswith="risk_test").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["risk_test.noted", "risk_test.noted", "risk_test.ended"]
    assert RiskTest.objects.count() == 2


@pytest.mark.django_db
def test_a_test_goes_with_a_merge_and_back_and_with_an_erasure(scene):
    winner, loser = scene.customer("黄永康"), scene.customer("黄永康")
    with clock.frozen(NOON):
        note_test(loser.pk, level=3, by=SYSTEM)
        merge = merge_customers(winner.pk, loser.pk, by=SYSTEM)
        assert (level_on(winner.pk, TODAY), level_on(loser.pk, TODAY)) == (3, None)
        unmerge_customers(merge, by=SYSTEM)
        assert (level_on(winner.pk, TODAY), level_on(loser.pk, TODAY)) == (None, 3)
        note_test(winner.pk, level=1, by=SYSTEM)
        erase_tests([loser.pk])
        assert list(RiskTest.objects.values_list("customer_id", "level")) == [(winner.pk, 1)]
