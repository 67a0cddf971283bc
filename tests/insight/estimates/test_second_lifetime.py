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


def regained(types, before, after, here, *, tiers=None, offers=None) -> rules.Regained:
    return rules.Regained(types, tiers or [0] * len(types), offers or [""] * len(types), before, after, here)


def test_what_regained_customers_teach_is_drawn_to_all_of_them_and_these_to_the_first_thought():
    """Sixty came back: forty whose need was met now bring half as much, twenty drawn by price twice as much, and of another forty,
    of whom 0.76 were to stay, 19 did.
    """
    types = [Reason.NEED_UNMET] * 40 + [Reason.LOWER_PRICE] * 20
    before, after = [100.0] * 60, [50.0] * 40 + [200.0] * 20
    here = [1.0] * 19 + [0.0] * 21 + [np.nan] * 20
    found = rules.learn_second_lives(regained(types, before, after, here), 0.8)
    every = (60 * 1.0 + 30) / 90  # 6,000 by 6,000
    unmet, price, better = Reason.NEED_UNMET, Reason.LOWER_PRICE, Reason.BETTER_VALUE
    whose = [np.array([0, unmet, price, better]), np.array([1, 1, 2, 3]), np.array(["", "upgrade", "", "upgrade"])]
    assert rules.look_up(found.margin, whose) == pytest.approx(
        [every, (40 * 0.5 + 30 * every) / 70, (20 * 2.0 + 30 * every) / 50, every]
    )
    ratio = 19 / (40 * 0.76)
    stay = (40 * ratio + 30) / 70
    assert rules.look_up(found.stay, whose) == pytest.approx([stay, (40 * ratio + 30 * stay) / 70, stay, stay])
    nobody = rules.learn_second_lives(regained([], [], [], []), 0.8)
    assert rules.look_up(nobody.margin, whose).tolist() == rules.look_up(nobody.stay, whose).tolist() == [1.0] * 4
    early = rules.learn_second_lives(regained([unmet], [100], [np.nan], [np.nan]), 0.8)
    assert rules.look_up(early.margin, whose).tolist() == [1.0] * 4
    # who brought nothing before cannot tell by how much more, and whom we let go was not to stay at all
    odd = rules.learn_second_lives(regained([Reason.LET_GO], [0], [500], [1]), 0.8)
    assert (odd.margin, odd.stay) == ({(): 1.0}, {(): 1.0})


def test_second_lives_are_told_by_type_tier_and_offer_each_drawn_to_the_one_above():
    """Of sixty with an unmet need, A with the upgrade bring 1.5 of what they brought, A with a discount 0.5, B without any 1.0."""
    unmet = Reason.NEED_UNMET
    tiers, offers = [1] * 40 + [2] * 20, ["upgrade"] * 30 + ["discount"] * 10 + [""] * 20
    before, after = [100.0] * 60, [150.0] * 30 + [50.0] * 10 + [100.0] * 20
    found = rules.learn_second_lives(
        regained([unmet] * 60, before, after, [np.nan] * 60, tiers=tiers, offers=offers), 0.8
    ).margin
    every = (7_000 / 100 + 30) / 90
    of_type = (7_000 / 100 + 30 * every) / 90
    of_a, of_b = (5_000 / 100 + 30 * of_type) / 70, (2_000 / 100 + 30 * of_type) / 50
    upgraded, cheaper = (4_500 / 100 + 30 * of_a) / 60, (500 / 100 + 30 * of_a) / 40
    whose = [
        np.full(6, unmet),
        np.array([1, 1, 1, 2, 2, 3]),
        np.array(["upgrade", "discount", "call", "", "upgrade", "upgrade"]),
    ]
    assert rules.look_up(found, whose) == pytest.approx([upgraded, cheaper, of_a, of_b, of_b, of_type])
    assert upgraded > of_a > cheaper


def test_the_chance_to_win_somebody_back_is_told_by_type_and_tier():
    """First guess 0.03. A of an unmet need 10 of 40, B of it 2 of 60, who looked for better value 0 of 20."""
    unmet, better = Reason.NEED_UNMET, Reason.BETTER_VALUE
    found = rules.learn_chances({(unmet, 1): (40, 10), (unmet, 2): (60, 2), (better, 1): (20, 0)}, 0.03)
    every = (12 + 30 * 0.03) / 150
    of_unmet, of_better = (12 + 30 * every) / 130, (0 + 30 * every) / 50
    whose = [np.array([unmet, unmet, unmet, better, better, Reason.LOWER_PRICE]), np.array([1, 2, 3, 1, 2, 1])]
    expected = [
        (10 + 30 * of_unmet) / 70, (2 + 30 * of_unmet) / 90, of_unmet, (0 + 30 * of_better) / 50, of_better, every,
    ]  # fmt: skip
    assert rules.look_up(found, whose) == pytest.approx(expected)
    assert rules.learn_chances({}, 0.03) == {(): 0.03}
