"""The same file a second time changes nothing, even where it contradicts itself (R6, trust.md row 13)."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.record.customers.models import Address, Customer
from guanxi.record.customers.services import update_customer
from guanxi.record.dealings.models import Dealing
from guanxi.record.imports.importers.customers import CustomerImporter
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.importers.holdings import HoldingImporter
from guanxi.record.imports.services import undo_import
from tests.chances import examples
from tests.record.imports.tables import record_rows
from tests.record.imports.test_dealings import counts
from tests.stories.scene import SYSTEM

CONTRADICTING = {
    "customers": "reference,name,phone,city,address\nK1,王伟,13800138000,北京,甲路\nK2,李娜,13900139000,,\n"
    "K1,王大伟,13800138001,上海,乙路\nK1,王伟,,北京,甲路\nK1,王小伟,,广州,丙路\n",
    "dealings": "reference,customer,date,amount,category\nT1,A,2024-01-05,10,food\nT2,A,2024-01-05,10,\n"
    "T1,B,2024-01-06,11,\nT1,A,2024-01-05,12,food\n",
    "holdings": "reference,customer,product,status,attributes.colour\nH1,A,card,open,red\nH2,A,,,\n"
    "H1,B,loan,closed,blue\nH1,A,card,open,\nH1,C,,,green\n",
    "products": "reference,name,family\nP1,Card,cards\nP2,x,\nP1,Loan,loans\nP1,Card,cards\n",
    "estates": "name,city,district,handover_on\n阳光花园,上海,浦东,2023-01-01\n阳光花园,上海,徐汇,2024-01-01\n",
    "balances": "holding,day,amount\nH0,2024-01-31,1\nH0,2024-01-31,2\nH0,2024-02-29,5\nH0,2024-01-31,3\n",
}


@pytest.fixture(params=[1, 2, 1000])
def batches(request, monkeypatch):
    """Contradictions within a batch and across batches."""
    for importer in (CustomerImporter, DealingImporter, HoldingImporter):
        monkeypatch.setattr(importer, "batch", (request.param, request.param))


@pytest.mark.parametrize("kind", CONTRADICTING)
def test_a_file_that_contradicts_itself_changes_nothing_the_second_time(take, batches, kind):
    take("holdings", "reference,customer\nH0,A\n", create_customers=True, name="first.csv")
    text = CONTRADICTING[kind]
    first = take(kind, text, create_customers=True)
    assert first.counts.updated > 0
    assert first.counts.failed == 0
    before = record_rows()
    for _ in range(2):
        again = take(kind, text, create_customers=True)
        assert counts(again) == (first.counts.rows, 0, 0, first.counts.rows, 0, 0)
        assert record_rows() == before


def test_the_last_row_counts(take):
    take("customers", CONTRADICTING["customers"])
    take("dealings", CONTRADICTING["dealings"], create_customers=True)
    customer = Customer.objects.get(reference="K1")
    assert (customer.name, customer.city.name) == ("王小伟", "广州")
    assert Address.objects.get(customer=customer, valid_to=None).text == "丙路"
    assert sorted(Dealing.objects.values_list("reference", "amount")) == [("T1", 1200), ("T2", 1000)]


def test_a_contradiction_that_was_taken_back_is_told_again(take):
    first = take("holdings", CONTRADICTING["holdings"], create_customers=True)
    undo_import(first.code, by=SYSTEM)
    assert counts(take("holdings", CONTRADICTING["holdings"], create_customers=True)) == counts(first)


def test_a_customer_who_was_renamed_by_hand_is_not_made_a_second_time(take):
    """His row knows him by phone and old name only; the ledger knows whom it became."""
    text = "name,phone\n王伟,13800138000\n李娜,\n"
    take("customers", text)
    for customer in Customer.objects.all():
        update_customer(customer.pk, {"name": f"新{customer.name}"}, version=customer.version, by=SYSTEM)
    again = take("customers", text)
    assert again.counts.created == 0
    assert Customer.objects.count() == 2


def test_renames_within_a_file_make_no_doubles(take):
    text = "name,phone,id_number\n张三,13800138000,11010519491231002X\n张三丰,,11010519491231002X\n"
    assert counts(take("customers", text)) == (2, 1, 1, 0, 0, 0)
    assert counts(take("customers", text)) == (2, 0, 0, 2, 0, 0)
    assert Customer.objects.count() == 1


def test_the_same_file_with_other_columns_is_read_anew(take):
    text = "reference,name,alias\nK1,王伟,小王\nK1,王大伟,大王\n"
    take("customers", text, fields="reference=reference,name=name")
    report = take("customers", text, fields="reference=reference,name=alias")
    assert counts(report) == (2, 0, 2, 0, 0, 0)
    assert Customer.objects.get().name == "大王"


rows = st.lists(
    st.tuples(st.sampled_from(["K1", "K2", ""]), st.sampled_from(["王伟", "李娜"]), st.sampled_from(["13800138000", "13900139000", ""]),
              st.sampled_from(["", "北京", "上海"]), st.sampled_from(["", "甲路", "乙路"])),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_any_file_of_customers_changes_nothing_the_second_time(take, rows):
    text = "reference,name,phone,city,address\n" + "".join(",".join(row) + "\n" for row in rows)
    first = take("customers", text)
    before = record_rows()
    again = take("customers", text)
    assert (again.counts.created, again.counts.updated) == (0, 0)
    assert again.counts.failed == first.counts.failed
    assert record_rows() == before
    for code in (again.code, first.code):
        undo_import(code, by=SYSTEM)


@pytest.mark.postgres
def test_tables_are_looked_at_once_a_file_of_customers_is_in(take):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = -1 WHERE relname IN ('customers_identifier', 'customers_customer')"
        )
        take("customers", CONTRADICTING["customers"])
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relname IN ('customers_identifier', 'customers_customer')"
        )
        assert dict(cursor.fetchall()) == {"customers_customer": 2, "customers_identifier": 5}
