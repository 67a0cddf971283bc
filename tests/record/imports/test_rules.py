"""Packing, counting and the pace of batches."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.record.imports.choices import SKIP_REASONS, Outcome
from guanxi.record.imports.rules import (
    Facts,
    count_outcomes,
    created_mask,
    facts_of,
    head_of,
    is_incomplete,
    next_batch_size,
    pack_integers,
    pack_outcomes,
    pack_words,
    skip_reason,
    skipped,
    stored_mask,
    unpack_integers,
    unpack_outcomes,
    unpack_words,
    usual_volume,
)

integers = st.lists(st.integers(-(2**62), 2**62), max_size=50)


@given(integers)
def test_integers_come_back(values):
    assert unpack_integers(pack_integers(values)).tolist() == values
    assert unpack_integers(pack_integers(np.array(values, dtype=np.int64))).tolist() == values
    assert unpack_words(pack_words(values)).tolist() == values


def test_ranges_arrays_and_lists_pack_alike_and_small():
    values = range(10_001, 110_001)
    packed = pack_integers(values)
    assert packed == pack_integers(list(values)) == pack_integers(np.arange(10_001, 110_001))
    assert len(packed) < 5_000
    assert unpack_integers(pack_integers(range(0))).tolist() == []


@given(st.binary(max_size=200))
def test_outcomes_come_back(outcomes):
    assert unpack_outcomes(pack_outcomes(outcomes)) == outcomes


@given(st.lists(st.sampled_from([1, 2, 3, 4, *(skipped(reason) for reason in SKIP_REASONS)])))
def test_the_five_counts_add_up(outcomes):
    failures = ["x"] * outcomes.count(Outcome.FAILED)
    counts = count_outcomes(bytes(outcomes), failures)
    assert counts.rows == counts.created + counts.updated + counts.unchanged + counts.skipped + counts.failed
    assert sum(counts.reasons.values()) == counts.skipped + counts.failed


def test_counts_name_their_reasons():
    outcomes = bytes([1, 1, 2, 3, 4, 4, skipped("no_customer"), skipped("empty")])
    counts = count_outcomes(outcomes, ["bad", "bad"])
    assert (counts.created, counts.updated, counts.unchanged, counts.failed, counts.skipped) == (2, 1, 1, 2, 2)
    assert counts.reasons == {"bad": 2, "no_customer": 1, "empty": 1}
    assert created_mask(outcomes) == bytes([1, 1, 0, 0, 0, 0, 0, 0])
    assert stored_mask(outcomes) == bytes([1, 1, 1, 1, 0, 0, 0, 0])
    assert [skip_reason(code) for code in outcomes[-3:]] == ["", "no_customer", "empty"]


@pytest.mark.parametrize(
    ("rows", "usual", "held"),
    [(40_000, 40_000, False), (32_000, 40_000, False), (31_999, 40_000, True), (24_000, 40_000, True), (0, 0, False)],
)
def test_a_delivery_below_four_fifths_is_incomplete(rows, usual, held):
    assert is_incomplete(rows, usual) is held


def test_the_usual_volume_is_the_median_of_the_last_ten():
    assert usual_volume([]) == 0
    assert usual_volume([40_000, 41_000, 5]) == 40_000
    assert usual_volume([10] * 10 + [1_000_000] * 30) == 10


@pytest.mark.parametrize(
    ("size", "held", "wanted"),
    [(500, 0.1, 500), (500, 0.2, 250), (500, 0.01, 1000), (500, 10.0, 200), (4000, 0.02, 5000), (300, 0.0, 600)],
)
def test_the_next_batch_moves_towards_the_target(size, held, wanted):
    assert next_batch_size(size, held, target_s=0.1, bounds=(200, 5000)) == wanted


def test_facts_come_back_as_they_were_kept():
    facts = Facts(about=2000, in_file=100, undo_by=("staff", "abc"))
    assert facts.as_json() == {"about": 2000, "in_file": 100, "undo_by": ("staff", "abc")}
    assert facts_of(json.loads(json.dumps(facts.as_json()))) == facts
    assert facts_of({}) == Facts()
    assert facts_of({"about": 1, "of a later version": 2}) == Facts(about=1)


def test_a_head_is_known_by_its_columns_in_their_order():
    head = head_of(["客户号", "姓名"])
    assert head == head_of(["客户号", "姓名", "why"], but="why")
    assert len({head, head_of(["姓名", "客户号"]), head_of(["客户号姓名"]), head_of(["客户号", "姓名", ""])}) == 4
    assert len(head) == 32
