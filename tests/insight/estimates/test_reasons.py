"""Why somebody left: evidence in, a type with its confidence out, and unknown where it does not suffice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.insight.estimates import reasons as rules
from guanxi.insight.estimates.reasons import Reason

KINDS = list(rules.EVIDENCE)


def judge(*seen: str, declared: int = 0, priors: tuple[float, ...] = rules.START_PRIORS) -> tuple[int, float]:
    found = rules.classify_reasons([[kind in seen for kind in KINDS]], [declared], priors)
    return int(found.types[0]), float(found.confidence[0])


def test_without_evidence_nobody_guesses():
    assert judge() == (Reason.UNKNOWN, pytest.approx(0.30))


@pytest.mark.parametrize(
    ("kind", "type_", "confidence"),
    [
        ("ended_by_us", Reason.LET_GO, 0.983),
        ("save_refused", Reason.NEED_UNMET, 0.799),
        ("product_gap", Reason.NEED_UNMET, 0.669),
        ("unsolved", Reason.NEED_UNMET, 0.873),
        ("transferred", Reason.BETTER_VALUE, 0.827),
        ("price_match", Reason.LOWER_PRICE, 0.915),
        ("outside", Reason.CONDITIONS, 0.963),
    ],
)
def test_one_piece_of_evidence(kind, type_, confidence):
    assert judge(kind) == (type_, pytest.approx(confidence, abs=5e-4))


def test_evidence_that_contradicts_itself_is_unknown():
    # ln .30 + 3 against twice ln .25 + 3: nobody can say
    assert judge("unsolved", "price_match", "transferred")[0] == Reason.UNKNOWN
    found = judge("unsolved", "price_match", "transferred", declared=Reason.LOWER_PRICE)
    assert found == (Reason.LOWER_PRICE, pytest.approx(1, abs=0.01))


def test_what_he_said_outweighs_what_we_infer():
    assert judge("price_match", declared=Reason.BETTER_VALUE)[0] == Reason.BETTER_VALUE
    assert judge(declared=Reason.CONDITIONS) == (
        Reason.CONDITIONS,
        pytest.approx(0.15 * 403.43 / (0.15 * 403.43 + 0.85), abs=1e-4),
    )


def test_priors_of_the_firm_are_learnt():
    assert rules.learnt_priors([]).tolist() == pytest.approx(list(rules.START_PRIORS))
    learnt = rules.learnt_priors([4] * 50 + [0] * 9)
    assert learnt.tolist() == pytest.approx([0.025, 0.15, 0.125, 0.625, 0.075])
    assert judge(priors=tuple(learnt)) == (Reason.LOWER_PRICE, pytest.approx(0.625))
    for wrong in ([1, 2, 3], [0, 1, 1, 1, 1]):
        with pytest.raises(ValueError, match="five priors"):
            rules.classify_reasons([[False] * 8], [0], np.array(wrong, dtype=float))
    with pytest.raises(ValueError, match="column for each"):
        rules.classify_reasons([[True, False]], [0])
    assert rules.classify_reasons(np.zeros((0, 8)), []).types.tolist() == []


def test_each_loss_maps_to_one_cause_of_ours_or_none():
    types = [
        Reason.CONDITIONS,
        Reason.LOWER_PRICE,
        Reason.LOWER_PRICE,
        Reason.BETTER_VALUE,
        Reason.NEED_UNMET,
        1,
        0,
        0,
        0,
    ]
    service = [True, True, False, False, False, False, True, False, False]
    gap = [False, False, False, False, False, False, False, True, False]
    assert rules.internal_causes(types, service, gap).tolist() == [
        *(
            "exogenous",
            "service",
            "quality_price",
            "competitor",
            "innovation",
            "exogenous",
            "service",
            "innovation",
            "",
        ),
    ]


@pytest.mark.parametrize(
    ("declared", "known"),
    [
        (Reason.LOWER_PRICE, ("save_refused", "product_gap", "unsolved")),
        (Reason.LET_GO, ("save_refused", "unsolved")),
        (Reason.CONDITIONS, ("price_increase", "price_match")),
        (Reason.CONDITIONS, ("save_refused", "unsolved")),
    ],
)
def test_what_somebody_said_himself_stands_whatever_else_is_known(declared, known):
    """4.8, evidence order: declared before documented before inferred; without his word each of these is found to be another."""
    row = [name in known for name in rules.EVIDENCE]
    found = rules.classify_reasons([row, row], [declared, 0])
    assert found.types[0] == declared != found.types[1]
    assert found.confidence[0] == 0.6 < found.confidence[1]


def test_agreement_with_exit_interviews():
    assert rules.agreement([3, 4, 0, 2, 5], [3, 2, 4, 2, 0]) == pytest.approx(2 / 3)
    assert rules.agreement([0, 1], [1, 0]) is None


@given(st.lists(st.lists(st.booleans(), min_size=8, max_size=8), min_size=1, max_size=10), st.integers(0, 5))
def test_probabilities_are_shares_and_the_type_is_the_largest(rows, declared):
    found = rules.classify_reasons(rows, [declared] * len(rows))
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    for type_, sure, shares in zip(found.types, found.confidence, found.probabilities, strict=True):
        assert sure == (max(shares[declared - 1], 0.6) if declared else shares.max())
        assert type_ == (declared or (shares.argmax() + 1 if sure >= 0.6 else 0))


def test_where_the_type_says_nothing_a_price_or_a_named_rival_is_the_cause():
    types = [0, 0, 0, Reason.LOWER_PRICE, Reason.CONDITIONS, 0]
    rival = [True, False, True, True, True, True]
    price = [False, True, True, False, True, False]
    service = [False, False, False, False, False, True]
    found = rules.internal_causes(types, service, [False] * 6, rival_named=rival, price_sign=price)
    expected = ["competitor", "quality_price", "competitor", "quality_price", "exogenous", "service"]
    assert found.tolist() == expected
