"""LOY-04: what customers cost and spend by the years they have stayed, and how much of it on promotion."""

import datetime as dt

import pytest

from guanxi.insight.appraisal.tenure import tell_tenure
from guanxi.record.customers.choices import Channel
from tests.insight.appraisal import books

AS_OF = dt.date(2026, 6, 30)


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days)


def test_a_row_a_year_with_contacts_cost_spending_and_promotions():
    groups = {400: range(1, 13), 100: range(13, 25), 9 * 365: range(25, 37), 800: range(37, 46)}  # the last are nine
    rows = [(pk, ago(back), 0) for back, people in groups.items() for pk in people]
    rows += [(pk, ago(10 + n), 500) for people in groups.values() for pk in people for n in (0, 50)]
    bench = books.print_days(rows)
    bench.run("DELETE FROM days WHERE net = 0; UPDATE days SET is_purchase = TRUE")
    bench.run("DELETE FROM estimates")
    for back, people in groups.items():
        bench.run(
            "INSERT INTO estimates (customer_id, first_day, last_day) SELECT range, $first, $last FROM range($low, $high)",
            first=ago(back), last=ago(10), low=people.start, high=people.stop,
        )  # fmt: skip
    talk = (
        "INSERT INTO conversations (customer_id, day, channel, direction, outcome) VALUES ($who, $day, $channel, 1, 1)"
    )
    for who, day, channel in [
        (1, ago(3), Channel.CALL),
        (2, ago(300), Channel.VISIT),
        (2, ago(366), Channel.CALL),
        (25, ago(9), Channel.WEB),
    ]:
        bench.run(talk, who=who, day=day, channel=int(channel))
    costs = {int(Channel.CALL): 1_200.0, int(Channel.VISIT): 6_000.0}
    plain = tell_tenure(bench, as_of=AS_OF, costs=costs)
    assert [row["promoted"] for row in plain] == [None, None, None]  # none is marked at all
    bench.run("INSERT INTO promoted SELECT customer_id, day, 500 FROM days WHERE customer_id BETWEEN 1 AND 3")
    bench.run(
        "INSERT INTO promoted SELECT customer_id, day, 249 FROM days WHERE customer_id = 4"
    )  # less than half of it
    new, second, old = tell_tenure(bench, as_of=AS_OF, costs=costs)
    assert (new["years"], new["customers"], new["contacts"], new["spent"], new["promoted"]) == (0, 12, 0, 1_000, 0)
    assert (second["years"], second["contacts"], second["promoted"]) == (
        1,
        pytest.approx(2 / 12),
        pytest.approx(6 / 24),
    )
    assert second["cost"] == pytest.approx(7_200 / 12)
    assert (old["years"], old["contacts"], old["cost"]) == (5, pytest.approx(1 / 12), 0)
