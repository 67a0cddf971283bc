"""Why somebody stands in another tier: by what he brought over the time in which a tier is left, not by what a night changed."""

import datetime as dt

import pytest

from guanxi.insight.appraisal.worth import Basis, Worth
from guanxi.insight.refresh.moving import read_moves
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.standing.choices import Cause

AS_OF = dt.date(2026, 6, 30)


def cause(
    was: int,
    becomes: int,
    dealings: dict[int, int],
    *,
    state: int = 1,
    seen: int = 900,
    value: int = 900,
    **given: object,
) -> int:
    """dealings: days ago → margin; net is a tenfold of it, but where given."""
    rule = given.pop("rule", Worth())
    with Workbench.with_empty_edition() as bench:
        bench.run("INSERT INTO customers (customer_id, value) VALUES (1, $seen)", seen=seen)
        bench.run("INSERT INTO shown VALUES (1, $was, $state, 0, 0)", was=was, state=state)
        bench.run(
            "CREATE TEMP TABLE standing_rows AS SELECT 1 AS customer_id, $tier AS tier, $state AS state, $value AS value",
            tier=becomes, state=state, value=value,
        )  # fmt: skip
        for ago, margin in dealings.items():
            net = given.get("net", 10 * margin)
            bench.run(
                "INSERT INTO days (customer_id, day, net, margin) VALUES (1, $day, $net, $margin)",
                day=AS_OF - dt.timedelta(ago), net=net, margin=margin,
            )  # fmt: skip
        for month, amount in given.get("balances", {}).items():
            bench.run("INSERT INTO balances VALUES (1, 1, $month, $month, $amount)", month=month, amount=amount)
        [row] = read_moves(bench, as_of=AS_OF, rule=rule, is_redrawn=bool(given.get("redrawn"))).to_pylist()
    assert (row["field"], row["old"], row["new"]) == ("tier", was, becomes)
    return row["cause"]


# days ago → margin: a month's purchase for two years, but for what the last two months became
EVEN = {30 * month + 10: 100 for month in range(16)}


@pytest.mark.parametrize(
    ("was", "becomes", "dealings", "expected"),
    [
        (1, 2, EVEN | {10: 0, 40: 0}, Cause.LESS),  # two months without: a night before he was worth as much
        (1, 2, EVEN | {10: 80, 40: 90}, Cause.RANK),  # 1,170 of 1,200: within a twentieth
        (1, 2, EVEN | {10: 65, 40: 65}, Cause.LESS),  # 1,130 of 1,200
        (2, 1, EVEN | {10: 400}, Cause.MORE),
        (2, 1, EVEN, Cause.RANK),
        (2, 1, EVEN | {10: 0}, Cause.RANK),  # brings less and stands higher: others fell
        (1, 2, EVEN | {10: 400}, Cause.RANK),
        (3, 2, {5: 100}, Cause.MORE),
    ],
)
def test_the_cause_is_what_he_brought_over_the_time_in_which_a_tier_is_left(was, becomes, dealings, expected):
    assert cause(was, becomes, dealings) == expected


def test_what_people_saw_counts_as_well_and_lines_before_all():
    assert cause(1, 2, EVEN, seen=1_000, value=900) == Cause.LESS
    assert cause(2, 1, EVEN, seen=800, value=900) == Cause.MORE
    assert cause(1, 2, EVEN | {10: 0, 40: 0}, redrawn=True) == Cause.LINES
    assert cause(1, 3, {}, state=4) == Cause.GONE


def test_it_is_counted_as_the_house_earns():
    fewer = EVEN | {10: 0, 40: 0}
    assert cause(1, 2, fewer, net=500, rule=Worth(Basis.PREMIUMS)) == Cause.RANK  # premiums stayed
    months = {dt.date(2025 + (4 + n) // 12, (4 + n) % 12 + 1, 1): 1_000_000 for n in range(14)}
    gone = months | {dt.date(2026, 5, 1): 0, dt.date(2026, 6, 1): 0}
    assert cause(1, 2, {}, balances=gone, rule=Worth(on_balances=0.02)) == Cause.LESS
    assert cause(1, 2, {}, balances=months, rule=Worth(on_balances=0.02)) == Cause.RANK
    assert cause(1, 2, {}, balances=gone) == Cause.RANK  # the house earns nothing on balances
