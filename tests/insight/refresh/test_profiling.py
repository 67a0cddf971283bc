"""Taking back the consent to advice from own data removes it from the next decision on (IDC-03), and back again."""

import pytest
from django.conf import settings

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.refresh import refresh
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.consents.queries import is_profiled, profiling_now, unprofiled_ids
from guanxi.record.consents.services import set_profiling
from guanxi.record.customers.choices import State, Tier
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Standing, StandingMove
from tests.insight.warehouse.scene import add_customers, add_dealings, day
from tests.trusting import trust_detectors

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_principal()


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()


def say(customer: int, *, allowed: bool) -> None:
    set_profiling(customer, allowed=allowed, source="told", evidence="told", by=SYSTEM)


def care() -> dict[int, int]:
    """Customers with work that their own data caused, and its status."""
    found = Action.objects.filter(origin__in=["inactivity", "spend_drop"])
    return dict(found.values_list("customer_id", "status"))


def test_from_the_next_decision_on():
    ids = add_customers(40)
    gone = set(ids[:3])
    rows = [(pk, day(15 * n), 50_000) for pk in ids for n in range(20) if pk not in gone or n < 12]
    add_dealings(rows)
    refresh(by=SYSTEM, as_of=day(290))
    assert set(care()) == gone
    stopped, other = ids[0], ids[1]
    say(stopped, allowed=False)
    assert unprofiled_ids(day(290)) == [stopped]
    assert not is_profiled(profiling_now(stopped))
    assert care()[stopped] == ActionStatus.OPEN  # the decision taken stands until the next one
    refresh(by=SYSTEM, as_of=day(291))
    assert (care()[stopped], care()[other]) == (ActionStatus.WITHDRAWN, ActionStatus.OPEN)
    say(stopped, allowed=True)
    refresh(by=SYSTEM, as_of=day(292))
    assert care()[stopped] == ActionStatus.OPEN
    assert Customer.objects.count() == 40


def concluded() -> tuple[set[int], set[int], set[int]]:
    """Whom figures, signals and the head row say something of."""
    judged = Customer.objects.exclude(tier=Tier.NONE, state=State.NONE, value=0)
    return (
        set(Standing.objects.values_list("customer_id", flat=True)),
        set(Signal.objects.values_list("customer_id", flat=True)),
        set(judged.values_list("pk", flat=True)),
    )


def test_who_is_not_profiled_has_no_score_and_is_in_no_segment_of_scores():
    """IDC-03, and trust P10: opted out of scoring but in a score segment, 0."""
    ids = add_customers(12)
    leaving = set(ids[:2])
    add_dealings([(pk, day(15 * n), 40_000 + pk) for pk in ids for n in range(20) if pk not in leaving or n < 12])
    refresh(by=SYSTEM, as_of=day(290))
    assert concluded() == (set(ids), leaving, set(ids))
    aside = {ids[0], ids[5]}
    for pk in aside:
        say(pk, allowed=False)
    report = refresh(by=SYSTEM, as_of=day(291))
    assert report.customers == 12
    assert concluded() == (set(ids) - aside, {ids[1]}, set(ids) - aside)
    assert StandingMove.objects.filter(customer_id__in=aside).count() == 0
    for pk in aside:
        say(pk, allowed=True)
    refresh(by=SYSTEM, as_of=day(292))
    assert concluded() == (set(ids), leaving, set(ids))
