"""While a delivery is held as incomplete, detectors wait: what was noticed and proposed stays as it was (OPS-07)."""

import pytest
from django.conf import settings

from guanxi.identity.queries import system_principal
from guanxi.identity.services import found_firm
from guanxi.insight.detectors.notes import in_english
from guanxi.insight.refresh import refresh
from guanxi.project.registrations import register_importers
from guanxi.record.actions.models import Action
from guanxi.record.imports.services import ImportOptions, import_file
from guanxi.record.signals.models import Signal
from guanxi.record.standing.models import Edition, Standing
from tests.insight.warehouse.scene import add_customers, add_dealings, day
from tests.trusting import trust_detectors

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()
WORDS = (
    "The delivery “nightly {kind}” is held because it is much smaller than usual; signals and proposals stay as they were "
    "until a whole one has come or this one is applied."
)
HEADS = {
    "holdings": ("reference,customer", "H{n},C{n}"),
    "dealings": ("reference,customer,date,amount", "D{n},C{n},2020-01-01,1"),
    "products": ("reference,name", "P{n},Product {n}"),
}


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "GUANXI_HOME", tmp_path)
    register_importers()
    found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    trust_detectors()


@pytest.fixture
def deliver(tmp_path):
    """Take in a nightly file of so many rows: deliver(kind, rows) → Report."""

    def take(kind, rows, **options):
        head, row = HEADS[kind]
        path = tmp_path / "nightly.csv"
        path.write_text("\n".join([head, *(row.format(n=n) for n in range(rows))]) + "\n")
        return import_file(
            path,
            kind,
            by=SYSTEM,
            options=ImportOptions(feed=f"nightly {kind}", create_customers=kind != "products", **options),
        )

    return take


def noticed():
    signals = Signal.objects.order_by("key").values_list("key", "state", "evidence", "detected_on")
    return list(signals), list(Action.objects.order_by("key").values_list("key", "status", "score"))


@pytest.mark.parametrize("kind", ["holdings", pytest.param("dealings", marks=pytest.mark.drill)])
def test_signals_and_proposals_stay_until_a_whole_delivery_has_come(deliver, kind):
    ids = add_customers(60)
    visits = [9 if place < 20 else 13 for place in range(60)]  # twenty of them come no more
    add_dealings([(pk, day(21 * n + place % 20), 90_000) for place, pk in enumerate(ids) for n in range(visits[place])])
    deliver(kind, 50)
    deliver(kind, 50)
    assert refresh(by=SYSTEM, as_of=day(200)).waits == []
    before = noticed()
    assert deliver(kind, 30).as_json()["held"] == "feed_incomplete"
    waiting = refresh(by=SYSTEM, as_of=day(250))
    assert noticed() == before
    assert (waiting.signals, waiting.actions) == ({}, 0)
    assert [in_english(wait) for wait in waiting.waits if wait["code"] == "feed_held"] == [WORDS.format(kind=kind)]
    assert Edition.objects.last().facts["waits"] == waiting.waits
    assert Edition.objects.last().published_at is not None
    assert Standing.objects.get(pk=ids[0]).recency_days == 250 - 21 * 8  # what is merely counted goes on
    assert deliver(kind, 30, even_if_incomplete=True).succeeded
    after = refresh(by=SYSTEM, as_of=day(250))
    assert not [wait for wait in after.waits if wait["code"] == "feed_held"]
    assert after.signals["inactivity"]
    assert len(noticed()[0]) > len(before[0])


def test_a_held_list_of_products_keeps_nobody_waiting(deliver):
    add_customers(3)
    deliver("products", 100)
    assert deliver("products", 10).as_json()["held"] == "feed_incomplete"
    assert refresh(by=SYSTEM, as_of=day(200)).waits == []
