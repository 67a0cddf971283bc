"""A row that breaks the storing itself costs that row, never the file; and nothing that was rolled back is remembered."""

import pytest

from guanxi.record.customers.choices import Stage
from guanxi.record.customers.models import Customer, StageChange
from guanxi.record.dealings.models import Dealing
from guanxi.record.imports import registry
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.services import undo_import
from tests.stories.scene import SYSTEM


class _Delicate(DealingImporter):
    """Stores a batch, and then breaks when it held a certain amount, as a database or a bug of ours might."""

    kind = "delicate"

    def write(self, prepared, *, stored):
        written = super().write(prepared, stored=stored)
        if 66_600 in prepared.amount.tolist():
            raise OverflowError("more than the database takes")
        return written


@pytest.fixture
def delicate(scene, monkeypatch):
    monkeypatch.setitem(registry._importers, "delicate", _Delicate)


@pytest.mark.parametrize("poison", [0, 4, 9])
def test_poison_row_is_set_aside_and_all_others_are_stored(take, delicate, poison):
    rows = [f"C{n},2026-01-0{n % 9 + 1},{'666' if n == poison else n}.00" for n in range(10)]
    report = take("delicate", "\n".join(["customer,date,amount", *rows]), create_customers=True)
    assert (report.counts.rows, report.counts.created, report.counts.failed) == (10, 9, 1)
    assert report.counts.reasons == {"imports.unexpected": 1}
    assert sorted(Dealing.objects.values_list("amount", flat=True)) == [n * 100 for n in range(10) if n != poison]
    known = set(Customer.objects.values_list("pk", flat=True))
    assert set(Dealing.objects.values_list("customer_id", flat=True)) <= known
    names = Customer.objects.filter(pk__in=Dealing.objects.values("customer_id")).values_list("reference", flat=True)
    assert sorted(names) == [f"C{n}" for n in range(10) if n != poison]


def test_prospect_whose_only_lines_are_taken_back_is_a_prospect_again(take):
    take("customers", "reference,name\nA,王伟\nB,李娜\n", name="people.csv")
    take("dealings", "customer,date,amount\nB,2026-01-01,5\n", name="first.csv")
    stages = dict(Customer.objects.filter(reference__in="AB").values_list("reference", "stage"))
    assert stages == {"A": Stage.PROSPECT, "B": Stage.CUSTOMER}
    report = take("dealings", "customer,date,amount\nA,2026-01-02,7\nB,2026-01-02,8\n", name="second.csv")
    assert Customer.objects.get(reference="A").stage == Stage.CUSTOMER
    assert StageChange.objects.filter(customer__reference__in="AB").count() == 2
    undo_import(report.code, by=SYSTEM)
    stages = dict(Customer.objects.filter(reference__in="AB").values_list("reference", "stage"))
    assert stages == {"A": Stage.PROSPECT, "B": Stage.CUSTOMER}
    assert [change.customer.reference for change in StageChange.objects.filter(customer__reference__in="AB")] == ["B"]
