"""The columns of decisions as expressions name them."""

import pytest

from guanxi.engage.offers.grammar import check_tree, parse_criteria
from guanxi.engage.offers.headlines import headlines
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.ground.refusals import Refused
from guanxi.record.catalogue.prohibited import blocked_subject
from guanxi.record.consents.choices import Purpose


def test_no_column_is_of_a_blocked_subject():
    assert [name for name in headlines().features if blocked_subject(name)] == []


def test_the_program_registers_them_with_the_kinds_of_signals():
    known = vocabulary()
    assert set(headlines().features) <= set(known.features)
    assert "confirmed" in known.signals["new_home"]


@pytest.mark.parametrize("text", ["spend_365 > 1000", "deposits > 50000", "tier = 'A'"])
def test_what_was_bought_or_owned_serves_no_partner(text):
    tree = parse_criteria(text)
    check_tree(tree, vocabulary(), purpose=Purpose.MARKETING)
    with pytest.raises(Refused) as refused:
        check_tree(tree, vocabulary(), purpose=Purpose.PARTNER)
    assert refused.value.code == "grammar.purpose"


@pytest.mark.parametrize("text", ["has_stable_income", "is_educated", "wishes_wealth_managed and tier = 'A'"])
def test_what_somebody_declares_of_himself_serves_service_only(text):
    tree = parse_criteria(text)
    check_tree(tree, vocabulary(), purpose=Purpose.SERVICE)
    for purpose in (Purpose.MARKETING, Purpose.PARTNER):
        with pytest.raises(Refused) as refused:
            check_tree(tree, vocabulary(), purpose=purpose)
        assert refused.value.code == "grammar.purpose"


@pytest.mark.parametrize(
    "text",
    [
        "is_pregnant",
        "marital_status = 'x'",
        "casino_visits > 3",
        "night_calls > 9",
        "gps_home = 'x'",
        "religion = 'x'",
        "child_stage = 2",
        "children > 0",
        "baby_months < 12",
        "kids_school = 'x'",
    ],
)
def test_what_nobody_may_conclude_cannot_be_asked(text):
    with pytest.raises(Refused) as refused:
        check_tree(parse_criteria(text), vocabulary(), purpose=Purpose.MARKETING)
    assert refused.value.code == "grammar.prohibited"
