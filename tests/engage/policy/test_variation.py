"""A policy set otherwise: read as people type it, only what differs kept, asked for once; what does not fit is named with its field."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.rules.given import NotTaken
from guanxi.engage.offers.services import revise_offer, write_offer
from guanxi.engage.policy.queries import REHEARSAL, check_variation, contact_policy, rehearsal_of, rehearsals
from guanxi.engage.policy.rules import DEFAULTS, set_to
from guanxi.engage.policy.services import KEPT, ask_rehearsal, set_capacity, set_lever
from guanxi.engage.policy.variation import Place, Variation, read_variation
from guanxi.ground import clock
from guanxi.ground.jobs.choices import JobStatus
from guanxi.ground.jobs.models import Job
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.signals.choices import ADVISING
from tests.engage.offers.sample import LOAN, published

TODAY = dt.date(2026, 3, 5)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(clock.start_of_day(TODAY, "Asia/Shanghai") + dt.timedelta(hours=9)):
        yield


def test_everything_is_read_as_it_is_typed():
    found = read_variation(
        {
            "lines": {"calls": "2", "pressure": "6.5", "dials": ""},
            "capacities": {"call": 0, "sms": None, "visit": "12"},
            "levers": {"loan": "-0.2", "fund": ""},
            "weights": [
                {"signal": "new_home", "state": "confirmed", "issue": "growth", "weight": 0.5},
                {"signal": "new_home", "offer": "loan", "weight": ""},
            ],
            "without_weights": True,
            "offers_in": ["loan", "loan"],
        }
    )
    assert {name: line.amount for name, line in found.lines.items()} == {"calls": 2, "pressure": 650, "dials": None}
    assert found.capacities == {Way.CALL: 0, Way.SMS: None, Way.VISIT: 12}
    assert found.levers == {"loan": -20, "fund": 0}
    assert found.weights == {
        Place("new_home", "confirmed", int(Issue.GROWTH)): 50, Place("new_home", offer="loan"): 0,
    }  # fmt: skip
    assert (found.without_levers, found.without_weights, found.offers_in) == (False, True, ("loan",))


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"lines": {"shouts": "1"}}, "lines.shouts", "policy.no_line"),
        ({"lines": {"calls": "-1"}}, "lines.calls", "policy.no_amount"),
        ({"lines": {"calls": "two"}}, "lines.calls", "policy.no_amount"),
        ({"lines": {"calls": True}}, "lines.calls", "variation.no_shape"),
        ({"lines": {"calls": [1]}}, "lines.calls", "variation.no_shape"),
        ({"lines": {"calls": "1\0"}}, "lines.calls", "text.not_storable"),
        ({"lines": ["calls"]}, "lines", "variation.no_shape"),
        ({"capacities": {"call": "-3"}}, "capacities.call", "policy.no_units"),
        ({"capacities": {"call": "1.5"}}, "capacities.call", "policy.no_units"),
        ({"capacities": {"pigeon": "3"}}, "capacities.pigeon", "variation.no_way"),
        ({"levers": {"loan": "0.31"}}, "levers.loan", "policy.no_lever"),
        ({"levers": {"loan": "1/0"}}, "levers.loan", "policy.no_lever"),
        ({"weights": [{"signal": "divorce", "issue": "growth", "weight": "1"}]}, "weights.0", "policy.no_signal"),
        ({"weights": [{"signal": "new_home", "issue": "luck", "weight": "1"}]}, "weights.0", "policy.one"),
        ({"weights": [{"signal": "new_home", "weight": "1"}]}, "weights.0", "policy.one"),
        ({"weights": [{"signal": "new_home", "issue": "growth", "weight": "3"}]}, "weights.0", "policy.no_weight"),
        ({"weights": ["new_home"]}, "weights.0", "variation.no_shape"),
        ({"offers_in": ["x"] * 301}, "offers_in", "variation.many"),
        ({"without_levers": "yes"}, "without_levers", "variation.no_shape"),
    ],
)
def test_what_is_not_understood_is_named_with_its_field(wrong, field, code):
    with pytest.raises(NotTaken) as refused:
        read_variation(wrong)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_what_nobody_knows_is_refused():
    with pytest.raises(Refused, match="“luck” is nothing that can be set otherwise"):
        read_variation({"luck": 1})


_AMOUNTS = st.none() | st.integers(0, 20)
_VARIATIONS = st.builds(
    Variation,
    lines=st.dictionaries(st.sampled_from(sorted(DEFAULTS)), st.just(0)).map(lambda names: {name: set_to(DEFAULTS[name], "2") for name in names}),
    capacities=st.dictionaries(st.sampled_from(list(Way)), _AMOUNTS),
    levers=st.dictionaries(st.sampled_from(["loan", "fund"]), st.integers(-30, 30)),
    weights=st.dictionaries(
        st.builds(Place, st.sampled_from(sorted(ADVISING)), st.sampled_from(["", "alarm"]), st.sampled_from([int(one) for one in Issue])),
        st.integers(-90, 200),
    ),
    without_levers=st.booleans(),
    offers_out=st.lists(st.sampled_from(["loan", "fund"]), unique=True).map(tuple),
)  # fmt: skip


@given(_VARIATIONS)
def test_what_is_kept_is_read_again_as_it_was(variation):
    assert read_variation(variation.as_json()) == variation


def test_only_what_differs_from_the_firms_policy_is_a_variation(scene):
    mei = scene.person("mei")
    published(scene)
    set_capacity(Way.CALL, "9", by=mei)
    set_lever("decoration_loan", "0.2", why="spring", by=mei)
    policy = contact_policy(TODAY)
    same = {"lines": {"calls": "1", "pressure": "6"}, "capacities": {"call": "9", "sms": ""}, "levers": {"decoration_loan": "0.2"}}  # fmt: skip
    assert read_variation(same).beside(policy) == Variation()
    other = read_variation(same | {"lines": {"calls": ""}, "levers": {"decoration_loan": ""}}).beside(policy)
    assert other.as_json() == {"lines": {"calls": ""}, "levers": {"decoration_loan": "0"}}
    varied = other.of(policy)
    assert (varied.lines["calls"].amount, varied.levers, varied.capacities[Way.CALL]) == (None, {}, 9)
    assert Variation(without_levers=True).of(policy).levers == {}
    assert Variation(without_levers=True, levers={"decoration_loan": 20}).beside(policy).levers == {
        "decoration_loan": 20
    }


def test_offers_that_are_not_there_or_not_fit_are_named_before_anything_runs(scene):
    code = published(scene)
    for variation, field in (
        (Variation(offers_out=("card",)), "offers_out.card"),
        (Variation(offers_in=("decoration_loan",)), "offers_in.decoration_loan"),  # published: nothing of it is in work
        (Variation(levers={"card": 10}), "levers.card"),
    ):
        with pytest.raises(NotTaken) as refused:
            check_variation(variation, TODAY)
        assert (refused.value.field, refused.value.code) == (field, "policy.no_offer")
    with pytest.raises(Refused) as refused:
        check_variation(Variation(offers_out=("decoration_loan",)), TODAY)
    assert refused.value.code == "rehearsal.no_offers"
    revise_offer(code, by=scene.person("mei"))
    [found] = check_variation(Variation(offers_in=("decoration_loan",)), TODAY)
    assert (found.version, found.is_published) == (2, False)  # the new version in the place of the old one


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"purpose": ""}, "offer.no_purpose"),
        ({"treatments": {}}, "offer.no_way"),
        ({"unit_value": ""}, "offer.no_value"),
        ({"issue": str(Issue.CARE.value)}, "offer.unweighed"),
    ],
)
def test_a_draft_that_lacks_what_a_decision_needs_is_not_rehearsed(scene, fields, code):
    write_offer("", replace(LOAN, reference="early", **fields), by=scene.person("mei"))
    with pytest.raises(NotTaken) as refused:
        check_variation(Variation(offers_in=("early",)), TODAY)
    assert (refused.value.field, refused.value.code) == ("offers_in.early", code)


def test_a_rehearsal_is_asked_for_once_kept_a_while_and_one_line_of_the_journal(scene):
    mei, gao = scene.person("mei"), scene.person("gao")
    published(scene)
    acts = Act.objects.count()
    code = ask_rehearsal({"lines": {"calls": "2", "dials": "3"}}, by=mei)
    assert ask_rehearsal({"lines": {"calls": "2"}}, by=mei) == code  # under way already
    assert (Act.objects.count(), Job.objects.filter(name=REHEARSAL).count()) == (acts + 1, 1)
    assert ask_rehearsal({"lines": {"calls": "2"}}, by=gao) != code
    row = rehearsal_of(code, principal=mei)
    assert (row.on, row.asked_by, row.is_finished, row.result) == (TODAY, mei.staff_id, False, None)
    assert row.variation.as_json() == {"lines": {"calls": "2"}}
    for calls in range(3, 3 + KEPT):
        Job.objects.filter(name=REHEARSAL).update(status=JobStatus.DONE, result={})
        ask_rehearsal({"lines": {"calls": str(calls)}}, by=mei)
    kept = [row.asked_by for row in rehearsals(principal=mei, limit=50)]
    assert (kept.count(mei.staff_id), kept.count(gao.staff_id)) == (KEPT, 1)
    assert rehearsal_of(code, principal=mei) is None
    Job.objects.filter(name=REHEARSAL).update(status=JobStatus.READY)
    there = Job.objects.count()
    with pytest.raises(Refused) as refused:
        ask_rehearsal({"lines": {"calls": "99"}}, by=mei)
    assert (refused.value.code, Job.objects.count()) == ("policy.many_rehearsals", there)


def test_a_refusal_of_the_worker_is_told_in_words(scene):
    mei = scene.person("mei")
    published(scene)
    code = ask_rehearsal({}, by=mei)
    refused = {"refused": {"code": "warehouse.no_edition", "words": "There are no figures.", "params": {}}}
    Job.objects.filter(name=REHEARSAL).update(status=JobStatus.DONE, result=refused)
    row = rehearsal_of(code, principal=mei)
    assert (row.result, row.refusal.code, str(row.refusal)) == (None, "warehouse.no_edition", "There are no figures.")


def test_who_may_not_rehearse_asks_and_reads_nothing(scene):
    published(scene)
    lin = scene.person("lin")
    for attempt in (lambda: ask_rehearsal({}, by=lin), lambda: rehearsals(principal=lin), lambda: rehearsal_of("x", principal=lin)):  # fmt: skip
        with pytest.raises(Denied):
            attempt()
    assert not Job.objects.filter(name=REHEARSAL).exists()
