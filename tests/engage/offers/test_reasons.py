"""Every reason code that decisions can give has its words, in the order of the gates."""

from django.utils import translation

from guanxi.engage.offers.choices import REASONS
from guanxi.engage.offers.reasons import Gate, in_order, reason_of, reason_words
from guanxi.insight.decisions.arbitration.running import _LOST
from guanxi.insight.decisions.offers.asking import CLOSED

# Conditions that decisions put before and after the rules of an offer.
_CONDITIONS = {"not_profiled", "held_out", "complaint_open", "credit_review_open", "value_unknown", "win_back_list"}


def test_each_code_that_can_come_of_a_decision_is_told_in_words():
    codes = {*CLOSED, *REASONS.values(), *_CONDITIONS, *_LOST.values()} - {"chosen"}
    assert [code for code in codes if code in reason_words(code)] == []


def test_what_a_firm_calls_its_own_is_quoted_and_stands_with_what_is_not_for_them():
    with translation.override("en"):
        assert reason_words("too_far_away") == "By a rule of the offer: too_far_away"
    assert reason_of("too_far_away").gate == Gate.ALLOWED


def test_codes_stand_in_the_order_of_the_gates():
    mixed = ["no_capacity", "zoo", "pressure", "not_eligible", "no_consent", "area", "held_out"]
    assert in_order(mixed) == ["no_consent", "held_out", "not_eligible", "area", "zoo", "pressure", "no_capacity"]
