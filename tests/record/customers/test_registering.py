"""Becoming a customer: recognised, completed, refused."""

import datetime as dt

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground import clock
from guanxi.ground.ids import is_code
from guanxi.ground.secrets import keyring
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers import queries, search
from guanxi.record.customers.choices import CustomerKind, Gender, IdentifierKind, Stage
from guanxi.record.customers.models import Address, Customer, DirtyCustomer, Identifier, IdentifierKey
from guanxi.record.customers.rules.marks import COLUMN, TABLE, key_of
from guanxi.record.customers.services import NewCustomer, register_references
from tests.chances import examples
from tests.record.customers.rows import NOON, WANG, register
from tests.stories.scene import SYSTEM, build_scene


def snapshot() -> tuple:
    """Everything that registering may write, but the dirty list."""
    return (
        list(Customer.objects.order_by("pk").values()),
        list(Identifier.objects.order_by("pk").values()),
        list(IdentifierKey.objects.order_by("pk").values_list("key", "customer_id")),
        list(Address.objects.order_by("pk").values()),
        Act.objects.count(),
    )


def test_one_row_with_every_field(scene):
    row = NewCustomer(
        name="王芳",
        reference="K-0012",
        phone=("138 0013 8000", "+86 10-62345678"),
        email="Wang.Fang@Example.COM",
        id_number=WANG,
        plate="京A·12345",
        policy_number="pl 2026-0001",
        account="6222 0200 0000 0000 123",
        member="M7",
        city="北京市",
        address="星河湾 3 号楼",
        district="朝阳区",
        company="合众保险",
        owner="mo",
        source="分行名单",
    )
    [done] = register(row)
    customer = Customer.objects.get()
    assert (done.outcome, done.id, done.code) == ("created", customer.pk, customer.code)
    assert (customer.name, customer.name_key, customer.reference) == ("王芳", "wang fang", "K-0012")
    assert (customer.birthday, customer.gender) == (dt.date(1949, 12, 31), Gender.FEMALE)  # read from the ID number
    assert (customer.city.name, customer.company, customer.source) == ("北京市", "合众保险", "分行名单")
    assert (customer.owner, customer.team) == (scene.staff["mo"], scene.teams["oak"])
    assert (customer.stage, customer.created_on, customer.gone) == (Stage.PROSPECT, dt.date(2026, 6, 30), 0)
    norms = dict(Identifier.objects.exclude(kind__in=(2, 4, 7)).values_list("kind", "norm"))
    assert norms == {1: "K-0012", 3: "wang.fang@example.com", 5: "京A12345", 6: "PL20260001", 8: "M7"}
    phones = Identifier.objects.filter(kind=IdentifierKind.PHONE).order_by("pk").values_list("norm", flat=True)
    assert list(phones) == ["+8613800138000", "+861062345678"]
    address = Address.objects.get()
    assert (address.text, address.city, address.district) == ("星河湾 3 号楼", "北京市", "朝阳区")
    assert (address.valid_from, address.valid_to) == (dt.date(2026, 6, 30), None)
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [customer.pk]


def test_sensitive_numbers_stand_encrypted_and_digested(scene):
    register(NewCustomer(name="王芳", id_number=WANG))
    paper = Identifier.objects.get(kind=IdentifierKind.ID_NUMBER)
    ring = keyring()
    assert paper.norm == ring.blind_digest("4", WANG).hex()
    assert WANG.encode() not in bytes(paper.cipher)
    assert ring.decrypt_text(paper.cipher, table=TABLE, column=COLUMN, row=paper.norm) == WANG
    assert IdentifierKey.objects.get().key == key_of(4, paper.norm, ring)


@pytest.mark.parametrize(
    "row",
    [
        NewCustomer(name="王芳", phone="13800138000", city="北京", address="星河湾 3 号楼"),
        NewCustomer(name="John Smith", email="j@example.com", birthday="1980-02-29"),
        NewCustomer(name="张伟"),
        NewCustomer(name="张伟", birthday="1990-05-01"),
        NewCustomer(reference="0012", name="赵六", gender="男", kind="个人", language="zh-hans"),
        NewCustomer(name="Null", plate="粤B 88888", member="x"),
        NewCustomer(name="李四", id_number=WANG, account="0001234567", owner="lin"),
    ],
)
def test_the_same_row_again_is_unchanged_and_writes_nothing(scene, row):
    first = register(row)
    before = snapshot()
    dirty = DirtyCustomer.objects.count()
    second = register(row)
    assert [first[0].outcome, second[0].outcome] == ["created", "unchanged"]
    assert second[0].id == first[0].id
    assert snapshot() == before
    assert DirtyCustomer.objects.count() == dirty


