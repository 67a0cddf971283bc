"""Raising signals: idempotent by key, only differences written, people's explanations respected."""

import datetime as dt
import itertools

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.signals.choices import Judgement, SignalKind, SignalState
from guanxi.record.signals.models import Signal
from guanxi.record.signals.rules import is_open, last_day_given_up, may_follow
from guanxi.record.signals.services import expire_hypotheses, judge_signal, raise_signals, raising, withdraw_judgement
from tests.chances import examples
from tests.record.signals.rows import signal_row
from tests.stories.scene import SYSTEM, build_scene

pytestmark = pytest.mark.django_db
JUNE, JULY = dt.date(2026, 6, 30), dt.date(2026, 7, 31)


def counts(**given: int) -> dict[str, int]:
    return {"new": 0, "changed": 0, "unchanged": 0, "silenced": 0, "closed": 0} | given


def test_a_new_row_becomes_a_signal_with_all_that_was_stated(scene):
    wang = scene.customer("王海峰")
    assert raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE) == counts(new=1)
    signal = Signal.objects.get()
    assert (signal.customer_id, signal.kind, signal.state) == (wang.pk, "spend_drop", "alarm")
    assert (signal.occurred_on, signal.detected_on, signal.changed_on, signal.closed_on) == (JUNE, JUNE, JUNE, None)
    assert (signal.severity, signal.at_stake, signal.probability) == (0.904, 378_500, 0.23)
    assert signal.evidence["figures"]["z"] == -9.88
    assert len(signal.code) == 12


def test_the_same_rows_again_write_nothing(scene):
    rows = [signal_row(scene.customer(str(i)).pk) for i in range(3)]
    raise_signals(rows, by=SYSTEM, as_of=JUNE)
    before = list(Signal.objects.order_by("pk").values())
    acts = Act.objects.count()
    later = [row | {"detected_on": JULY} for row in rows]  # a later run sees the same
    assert raise_signals(later, by=SYSTEM, as_of=JULY) == counts(unchanged=3)
    assert list(Signal.objects.order_by("pk").values()) == before
    assert Act.objects.count() == acts


def test_arrow_and_mappings_are_the_same(scene):
    rows = [signal_row(scene.customer(str(i)).pk) for i in range(3)]
    assert raise_signals(pa.Table.from_pylist(rows), by=SYSTEM, as_of=JUNE) == counts(new=3)
    assert raise_signals(rows, by=SYSTEM, as_of=JUNE) == counts(unchanged=3)


def test_a_changed_state_updates_and_keeps_the_day_of_detection(scene):
    wang = scene.customer("王海峰")
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    code = Signal.objects.get().code
    grown = signal_row(wang.pk, state="confirmed", occurred_on=JULY, detected_on=JULY)
    assert raise_signals([grown], by=SYSTEM, as_of=JULY) == counts(changed=1)
    signal = Signal.objects.get()
    assert (signal.code, signal.state, signal.occurred_on) == (code, "confirmed", JULY)
    assert (signal.detected_on, signal.changed_on) == (JUNE, JULY)


def test_a_cleared_row_closes_on_its_own_day_and_is_never_born_closed(scene):
    wang = scene.customer("王海峰")
    over = signal_row(wang.pk, state="cleared", occurred_on=JULY)
    assert raise_signals([over], by=SYSTEM, as_of=JULY) == counts(unchanged=1)
    assert not Signal.objects.exists()
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    assert raise_signals([over], by=SYSTEM, as_of=dt.date(2026, 8, 5)) == counts(changed=1)
    signal = Signal.objects.get()
    assert (signal.state, signal.closed_on, signal.changed_on) == ("cleared", JULY, dt.date(2026, 8, 5))


def test_what_is_no_longer_stated_expires_but_only_of_the_kinds_that_were_run(scene):
    wang, zhang = scene.customer("王"), scene.customer("张")
    rows = [signal_row(wang.pk), signal_row(zhang.pk, kind="inactivity", state="lapsed")]
    raise_signals(rows, by=SYSTEM, as_of=JUNE)
    only = raise_signals([], by=SYSTEM, as_of=JULY, kinds=[SignalKind.SPEND_DROP])
    assert only == counts(closed=1)
    states = dict(Signal.objects.values_list("kind", "state"))
    assert states == {"spend_drop": "expired", "inactivity": "lapsed"}
    assert Signal.objects.get(kind="spend_drop").closed_on == JULY
    assert raise_signals(rows, by=SYSTEM, as_of=JULY) == counts(changed=1, unchanged=1)
    assert Signal.objects.get(kind="spend_drop").closed_on is None


