"""Wang (RET-01): card spend falls from about 4,000 to 400. The alarm stands on his manager's Today the next morning, with proof."""

import datetime as dt

import pytest

from guanxi.ground.clock import frozen, start_of_day
from guanxi.record.actions.choices import ActionClass, ActionStatus, NotNow
from guanxi.record.actions.queries import actions_of, done_today, today
from guanxi.record.actions.services import answer_action
from guanxi.record.customers.choices import Channel, State
from guanxi.record.customers.models import Customer
from guanxi.record.signals.choices import Judgement
from guanxi.record.signals.queries import signals_of
from guanxi.record.signals.services import judge_signal
from guanxi.record.standing.queries import standings_of
from tests.insight.detectors.test_spend_drop import WANG
from tests.stories.scene import SYSTEM
from tests.stories.telling import Telling, months

JUNE_ENDS = dt.date(2026, 6, 30)
JULY_ENDS = dt.date(2026, 7, 31)
OTHERS = [f"客户{number}" for number in range(9)]


def tell(telling: Telling, *now: float, before=WANG, until: dt.date = JUNE_ENDS, purchases: int = 12) -> None:
    """Wang, and nine others who spend less and steadily, so that he is one of the best."""
    telling.register("WANG", name="王海峰")
    telling.register(*OTHERS)
    told = months("WANG", [*before, *now], until=until, purchases=purchases)
    for number, name in enumerate(OTHERS):
        told += months(name, [1_100 + 10 * number] * (len(before) + len(now)), until=until, purchases=2)
    telling.deal(told)


def july(telling: Telling, now: float) -> None:
    """The month after: Wang spends `now`, the others as ever."""
    told = months("WANG", [now], until=JULY_ENDS, purchases=12)
    for number, name in enumerate(OTHERS):
        told += months(name, [1_100 + 10 * number], until=JULY_ENDS, purchases=2)
    telling.deal(told)


def test_the_morning_after_the_cycle_closed_he_stands_on_today_with_reason_and_proof(telling):
    tell(telling, 400)
    report = telling.refresh(JUNE_ENDS)
    assert report.signals == {"spend_drop": {"alarm": 1}}
    day = telling.today(JUNE_ENDS)
    (line,) = day.lines
    assert (line.customer_name, line.tier.label, line.action_class) == ("王海峰", "A", ActionClass.CARE)
    assert line.reason_words == "Spending fell from about ¥4,185 a month to ¥400 in June 2026 (−90.4%)."
    assert (line.channel, line.due_on) == (Channel.CALL, dt.date(2026, 7, 1))
    assert line.value_at_stake == round(418_500 * 12 * 0.012)
    assert line.evidence["figures"] == telling.recomputed(line)
    assert telling.recomputed(line)["z"] == -9.88
    assert (day.total, day.value_at_stake) == (1, line.value_at_stake)


def test_a_day_before_nobody_is_alarmed(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS - dt.timedelta(days=1))
    assert telling.today(JUNE_ENDS - dt.timedelta(days=1)).lines == []


@pytest.mark.parametrize(
    "before, now, z", [(WANG, 2_000, -3.44), ([9_000] * 12, 1_200, -8.73), ([4_000] * 7, 0, -14.94)]
)
def test_other_numbers(telling, before, now, z):
    tell(telling, now, before=before)
    telling.refresh(JUNE_ENDS)
    (line,) = telling.today(JUNE_ENDS).lines
    assert telling.recomputed(line) == line.evidence["figures"]
    assert line.evidence["figures"]["z"] == z


@pytest.mark.parametrize("now", [3_600, 4_100, 12_000])
def test_what_is_usual_is_no_alarm(telling, now):
    tell(telling, now)
    assert telling.refresh(JUNE_ENDS).signals == {}
    assert telling.today(JUNE_ENDS).lines == []


def test_refreshed_again_and_again_it_stays_one_signal_and_one_action(telling):
    tell(telling, 400)
    for later in (0, 0, 1, 3):
        telling.refresh(JUNE_ENDS + dt.timedelta(days=later))
    wang = telling.today(JUNE_ENDS).lines[0].customer_id
    (signal,) = signals_of(wang, principal=SYSTEM)
    assert (signal.occurred_on, signal.detected_on) == (JUNE_ENDS, JUNE_ENDS)
    (action,) = actions_of(wang, principal=SYSTEM, on=JUNE_ENDS)
    assert (action.due_on, action.proposed_on) == (dt.date(2026, 7, 1), JUNE_ENDS)