def test_the_same_row_twice_in_one_batch_is_one_customer(scene):
    one, two, three = register(
        NewCustomer(name="王芳", phone="138-0013-8000"),
        NewCustomer(name="王 芳", phone="+86 13800138000"),
        NewCustomer(name="王芳", phone="１３８００１３８０００", email="wf@example.com"),
    )
    assert [one.outcome, two.outcome, three.outcome] == ["created", "unchanged", "updated"]
    assert one.id == two.id == three.id == Customer.objects.get().pk
    assert Identifier.objects.count() == 2


def test_a_known_customer_is_completed_and_what_differs_is_replaced(scene):
    [first] = register(NewCustomer(name="王芳", phone="13800138000", birthday="1980-01-01", company="甲"))
    [second] = register(
        NewCustomer(
            name="王芳", phone=("13800138000", "13900139000"), birthday="1980-01-02", gender="女", reference="A1"
        )
    )
    customer = Customer.objects.get()
    assert second.outcome == "updated"
    assert (customer.birthday, customer.gender, customer.company) == (dt.date(1980, 1, 2), Gender.FEMALE, "甲")
    assert (customer.reference, customer.version) == ("A1", 2)
    added = list(Identifier.objects.filter(pk__gt=Identifier.objects.earliest("pk").pk).values_list("pk", flat=True))
    assert second.changes == {
        "head": {"reference": ["", "A1"], "gender": [0, 2], "birthday": ["1980-01-01", "1980-01-02"]},
        "identifiers": sorted(added),
        "addresses": {"added": [], "ended": []},
    }
    assert queries.ids_by_reference(["A1"], principal=SYSTEM) == {"A1": first.id}


def test_an_empty_cell_changes_nothing(scene):
    register(NewCustomer(name="王芳", reference="A1", company="甲", gender="女", birthday="1980-01-01", city="广州"))
    before = snapshot()
    [again] = register(NewCustomer(reference="A1"))
    assert again.outcome == "unchanged"
    assert snapshot() == before


def test_a_new_address_ends_the_one_before(scene):
    register(NewCustomer(name="王芳", reference="A1", address="星河湾 3 号楼"))
    [second] = register(NewCustomer(name="王芳", reference="A1", address="锦绣路 1 号"))
    [third] = register(NewCustomer(name="王芳", reference="A1", address="锦绣路1号"))
    old, new = Address.objects.order_by("pk")
    assert (old.text, old.valid_to) == ("星河湾 3 号楼", dt.date(2026, 6, 30))
    assert (new.text, new.valid_to) == ("锦绣路 1 号", None)
    assert (second.outcome, third.outcome) == ("updated", "unchanged")
    assert second.changes["addresses"] == {"added": [new.pk], "ended": [old.pk]}


# whom a row is


def test_the_firms_number_names_its_customer_whatever_the_name(scene):
    [first] = register(NewCustomer(name="王芳", reference="A1"))
    [second] = register(NewCustomer(name="王小芳", reference="A1"))
    assert second.id == first.id
    customer = Customer.objects.get()
    assert (customer.name, customer.name_key) == ("王小芳", "wang xiao fang")


def test_the_same_phone_with_another_name_is_another_person(scene):
    wife, husband = register(
        NewCustomer(name="王芳", phone="13800138000"), NewCustomer(name="李强", phone="13800138000")
    )
    assert wife.id != husband.id
    [again] = register(NewCustomer(name="李强", phone="13800138000", gender="m"))
    assert (again.outcome, again.id) == ("updated", husband.id)


