"""Zhang (RET-05): came to the garage every month, then not for six. Watch on day 60, alarm on day 72, lapsed on day 180."""

import datetime as dt

import pytest

from guanxi.record.customers.choices import State
from guanxi.record.signals.queries import signals_of
from guanxi.record.standing.queries import standings_of
from tests.insight.detectors.test_inactivity import ZHANG
from tests.stories.scene import SYSTEM
from tests.stories.telling import Telling, visits

LAST = dt.date(2026, 1, 10)


def tell(telling: Telling, gaps=ZHANG, last: dt.date = LAST) -> None:
    telling.register("ZHANG", name="张立新")
    telling.deal(visits("ZHANG", last, gaps))


def on_day(days: int, last: dt.date = LAST) -> dt.date:
    return last + dt.timedelta(days=days)


def test_six_months_absent_he_stands_on_today_with_reason_and_proof(telling):
    tell(telling)
    telling.refresh(dt.date(2026, 7, 9))
    (line,) = telling.today(dt.date(2026, 7, 9)).lines
    assert line.reason_words == "Not here since 10 January 2026; used to come every 30 days."
    assert line.say.startswith("It has been a good while since you were with us on 10 January 2026")
    assert line.evidence["figures"] == telling.recomputed(line)
    assert line.evidence["figures"]["lapsed_on"] == "2026-07-09"
    assert line.value_at_stake == 12 * 18_000 * 12 // 1000  # twelve visits of 180 at a margin of 1.2 %


@pytest.mark.parametrize(
    "days, state, since, stands",
    [(59, None, None, 0), (60, "watch", 60, 0), (71, "watch", 60, 0), (72, "alarm", 72, 1), (180, "lapsed", 180, 1)],
)
def test_the_days_of_the_statement(telling, days, state, since, stands):
    tell(telling)
    report = telling.refresh(on_day(days))
    assert report.signals == ({"inactivity": {state: 1}} if state else {})
    assert len(telling.today(on_day(days)).lines) == stands
    if state:
        (customer,) = _ids(telling)
        (signal,) = signals_of(customer, principal=SYSTEM)
        assert (signal.state, signal.occurred_on) == (state, on_day(since))


def test_day_by_day_is_one_signal_whose_state_moves(telling):
    tell(telling)
    seen = []
    for days in (59, 60, 61, 72, 100, 180, 181):
        telling.refresh(on_day(days))
        found = signals_of(_ids(telling)[0], principal=SYSTEM)
        seen.append([(signal.state.value, (signal.occurred_on - LAST).days) for signal in found])
    assert seen == [
        [],
        [("watch", 60)],
        [("watch", 60)],
        [("alarm", 72)],
        [("alarm", 72)],
        [("lapsed", 180)],
        [("lapsed", 180)],
    ]
    (signal,) = signals_of(_ids(telling)[0], principal=SYSTEM)
    assert signal.detected_on == on_day(60)


@pytest.mark.parametrize(
    "gaps, alarm, lapsed",
    [
        ([7] * 24, 20, 180),
        pytest.param([14] * 24, 36, 180, marks=pytest.mark.drill),
        ([45] * 12, 106, 270),
    ],
)
def test_other_rhythms(telling, gaps, alarm, lapsed):
    tell(telling, gaps)
    for days, state in ((alarm - 1, "watch"), (alarm, "alarm"), (lapsed - 1, "alarm"), (lapsed, "lapsed")):
        telling.refresh(on_day(days))
        (signal,) = signals_of(_ids(telling)[0], principal=SYSTEM)
        assert signal.state == state, days


def test_when_he_comes_again_the_work_disappears(telling):
    tell(telling)
    telling.refresh(on_day(80))
    assert len(telling.today(on_day(80)).lines) == 1
    telling.deal([("ZHANG", on_day(85), "200.00")])
    telling.refresh(on_day(86))
    assert telling.today(on_day(86)).lines == []
    (signal,) = signals_of(_ids(telling)[0], principal=SYSTEM)
    assert (signal.state, signal.closed_on) == ("cleared", on_day(85))


def test_the_state_of_the_customer_follows(telling):
    tell(telling)
    for days, state in ((30, State.ACTIVE), (60, State.WATCH), (72, State.ALARM), (180, State.LAPSED)):
        telling.refresh(on_day(days))
        customer = _ids(telling)[0]
        assert standings_of([customer], SYSTEM)[customer].state == state


def _ids(telling: Telling) -> list[int]:
    from guanxi.record.customers.models import Customer

    return list(Customer.objects.order_by("pk").values_list("pk", flat=True))