def test_an_impossible_step_is_an_error_of_the_detector(scene):
    wang = scene.customer("王")
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    with pytest.raises(ValueError, match="hypothesised cannot follow alarm"):
        raise_signals([signal_row(wang.pk, state="hypothesised")], by=SYSTEM, as_of=JUNE)


def test_many_rows_in_steps_meet_every_known_key(scene, monkeypatch):
    monkeypatch.setattr(raising, "_STEP", 4)
    people = [scene.customer(str(i)).pk for i in range(23)]
    rows = [signal_row(pk) for pk in people]
    assert raise_signals(rows, by=SYSTEM, as_of=JUNE) == counts(new=23)
    # keep every third, drop the others, add two
    kept = rows[::3]
    more = [signal_row(people[0], began="2025-01"), signal_row(people[1], began="2025-01")]
    assert raise_signals(kept + more, by=SYSTEM, as_of=JULY) == counts(new=2, unchanged=8, closed=15)
    assert Signal.objects.filter(closed_on=None).count() == 10
    assert raise_signals([], by=SYSTEM, as_of=JULY) == counts(closed=10)


def test_each_step_leaves_one_row_in_the_journal(scene, monkeypatch):
    monkeypatch.setattr(raising, "_STEP", 2)
    raise_signals([signal_row(scene.customer(str(i)).pk) for i in range(5)], by=SYSTEM, as_of=JUNE)
    assert list(Act.objects.filter(kind="signals.raised").values_list("noun_code", flat=True)) == ["2026-06-30"] * 3


@pytest.mark.parametrize("judgement", [j for j in Judgement if j != Judgement.TRUE])
def test_what_is_explained_stays_silent_for_the_episode(scene, judgement):
    wang = scene.customer("王")
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    judge_signal(Signal.objects.get().code, by=scene.person("lin"), judgement=judgement)
    grown = [signal_row(wang.pk, state="confirmed", occurred_on=JULY)]
    assert raise_signals(grown, by=SYSTEM, as_of=JULY) == counts(silenced=1)
    assert Signal.objects.get().state == "refuted"
    new_episode = [signal_row(wang.pk, began="2027-01")]
    assert raise_signals(new_episode, by=SYSTEM, as_of=JULY) == counts(new=1)


def test_an_explanation_with_a_last_day_holds_until_then(scene):
    wang = scene.customer("王")
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    far = dt.date(2030, 7, 31)
    judge_signal(Signal.objects.get().code, by=scene.person("lin"), judgement=Judgement.TRAVEL, quiet_until=far)
    still = [signal_row(wang.pk, state="confirmed")]
    assert raise_signals(still, by=SYSTEM, as_of=far) == counts(silenced=1)
    assert raise_signals(still, by=SYSTEM, as_of=far + dt.timedelta(days=1)) == counts(changed=1)
    signal = Signal.objects.get()
    assert (signal.state, signal.judgement, signal.closed_on) == ("confirmed", None, None)


def test_that_a_signal_was_right_stays_said_when_it_grows(scene):
    wang = scene.customer("王")
    raise_signals([signal_row(wang.pk)], by=SYSTEM, as_of=JUNE)
    judge_signal(Signal.objects.get().code, by=scene.person("lin"), judgement=Judgement.TRUE)
    raise_signals([signal_row(wang.pk, state="confirmed")], by=SYSTEM, as_of=JULY)
    assert (Signal.objects.get().state, Signal.objects.get().judgement) == ("confirmed", Judgement.TRUE)


def test_a_judgement_taken_back_restores_the_state(scene):
    raise_signals([signal_row(scene.customer("王").pk)], by=SYSTEM, as_of=JUNE)
    code = Signal.objects.get().code
    judge_signal(code, by=scene.person("gao"), judgement=Judgement.CARD_LOST, note="reported on Monday")
    assert Signal.objects.get().note == "reported on Monday"
    withdraw_judgement(code, by=scene.person("gao"))
    signal = Signal.objects.get()
    assert (signal.state, signal.judgement, signal.closed_on, signal.note) == ("alarm", None, None, "")
    assert raise_signals([signal_row(signal.customer_id)], by=SYSTEM, as_of=JUNE) == counts(changed=1)


@pytest.mark.parametrize("name", ["du", "fei", "mei"])
def test_judging_without_the_right_changes_nothing(scene, name):
    raise_signals([signal_row(scene.customer("王").pk)], by=SYSTEM, as_of=JUNE)
    before = Signal.objects.values().get()
    with pytest.raises(Denied):
        judge_signal(before["code"], by=scene.person(name), judgement=Judgement.WRONG)
    assert Signal.objects.values().get() == before