def test_the_same_name_without_any_identifier_is_the_same_person_unless_birthdays_differ(scene):
    bare, born, other = register(
        NewCustomer(name="张伟"),
        NewCustomer(name="张伟", birthday="1990-05-01"),
        NewCustomer(name="张伟", birthday="1991-06-02"),
    )
    assert len({bare.id, born.id, other.id}) == 3
    register(NewCustomer(name="张伟", phone="13800138000"))
    again = register(
        NewCustomer(name="张伟"),
        NewCustomer(name="张伟", birthday="1990-05-01"),
        NewCustomer(name="张伟", birthday="1991-06-02"),
    )
    assert [row.id for row in again] == [bare.id, born.id, other.id]
    assert Customer.objects.count() == 4


def test_a_phone_of_two_people_of_one_name_goes_to_the_one_whose_numbers_agree(scene):
    one, two = register(
        NewCustomer(name="王芳", phone="13800138000", reference="A1"),
        NewCustomer(name="王芳", phone="13800138000", reference="A2"),
    )
    assert one.id != two.id
    both = register(
        NewCustomer(name="王芳", phone="13800138000", reference="A2", gender="f"),
        NewCustomer(name="王芳", phone="13800138000"),
    )
    assert [row.id for row in both] == [two.id, one.id]  # of several, the one known longest


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (NewCustomer(name="x", reference="A1", policy_number="P2"), "customers.two_customers"),
        (NewCustomer(name="x", reference="A9", policy_number="P1"), "customers.other_number"),
        (NewCustomer(name="x", id_number=WANG, member="m1"), "customers.other_number"),
    ],
)
def test_identifiers_in_conflict_are_a_problem_and_change_nothing(scene, row, code):
    register(
        NewCustomer(name="甲", reference="A1", policy_number="P1"),
        NewCustomer(name="乙", reference="A2", policy_number="P2"),
        NewCustomer(name="丙", id_number="11010519800229003X", member="m1"),
    )
    before = snapshot()
    [failed] = register(row)
    assert (failed.outcome, failed.id, failed.problem.refused.code) == ("failed", 0, code)
    assert snapshot() == before


def test_a_switchboard_that_many_share_recognises_nobody(scene):
    crowd = [NewCustomer(name=f"员工{n}", phone="02088888888") for n in range(60)]
    register(*crowd)
    [again] = register(NewCustomer(name="员工7", phone="02088888888"))
    assert again.outcome == "created"
    assert Customer.objects.count() == 61


# what is refused


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (NewCustomer(name="甲", phone="1.38E+10"), "phone", "phones.rounded"),
        (NewCustomer(name="甲", phone="not a phone"), "phone", "phones.not_a_phone"),
        (NewCustomer(name="甲", phone=("13800138000", "62345678")), "phone", "phones.area_code_missing"),
        (NewCustomer(name="甲", email="a@b"), "email", "text.not_an_email"),
        (NewCustomer(name="甲", id_number="110105194912310021"), "id_number", "resident_ids.check"),
        (NewCustomer(name="甲", id_number="12345"), "id_number", "resident_ids.form"),
        (NewCustomer(name="甲", id_number="护照"), "id_number", "customers.not_a_paper"),
        (NewCustomer(name="甲", birthday="2026-07-01"), "birthday", "customers.not_a_birthday"),
        (NewCustomer(name="甲", birthday="1849-12-31"), "birthday", "customers.not_a_birthday"),
        (NewCustomer(name="甲", birthday="yesterday"), "birthday", "clock.not_a_date"),
        (NewCustomer(name="甲", gender="woman?"), "gender", "customers.unknown_word"),
        (NewCustomer(name="甲", kind="robot"), "kind", "customers.unknown_word"),
        (NewCustomer(name="王\0芳", phone="13800138000"), "name", "text.not_storable"),
        (NewCustomer(name="王\ud800芳"), "name", "text.not_storable"),
        (NewCustomer(name="王芳", address="a\0b"), "address", "text.not_storable"),
        (NewCustomer(name="甲" * 201), "name", "customers.too_long"),
        (NewCustomer(phone="13800138000"), "name", "customers.name_missing"),
        (NewCustomer(name="\u200b\u202e", phone="13800138000"), "name", "customers.name_missing"),
        (NewCustomer(name="甲", reference="1.2E+05"), "reference", "text.rounded"),
        (NewCustomer(name="甲", reference="9" * 65), "reference", "customers.too_long"),
        (NewCustomer(name="甲", account="12 34 5é"), "account", "text.not_an_account"),
        (NewCustomer(name="甲", owner="nobody"), "owner", "customers.unknown_owner"),
        (NewCustomer(name="甲", phone=tuple(f"138001380{n:02}" for n in range(21))), "phone", "customers.too_many"),
    ],
)
def test_a_bad_cell_fails_its_row_with_column_and_reason(scene, row, column, code):
    bad, good = register(row, NewCustomer(name="好客户", reference="OK"))
    assert (bad.outcome, bad.problem.column, bad.problem.refused.code) == ("failed", column, code)
    assert str(bad.problem.refused)
    assert good.outcome == "created"
    assert Customer.objects.get().name == "好客户"
    assert is_code(Customer.objects.get().code)


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "Null",
        "true",
        "张",
        "𠮷野家",
        "👨‍👩‍👧",
        "محمد",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "a\u202eb",
        "名" * 200,
        "=1+1",
    ],
)
def test_names_are_stored_as_given(scene, name):
    [done] = register(NewCustomer(name=name, reference="N1"))
    assert done.outcome == "created"
    assert Customer.objects.get().name == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0012", "0012"), ("１３８００１３８０００", "+8613800138000"), ("+86 138-0013-8000", "+8613800138000")],
)
def test_phones_have_one_form_and_keep_leading_zeros(scene, given, kept):
    register(NewCustomer(name="甲", phone=given))
    assert Identifier.objects.get().norm == kept