def test_what_the_manager_answered_is_not_asked_again(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    lin, line = telling.person("lin"), telling.today(JUNE_ENDS).lines[0]
    with telling.morning_after(JUNE_ENDS):
        answer_action(line.code, by=lin, answer="done", note="Uses another card for travel.")
        assert [done.code for done in done_today(lin, on=dt.date(2026, 7, 1))] == [line.code]
    for later in (1, 3):
        telling.refresh(JUNE_ENDS + dt.timedelta(days=later))
        assert telling.today(JUNE_ENDS + dt.timedelta(days=later)).lines == []


def test_not_now_is_asked_again_on_its_day(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    lin, line = telling.person("lin"), telling.today(JUNE_ENDS).lines[0]
    with telling.morning_after(JUNE_ENDS):
        answer_action(line.code, by=lin, answer="not_now", reason=NotNow.CUSTOMER_AWAY, again_on=dt.date(2026, 7, 10))
    telling.refresh(dt.date(2026, 7, 8))
    assert telling.today(dt.date(2026, 7, 8)).lines == []
    assert [again.code for again in telling.today(dt.date(2026, 7, 9)).lines] == [line.code]
    telling.refresh(dt.date(2026, 7, 10))
    again = telling.today(dt.date(2026, 7, 10)).lines[0]
    assert (again.code, again.status) == (line.code, ActionStatus.OPEN)


def test_a_second_low_month_confirms_and_asks_once_more(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    first = telling.today(JUNE_ENDS).lines[0]
    with telling.morning_after(JUNE_ENDS):
        answer_action(first.code, by=telling.person("lin"), answer="done")
    july(telling, 380)
    telling.refresh(JULY_ENDS)
    (line,) = telling.today(JULY_ENDS).lines
    assert (line.reason, line.signal_key) == ("spend_drop_confirmed", first.signal_key)
    assert line.reason_words.endswith("low for a second month.")
    assert telling.recomputed(line) == line.evidence["figures"]
    (signal,) = signals_of(line.customer_id, principal=SYSTEM)
    assert (signal.state, signal.occurred_on, signal.detected_on) == ("confirmed", JULY_ENDS, JUNE_ENDS)


def test_back_to_his_habit_the_work_disappears(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    wang = telling.today(JUNE_ENDS).lines[0].customer_id
    july(telling, 4_200)
    telling.refresh(JULY_ENDS)
    assert telling.today(JULY_ENDS).lines == []
    (signal,) = signals_of(wang, principal=SYSTEM)
    assert (signal.state, signal.closed_on) == ("cleared", JULY_ENDS)
    (action,) = actions_of(wang, principal=SYSTEM, on=JULY_ENDS)
    assert action.status == ActionStatus.WITHDRAWN


def test_explained_by_the_manager_it_is_silent(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    line = telling.today(JUNE_ENDS).lines[0]
    (signal,) = signals_of(line.customer_id, principal=telling.person("lin"))
    with telling.morning_after(JUNE_ENDS):
        judge_signal(signal.code, by=telling.person("lin"), judgement=Judgement.CARD_LOST)
    telling.refresh(dt.date(2026, 7, 1))
    assert telling.today(dt.date(2026, 7, 1)).lines == []
    (signal,) = signals_of(line.customer_id, principal=SYSTEM)
    assert (signal.state, signal.judgement) == ("refuted", Judgement.CARD_LOST)
    # what was explained marks nobody: neither his head nor his standing says alarm any more
    assert Customer.objects.get(pk=line.customer_id).state == State.ACTIVE
    assert standings_of([line.customer_id], SYSTEM)[line.customer_id].state == State.ACTIVE


def test_a_missed_month_of_refreshes_ends_in_the_same_open_signals(telling):
    tell(telling, 400, 390, until=JULY_ENDS)
    telling.refresh(JULY_ENDS)
    once = signals_of(telling.today(JULY_ENDS).lines[0].customer_id, principal=SYSTEM)[0]
    for as_of in (JUNE_ENDS, dt.date(2026, 7, 15), JULY_ENDS):
        telling.refresh(as_of)
    again = signals_of(telling.today(JULY_ENDS).lines[0].customer_id, principal=SYSTEM)[0]
    assert (again.state, again.occurred_on, again.evidence) == (once.state, once.occurred_on, once.evidence)


def test_nobody_elses_today_shows_him(telling):
    tell(telling, 400)
    telling.refresh(JUNE_ENDS)
    for other in ("mo", "wu", "xu", "gao", "du"):
        assert telling.today(JUNE_ENDS, other).lines == []
    with frozen(start_of_day(JUNE_ENDS, "Asia/Shanghai")):
        assert today(telling.person("fei"), on=JUNE_ENDS).lines == []
