"""SEG-09: a service model selects a checklist and the staffing; SEG-08: its minutes turn hours into contacts."""

import pytest

from guanxi.engage.policy.queries import service_plans
from guanxi.engage.policy.services import reset_service, set_service
from guanxi.engage.policy.serving import DEFAULTS, Plan, checked_plan, contacts_in
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.insight.estimates.likeness import propose_hours
from guanxi.record.standing.choices import ServiceModel

ADVISER = ServiceModel.ADVISER


def test_each_of_the_three_models_has_a_checklist_and_somebody_who_serves():
    assert set(DEFAULTS) == set(ServiceModel)
    for plan in DEFAULTS.values():
        told = checked_plan("\n".join(map(str, plan.points)), str(plan.served_by), plan.minutes)
        assert len(told.points) >= 3
    assert len({tuple(map(str, plan.points)) for plan in DEFAULTS.values()}) == 3


@pytest.mark.parametrize(
    ("points", "who", "minutes", "code"),
    [
        (" \n ", "x", 9, "policy.no_points"), ("\n".join("abcdefghijk"), "x", 9, "policy.no_points"),
        ("x" * 201, "x", 9, "policy.no_points"), ("a", " ", 9, "policy.no_who"), ("a", "x" * 81, 9, "policy.no_who"),
        ("a", "x", 0, "policy.no_minutes"), ("a", "x", 481, "policy.no_minutes"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_is_refused(points, who, minutes, code):
    with pytest.raises(Refused) as refused:
        checked_plan(points, who, minutes)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("hours", "minutes", "contacts"), [(24, 60, 24), (14, 30, 28), (2, 10, 12), (3, 50, 3), (0, 5, 0)]
)
def test_hours_become_contacts_by_the_minutes_of_the_model(hours, minutes, contacts):
    assert contacts_in(hours, Plan(("a",), "x", minutes)) == contacts


def test_forty_hours_are_24_and_14_and_2():
    assert propose_hours(40, {"A": 6_000, "B": 3_500, "C": 400}) == {"A": 24, "B": 14, "C": 2}


@pytest.mark.django_db
def test_a_leader_says_how_a_model_serves_and_takes_it_back(scene):
    leader = scene.person("gao")
    set_service(ADVISER, points="问候\n\n 看一年的计划 ", served_by="客户经理加专家", minutes=45, by=leader)
    assert service_plans() == {**DEFAULTS, ADVISER: Plan(("问候", "看一年的计划"), "客户经理加专家", 45)}
    with pytest.raises(Denied):
        set_service(ADVISER, points="a", served_by="b", minutes=5, by=scene.person("lin"))
    with pytest.raises(Denied):
        reset_service(ADVISER, by=scene.person("lin"))
    assert service_plans()[ADVISER].minutes == 45
    reset_service(ADVISER, by=leader)
    assert service_plans() == dict(DEFAULTS)