def test_papers_of_firms_and_travellers(scene):
    register(
        NewCustomer(name="甲公司", id_number="91350100M000100Y43"),  # the example of GB 32100
        NewCustomer(name="John", id_number="e12345678"),
    )
    firm, john = Customer.objects.order_by("pk")
    assert (firm.kind, john.kind) == (CustomerKind.ORGANISATION, CustomerKind.PERSON)
    wrong = register(NewCustomer(name="乙公司", id_number="91350100M000100Y44"))
    assert wrong[0].problem.refused.code == "resident_ids.form"


# who may


def test_without_the_right_nothing_is_read_or_written(scene):
    before = snapshot()
    for name in ("du", "mei", "fei"):  # reader, marketer, service
        with pytest.raises(Denied):
            register(NewCustomer(name="王芳"), by=scene.person(name))
        with pytest.raises(Denied):
            register_references(["A1"], by=scene.person(name), source="test")
    assert snapshot() == before


def test_whose_a_new_customer_is(scene):
    cases = {"lin": ("lin", "oak"), "gao": (None, "oak"), "xu": (None, "south")}
    for name, (owner, team) in cases.items():
        [done] = register(NewCustomer(name=f"客户 of {name}"), by=scene.person(name))
        customer = Customer.objects.get(pk=done.id)
        assert (customer.owner, customer.team) == (scene.staff[owner] if owner else None, scene.teams[team])
    [done] = register(NewCustomer(name="文件"))
    assert Customer.objects.filter(pk=done.id, owner=None, team=None).exists()


def test_owners_are_given_only_to_colleagues_one_sees_and_by_those_who_may(scene):
    leader, manager = scene.person("gao"), scene.person("lin")
    good, far = register(
        NewCustomer(name="甲", owner="wu"), NewCustomer(name="乙", owner="xu"), by=leader
    )  # wu: the same branch; xu: another one
    assert Customer.objects.get(pk=good.id).team == scene.teams["elm"]
    assert far.problem.refused.code == "customers.unknown_owner"
    own, given = register(NewCustomer(name="丙", owner="lin"), NewCustomer(name="丁", owner="mo"), by=manager)
    assert Customer.objects.get(pk=own.id).owner == scene.staff["lin"]
    assert given.problem.refused.code == "customers.may_not_assign"


def test_a_customer_of_others_is_neither_changed_nor_doubled(scene):
    register(NewCustomer(name="王芳", reference="A1", phone="13800138000", owner="wu"))
    before = snapshot()
    [strong] = register(NewCustomer(name="王芳", reference="A1", gender="f"), by=scene.person("lin"))
    assert strong.problem.refused.code == "customers.known_elsewhere"
    assert register_references(["A1"], by=scene.person("lin"), source="test") == {}
    assert queries.ids_by_reference(["A1"], principal=scene.person("lin")) == {}
    assert snapshot() == before


