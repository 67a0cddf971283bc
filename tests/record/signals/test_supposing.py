"""The life of a supposition: supposed, then confirmed, refuted or given up; what a person said stands, whatever is detected."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guanxi.ground.clock import frozen, start_of_day
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import signals_of
from guanxi.record.signals.rules import is_given_up, last_day_given_up
from guanxi.record.signals.services import (
    erase_suppositions,
    expire_hypotheses,
    judge_signal,
    raise_signals,
    withdraw_judgement,
)
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db
KIND = "savings_accumulating"
MAY = dt.date(2026, 5, 4)
S = SignalState


def on(day: dt.date):
    return frozen(start_of_day(day, "Asia/Shanghai") + dt.timedelta(hours=9))


def state(row: dict, day: dt.date, *, stated: bool = True) -> dict[str, int]:
    with on(day):
        return raise_signals([row] if stated else [], by=SYSTEM, as_of=day, kinds=[KIND])


@pytest.fixture
def told(db):
    scene = build_scene()
    wang = scene.customer("王海峰")
    row = signal_row(wang.pk, kind=KIND, state="hypothesised", occurred_on=MAY, detected_on=MAY)
    state(row, MAY)
    return scene, row, Signal.objects.get()


def test_confirmed_by_a_person_it_is_neither_changed_nor_ended_by_a_detector(told):
    scene, row, signal = told
    lin = scene.person("lin")
    judge_signal(signal.code, by=lin, judgement=Judgement.TRUE, note="so she says")
    signal.refresh_from_db()
    assert (signal.state, signal.closed_on, signal.judged_from) == (S.CONFIRMED, None, S.HYPOTHESISED)
    before = Signal.objects.values().get()
    assert state(row | {"severity": 0.9}, dt.date(2026, 6, 1))["silenced"] == 1
    state(row, dt.date(2026, 6, 2), stated=False)
    assert Signal.objects.values().get() == before
    withdraw_judgement(signal.code, by=lin)
    signal.refresh_from_db()
    assert (signal.state, signal.judgement, signal.judged_from, signal.note) == (S.HYPOTHESISED, None, "", "")


def test_what_a_person_settled_is_settled_once(told):
    scene, _, signal = told
    lin = scene.person("lin")
    judge_signal(signal.code, by=lin, judgement=Judgement.TRUE)
    for again in (Judgement.TRUE, Judgement.DENIED):
        with pytest.raises(Refused) as refused:
            judge_signal(signal.code, by=lin, judgement=again)
        assert refused.value.code == "signal.over"
    assert Act.objects.filter(kind="signal.judged").count() == 1


def test_refuted_it_stays_refuted_however_often_it_is_detected(told):
    scene, row, signal = told
    judge_signal(signal.code, by=scene.person("lin"), judgement=Judgement.DENIED)
    for days in (1, 100, 500):
        assert state(row | {"severity": days / 1_000}, MAY + dt.timedelta(days=days))["silenced"] == 1
    signal.refresh_from_db()
    assert (signal.state, signal.closed_on is not None) == (S.REFUTED, True)


def test_no_longer_stated_it_ends_and_stated_again_within_its_year_it_is_supposed_again(told):
    _, row, signal = told
    state(row, dt.date(2026, 7, 1), stated=False)
    signal.refresh_from_db()
    assert signal.state == S.EXPIRED
    state(row, dt.date(2026, 8, 1))
    signal.refresh_from_db()
    assert (signal.state, signal.detected_on, signal.closed_on) == (S.HYPOTHESISED, MAY, None)


def test_erased_it_is_read_by_nobody_and_never_supposed_again(told):
    scene, row, signal = told
    lin = scene.person("lin")
    judge_signal(signal.code, by=lin, judgement=Judgement.TRUE, note="so she says")
    assert erase_suppositions(row["customer_id"], by=lin) == [row["key"]]
    assert erase_suppositions(row["customer_id"], by=lin) == []
    assert state(row | {"severity": 0.9}, dt.date(2026, 6, 1))["silenced"] == 1
    signal.refresh_from_db()
    assert (signal.kind, signal.note, signal.evidence, signal.judged_by) == ("", "", {}, None)
    assert signals_of(row["customer_id"], principal=lin) == []
    with pytest.raises(Denied):
        erase_suppositions(row["customer_id"], by=scene.person("du"))


def test_given_up_after_twelve_months_it_is_not_supposed_again_though_its_figures_differ(told):
    _, row, signal = told
    day = dt.date(2027, 5, 4)
    assert expire_hypotheses(by=SYSTEM, on=day - dt.timedelta(days=1)) == 0
    assert expire_hypotheses(by=SYSTEM, on=day) == 1
    assert state(row | {"severity": 0.99}, day + dt.timedelta(days=30))["silenced"] == 1
    signal.refresh_from_db()
    assert (signal.state, signal.closed_on) == (S.EXPIRED, day)


@pytest.mark.parametrize(
    ("given", "detected", "day", "expected"),
    [
        (S.EXPIRED, dt.date(2025, 11, 22), dt.date(2026, 11, 22), True),
        (S.EXPIRED, dt.date(2025, 11, 23), dt.date(2026, 11, 22), False),
        (S.HYPOTHESISED, dt.date(2025, 11, 22), dt.date(2026, 11, 22), False),
    ],
)
def test_given_up_means_expired_and_a_year_old(given, detected, day, expected):
    assert is_given_up(SignalKind.NEW_HOME, given, detected, day) is expected
    assert not is_given_up(SignalKind.INACTIVITY, given, detected, day)  # it comes back when it is stated again


class Life(RuleBasedStateMachine):
    """Any order of detection, silence, judgements, second thoughts and nights, against the plain words of LEV-10."""

    @initialize()
    def begin(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.scene = build_scene()
        self.row = signal_row(
            self.scene.customer("王海峰").pk, kind=KIND, state="hypothesised", occurred_on=MAY, detected_on=MAY
        )
        self.day, self.expected, self.said = MAY, S.HYPOTHESISED, 0
        state(self.row, MAY)
        self.code = Signal.objects.get().code

    @rule(days=st.integers(1, 120), severity=st.floats(0, 1))
    def detect(self, days: int, severity: float) -> None:
        self.day += dt.timedelta(days=days)
        state(self.row | {"severity": severity}, self.day)
        if self.expected == S.EXPIRED and last_day_given_up(self.day) < MAY:
            self.expected = S.HYPOTHESISED

    @rule()
    def fall_silent(self) -> None:
        state(self.row, self.day, stated=False)
        if self.expected == S.HYPOTHESISED:
            self.expected = S.EXPIRED

    @rule()
    def night(self) -> None:
        expire_hypotheses(by=SYSTEM, on=self.day)
        if self.expected == S.HYPOTHESISED and last_day_given_up(self.day) >= MAY:
            self.expected = S.EXPIRED

    @precondition(lambda self: self.expected == S.HYPOTHESISED)
    @rule(judgement=st.sampled_from([Judgement.TRUE, Judgement.DENIED]))
    def judge(self, judgement: Judgement) -> None:
        with on(self.day):
            judge_signal(self.code, by=self.scene.person("lin"), judgement=judgement)
        self.expected = S.CONFIRMED if judgement == Judgement.TRUE else S.REFUTED
        self.said += 1

    @precondition(lambda self: self.expected in (S.CONFIRMED, S.REFUTED))
    @rule()
    def take_back(self) -> None:
        with on(self.day):
            withdraw_judgement(self.code, by=self.scene.person("lin"))
        self.expected = S.HYPOTHESISED

    @invariant()
    def stands(self) -> None:
        if hasattr(self, "code"):
            signal = Signal.objects.get()
            assert (signal.code, signal.state) == (self.code, self.expected)
            assert (signal.closed_on is None) == (self.expected in (S.HYPOTHESISED, S.CONFIRMED))
            assert Act.objects.filter(kind="signal.judged").count() == self.said

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)


def test_any_order_of_what_happens_to_a_supposition(db):
    assert (
        run_state_machine_as_test(Life, settings=settings(max_examples=12, stateful_step_count=12, deadline=None))
        is None
    )
