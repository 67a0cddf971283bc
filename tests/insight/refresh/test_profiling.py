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
from guanxi.record.customers.models import Customer
from tests.insight.warehouse.scene import add_customers, add_dealings, day

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_principal()


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")


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
