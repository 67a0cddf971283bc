"""Undoing an import brings the record back, row by row; what people did since stays, and is named."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.record.catalogue.models import Product
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.queries import has_consent
from guanxi.record.consents.rules import Statement
from guanxi.record.consents.services import NewConsent, record_consents
from guanxi.record.conversations.choices import Outcome
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Customer, DirtyCustomer
from guanxi.record.customers.services import restore_customers
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.models import Balance, Holding
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from guanxi.record.imports.services import undo_import
from tests.record.imports.tables import record_rows
from tests.record.imports.test_dealings import BASIC, REFERENCED, counts
from tests.record.imports.test_kinds import CONVERSATIONS, HOLDINGS
from tests.stories.scene import SYSTEM


def undo(report):
    return undo_import(report.code, by=SYSTEM)


def live(rows):
    """Rows without deleted customers and what only they have: undoing deletes customers as people do."""
    gone = {row["id"] for row in rows["customers.customer"] if row["deleted_at"]}
    return {
        label: [
            row
            for row in found
            if row.get("customer_id") not in gone and not (label == "customers.customer" and row["id"] in gone)
        ]
        for label, found in rows.items()
    }


def unversioned(rows):
    """Without the marks that every change leaves on a head row."""
    for row in rows["customers.customer"]:
        del row["version"], row["updated_at"]
    return rows


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("dealings", BASIC, BASIC + "C,2024-02-01,1\n"),
        ("dealings", REFERENCED, "reference,customer,date,amount,category\nT1,B,2024-01-09,12.5,food\nT1,B,2024-01-09,13,\nT3,C,2024-01-07,1,\n"),
        ("products", "reference,name,family,margin_rate\nP1,Card,cards,0.35\n", "reference,name,family,margin_rate\nP1,Loan,loans,-0.2\nP2,x,cards,\n"),
        ("estates", "name,city,aliases\nA,X,a;b\n", "name,city,aliases,handover_on,latitude\nA,X,c,2023-01-01,31.5\nB,X,,,\n"),
        ("holdings", HOLDINGS, "reference,customer,closed_on,attributes.size,product\nH1,C,2025-05-05,big,new\nH9,A,,,\nH1,C,,small,\n"),
        ("conversations", CONVERSATIONS, "customer,at,channel\nA,2025-01-01,call\nD,2025-01-02,\n"),
        ("customers", "reference,name,phone,address\nK1,王伟,13800138000,北京\n",
         "reference,name,phone,address,email,company\nK1,王大伟,13800138001,上海,a@b.cn,某公司\nK2,李娜,13900139000,,,\nK1,王大伟,,天津,,\n"),
    ],
)  # fmt: skip
def test_undoing_is_the_identity(take, kind, first, second):
    take(kind, first, create_customers=True, name="first.csv")
    before = unversioned(live(record_rows()))
    report = take(kind, second, create_customers=True, name="second.csv")
    assert report.counts.created + report.counts.updated > 0
    assert unversioned(live(record_rows())) != before
    done = undo(report)
    assert unversioned(live(record_rows())) == before
    assert (done.removed, done.kept) == (report.counts.created, [])
    assert Import.objects.get(code=report.code).status == ImportStatus.UNDONE


def test_balances_are_undone(take):
    take("holdings", HOLDINGS, create_customers=True)
    take("balances", "holding,day,amount\nH1,2024-01-31,1\n")
    before = record_rows()
    report = take("balances", "holding,day,amount\nH1,2024-01-31,2\nH2,2024-01-31,5\n")
    DirtyCustomer.objects.all().delete()
    undo(report)
    assert record_rows() == before
    assert DirtyCustomer.objects.values("customer_id").distinct().count() == 2
    assert Balance.objects.get().amount == 100


CONSENTS = (
    "reference,name,phone,consent_status,consent_purpose,consent_channel,consent_at,consent_evidence\n"
    "K1,王伟,13800138000,yes,marketing,sms,2024-01-05,form 1\n"
    "K2,李娜,13900139000,yes,marketing,sms,2024-01-05,form 2\n"
    "K3,赵六,13700137000,no,marketing,sms,2024-01-05,form 3\n"
)


def allowed():
    people = Customer.objects.filter(gone=0).order_by("reference")
    asked = {"purpose": Purpose.MARKETING, "channel": Channel.SMS}
    return [person.reference for person in people if has_consent(person.pk, **asked)]


def test_consents_that_an_import_brought_are_taken_back(take):
    """The customers were known: they stay, what the file said in their name does not. The ledger only grows."""
    take("customers", "reference,name,phone\nK1,王伟,13800138000\nK3,赵六,13700137000\n", name="people.csv")
    known = Customer.objects.get(reference="K3")
    proof = {"evidence": "branch form", "source": "branch"}
    at = dt.datetime(2023, 1, 5, tzinfo=dt.UTC)
    yes = Statement(Purpose.MARKETING, Channel.SMS, ConsentStatus.GRANTED, at, **proof)
    record_consents([NewConsent(known.pk, yes)], by=SYSTEM)
    assert allowed() == ["K3"]
    report = take("customers", CONSENTS, name="consents.csv")
    assert counts(report) == (3, 1, 2, 0, 0, 0)  # who only said yes or no has changed too
    assert allowed() == ["K1", "K2"]
    rows = Consent.objects.count()
    undo(report)
    assert allowed() == ["K3"]
    assert Consent.objects.count() == rows + 3
    sources = set(Consent.objects.order_by("-pk").values_list("source", flat=True)[:3])
    assert sources == {f"retracted: import {report.code} undone"}
    again = take("customers", CONSENTS, name="consents.csv")
    assert counts(again) == counts(report)
    assert allowed() == ["K1", "K2"]
    assert counts(take("customers", CONSENTS, name="consents.csv")) == (3, 0, 0, 3, 0, 0)


def test_restoring_a_customer_whose_import_was_undone_restores_no_consent(take):
    report = take("customers", CONSENTS)
    undo(report)
    restore_customers(list(Customer.objects.values_list("pk", flat=True)), by=SYSTEM)
    assert Customer.objects.filter(gone=0).count() == 3
    assert allowed() == []


def test_a_file_that_was_undone_can_be_imported_again(take):
    first = take("dealings", BASIC, create_customers=True)
    undo(first)
    assert not Dealing.objects.exists()
    assert not Customer.objects.filter(gone=0).exists()
    again = take("dealings", BASIC, create_customers=True)
    assert counts(again) == counts(first)
    assert Dealing.objects.count() == 3


def test_undoing_one_of_two_imports_of_a_file_leaves_the_truth(take):
    first = take("dealings", BASIC, create_customers=True)
    second = take("dealings", BASIC, create_customers=True)
    undo(second)
    assert Dealing.objects.count() == 3
    undo(first)
    assert Dealing.objects.count() == 0
    assert counts(take("dealings", BASIC, create_customers=True)) == (4, 3, 0, 0, 1, 0)


def test_what_people_changed_since_stays_and_is_named(take):
    take("holdings", HOLDINGS, create_customers=True)
    report = take("holdings", "reference,customer,status,renewal_on\nH1,A,closed,2027-01-01\nH2,B,closed,\n")
    Holding.objects.filter(reference="H1").update(status=3)
    done = undo(report)
    assert (done.restored, done.kept) == (1, ["H1"])
    one, two = Holding.objects.order_by("reference")
    assert (one.status, one.renewal_on) == (3, None)
    assert two.status == 1


def test_what_is_used_since_stays_and_is_named(take, scene):
    report = take(
        "dealings", "customer,date,amount,product\nA,2024-01-05,1,P1\nB,2024-01-05,1,P2\n", create_customers=True
    )
    kept = Customer.objects.get(reference="A")
    log_conversation(kept.pk, by=SYSTEM, channel=Channel.CALL, outcome=Outcome.REACHED)
    take("dealings", "customer,date,amount,product\nA,2024-01-06,1,P2\n")
    done = undo(report)
    assert sorted(Customer.objects.filter(gone=0).values_list("reference", flat=True)) == ["A"]
    assert list(Product.objects.values_list("reference", flat=True)) == ["P2"]
    assert sorted(done.kept) == sorted([str(kept.pk), "P2"])
    assert Dealing.objects.count() == 1


def test_an_import_is_undone_once_and_only_by_its_owner(take, scene):
    report = take("dealings", BASIC, create_customers=True)
    with pytest.raises(Refused) as refused:
        undo_import(report.code, by=scene.person("gao"))
    assert refused.value.code == "imports.not_found"
    assert Dealing.objects.count() == 3
    undo(report)
    with pytest.raises(Refused) as refused:
        undo(report)
    assert refused.value.code == "imports.not_undoable"
    with pytest.raises(Refused) as refused:
        undo_import("zzzzzzzzzzzz", by=SYSTEM)
    assert refused.value.code == "imports.not_found"


line = st.tuples(
    st.sampled_from(["T1", "T2", "T3", ""]),
    st.sampled_from(["A", "B", "", "C"]),
    st.integers(1, 28),
    st.sampled_from(["1", "-2", "3.005", "x"]),
)
files = st.lists(line, min_size=1, max_size=8)


def as_file(rows):
    return "reference,customer,date,amount\n" + "".join(f"{r},{c},2024-01-{d:02},{a}\n" for r, c, d, a in rows)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(files, min_size=1, max_size=4), st.data())
def test_any_file_undone_leaves_what_was_there(take, rows, data):
    for number, some in enumerate(rows):
        take("dealings", as_file(some), create_customers=True, name=f"{number}.csv")
    before = unversioned(live(record_rows()))
    dirty = DirtyCustomer.objects.count()
    report = take("dealings", as_file(data.draw(files)), create_customers=True, name="last.csv")
    c = report.counts
    assert c.rows == c.created + c.updated + c.unchanged + c.skipped + c.failed
    assert not (c.created or c.updated) or DirtyCustomer.objects.count() > dirty
    undo(report)
    assert unversioned(live(record_rows())) == before


@pytest.mark.parametrize("code", ["nobody", "", "' OR 1=1--", "x\0", "x\udcff", "%", "x" * 5_000])
def test_there_is_nothing_to_undo_by_a_code_that_is_none(scene, code):
    with pytest.raises(Refused) as refused:
        undo_import(code, by=SYSTEM)
    assert refused.value.code == "imports.not_found"
