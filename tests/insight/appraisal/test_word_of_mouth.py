"""Who came by whose word and buys: with the yes of both, cells of ten and more (LOY-05)."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.ground.shares import wilson
from guanxi.insight.appraisal.word_of_mouth import tell_word_of_mouth
from tests.insight.appraisal import books
from tests.insight.appraisal.test_loyalty import add

TODAY = dt.date(2025, 6, 30)
LOYAL, SPURIOUS = 9001, 9002


def printed(came: list[tuple[int, int]], buying: set[int], *, told: dt.date = TODAY) -> object:
    """Customers (who, by whom), of whom some buy."""
    bench = books.print_days([(LOYAL, TODAY, 5), (SPURIOUS, TODAY, 5), *((pk, TODAY, 5) for pk in sorted(buying))])
    quiet = sorted({who for who, _by in came} - buying)
    add(bench, "customers", customer_id=pa.array(quiet, pa.int64()))
    add(bench, "loyalty", customer_id=[LOYAL, SPURIOUS], loyalty_class=["true", "spurious"])
    who, by = zip(*came, strict=True)
    add(
        bench,
        "referrals",
        customer_id=list(who),
        referrer_id=list(by),
        told_on=pa.array([told] * len(came), pa.date32()),
    )
    return bench


def test_the_share_by_loyal_customers_word_and_by_others():
    """18 % and 7 % of the statement: 9 of 50, and 7 of 100."""
    came = [*((pk, LOYAL) for pk in range(1, 51)), *((pk, SPURIOUS) for pk in range(51, 151))]
    bench = printed(came, {*range(1, 10), *range(51, 58)})
    told = tell_word_of_mouth(bench, as_of=TODAY, agreeing=lambda ids: ids)
    assert {name: (told[name]["customers"], told[name]["bought"]) for name in ("loyal", "others")} == {
        "loyal": (50, 9), "others": (100, 7),
    }  # fmt: skip
    assert (told["loyal"]["rate"], told["others"]["rate"], told["left_out"]) == (0.18, 0.07, 0)
    assert (told["loyal"]["low"], told["loyal"]["high"]) == pytest.approx((0.0977, 0.3080), abs=1e-4)


def test_without_the_yes_of_both_nobody_is_counted_and_small_cells_are_not_shown():
    came = [*((pk, LOYAL) for pk in range(1, 13)), *((pk, SPURIOUS) for pk in range(13, 24)), (1, SPURIOUS)]
    bench = printed(came, {1, 2, 3})
    told = tell_word_of_mouth(bench, as_of=TODAY, agreeing=lambda ids: set(ids) - {2, 13, 14})
    assert (told["loyal"]["customers"], told["loyal"]["bought"]) == (11, 2)  # 1 counts once, as by the loyal one
    assert (told["others"], told["left_out"]) == (None, 3)
    told = tell_word_of_mouth(bench, as_of=TODAY, agreeing=lambda ids: set(ids) - {LOYAL})
    assert (told["loyal"], told["left_out"]) == (None, 11)
    old = printed(came, {1}, told=TODAY - dt.timedelta(730))
    assert tell_word_of_mouth(old, as_of=TODAY, agreeing=lambda ids: ids)["left_out"] == 0


def test_the_interval_of_a_share():
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    with pytest.raises(ValueError, match="share"):
        wilson(1, 0)
