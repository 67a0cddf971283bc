"""The start questions: each answer stays within the bounds of the thresholds it sets, and is known again."""

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.models import Firm
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS
from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.beginning import QUESTIONS, answer_questions
from guanxi.insight.thresholds import THRESHOLDS

SYSTEM = system_principal()


@pytest.fixture
def firm(db):
    return found_firm(by=SYSTEM, name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def test_three_to_five_questions_set_what_can_be_set():
    assert 3 <= len(QUESTIONS) <= 5
    for question in QUESTIONS:
        for answer in question.answers:
            for name, value in answer.sets.items():
                one = THRESHOLDS[name]
                assert one.low <= value <= one.high, name
                assert value != one.default, name
    touched = [name for question in QUESTIONS for name in question.touches]
    assert len(touched) == len(set(touched))  # no answer takes back another one


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.name)
def test_an_answer_is_known_again(firm, question):
    for answer in question.answers:
        answer_questions({question.name: answer.name}, by=SYSTEM)
        assert Firm.objects.get().thresholds == answer.sets
        assert question.answered(Firm.objects.get().thresholds) == answer.name


def test_what_is_no_answer_changes_nothing(firm):
    with pytest.raises(Refused):
        answer_questions({"capacity": "few", "house": "casino"}, by=SYSTEM)
    with pytest.raises(Denied):
        answer_questions({"capacity": "few"}, by=ANONYMOUS)
    assert Firm.objects.get().thresholds == {}
