"""For whom a contact changes something: the reference campaign, campaigns with known effects, and campaigns with none."""

import numpy as np
import pyarrow.csv as pc
import pytest

from guanxi.insight.estimates.evidence import NotEnoughData
from guanxi.insight.estimates.qini import normalised_qini, qini_curve
from guanxi.insight.estimates.uplift import fit_uplift

KNOWN = "recency history_segment history mens womens zip_code newbie channel".split()


def campaign(customers: int, seed: int, *, everywhere: float, for_some: float, picked: float = 0.0):
    """Half are treated by lot; of all 10 % respond by themselves, of those with `wants` 1 more because of the contact."""
    chance = np.random.default_rng(seed)
    wants = chance.integers(0, 2, customers)
    noise = chance.normal(size=customers)
    treated = chance.random(customers) < 0.5 + picked * (wants - 0.5)
    rate = 0.10 + treated * (everywhere + for_some * wants)
    return {"wants": wants, "noise": noise}, treated, chance.random(customers) < rate


def test_womens_mail_of_hillstrom(shared_data):
    table = pc.read_csv(shared_data / "hillstrom_half.csv.gz")
    segment = table["segment"].to_numpy()
    kept = segment != "Mens E-Mail"
    features = {name: table[name].to_numpy()[kept] for name in KNOWN}
    found = fit_uplift(features, segment[kept] == "Womens E-Mail", table["visit"].to_numpy()[kept])
    assert (found.customers, found.treated) == (21408, int((segment == "Womens E-Mail").sum()))
    assert round(found.average_effect, 4) == 0.0455
    assert [round(limit, 4) for limit in found.interval] == [0.0365, 0.0545]
    assert found.qini_by_learner["S"] > 0.061  # scikit-uplift's S-learner
    assert found.qini_by_learner["T"] > 0.035  # scikit-uplift's T-learner
    assert found.qini == max(found.qini_by_learner.values())
    assert found.heterogeneous is True
    assert found.halves[0] > 2 * found.halves[1]
    assert found.warning is None
    effects = found.expected_effects(features)
    assert effects.mean() == pytest.approx(found.average_effect, abs=1e-9)
    assert effects[features["womens"] == 1].mean() > 2 * effects[features["womens"] == 0].mean()


def test_by_lot_the_normalised_qini_is_nothing(shared_data):
    table = pc.read_csv(shared_data / "hillstrom_half.csv.gz")
    segment = table["segment"].to_numpy()
    kept = segment != "Mens E-Mail"
    treated, visit = segment[kept] == "Womens E-Mail", table["visit"].to_numpy()[kept] == 1
    chance = np.random.default_rng(0)
    drawn = [normalised_qini(chance.random(len(visit)), treated, visit) for _ in range(60)]
    assert np.mean(drawn) == pytest.approx(0, abs=0.004)
    assert np.std(drawn) == pytest.approx(0.011, abs=0.003)


def test_a_known_difference_is_found():
    features, treated, outcome = campaign(6000, 1, everywhere=0.0, for_some=0.15)
    found = fit_uplift(features, treated, outcome)
    assert found.heterogeneous is True
    assert found.interval[0] < 0.075 < found.interval[1]
    low, high = found.expected_effects({"wants": [0, 1], "noise": [0, 0]})
    assert (low, high) == pytest.approx((0, 0.15), abs=0.03)
    assert "does more for some than for others" in str(found.why)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("everywhere", [0.0, 0.10])
def test_a_campaign_without_heterogeneity_is_said_to_have_none(seed, everywhere):
    features, treated, outcome = campaign(2000, seed, everywhere=everywhere, for_some=0.0)
    found = fit_uplift(features, treated, outcome)
    assert found.heterogeneous is False
    assert str(found.why).startswith("No heterogeneity: it cannot be shown that the contact does more for some")
    assert (found.expected_effects({"wants": [0, 1], "noise": [5, -5]}) == found.average_effect).all()
    assert (found.interval[0] > 0) is (everywhere > 0)


def test_customers_all_alike_have_no_heterogeneity():
    _, treated, outcome = campaign(2000, 2, everywhere=0.1, for_some=0)
    found = fit_uplift({"one": np.ones(2000)}, treated, outcome)
    assert (found.heterogeneous, found.qini) == (False, 0)


def test_who_was_picked_is_no_experiment():
    features, treated, outcome = campaign(4000, 3, everywhere=0, for_some=0.1, picked=0.6)
    found = fit_uplift(features, treated, outcome)
    assert "they were picked" in str(found.warning)


def test_the_same_data_give_the_same_numbers():
    given = campaign(1000, 4, everywhere=0, for_some=0.2)
    first, again = fit_uplift(*given), fit_uplift(*given)
    assert (first.qini, first.halves, first.learner) == (again.qini, again.halves, again.learner)
    new = {"wants": [0, 1, 1], "noise": [np.nan, 3, -3]}
    assert (first.expected_effects(new) == again.expected_effects(new)).all()
    with pytest.raises(ValueError, match="the model needs noise too"):
        first.expected_effects({"wants": [1]})


@pytest.mark.parametrize(
    ("treated", "outcome", "words"),
    [
        ([1] * 6 + [0] * 6, [0, 1] * 6, "6 customers were treated and 6 were not; at least 200 of each are needed."),
        ([1] * 900, [0, 1] * 450, "900 customers were treated and 0 were not; at least 200 of each are needed."),
        ([0, 1] * 450, [0] * 900, "Of 900 customers 0 responded; at least 20 who did and 20 who did not are needed."),
        ([0, 1] * 450, [1] * 900, "Of 900 customers 900 responded; at least 20 who did and 20 who did not are needed."),
    ],
)
def test_where_data_do_not_suffice_it_says_why(treated, outcome, words):
    with pytest.raises(NotEnoughData) as refusal:
        fit_uplift({"a": np.arange(len(treated))}, treated, outcome)
    assert refusal.value.words.format_map(refusal.value.params) == words


def test_malformed_columns_are_refused():
    with pytest.raises(ValueError, match="one label a customer"):
        fit_uplift({"a": [1, 2]}, [0, 1], [1])
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        fit_uplift({"a": [1, 2]}, [0, 1], [1, 3.5])


def test_the_curve_of_six_customers_by_hand():
    treated, outcome = np.array([1, 0, 1, 0, 1, 0], dtype=bool), np.array([1, 0, 1, 0, 0, 1], dtype=bool)
    contacted, won = qini_curve(np.array([3.0, 3, 2, 2, 1, 1]), treated, outcome)
    assert contacted.tolist() == [0, 2, 4, 6]
    assert won.tolist() == [0, 1, 2, 1]
    # the best order: both treated who responded, those who did not, the control who did: 2, 2, 1 at 2, 5, 6
    best = 2 + 6 + 1.5 - 3
    assert normalised_qini(np.array([3.0, 3, 2, 2, 1, 1]), treated, outcome) == pytest.approx((1 + 3 + 3 - 3) / best)
    assert normalised_qini(np.array([1.0, 2, 3]), np.array([True, False, True]), np.array([False] * 3)) is None


def test_the_order_of_customers_tells_nothing():
    """Those who respond stand first; nothing is known of anybody, so that all effects foretold are equal."""
    treated, outcome = np.arange(4000) % 2, np.zeros(4000)
    outcome[:600] = treated[:600]
    found = fit_uplift({"one": np.ones(4000)}, treated, outcome)
    assert (found.heterogeneous, found.average_effect) == (False, pytest.approx(300 / 2000))
    assert abs(found.qini) < 0.2
