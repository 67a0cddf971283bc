"""The thresholds as people read them are those that the engines use."""

import pytest
from django.utils import translation

from guanxi.ground.refusals import Refused
from guanxi.identity.models import Firm
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight import decisions, detectors
from guanxi.insight.appraisal import tiering, worth
from guanxi.insight.meanings import MEANINGS
from guanxi.insight.thresholds import GROUPS, THRESHOLDS, Unit, change_threshold, in_words
from guanxi.record.declarations import rules as declarations
from guanxi.record.signals.rules import moving

SYSTEM = system_principal()


@pytest.fixture
def firm(db):
    return found_firm(by=SYSTEM, name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def test_every_default_is_the_one_that_counts():
    counts = (
        detectors.DEFAULTS
        | decisions.DEFAULTS
        | tiering.DEFAULTS
        | worth.DEFAULTS
        | moving.DEFAULTS
        | declarations.DEFAULTS
    )
    assert {name: one.default for name, one in THRESHOLDS.items()} == {name: counts[name] for name in THRESHOLDS}
    assert all(one.low <= one.default <= one.high for one in THRESHOLDS.values())
    assert len(THRESHOLDS) == sum(len(group) for _, group in GROUPS)


def test_every_threshold_says_what_comes_of_it():
    assert set(MEANINGS) == set(THRESHOLDS)


@pytest.mark.parametrize("name", sorted(THRESHOLDS))
def test_what_a_person_reads_is_what_a_person_may_write(firm, name):
    one = THRESHOLDS[name]
    for bound in (one.low, one.high):
        change_threshold(name, in_words(one, bound), by=SYSTEM)
        assert Firm.objects.get().thresholds.get(name, one.default) == bound
    step = {Unit.COUNT: 1, Unit.DAYS: 1, Unit.CHOICE: 1}.get(one.unit, 0.001)
    for beyond in (one.low - step, one.high + step):
        with translation.override("en"), pytest.raises(Refused) as refused:
            change_threshold(name, in_words(one, beyond), by=SYSTEM)
        assert refused.value.code == "insight.beyond_bounds"
    change_threshold(name, "", by=SYSTEM)
    assert name not in Firm.objects.get().thresholds


@pytest.mark.parametrize("text", ["many", "1e3", "NaN", "1,2,3"])
def test_no_number_is_refused(firm, text):
    with pytest.raises(Refused):
        change_threshold("decisions.capacity", text, by=SYSTEM)
    with pytest.raises(Refused):
        change_threshold("secret.key", "1", by=SYSTEM)
