"""What customers think of us (RET-07): asked once in twelve months, what is not answered is unknown, and it goes with the customer."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers.services import merge_customers, unmerge_customers
from guanxi.record.surveys.models import Survey
from guanxi.record.surveys.queries import latest_survey
from guanxi.record.surveys.rules import Survey as Said
from guanxi.record.surveys.rules import checked_survey
from guanxi.record.surveys.services import erase_surveys, note_survey, take_back_survey
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 3, 5, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 5)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("said", "others", "code"),
    [
        (Said(TODAY), [], "nothing"),
        (Said(TODAY, value=11), [], "no_score"),
        (Said(TODAY, recommend=-1), [], "no_score"),
        (Said(TODAY, value=5, rank=3, among=2), [], "no_place"),
        (Said(TODAY, value=5, rank=1), [], "no_place"),
        (Said(TODAY, rank=0, among=2), [], "no_place"),
        (Said(day(1), value=5), [], "in_future"),
        (Said(TODAY, value=5), [day(-364)], "too_soon"),
        (Said(day(-400), value=5), [day(-36)], "too_soon"),
    ],
)
def test_what_is_no_survey_is_refused(said, others, code):
    with pytest.raises(Refused) as caught:
        checked_survey(said, today=TODAY, others=others)
    assert caught.value.code == f"surveys.{code}"


def test_a_year_later_and_with_one_answer_alone_it_is_one():
    assert checked_survey(Said(TODAY, satisfaction=0), today=TODAY, others=[day(-365)]).value is None
    assert checked_survey(Said(TODAY, rank=1, among=1), today=TODAY, others=[]).rank == 1


@pytest.mark.django_db
def test_it_is_noted_once_read_by_who_may_and_taken_back(scene):
    huang, lin, du = scene.customer("黄永康"), scene.person("lin"), scene.person("du")
    with clock.frozen(NOON):
        note_survey(huang.pk, Said(day(-400), value=2), by=lin)
        first = note_survey(huang.pk, Said(TODAY, value=8, recommend=9, rank=1, among=3), by=lin)
        assert note_survey(huang.pk, Said(TODAY, value=8, recommend=9, rank=1, among=3), by=lin) == first
        with pytest.raises(Refused):
            note_survey(huang.pk, Said(TODAY, value=3), by=lin)
        found = latest_survey(huang.pk, principal=du, on=TODAY)
        assert (found.said.recommend, found.said.quality, found.asked_by) == (9, None, scene.staff["lin"].name)
        assert latest_survey(huang.pk, principal=du, on=day(-1)).said.value == 2
        assert latest_survey(huang.pk, principal=scene.person("xu"), on=TODAY) is None
        with pytest.raises(Denied):
            note_survey(huang.pk, Said(TODAY, value=3), by=du)
        with pytest.raises(Refused):
            note_survey(huang.pk, Said(TODAY, value=3), by=scene.person("xu"))
        take_back_survey(huang.pk, by=lin)
        assert latest_survey(huang.pk, principal=du, on=TODAY).said.value == 2
        take_back_survey(huang.pk, by=lin)
        with pytest.raises(Refused):
            take_back_survey(huang.pk, by=lin)
    kinds = list(Act.objects.filter(kind__startswith="survey").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["survey.noted", "survey.noted", "survey.taken_back", "survey.taken_back"]
    assert Survey.objects.count() == 0


@pytest.mark.django_db
def test_it_goes_with_a_merge_and_back_and_with_an_erasure(scene):
    winner, loser = scene.customer("黄永康"), scene.customer("黄永康")
    with clock.frozen(NOON):
        note_survey(loser.pk, Said(TODAY, value=7), by=SYSTEM)
        merge = merge_customers(winner.pk, loser.pk, by=SYSTEM)
        assert list(Survey.objects.values_list("customer_id", flat=True)) == [winner.pk]
        unmerge_customers(merge, by=SYSTEM)
        assert list(Survey.objects.values_list("customer_id", flat=True)) == [loser.pk]
        erase_surveys([loser.pk])
        assert not Survey.objects.exists()
