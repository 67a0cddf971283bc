"""Codes: form, difference, stability; buckets that anybody can recompute."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from guanxi.ground.ids import ALPHABET, is_code, new_code, new_codes, seeded_codes, stable_bucket


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("0o1li") & set(ALPHABET)


def test_new_codes_differ_and_have_the_form() -> None:
    codes = new_codes(20_000)
    assert len(set(codes)) == 20_000
    assert all(is_code(code) for code in codes)
    assert new_codes(0) == []
    assert new_code() != new_code()


def test_every_letter_is_about_equally_likely() -> None:
    text = "".join(new_codes(31_000))
    share = [text.count(letter) / len(text) * 31 for letter in ALPHABET]
    assert 0.94 < min(share) <= max(share) < 1.06


def test_seeded_codes_are_these_for_ever() -> None:
    assert seeded_codes(7, 2) == ["2un7dmgmjse2", "7d2qke4f2fp4"]
    assert seeded_codes("7:customers", 1) != seeded_codes(7, 1)


@given(st.integers(0, 2**63), st.integers(0, 60), st.integers(0, 60))
def test_a_longer_seeded_list_begins_with_the_shorter(seed: int, short: int, more: int) -> None:
    long = seeded_codes(seed, short + more)
    assert long[:short] == seeded_codes(seed, short)
    assert len(set(long)) == short + more


def test_is_code_refuses_all_else() -> None:
    assert is_code("2un7dmgmjse2")
    for wrong in [
        "",
        "2un7dmgmjse",
        "2un7dmgmjse22",
        "2un7dmgmjse2\n",
        "2UN7DMGMJSE2",
        "0un7dmgmjse2",
        "２un7dmgmjse2",
        12,
        None,
    ]:
        assert not is_code(wrong)


def test_bucket_is_the_first_8_bytes_of_sha256() -> None:
    digest = hashlib.sha256(b"holdout82byrabgnh4p").hexdigest()
    assert stable_bucket("holdout", "82byrabgnh4p") == int(digest[:16], 16) % 10_000 == 1_254
    assert stable_bucket("holdout", "82byrabgnh4p", 7) == int(digest[:16], 16) % 7
    assert stable_bucket("other salt", "82byrabgnh4p") != 1_254


def test_buckets_are_even() -> None:
    drawn = [stable_bucket("arms", code, 10) for code in seeded_codes(1, 10_000)]
    assert all(880 < drawn.count(bucket) < 1_120 for bucket in range(10))
