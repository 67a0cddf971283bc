"""The demo firm on a real database: byte for byte the same by seed and day, and only for an empty firm."""

import datetime as dt

import pytest
from django.db import connection

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.queries import firm, system_principal
from guanxi.identity.services import found_firm
from guanxi.project.demonstration.building import build_demo
from guanxi.project.demonstration.clearing import clear_demo
from guanxi.record.customers.services import NewCustomer, register_customers

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ROOMS = {"identity", "catalogue", "customers", "consents", "holdings", "dealings", "conversations", "bookmarks"}
# Keys: random by design, or given by the database; and what a build does not write itself.
KEYS = {"id", "code", "cipher", "key", "norm", "customer_key", "lo", "hi"}
NOT_BUILT = {"identity_account", "customers_dirtycustomer", "customers_city", "identity_firm"}


@pytest.fixture
def by(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    system = system_principal("demo")
    with clock.frozen(NOON):
        found_firm(by=system, name="和众", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
        yield system


def _record():
    """Every row of the record's tables without keys, and the customers' seeded codes with their names."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.split("_")[0] not in ROOMS or "_document" in table or table in NOT_BUILT:
                continue
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            told = [c for c in columns if c not in KEYS and not c.endswith("_id")]
            names = ", ".join(f'"{column}"' for column in told) or "1"
            cursor.execute(f"SELECT {names} FROM {table}")
            found[table] = sorted(map(repr, cursor.fetchall()))
        cursor.execute("SELECT code, name, reference FROM customers_customer ORDER BY reference")
        found["codes"] = cursor.fetchall()
    return found


@pytest.mark.drill  # two demo firms, one after the other
def test_the_same_seed_and_day_make_the_same_record_apart_from_keys(by):
    counts = build_demo(by=by, customers=150, seed=4)
    first = _record()
    assert (counts["customers"], len(first["codes"])) == (len(first["customers_customer"]), counts["customers"])
    assert len(first["dealings_dealing"]) == counts["dealings"]
    clear_demo(by=by)
    with clock.frozen(NOON + dt.timedelta(hours=7, minutes=3)):  # later the same day
        assert build_demo(by=by, customers=150, seed=4) == counts
    second = _record()
    assert {table for table in first if first[table] != second[table]} == set()
    clear_demo(by=by)
    build_demo(by=by, customers=150, seed=5)
    assert _record()["codes"] != first["codes"]


def test_a_firm_with_customers_takes_no_demo(by):
    register_customers([NewCustomer(name="钱自有")], by=by, source="form")
    before = _record()
    with pytest.raises(Refused, match="already"):
        build_demo(by=by, customers=3, seed=1)
    assert _record() == before
    assert not firm().is_demo