# many


def test_a_batch_costs_the_same_statements_at_1_and_at_30_rows(scene, django_assert_max_num_queries):
    def batch(first, count):
        return [
            NewCustomer(name=f"客户{n}", reference=f"R{n}", phone=f"1380013{n:04}", city="广州", address=f"{n} 号")
            for n in range(first, first + count)
        ]

    counts, said = [], ""
    register(*batch(900, 2))
    for rows in (batch(0, 1), batch(100, 30)):
        with django_assert_max_num_queries(40) as caught:
            register(*rows)
        counts.append(len(caught))
        said = "\n".join(query["sql"][:100] for query in caught.captured_queries)
    lock = 1 if connection.vendor == "postgresql" else 0  # nobody is merged meanwhile
    assert (counts[0] <= 23 + lock, counts[1]) == (True, 20 + lock), said  # a single one has its own key in the journal


def test_a_batch_has_one_row_in_the_journal(scene):
    before = Act.objects.count()
    register(*(NewCustomer(name=f"客户{n}") for n in range(20)))
    act = Act.objects.latest("pk")
    assert (Act.objects.count(), act.kind, act.count) == (before + 1, "customer.registered", 20)


def test_references_become_bare_customers(scene):
    register(NewCustomer(name="王芳", reference="0012"))
    with clock.frozen(NOON):
        found = register_references(["0012", "0013", " 0014 ", "", "1.2E+05", "0013"], by=SYSTEM, source="feed")
    assert sorted(found) == [" 0014 ", "0012", "0013"]
    made = Customer.objects.get(pk=found["0013"])
    assert (made.name, made.reference, made.stage, made.owner, made.team) == (
        "0013",
        "0013",
        Stage.CUSTOMER,
        None,
        None,
    )
    assert Customer.objects.get(pk=found["0012"]).name == "王芳"
    assert queries.ids_by_reference(["0014", "0013", "no"], principal=SYSTEM) == {
        "0014": found[" 0014 "],
        "0013": found["0013"],
    }
    with clock.frozen(NOON):
        assert register_references(["0013"], by=SYSTEM, source="feed") == {"0013": found["0013"]}
    assert search.count_missing() == 0


PEOPLE = (
    {"name": "王芳", "phone": "13800138000", "reference": "A1", "policy_number": "P1", "gender": "f", "city": "广州"},
    {"name": "王芳", "phone": "13900139000", "reference": "A2", "email": "wf@example.com", "birthday": "1980-02-29"},
    {"name": "李强", "phone": "13800138000", "id_number": WANG, "address": "星河湾 3 号楼"},
    {"name": "John Smith", "phone": "+44 20 7946 0000", "member": "M1", "plate": "京A12345"},
)


@st.composite
def glimpses(draw):
    """A row that shows one of four people in part."""
    person = draw(st.sampled_from(PEOPLE))
    shown = draw(st.sets(st.sampled_from(sorted(person))))
    return NewCustomer(**{field: value for field, value in person.items() if field in shown or field == "name"})


@pytest.mark.django_db
@settings(max_examples=examples(40), deadline=None)
@given(batches=st.lists(st.lists(glimpses(), min_size=1, max_size=6), min_size=1, max_size=4))
def test_whatever_comes_nobody_is_doubled_and_keys_and_documents_stay_true(batches):
    try:
        with transaction.atomic():
            build_scene()
            for batch in batches:
                assert len(register(*batch)) == len(batch)
            again = [row for batch in batches for row in register(*batch)]
            assert {row.outcome for row in again} <= {"unchanged", "updated", "failed"}
            strong = Identifier.objects.filter(kind__in=(1, 4, 6, 8)).values_list("kind", "norm")
            assert len(strong) == len(set(strong))
            ring = keyring()
            wanted = {(key_of(i.kind, i.norm, ring), i.customer_id) for i in Identifier.objects.all()}
            assert wanted <= set(IdentifierKey.objects.values_list("key", "customer_id"))
            assert search.reindex_customers(Customer.objects.values_list("pk", flat=True)) == 0
            raise _EnoughError
    except _EnoughError:
        pass


class _EnoughError(Exception):
    """Rolls one example back."""
