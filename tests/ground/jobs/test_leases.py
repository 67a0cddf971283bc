"""Leases: one holder at a time, renewed by him, free again when he dies."""

from datetime import UTC, datetime, timedelta

import pytest

from guanxi.ground import clock
from guanxi.ground.jobs import registry
from guanxi.ground.jobs.leases import release_lease, take_lease
from guanxi.ground.jobs.worker import Ticker
from tests.crowd import Crowd

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_lease_has_one_holder_until_it_ends():
    with clock.frozen(NOON):
        assert take_lease("ticker", holder="a", seconds=30) is True
        assert take_lease("ticker", holder="b", seconds=30) is False
        assert take_lease("other", holder="b", seconds=30) is True
    with clock.frozen(NOON + timedelta(seconds=20)):
        assert take_lease("ticker", holder="a", seconds=30) is True
    with clock.frozen(NOON + timedelta(seconds=49)):
        assert take_lease("ticker", holder="b", seconds=30) is False
    with clock.frozen(NOON + timedelta(seconds=50)):
        assert take_lease("ticker", holder="b", seconds=30) is True
        assert take_lease("ticker", holder="a", seconds=30) is False


@pytest.mark.django_db
def test_a_lease_given_back_is_free_and_only_its_holder_can_give_it():
    take_lease("ticker", holder="a", seconds=30)
    release_lease("ticker", holder="b")
    assert take_lease("ticker", holder="b", seconds=30) is False
    release_lease("ticker", holder="a")
    assert take_lease("ticker", holder="b", seconds=30) is True


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_gets_it():
    for round_ in range(5):
        with Crowd() as crowd:
            asked = [crowd.send(lambda n=n, r=round_: take_lease(f"l{r}", holder=str(n), seconds=30)) for n in range(8)]
            assert sorted(one.result(60) for one in asked) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_ticks_come_at_their_pace_and_from_one_ticker_only(jobs):
    done: list[str] = []
    registry.TICKS["fast"] = registry.Tick("fast", lambda: done.append("fast"), 1)
    registry.TICKS["slow"] = registry.Tick("slow", lambda: done.append("slow"), 60)
    one, other = Ticker("one"), Ticker("other")
    assert one.beat(1000.0) == ["fast", "slow"]
    assert other.beat(1000.1) == []
    assert one.beat(1000.5) == []
    assert one.beat(1001.0) == ["fast"]
    assert [one.beat(1001 + second) for second in (59, 60)] == [["fast", "slow"], ["fast"]]
    release_lease("ticker", holder="one")
    assert other.beat(1070.0) == ["fast", "slow"]


@pytest.mark.django_db(transaction=True)
def test_a_tick_that_fails_keeps_nobody_from_the_next(jobs):
    done: list[str] = []
    registry.TICKS["bad"] = registry.Tick("bad", lambda: 1 / 0, 1)
    registry.TICKS["good"] = registry.Tick("good", lambda: done.append("good"), 1)
    ticker = Ticker("one")
    assert [ticker.beat(1.0), ticker.beat(2.0)] == [["bad", "good"], ["bad", "good"]]
    assert done == ["good", "good"]


@pytest.mark.django_db(transaction=True)
def test_those_who_take_it_and_give_it_back_at_once_are_told_yes_or_no_and_one_has_it_at_a_time():
    doers, most = [], []

    def keep_taking(name: str) -> int:
        taken = 0
        for _ in range(60):
            if take_lease("ticker", holder=name, seconds=30):
                doers.append(name)
                most.append(len(doers))
                taken += 1
                doers.remove(name)
                release_lease("ticker", holder=name)
        return taken

    with Crowd() as crowd:
        assert sum(one.result(90) for one in [crowd.send(keep_taking, f"w{n}") for n in range(6)]) >= 6
    assert max(most) == 1
