"""The demo firm on a real database: what it makes, that it is the same by seed, and that clearing takes it and only it."""

import datetime as dt

import pytest
from django.db import connection

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.queries import firm, staff_seen_by, system_principal
from guanxi.identity.services import found_firm
from guanxi.project.demonstration.building import build_demo
from guanxi.project.demonstration.clearing import clear_demo
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries.presence import demo_customer_ids
from guanxi.record.customers.services import NewCustomer, register_customers

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
# What a demo may leave behind: acts and their seals are never taken back, and the next refresh reads the dirty list.
LASTING = {
    "journal_act",
    "journal_actpayload",
    "journal_subjectkey",
    "journal_seal",
    "customers_dirtycustomer",
    "customers_city",
}


@pytest.fixture
def by():
    system = system_principal("demo")
    with clock.frozen(NOON):
        found_firm(by=system, name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
        yield system


def _counts():
    with connection.cursor() as cursor:
        tables = [
            t
            for t in connection.introspection.table_names(cursor)
            if t.split("_")[0] in OURS and "_fts" not in t and t not in LASTING
        ]
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted


OURS = {"identity", "catalogue", "customers", "consents", "holdings", "dealings", "conversations", "signals", "actions"}


def test_the_demo_is_the_same_by_seed_and_day(by):
    counts = build_demo(by=by, customers=190, seed=4)
    assert counts["customers"] == 190
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, reference, code FROM customers_customer ORDER BY reference")
        people = cursor.fetchall()
        cursor.execute("SELECT sum(amount), count(*), max(occurred_on) FROM dealings_dealing")
        amount, lines, last = cursor.fetchone()
    assert (len(people), lines) == (190, counts["dealings"])
    assert {reference for _, reference, _ in people} >= {"DEMO-WANG", "DEMO-ZHANG", "D00000", "D00039"}
    assert str(last)[:10] == "2026-11-22"
    clear_demo(by=by)
    assert build_demo(by=by, customers=190, seed=4) == counts
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, reference, code FROM customers_customer ORDER BY reference")
        assert cursor.fetchall() == people
        cursor.execute("SELECT sum(amount) FROM dealings_dealing")
        assert cursor.fetchone()[0] == amount


def test_clearing_takes_the_demo_and_only_it(by):
    before = _counts()
    build_demo(by=by, customers=160, seed=2)
    assert firm().is_demo
    own = register_customers([NewCustomer(name="钱自有", phone="13912345678")], by=by, source="form")[0]
    log_conversation(own.id, by=by, channel=Channel.CALL, summary="自己的客户")
    log_conversation(demo_customer_ids()[0], by=by, channel=Channel.CALL, summary="演示里的")
    clear_demo(by=by)
    after = _counts()
    assert not firm().is_demo
    assert demo_customer_ids() == []
    assert list(staff_seen_by(by)) == []
    grown = {table: after[table] - before[table] for table in before if after[table] != before[table]}
    assert grown.pop("conversations_conversation") == 1
    assert grown.pop("customers_customer") == 1
    assert set(grown) <= {"customers_identifier", "customers_identifierkey", "customers_stagechange"} | {
        table for table in grown if "document" in table
    }


def test_a_firm_with_customers_takes_no_demo(by):
    register_customers([NewCustomer(name="钱自有")], by=by, source="form")
    before = _counts()
    with pytest.raises(Refused, match="already"):
        build_demo(by=by, customers=3, seed=1)
    assert _counts() == before
    assert not firm().is_demo
