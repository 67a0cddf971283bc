"""The contact policy: the defaults of decisioning.md 3.4, what one may set, capacity none against no limit, levers and weights."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.services import write_offer
from guanxi.engage.policy import queries
from guanxi.engage.policy.models import Capacity, ContextWeight, Lever
from guanxi.engage.policy.rules import DEFAULTS, has_statement, line_of, rests_until, set_to, written
from guanxi.engage.policy.services import GivenWeight, begin_weights, set_capacity, set_lever, set_line, set_weight
from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from tests.engage.offers.sample import LOAN

TODAY = dt.date(2026, 3, 5)
MOVED = GivenWeight(signal="new_home", state="confirmed", issue=Issue.GROWTH, weight="1", why="needs rank first")


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(clock.start_of_day(TODAY, "Asia/Shanghai") + dt.timedelta(hours=9)):
        yield


def test_the_defaults_are_those_of_the_design():  # 3.4; and SEG-03: no outbound sales calls to tier C
    assert {name: (line.amount, line.window_days) for name, line in DEFAULTS.items()} == {
        "pressure": (600, 30), "pressure_a": (800, 30), "touches_week": (2, 7), "touches_day": (1, 1), "calls": (1, 30), "calls_c": (0, 30),
        "dials": (3, None), "leaflets": (2, None), "statement_day": (None, None), "rest_accepted": (20, None), "rest_accepted_most": (45, None),
        "rest_refused": (90, None), "rest_refused_family": (30, None), "rest_refused_twice": (365, None),
        "rest_unanswered": (60, None), "rest_complaint": (14, None),
    }  # fmt: skip


def test_a_leaflet_is_asked_for_within_a_week_of_a_statement_and_never_where_none_may_go():
    def may(day: int | None, leaflets: int | None, on: int) -> bool:
        amounts = {"statement_day": day, "leaflets": leaflets}
        lines = {**DEFAULTS, **{name: replace(DEFAULTS[name], amount=amount) for name, amount in amounts.items()}}
        return has_statement(lines, dt.date(2026, 4, on))

    assert [may(20, 2, on) for on in (12, 13, 20, 21)] == [False, True, True, False]
    assert [may(None, 2, 1), may(0, 2, 1), may(None, None, 1), may(20, None, 20)] == [True, False, True, True]
    assert [may(None, 0, 1), may(20, 0, 20)] == [False, False]


@pytest.mark.parametrize(
    ("statement_day", "most", "accepted", "until"),
    [
        (5, 45, dt.date(2026, 3, 6), dt.date(2026, 4, 5)),  # LEV-06: not that of 5 March
        (5, 45, dt.date(2026, 3, 16), dt.date(2026, 4, 5)),  # twenty days to the day
        (5, 45, dt.date(2026, 3, 17), dt.date(2026, 5, 1)),  # 5 May would be 49 days away: 45 at most
        (5, None, dt.date(2026, 3, 17), dt.date(2026, 5, 5)),
        (28, 45, dt.date(2026, 12, 20), dt.date(2027, 1, 28)),
        (None, 45, dt.date(2026, 3, 6), dt.date(2026, 3, 26)),  # no day is named
        (0, 45, dt.date(2026, 3, 6), dt.date(2026, 3, 26)),
        (5, 10, dt.date(2026, 3, 6), dt.date(2026, 3, 26)),  # the least counts
    ],
)
def test_sales_rest_until_the_next_statement(statement_day, most, accepted, until):
    lines = {**DEFAULTS, "statement_day": replace(DEFAULTS["statement_day"], amount=statement_day)}
    lines["rest_accepted_most"] = replace(DEFAULTS["rest_accepted_most"], amount=most)
    assert rests_until(lines, accepted) == until


@pytest.mark.parametrize(
    ("name", "text", "amount"),
    [
        ("pressure", "6.5", 650),
        ("pressure", "0", 0),
        ("pressure", "", None),
        ("calls", "3", 3),
        ("calls", " ", None),
        ("rest_refused", "120", 120),
    ],
)
def test_a_line_is_set_as_it_is_written(name, text, amount):
    line = set_to(line_of(name), text)
    assert line.amount == amount
    assert set_to(line, written(line)).amount == amount


@pytest.mark.parametrize(
    ("name", "text"),
    [("calls", "-1"), ("calls", "1.5"), ("calls", "many"), ("pressure", "6.505"), ("dials", "21"), ("calls", "１e3")],
)
def test_what_fits_no_line_is_refused(name, text):
    with pytest.raises(Refused) as refused:
        set_to(line_of(name), text)
    assert refused.value.code == "policy.no_amount"


def test_nothing_is_allowed_by_zero_and_no_rule_stands_by_nothing(scene):
    mei = scene.person("mei")
    set_line("calls", "0", by=mei)
    set_line("leaflets", "", by=mei)
    now = queries.policy_now()
    assert (now["calls"].amount, now["leaflets"].amount, now["pressure"].amount) == (0, None, 600)
    set_line("calls", None, by=mei)
    set_line("calls", None, by=mei)  # stands so already
    assert queries.policy_now()["calls"].amount == 1
    assert queries.own_lines() == {"leaflets"}
    assert Act.objects.filter(kind="policy.line_set").count() == 3
    with pytest.raises(Refused):
        set_line("shouts", "1", by=mei)


def test_capacity_none_is_not_capacity_without_limit(scene):
    mei = scene.person("mei")
    set_capacity(Way.CALL, "40", by=mei)
    set_capacity(Way.CALL, "0", day=TODAY, by=mei)
    set_capacity(Way.VISIT, "3", day=TODAY + dt.timedelta(days=1), by=mei)
    assert queries.capacities(TODAY)[Way.CALL] == 0
    assert queries.capacities(TODAY + dt.timedelta(days=1))[Way.CALL] == 40
    assert queries.capacities(TODAY)[Way.VISIT] is None
    set_capacity(Way.CALL, "", day=TODAY, by=mei)
    set_capacity(Way.CALL, "50", by=mei)
    assert queries.capacities(TODAY)[Way.CALL] == 50
    assert list(queries.capacity_rows(principal=mei, since=TODAY)) == [
        (Way.CALL, None, 50),
        (Way.VISIT, dt.date(2026, 3, 6), 3),
    ]


@pytest.mark.parametrize(
    ("units", "code"), [("-1", "policy.no_units"), ("half", "policy.no_units"), ("1.5", "policy.no_units")]
)
def test_units_are_whole(scene, units, code):
    with pytest.raises(Refused) as refused:
        set_capacity(Way.CALL, units, by=scene.person("mei"))
    assert (refused.value.code, Capacity.objects.count()) == (code, 0)
    with pytest.raises(Refused) as past:
        set_capacity(Way.CALL, "1", day=dt.date(2026, 3, 4), by=scene.person("mei"))
    assert past.value.code == "policy.past"


def test_a_lever_has_an_owner_and_ends_within_thirty_days(scene):
    mei = scene.person("mei")
    write_offer("", LOAN, by=mei)
    set_lever("decoration_loan", "0.3", why="spring campaign", by=mei)
    (row,) = queries.levers(TODAY)
    assert (row.offer, row.value, row.owner, row.ends_on) == ("decoration_loan", 30, "mei", dt.date(2026, 4, 4))
    assert queries.levers(dt.date(2026, 4, 5)) == []
    assert queries.lever_sums(dt.date(2026, 4, 4)) == {"decoration_loan": 30}
    set_lever("decoration_loan", "-0.1", why="too many", ends_on=dt.date(2026, 3, 6), by=mei)
    assert queries.lever_sums(TODAY) == {"decoration_loan": -10}
    set_lever("decoration_loan", "0", why="enough", by=mei)
    assert queries.levers(TODAY) == []


@pytest.mark.parametrize(
    ("offer", "value", "why", "end", "code"),
    [
        ("decoration_loan", "0.31", "x", None, "policy.no_lever"),
        ("decoration_loan", "-0.31", "x", None, "policy.no_lever"),
        ("decoration_loan", "a lot", "x", None, "policy.no_lever"),
        ("boat_loan", "0.1", "x", None, "policy.no_offer"),
        ("decoration_loan", "0.1", " ", None, "policy.no_why"),
        ("decoration_loan", "0.1", "x", dt.date(2026, 4, 5), "policy.far"),
        ("decoration_loan", "0.1", "x", dt.date(2026, 3, 4), "policy.far"),
    ],
)
def test_levers_are_bounded(scene, offer, value, why, end, code):
    mei = scene.person("mei")
    write_offer("", LOAN, by=mei)
    with pytest.raises(Refused) as refused:
        set_lever(offer, value, why=why, ends_on=end, by=mei)
    assert (refused.value.code, Lever.objects.count()) == (code, 0)


def test_a_weight_stands_for_a_signal_on_an_issue_or_an_offer(scene):
    mei = scene.person("mei")
    write_offer("", LOAN, by=mei)
    set_weight(MOVED, by=mei)
    set_weight(replace(MOVED, issue=None, offer="decoration_loan", weight="2"), by=mei)
    set_weight(replace(MOVED, weight="-0.9"), by=mei)
    assert [(row.issue, row.offer, row.weight) for row in queries.context_weights(TODAY)] in (
        [(Issue.GROWTH, "", -90), (None, "decoration_loan", 200)],
        [(None, "decoration_loan", 200), (Issue.GROWTH, "", -90)],
    )
    assert queries.context_weights(dt.date(2026, 6, 4)) == []
    set_weight(replace(MOVED, weight="0"), by=mei)
    assert ContextWeight.objects.count() == 1


def test_the_weights_to_begin_with_are_set_once_and_overwrite_nothing(scene):
    """decisioning.md 3.3: a new home +1 for what it asks for, whoever wants to leave +1 for what keeps him, a refused way −0.5."""
    mei = scene.person("mei")
    set_weight(GivenWeight(signal="way_refused", issue=Issue.GROWTH, weight="-0.2", why="ours"), by=mei)
    assert (begin_weights(by=mei), begin_weights(by=mei)) == (2, 0)
    found = {(row.signal, row.issue): (row.weight, row.ends_on) for row in queries.context_weights(TODAY)}
    end = TODAY + dt.timedelta(days=90)
    assert found == {
        ("wants_to_leave", Issue.RETENTION): (100, end),
        ("way_refused", Issue.GROWTH): (-20, end),
        ("way_refused", Issue.PARTNER): (-50, end),
    }
    with pytest.raises(Denied):
        begin_weights(by=scene.person("lin"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight": "2.1"}, "policy.no_weight"),
        ({"weight": "-1"}, "policy.no_weight"),
        ({"signal": "divorce"}, "policy.no_signal"),
        ({"signal": "wants_to_leave"}, "policy.no_signal"),  # a sign has no state
        ({"state": "sure"}, "policy.no_signal"),
        ({"issue": None}, "policy.one"),
        ({"offer": "decoration_loan"}, "policy.one"),
        ({"issue": 99}, "policy.one"),
        ({"issue": None, "offer": "boat"}, "policy.no_offer"),
        ({"ends_on": dt.date(2026, 6, 4)}, "policy.far"),
        ({"why": "x" * 201}, "policy.no_why"),
    ],
)
def test_weights_are_bounded(scene, change, code):
    with pytest.raises(Refused) as refused:
        set_weight(replace(MOVED, **change), by=scene.person("mei"))
    assert (refused.value.code, ContextWeight.objects.count()) == (code, 0)


def test_only_who_may_sets_the_policy(scene):
    for name in ("lin", "gao", "du", "fei"):
        by = scene.person(name)
        for act in (
            lambda by=by: set_line("calls", "2", by=by),
            lambda by=by: set_line("calls", None, by=by),
            lambda by=by: set_capacity(Way.CALL, "2", by=by),
            lambda by=by: set_lever("decoration_loan", "0.1", why="x", by=by),
            lambda by=by: set_weight(MOVED, by=by),
        ):
            with pytest.raises(Denied):
                act()
    assert queries.policy_now() == dict(DEFAULTS)


def test_the_database_itself_knows_the_bounds(scene):
    for value, end in ((31, TODAY), (10, TODAY - dt.timedelta(days=1))):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lever.objects.create(offer="x", value=value, why="x", set_on=TODAY, ends_on=end)