@pytest.mark.parametrize("name", ["wu", "xu", "mo"])
def test_judging_out_of_sight_is_unknown_and_changes_nothing(scene, name):
    raise_signals([signal_row(scene.customer("王").pk)], by=SYSTEM, as_of=JUNE)
    before = Signal.objects.values().get()
    with pytest.raises(ValueError) as refusal:
        judge_signal(before["code"], by=scene.person(name), judgement=Judgement.WRONG)
    assert refusal.value.code == "signal.unknown"
    assert Signal.objects.values().get() == before


def test_only_the_installation_raises(scene):
    with pytest.raises(Denied):
        raise_signals([signal_row(scene.customer("王").pk)], by=scene.person("gao"), as_of=JUNE)
    assert not Signal.objects.exists()


def test_no_closed_signal_becomes_closed_again_by_a_person(scene):
    raise_signals([signal_row(scene.customer("王").pk)], by=SYSTEM, as_of=JUNE)
    raise_signals([], by=SYSTEM, as_of=JULY)
    with pytest.raises(ValueError) as refusal:
        judge_signal(Signal.objects.get().code, by=scene.person("lin"), judgement=Judgement.WRONG)
    assert refusal.value.code == "signal.over"


def test_every_state_is_in_the_table_of_steps():
    pairs = {(old, new) for old, new in itertools.product([None, *SignalState], SignalState) if may_follow(old, new)}
    assert {old for old, _ in pairs} == {None, *SignalState}
    assert all(is_open(new) for old, new in pairs if old is None)
    assert not any(old == new for old, new in pairs)
    assert (SignalState.WATCH, SignalState.HYPOTHESISED) not in pairs


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_missed_run_leaves_the_same_open_signals(data, scene_for_property):
    """Runs d1, d2, d3 end where the run d3 alone ends (rows are what each day states; keys are hexadecimal)."""
    people = scene_for_property
    states = st.sampled_from(["watch", "alarm", "confirmed"])
    runs = [
        {pk: data.draw(states) for pk in data.draw(st.sets(st.sampled_from(people), max_size=len(people)))}
        for _ in range(3)
    ]
    Signal.objects.all().delete()
    for number, run in enumerate(runs, start=1):
        rows = [signal_row(pk, state=state) for pk, state in run.items()]
        raise_signals(rows, by=SYSTEM, as_of=dt.date(2026, number, 28))
    stepwise = dict(Signal.objects.filter(closed_on=None).values_list("customer_id", "state"))
    assert stepwise == runs[-1]


@pytest.fixture
def scene_for_property() -> list[int]:
    scene = build_scene()
    return [scene.customer(str(i)).pk for i in range(4)]


@pytest.mark.parametrize(
    ("on", "last"),
    [
        ("2027-03-05", "2026-03-05"),
        ("2028-02-29", "2027-02-28"),
        ("2029-03-01", "2028-03-01"),
        ("2029-02-28", "2028-02-28"),
    ],
)
def test_a_supposition_waits_twelve_months(on, last):
    assert last_day_given_up(dt.date.fromisoformat(on)) == dt.date.fromisoformat(last)


def test_suppositions_nobody_confirmed_are_given_up_after_a_year(scene, monkeypatch):
    monkeypatch.setattr("guanxi.record.signals.services.expiring._STEP", 2)  # three steps
    seen = {
        "old": dt.date(2026, 3, 5),
        "older": dt.date(2025, 1, 1),
        "oldest": dt.date(2024, 1, 1),
        "young": dt.date(2026, 3, 6),
    }
    home = {"kind": "new_home", "state": "hypothesised"}
    rows = [signal_row(scene.customer(name).pk, detected_on=day, occurred_on=day, **home) for name, day in seen.items()]
    confirmed = signal_row(scene.customer("sure").pk, kind="new_home", state="confirmed", detected_on=seen["oldest"])
    raise_signals([*rows, confirmed], by=SYSTEM, as_of=JUNE, kinds=[])
    on = dt.date(2027, 3, 5)
    with pytest.raises(Denied):
        expire_hypotheses(by=scene.person("gao"), on=on)
    assert expire_hypotheses(by=SYSTEM, on=on) == 3
    by_name = dict(Signal.objects.values_list("customer__name", "state"))
    assert by_name == dict.fromkeys(("old", "older", "oldest"), "expired") | {
        "young": "hypothesised",
        "sure": "confirmed",
    }
    closed = set(Signal.objects.filter(state="expired").values_list("closed_on", "changed_on"))
    assert closed == {(on, on)}
    assert Act.objects.filter(kind="signals.expired").count() == 2
    assert expire_hypotheses(by=SYSTEM, on=on) == 0
    # a detector that states the same again does not bring back what was given up
    assert raise_signals(rows[:1], by=SYSTEM, as_of=JULY, kinds=[]) == counts(unchanged=1)
