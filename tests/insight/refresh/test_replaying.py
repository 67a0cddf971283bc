"""A back-test states of a past month what a refresh as of its last day wrote into the record."""

import datetime as dt

import pytest
from django.conf import settings

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.detectors.backtesting import Replay, backtest
from guanxi.insight.detectors.spend_drop import last_closed
from guanxi.insight.refresh import refresh
from guanxi.insight.warehouse.reading import open_edition
from guanxi.record.consents.queries import unprofiled_ids
from guanxi.record.consents.services import set_profiling
from guanxi.record.signals.models import Signal
from tests.insight.detectors.test_backtesting import crowd
from tests.insight.warehouse.scene import add_customers, add_dealings
from tests.trusting import trust_detectors

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
JUNE = dt.date(2026, 6, 30)
_KINDS = {"spend_drop": {"watch", "alarm", "confirmed"}, "inactivity": {"watch", "alarm", "lapsed"}}


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()


def open_now() -> dict[str, set[tuple[str, str]]]:
    rows = list(Signal.objects.filter(closed_on=None).values_list("kind", "key", "state"))
    return {kind: {(key, state) for found, key, state in rows if found == kind} for kind in _KINDS}


@pytest.mark.drill  # for one kind test_backtesting.py asks the same in CI
def test_what_a_refresh_of_that_day_wrote_is_what_the_replay_says():
    firm = crowd(6, people=40)
    ids = add_customers(40, kind=1)
    add_dealings([(ids[who - 1], day, amount) for who, day, amount in firm.lines])
    set_profiling(ids[3], allowed=False, source="told", evidence="told", by=SYSTEM)
    then = {}
    for day in (dt.date(2026, 1, 31), dt.date(2026, 4, 30)):
        refresh(by=SYSTEM, as_of=day)
        then[day] = open_now()
    for kind in _KINDS:
        with open_edition() as edition:
            told = backtest(edition, kind, Replay(JUNE, aside=unprofiled_ids(JUNE)))
            # what is found within a month is stated before its end; here refreshes ran at the ends
            stated = "SELECT cycle, key, state FROM backtest_stated WHERE state <> 'within'"
            replayed = edition.arrow(stated).to_pylist()
        assert told["months"] == 12
        for day, found in then.items():
            here = {(row["key"], row["state"]) for row in replayed if row["cycle"] == last_closed(day)}
            assert len(found[kind]) > 2
            assert here >= found[kind]
            if kind == "spend_drop":  # an absence also passed the states before, and may be over by now
                assert here == found[kind]
