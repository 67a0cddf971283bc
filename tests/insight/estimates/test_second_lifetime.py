"""Whom to win back, with which offer, in which order, and whom to leave in peace."""

import numpy as np
import pytest

from guanxi.insight.estimates import second_lifetime as rules
from guanxi.insight.estimates.reasons import Reason


def test_the_offers_of_the_requirement():
    """Service upgrade, discount, both: the one that wins back most is worth least."""
    found = rules.second_lifetime_value([0.25, 0.28, 0.35], [900, 700, 800], [0.8, 0.7, 0.6], [150, 180, 300])
    assert np.round(found).tolist() == [320, 192, 164]
    assert round(float(rules.second_lifetime_value(0.40, 300, 0.45, 200))) == -15


def test_another_customer():
    # three years of 1,000 at 0.5: 454.55 + 206.61 + 93.91 = 755.07; less 100, a tenth of it, less a visit of 60
    assert rules.second_lifetime_value(0.1, 1000, 0.5, 100, contact=60) == pytest.approx(0.1 * 655.07 - 60, abs=0.01)


def test_ranked_by_the_second_life_and_not_by_the_rate():
    values = [[100, 286], [320, 192], [-15, -40]]
    types = [Reason.BETTER_VALUE, Reason.NEED_UNMET, Reason.NEED_UNMET]
    plan = rules.plan_win_back(values, types, [False] * 3)
    assert plan.value.tolist() == [286, 320, -15]
    assert plan.offer.tolist() == [1, 0, 0]
    assert plan.order.tolist() == [1, 0]
    assert plan.excluded.tolist() == ["", "", "no_worth"]


def test_whom_not_to_pursue():
    types = [Reason.LET_GO, Reason.LOWER_PRICE, Reason.CONDITIONS, Reason.CONDITIONS, Reason.UNKNOWN]
    plan = rules.plan_win_back(np.full((5, 1), 500.0), types, [False, False, True, False, True])
    assert plan.excluded.tolist() == ["let_go", "price_seeker", "outside", "", ""]
    assert plan.order.tolist() == [3, 4]


def test_a_dear_contact_comes_later():
    plan = rules.plan_win_back([[300], [200]], [2, 2], [False, False], contact_units=[5, 1])
    assert plan.order.tolist() == [1, 0]
    with pytest.raises(ValueError, match="one offer"):
        rules.plan_win_back(np.zeros((2, 0)), [2, 2], [False, False])
    assert rules.plan_win_back(np.zeros((0, 2)), [], []).order.tolist() == []


def test_few_are_drawn_to_their_parents():
    assert rules.shrink([3, 300, 0], [5, 1000, 0], 0.2) == pytest.approx([(3 + 6) / 35, 306 / 1030, 0.2])


def test_retention_before_anything_was_learnt():
    types = [Reason.NEED_UNMET, Reason.BETTER_VALUE, Reason.LOWER_PRICE, Reason.CONDITIONS, Reason.LET_GO]
    assert rules.start_retention([0.8] * 5, types) == pytest.approx([0.76, 0.76, 0.44, 0.72, 0])
