"""How somebody buys: on promotion only (SEG-05), the better kinds (RET-06), more products and more loss (decisioning.md 4.10)."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.decisions.offers.deciding import Asked, fill_known
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.conversations.choices import Direction
from guanxi.record.customers.choices import Channel
from tests.insight.appraisal import books
from tests.insight.decisions.people import AGREED, DAY, NOTICED, asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house():
    found_firm(by=system_principal(), name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


def traits(bench, column: str) -> dict[int, object]:
    fill_known(bench, DAY, asked())
    return dict(
        zip(
            *bench.arrow(f"SELECT customer_id, {column} FROM known ORDER BY customer_id").to_pydict().values(),
            strict=True,
        )
    )


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days)


def test_who_buys_on_promotion_only_and_earns_nothing_is_deal_driven():
    # purchases of two years, of them on promotion, what they left; deal-driven, more products mean more loss
    people = [
        (25, 23, 0, True, True),
        (25, 23, 5, False, True),
        (10, 8, -10, True, False),
        (10, 7, -10, False, False),
        (2, 2, -1, False, True),
    ]
    bench = books.print_days(
        [(who, ago(20 * n + 1), 1_000) for who, one in enumerate(people, 1) for n in range(one[0])]
    )
    for who, (purchases, promoted, left, _deal, _loses) in enumerate(people, 1):
        bench.run("UPDATE days SET margin = 0 WHERE customer_id = $who", who=who)
        bench.run(
            "UPDATE days SET margin = $left WHERE customer_id = $who AND day = $day", left=left, who=who, day=ago(1)
        )
        for n in range(promoted):
            bench.run("INSERT INTO promoted VALUES ($who, $day, 500)", who=who, day=ago(20 * n + 1))
        if promoted < purchases:  # a small part of a day is no day of promotion
            bench.run("INSERT INTO promoted VALUES ($who, $day, 499)", who=who, day=ago(20 * promoted + 1))
    assert list(traits(bench, "is_deal_driven").values()) == [one[3] for one in people]
    assert list(traits(bench, "no_cross_sell").values()) == [one[4] for one in people]


def test_the_share_of_premium_is_of_visits_in_families_that_have_such():
    visits = {1: [True] * 6 + [False] * 4, 2: [False] * 5, 3: [True] * 5 + [False] * 4, 4: []}
    bench = books.print_days([(who, ago(3), 100) for who in visits])
    for who, those in visits.items():
        for n, is_premium in enumerate(those):
            bench.run("INSERT INTO graded VALUES ($who, $day, $so)", who=who, day=ago(30 * n), so=is_premium)
    bench.run("INSERT INTO graded VALUES (2, $day, TRUE)", day=ago(731))  # tastes of two years ago
    assert traits(bench, "premium_share") == {1: 0.6, 2: 0.0, 3: pytest.approx(5 / 9), 4: None}


def test_who_asks_far_more_often_than_peers_or_spreads_less_money_over_more_families_is_sold_no_more():
    rows = [
        (who, ago(back), sum_)
        for who, before, now in ((1, 900, 800), (2, 900, 1_000), (3, 900, 800))
        for back, sum_ in ((500, before), (100, now))
    ]
    asked = {4: 7, 5: 6, 6: 2, 7: 2, 8: 1}
    bench = books.print_days([*rows, *[(who, ago(9), 1_000) for who in asked]])
    bench.run("UPDATE customers SET tier = 2")
    for who, opened in ((1, [900, 900, 50]), (2, [900, 900, 50]), (3, [900, 900, 900])):
        for n, days in enumerate(opened):
            product = 10 * who + n
            bench.run(
                "INSERT INTO products (product_id, reference, family) VALUES ($id, 'p', $family)",
                id=product,
                family=f"f{n}",
            )
            bench.run(
                "INSERT INTO holdings VALUES ($id, $who, $id, 1, $day, NULL, NULL, '')",
                id=product,
                who=who,
                day=ago(days),
            )
    for who, times in asked.items():
        for n in range(times):
            bench.run(
                "INSERT INTO conversations VALUES ($who, $day, $call, $way, 0, NULL)",
                who=who, day=ago(n * 9), call=int(Channel.CALL), way=int(Direction.IN),
            )  # fmt: skip
    found = traits(bench, "no_cross_sell")
    assert {who for who, so in found.items() if so} == {1, 4}


def test_the_state_is_what_is_open_now_and_not_what_the_last_run_showed():
    bench = books.print_days([(who, ago(9), 1_000) for who in range(1, 9)])
    bench.run("UPDATE customers SET state = 4")  # as shown before
    bench.run("DELETE FROM estimates; INSERT INTO estimates (customer_id, frequency) SELECT range, 1 FROM range(1, 8)")
    rows = [
        (1, "spend_drop", "watch"), (2, "spend_drop", "confirmed"), (2, "inactivity", "watch"), (3, "inactivity", "lapsed"),
        (3, "spend_drop", "alarm"), (4, "promise_broken", "watch"), (5, "promise_broken", "alarm"), (6, "new_home", "confirmed"),
    ]  # fmt: skip
    alive = [dict(zip(NOTICED.names, (*row, 0), strict=True)) for row in rows]
    fill_known(bench, DAY, Asked(AGREED.empty_table(), pa.Table.from_pylist(alive, schema=NOTICED)))
    found = bench.arrow("SELECT customer_id, state FROM known ORDER BY customer_id")["state"].to_pylist()
    # who has no dealings that count is in no state
    assert found == ["watch", "alarm", "lapsed", "active", "alarm", "active", "active", None]


def test_what_staying_is_worth_is_capped_at_the_99th_percentile_of_those_it_is_known_of():
    """3.3: of 200 the third largest is the most, in the night and at the counter; of fewer than a hundred there is no percentile."""
    for people, most in ((200, 198.0), (99, None)):
        with Workbench.with_empty_edition() as bench:
            bench.run(
                f"INSERT INTO customers (customer_id, code) SELECT range, 'c' || range FROM range(1, {people + 1})"
            )
            bench.run("INSERT INTO customers (customer_id, code) VALUES (0, 'calm')")
            bench.run(
                f"INSERT INTO days (customer_id, day, gross, net, margin, is_purchase) "
                f"SELECT range, $day, 1000, 1000, 100, TRUE FROM range(1, {people + 1})",
                day=DAY,
            )
            # a tenth of what is at stake in a year: 1000 minor units a month make 12.00
            alive = [
                {"customer_id": n, "kind": "spend_drop", "state": "alarm", "at_stake": n * 1000}
                for n in range(1, people + 1)
            ]
            fill_known(bench, DAY, Asked(AGREED.empty_table(), pa.Table.from_pylist(alive, schema=NOTICED)))
            rows = bench.arrow(
                "SELECT customer_id, at_stake_year, at_stake_most FROM known ORDER BY customer_id"
            ).to_pylist()
        worth = {row["customer_id"]: row["at_stake_year"] for row in rows}
        assert worth[0] is None and worth[1] == pytest.approx(12)
        limit = None if most is None else 12 * most
        assert {row["at_stake_most"] and round(row["at_stake_most"], 6) for row in rows} == {limit}
        assert worth[people] == pytest.approx(12 * (most or people))
