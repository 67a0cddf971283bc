"""A refresh killed when a step begins: the last edition stays readable, and the next run ends like an unbroken one.

Every named point, twenty times each, with the real command line: tests/drills/test_killed_refreshes.py.
"""

import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.refresh import refresh
from guanxi.insight.warehouse.places import places
from guanxi.insight.warehouse.reading import open_edition
from guanxi.record.actions.models import Action
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Edition, Standing, StandingMove
from tests.insight.warehouse.scene import add_customers, add_dealings, day
from tests.trusting import trust_detectors

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
_CHILD = """
import os, signal, sys, datetime
import django
django.setup()
from django.conf import settings
from django.db import connection
from pathlib import Path
connection.settings_dict["NAME"], settings.GUANXI_HOME = sys.argv[1], Path(sys.argv[2])
def watch(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
from guanxi.identity.queries import system_principal
from guanxi.insight.refresh import refresh
refresh(by=system_principal(), as_of=datetime.date.fromisoformat(sys.argv[4]), watch=watch)
"""


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()


def refresh_and_die(step: str) -> None:
    """A refresh in a process of its own, killed when a step begins."""
    ran = subprocess.run(
        [
            *(sys.executable, "-c", _CHILD, str(connection.settings_dict["NAME"]), str(settings.GUANXI_HOME)),
            *(step, day(260).isoformat()),
        ],
        check=False,
        timeout=120,
        capture_output=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()[-2000:]


def everything() -> dict[str, list]:
    """All that a refresh leaves in the record, but for names and times."""
    return {
        "standing": list(Standing.objects.order_by("pk").values_list()),
        "moves": list(
            StandingMove.objects.order_by("customer_id", "field").values_list("customer_id", "field", "old", "new")
        ),
        "heads": list(Customer.objects.order_by("pk").values_list("pk", "tier", "state", "value")),
        "signals": list(Signal.objects.order_by("key").values_list("key", "state", "evidence", "at_stake")),
        "actions": list(Action.objects.order_by("key").values_list("key", "status", "rank", "score")),
        "dirty": list(DirtyCustomer.objects.values_list("customer_id")),
        "published": [Edition.objects.exclude(published_at=None).last().facts["headlines"]],
        "tables": sorted(name for name in connection.introspection.table_names() if name.startswith("standing_")),
        "editions": [len(list((places().root / folder).iterdir())) for folder in ("editions", "snapshots")],
    }


def two_editions() -> None:
    """A first edition, and then a day's changes: new lines, a correction, somebody gone."""
    ids = add_customers(60)
    add_dealings([(pk, day(21 * n + place % 20), 1000 + 100 * place) for place, pk in enumerate(ids) for n in range(9)])
    refresh(by=SYSTEM, as_of=day(200))
    add_dealings([(pk, day(230 + place), 5000 * place) for place, pk in enumerate(ids[::3])])
    Customer.objects.filter(pk=ids[1]).update(deleted_at="2026-09-01T00:00:00Z")
    DirtyCustomer.objects.create(customer_id=ids[1])


# the other points stand in tests/drills/test_killed_refreshes.py
@pytest.mark.drill
@pytest.mark.parametrize("step", ["edition", "swap", "headlines"])
def test_killed_when_a_step_begins(step):
    two_editions()
    before = places().current()
    refresh_and_die(step)
    with open_edition() as reader:
        assert reader.scalar("SELECT count(*) FROM estimates") in (59, 60)
    assert Standing.objects.count() in (59, 60)
    refresh(by=SYSTEM, as_of=day(260))
    assert places().current() != before
    broken = everything()
    assert broken["dirty"] == []
    assert broken["editions"] == [1, 1]
    # the same, unbroken: from the last finished edition of an equal record
    StandingMove.objects.all().delete()
    refresh(by=SYSTEM, as_of=day(260), full=True)
    unbroken = everything()
    assert broken | {"moves": []} == unbroken
    assert len(broken["moves"]) == len({(pk, field) for pk, field, _, _ in broken["moves"]})
    assert broken["standing"]
