"""Sales rest for somebody and go on: who may, what is written down, what is taken back."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.services import erase_customer, merge_customers, unmerge_customers
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.queries import is_suppressed, suppressions_of, suppressions_on
from guanxi.record.suppressions.services import (
    end_suppression,
    resume_suppression,
    suppress,
    withdraw_suppression,
)
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 30)
ONE = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def causes(customer):
    return [one.cause for one in suppressions_on(DAY, customer_id=customer.pk)]


def test_a_complaint_is_opened_solved_and_rests_on(scene):
    wang, li = scene.customer("王芳"), scene.customer("李强")
    lin = scene.person("lin")
    opened = suppress(wang.pk, cause="complaint", why="卡一直没寄到", by=lin, since=DAY - 3 * ONE)
    suppress(wang.pk, cause="complaint", why="又收错费", by=lin)  # somebody may have two
    with pytest.raises(Refused, match="solved"):
        end_suppression(opened, by=lin)
    end_suppression(opened, by=lin, why="补寄，已收到", on=DAY - ONE)
    end_suppression(opened, by=lin, why="twice changes nothing")
    other = suppressions_of(wang.pk, principal=lin)[0]
    end_suppression(other.id, by=lin, why="已退费", on=DAY)
    suppress(li.pk, cause="hardship", why="失业", by=lin, since=DAY - ONE)
    [resting, hard] = suppressions_on(DAY + 13 * ONE, after_complaint=14)
    assert (resting.customer_id, resting.cause, resting.is_solved) == (wang.pk, Cause.COMPLAINT, True)
    assert (hard.customer_id, hard.since_on, hard.is_solved) == (li.pk, DAY - ONE, False)
    assert [one.customer_id for one in suppressions_on(DAY + 14 * ONE, after_complaint=14)] == [li.pk]
    assert not is_suppressed(wang.pk, Cause.COMPLAINT, DAY)
    row = suppressions_of(wang.pk, principal=lin)[1]
    assert (row.why, row.end_why, row.rest.ended_on) == ("卡一直没寄到", "补寄，已收到", DAY - ONE)
    assert (row.set_by, row.ended_by) == (lin.name, lin.name)
    assert list(Act.objects.filter(kind__startswith="suppression").order_by("pk").values_list("kind", flat=True)) == [
        "suppression.set", "suppression.set", "suppression.ended", "suppression.ended", "suppression.set",
    ]  # fmt: skip


def test_one_cause_stands_once_and_again_when_it_is_over(scene):
    wang = scene.customer("王芳")
    suppress(wang.pk, cause="gambling", why="本人要求", until=DAY + ONE, by=SYSTEM)
    with pytest.raises(Refused) as refused:
        suppress(wang.pk, cause="gambling", why="再说一次", by=SYSTEM)
    assert refused.value.code == "suppressions.already"
    suppress(wang.pk, cause="hardship", why="失业", by=SYSTEM)
    assert causes(wang) == [Cause.GAMBLING, Cause.HARDSHIP]
    with clock.frozen(NOON + ONE):
        suppress(wang.pk, cause="gambling", why="再来一年", by=SYSTEM)
    assert Suppression.objects.count() == 3


def test_what_was_done_today_is_undone_today(scene):
    wang = scene.customer("王芳")
    lin = scene.person("lin")
    kept = suppress(wang.pk, cause="bereavement", why="丧偶", by=lin)
    end_suppression(kept, by=lin)
    assert causes(wang) == []
    resume_suppression(kept, by=lin)
    assert causes(wang) == [Cause.BEREAVEMENT]
    mistaken = suppress(wang.pk, cause="complaint", why="弄错了人", by=lin)
    withdraw_suppression(mistaken, by=lin)
    assert [row.cause for row in suppressions_of(wang.pk, principal=lin)] == [Cause.BEREAVEMENT]
    end_suppression(kept, by=lin)
    with clock.frozen(NOON + ONE):
        for undo in (resume_suppression, withdraw_suppression):
            with pytest.raises(Refused) as refused:
                undo(kept, by=lin)
            assert refused.value.code == "suppressions.too_late"


def test_who_may(scene):
    wang = scene.customer("王芳")
    for name in ("du", "mei"):
        with pytest.raises(Denied):
            suppress(wang.pk, cause="hardship", why="x", by=scene.person(name))
    with pytest.raises(Denied):  # who sells does not decide about a suspicion, nor read its words
        suppress(wang.pk, cause="fraud", why="x", by=scene.person("lin"))
    held = suppress(wang.pk, cause="fraud", why="同一证件多处套现", by=SYSTEM)
    [row] = suppressions_of(wang.pk, principal=scene.person("lin"))
    assert (row.cause, row.why) == (Cause.FRAUD, "")
    with pytest.raises(Denied):
        end_suppression(held, by=scene.person("lin"))
    assert suppressions_of(wang.pk, principal=SYSTEM)[0].why == "同一证件多处套现"
    assert is_suppressed(wang.pk, Cause.FRAUD, DAY)


def test_it_follows_a_merge_and_goes_with_an_erasure(scene):
    wang, double = scene.customer("王芳"), scene.customer("王芳芳")
    suppress(double.pk, cause="hardship", why="失业", by=SYSTEM)
    suppress(wang.pk, cause="hardship", why="减薪", by=SYSTEM)
    merge = merge_customers(wang.pk, double.pk, by=SYSTEM)
    assert len(suppressions_of(wang.pk, principal=SYSTEM)) == 2
    unmerge_customers(merge, by=SYSTEM)
    assert [row.why for row in suppressions_of(double.pk, principal=SYSTEM)] == ["失业"]
    erase_customer(double.pk, basis="本人要求", by=SYSTEM)
    assert list(Suppression.objects.values_list("why", flat=True)) == ["减薪"]
