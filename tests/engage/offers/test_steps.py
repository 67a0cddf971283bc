"""The second step of an offer: when it comes after its letter or leaflet, and what is no such time (LEV-06, RET-06)."""

import datetime as dt
from dataclasses import replace

import pytest

from guanxi.engage.offers.choices import Way
from guanxi.engage.offers.models import Offer
from guanxi.engage.offers.rules.steps import step_day
from guanxi.engage.offers.services import GivenTreatment, write_offer
from guanxi.ground.refusals import Refused
from guanxi.ground.workdays import WEEK, Calendar
from tests.engage.offers.sample import LOAN

D = dt.date
SPOKEN = GivenTreatment(wording_zh="您收到我们的信了吗？", wording_en="Did our leaflet reach you?", after="1m")
PAPER = LOAN.treatments[Way.INSERT]


@pytest.mark.parametrize(
    ("after", "went_on", "day"),
    [
        ("1m", D(2026, 4, 5), D(2026, 5, 5)),  # LEV-06
        ("1m", D(2026, 1, 31), D(2026, 3, 2)),  # 28 February is a Saturday
        ("2m", D(2025, 12, 31), D(2026, 3, 2)),
        ("12m", D(2024, 2, 29), D(2025, 2, 28)),
        ("3d", D(2026, 7, 9), D(2026, 7, 13)),  # the twelfth is a Sunday
        ("7d", D(2026, 7, 9), D(2026, 7, 16)),
    ],
)
def test_the_day_of_the_second_step(after, went_on, day):
    assert step_day(after, went_on, WEEK) == day


def test_a_holiday_moves_it_on():
    assert step_day("1m", D(2026, 4, 5), Calendar(free=frozenset({D(2026, 5, 5)}))) == D(2026, 5, 6)


@pytest.mark.parametrize(
    ("way", "one", "code"),
    [
        (Way.CALL, replace(SPOKEN, after="0d"), "offer.no_after"),
        (Way.CALL, replace(SPOKEN, after="13m"), "offer.no_after"),
        (Way.CALL, replace(SPOKEN, after="soon"), "offer.no_after"),
        (Way.INSERT, replace(PAPER, after="3d"), "offer.after_nothing"),
    ],
)
def test_what_is_no_time_after_a_letter_is_refused(scene, way, one, code):
    given = replace(LOAN, treatments={Way.CALL: SPOKEN, Way.INSERT: PAPER} | {way: one})
    with pytest.raises(Refused) as refused:
        write_offer("", given, by=scene.person("mei"))
    assert (refused.value.code, refused.value.field, Offer.objects.count()) == (code, f"way_{way.value}", 0)


def test_a_second_step_needs_a_first_one(scene):
    with pytest.raises(Refused, match="letter or leaflet"):
        write_offer("", replace(LOAN, treatments={Way.CALL: SPOKEN}), by=scene.person("mei"))
    code = write_offer("", replace(LOAN, treatments={Way.CALL: SPOKEN, Way.INSERT: PAPER}), by=scene.person("mei"))
    assert dict(Offer.objects.get(code=code).treatments.values_list("way", "after")) == {Way.CALL: "1m", Way.INSERT: ""}
