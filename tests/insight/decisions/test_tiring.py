"""What one more contact risks is learned from who took his consent back after one (f of decisioning.md 3.3)."""

import datetime as dt
import random

import pyarrow as pa
import pytest

from guanxi.engage.offers.choices import CHANNELS, PRESSURES, Way
from guanxi.ground import clock
from guanxi.insight.decisions.offers.tiring import THOUGHT, WITHDRAWN, Fatigue, learn_fatigue, withdrawn_on
from guanxi.insight.warehouse.workbench import Workbench
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.customers.choices import Channel
from tests.stories.scene import build_scene

DAY = dt.date(2026, 7, 6)
OUT, IN, NO_ANSWER = 2, 1, 2
CALL, VISIT, SMS, POST = Channel.CALL, Channel.VISIT, Channel.SMS, Channel.POST
UNITS = {CALL: 4.0, VISIT: 5.0, SMS: 1.0, POST: 1.5}


def before(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def learn(talks, withdrawn) -> Fatigue:
    """talks: (customer, days ago, channel[, direction, outcome]); withdrawn: (customer, days ago)."""
    rows = [(*one, OUT, 1)[:3] + ((one[3], one[4]) if len(one) > 3 else (OUT, 1)) for one in talks]
    columns = ("customer_id", "day", "channel", "direction", "outcome")
    told = [
        dict(zip(columns, (who, before(ago), int(channel), way, said), strict=True))
        for who, ago, channel, way, said in rows
    ]
    taken = [dict(zip(WITHDRAWN.names, (who, before(ago)), strict=True)) for who, ago in withdrawn]
    with Workbench() as bench:
        bench.register("given", pa.Table.from_pylist(told))
        bench.run("CREATE TEMP TABLE conversations AS SELECT * FROM given")
        return learn_fatigue(bench, pa.Table.from_pylist(taken, schema=WITHDRAWN), DAY)


def test_rates_are_counted_by_what_was_heard_in_the_thirty_days_before_and_drawn_to_what_was_thought():
    """One call after rest, one after a call, one after a call and a visit: each in its own bucket; a no to the last of them alone."""
    talks = [(who, ago, CALL) for who in range(1, 101) for ago in (200, 190, 180)]
    found = learn(talks, [(who, 178) for who in range(1, 31)] + [(1, 195), (2, 185)])
    assert found.rested == pytest.approx((1 + 1_000 * 0.002) / 1_100)  # the first calls, of which one was answered so
    assert found.touched == pytest.approx((1 + 1_000 * 0.005) / 1_100)
    assert found.pressed == pytest.approx((30 + 1_000 * 0.02) / 1_100)


def test_only_contacts_of_ours_that_reached_somebody_count_and_only_their_own_days():
    talks = [
        (1, 100, CALL),
        (2, 100, CALL, IN, 1),
        (3, 100, CALL, OUT, NO_ANSWER),
        (4, 100, CALL),
        (5, 366, CALL),
        (6, 13, CALL),
    ]
    found = learn(talks, [(1, 87), (2, 99), (3, 99), (4, 86), (5, 360), (6, 12)])
    assert found == Fatigue(
        (1 + 2.0) / 1_002, THOUGHT.touched, THOUGHT.pressed
    )  # of two who were reached the one, on the 13th day


def test_thirty_days_and_four_units_are_the_bounds():
    talks = [(1, 130, CALL), (1, 100, CALL), (2, 129, CALL), (2, 100, SMS), (3, 101, CALL), (3, 100, SMS), (3, 99, SMS)]
    found = learn(talks, [(1, 99), (2, 99), (3, 98)])
    assert found.rested == pytest.approx(
        (1 + 2.0) / 1_004
    )  # three first ones, and the second of him who rested 30 days
    assert found.touched == pytest.approx((1 + 5.0) / 1_002)  # after a call, four units
    assert found.pressed == pytest.approx((1 + 20.0) / 1_001)  # after a call and a message, five


def test_where_nobody_ever_took_it_back_nothing_is_learned():
    talks = [(who, 100, CALL) for who in range(5_000)]
    assert learn(talks, []) == THOUGHT
    assert learn(talks, [(9_999, 50)]) == THOUGHT


@pytest.mark.parametrize("seed", [1, 2])
def test_the_counts_are_those_of_going_through_each_customer_by_hand(seed):
    draw = random.Random(seed)
    talks = [
        (who, draw.randint(1, 420), draw.choice(list(UNITS))) for who in range(200) for _ in range(draw.randint(0, 14))
    ]
    withdrawn = [(who, draw.randint(1, 400)) for who in range(0, 200, 3)]
    counts = {place: [0, 0] for place in range(3)}
    for who in range(200):
        days: dict[int, float] = {}
        for _who, ago, channel in (one for one in talks if one[0] == who):
            if 14 <= ago < 395:
                days[ago] = days.get(ago, 0) + UNITS[channel]
        for ago in (one for one in days if one < 365):
            heard = sum(units for other, units in days.items() if ago < other < ago + 30)
            next_ago = max((other for other in days if other < ago), default=-1)
            is_last = any(w == who and ago >= taken > max(ago - 14, next_ago) for w, taken in withdrawn)
            bucket = counts[0 if heard == 0 else 1 if heard <= 4 else 2]
            bucket[0] += 1
            bucket[1] += is_last
    thought = (0.002, 0.005, 0.02)
    expected = [(counts[place][1] + 1_000 * thought[place]) / (counts[place][0] + 1_000) for place in range(3)]
    found = learn(talks, withdrawn)
    assert min(no for _contacts, no in counts.values()) > 0
    assert [found.rested, found.touched, found.pressed] == pytest.approx(expected)


@pytest.mark.django_db
def test_only_consents_to_marketing_that_were_taken_back_in_the_year_are_read():
    scene = build_scene()
    wang, li = scene.customer("王海峰"), scene.customer("李玲")

    def says(customer, status, at, purpose=Purpose.MARKETING) -> None:
        Consent.objects.create(
            customer=customer, purpose=purpose, channel=Channel.CALL, status=status, at=at, source="told"
        )

    noon = clock.start_of_day(DAY, "Asia/Shanghai") + dt.timedelta(hours=12)
    taken = ConsentStatus.WITHDRAWN
    says(wang, taken, noon)
    says(wang, ConsentStatus.GRANTED, noon - dt.timedelta(days=9))
    says(li, taken, noon - dt.timedelta(days=9), Purpose.SURVEY)
    says(li, taken, noon - dt.timedelta(days=364))
    says(li, taken, noon - dt.timedelta(days=365))
    says(li, taken, noon + dt.timedelta(days=1))
    assert [tuple(row.values()) for row in withdrawn_on(DAY).to_pylist()] == [(wang.pk, DAY), (li.pk, before(364))]


def test_a_way_presses_in_sql_as_offers_have_it():
    of_channels = {int(CHANNELS[way]): units / 100 for way, units in PRESSURES.items() if way != Way.INSERT}
    with Workbench() as bench:
        assert {
            channel: float(bench.scalar(f"SELECT pressure_of({channel})")) for channel in of_channels
        } == of_channels
