"""The customer page: pieces, masks, constant queries; and the export beside it."""

import datetime as dt
from decimal import Decimal

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.customers import queries, services
from guanxi.record.customers.choices import IdentifierKind, RelationKind, Stage
from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import NewCustomer, NewRelation
from tests.record.customers.rows import TODAY, WANG, register
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def wang(scene):
    [done] = register(
        NewCustomer(
            name="王芳",
            reference="A1",
            phone="13800138000",
            email="wang@example.com",
            id_number=WANG,
            plate="京A12345",
            policy_number="PL20260001",
            account="6222020000001234",
            address="星河湾 3 号楼",
            district="番禺",
            city="广州",
            owner="lin",
        )
    )
    return scene, done


def texts(page) -> dict[int, str]:
    return {row.kind: row.text for row in page.identifiers}


def test_each_sees_what_the_role_clears(wang):
    scene, done = wang
    clear = {
        1: "A1",
        2: "+8613800138000",
        3: "wang@example.com",
        4: WANG,
        5: "京A12345",
        6: "PL20260001",
        7: "6222020000001234",
    }
    masked = {
        1: "A1",
        2: "138****8000",
        3: "w***@example.com",
        4: "1101**********002X",
        5: "京A***45",
        6: "****0001",
        7: "****1234",
    }
    page = queries.customer_page(done.code, SYSTEM)
    assert (texts(page), page.head.birthday, page.head.name) == (clear, dt.date(1949, 12, 31), "王芳")
    page = queries.customer_page(done.code, scene.person("lin"))
    assert texts(page) == masked | {kind: clear[kind] for kind in (1, 2, 3, 5)}
    assert (page.head.name, page.head.birthday, page.addresses[0].text) == (
        "王芳",
        dt.date(1949, 12, 31),
        "星河湾 3 号楼",
    )
    page = queries.customer_page(done.code, scene.person("fei"))
    assert (texts(page), page.head.name, page.head.birthday) == (masked, "王芳", "****")
    assert (page.addresses[0].text, page.addresses[0].district, page.head.masked) == (
        "****",
        "****",
        {"birthday", "address"},
    )
    page = queries.customer_page(done.code, scene.person("mei"))
    assert (texts(page), page.head.name, page.head.city_name) == (masked, "王*", "广州")
    assert {row.kind: row.is_masked for row in page.identifiers} == {kind: kind != 1 for kind in masked}


def test_a_customer_beyond_the_scope_is_not_there(wang):
    scene, done = wang
    for code, who in ((done.code, "wu"), (done.code, "xu"), ("x" * 12, "lin"), ("' OR 1=1", "lin")):
        with pytest.raises(Refused) as refused:
            queries.customer_page(code, scene.person(who))
        assert refused.value.code == "customers.not_found"
    services.delete_customers([done.id], by=SYSTEM)
    with pytest.raises(Refused):
        queries.head_of_code(done.code, SYSTEM)


def test_a_merged_code_leads_to_the_winner(wang):
    scene, done = wang
    [other] = register(NewCustomer(name="王小芳", reference="A2", owner="lin"))
    merge = services.merge_customers(done.id, other.id, by=SYSTEM)
    page = queries.customer_page(other.code, scene.person("lin"))
    assert (page.head.code, page.head.asked_code) == (done.code, other.code)
    assert [(row.code, row.name, row.loser_code) for row in page.merged] == [(merge, "王小芳", other.code)]
    assert queries.customer_id_of(other.code, SYSTEM) == done.id
    with pytest.raises(Refused):
        queries.customer_page(other.code, scene.person("wu"))


def test_the_page_costs_the_same_with_one_row_and_with_thirty(wang, django_assert_max_num_queries):
    scene, done = wang
    lin = scene.person("lin")
    others = [row.id for row in register(*(NewCustomer(name=f"友{n}", owner="lin") for n in range(30)))]

    def add(numbers):
        for n in numbers:
            services.relate_customers(done.id, NewRelation(others[n], RelationKind.FRIEND), by=SYSTEM)
            services.record_preference(done.id, field=1 + n % 8, text=f"line {n}", source="told", by=SYSTEM)
            services.add_identifier(done.id, kind=IdentifierKind.PHONE, text=f"1390013{n:04}", by=SYSTEM)

    services.open_household("家", [done.id], by=SYSTEM)
    add(range(1))
    with django_assert_max_num_queries(14) as few:
        queries.customer_page(done.code, lin)
    add(range(1, 30))
    services.open_household("家", [done.id, *others], by=SYSTEM)
    with django_assert_max_num_queries(14) as many:
        page = queries.customer_page(done.code, lin)
    assert (len(page.relations), len(page.preferences), len(page.household.members)) == (30, 30, 31)
    assert len(many) == len(few)


def test_own_rows_of_the_timeline(wang):
    _, done = wang
    move = services.change_stage
    move([done.id], to=Stage.CUSTOMER, cause="signed", by=SYSTEM)
    move([done.id], to=Stage.LOST, cause="moved", by=SYSTEM)
    rows = queries.timeline_rows(done.id, SYSTEM, None, 10)
    assert [(row.kind, row.on, row.facts.get("to")) for row in rows] == [
        ("stage.changed", TODAY, 4),
        ("stage.changed", TODAY, 3),
        ("customer.taken_in", TODAY, None),
    ]
    assert queries.timeline_rows(done.id, SYSTEM, (TODAY, rows[0].id), 1) == [rows[1]]
    assert queries.timeline_rows(done.id, SYSTEM, (TODAY, 0), 10) == []


def test_the_export_shows_what_the_page_shows(wang):
    scene, done = wang
    services.add_identifier(done.id, kind=IdentifierKind.PHONE, text="010-62345678", by=SYSTEM)
    Customer.objects.filter(pk=done.id).update(value=123_456, tier=1, state=2)
    register(NewCustomer(name="李强", owner="xu"))
    [row, other] = queries.export_rows(SYSTEM)
    assert tuple(row) == queries.EXPORT_COLUMNS
    assert (row["customer"], row["phone"], row["id_number"]) == ("A1", "+8613800138000; +861062345678", WANG)
    assert (row["value"], row["tier"], row["state"], row["stage"]) == (Decimal("1234.56"), "A", "watch", "prospect")
    assert other["customer"] == Customer.objects.get(name="李强").code
    [masked, _] = queries.export_rows(scene.person("mei"))
    assert (masked["name"], masked["phone"], masked["birthday"]) == ("王*", "138****8000; 010****5678", None)
    assert [row["name"] for row in queries.export_rows(scene.person("xu"))] == ["李强"]
    assert list(queries.export_rows(SYSTEM, as_of=dt.date(2026, 6, 29))) == []
    with pytest.raises(Denied):
        list(queries.export_rows(scene.person("lin")))
