"""Finding: pieces equal LIKE, the scope is part of the match, masked fields are no oracle, look-ups are journaled."""

import datetime as dt
import random

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground.refusals import Refused
from guanxi.journal.models import Act
from guanxi.record.customers import queries, search
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.queries import find
from guanxi.record.customers.services import (
    NewCustomer,
    delete_customers,
    index_missing,
    look_up,
    rebuild_search,
    register_customers,
    touch_last_contact,
)
from tests.chances import examples
from tests.record.customers.rows import WANG, register
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.both  # the search of each database is its own

PEOPLE = (
    NewCustomer(name="王芳", reference="K-00123", phone="13800138000", owner="lin"),
    NewCustomer(name="王小芳", reference="K-00124", phone="+86 139 0013 8000", owner="wu", email="xf@example.com"),
    NewCustomer(name="芳王", phone="010-62345678", owner="mo"),
    NewCustomer(name="单雄信", member="M-77", owner="lin"),
    NewCustomer(name="欧阳锋", phone="+44 20 7946 0958"),
    NewCustomer(name="John Smith", reference="7001", owner="xu", id_number=WANG),
    NewCustomer(name="O'Brien", reference="70012"),
    NewCustomer(name="𠮷野家", plate="京A12345"),
    NewCustomer(name="王芳", reference="Z9", phone="18600001111", owner="lin"),
)


@pytest.fixture
def people(scene):
    register(*PEOPLE)
    return scene


def names(text: str, principal=SYSTEM) -> list[str]:
    return [row.name for row in find(text, principal).rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王芳", ["王芳", "王芳"]),
        ("小芳", ["王小芳"]),
        ("芳", ["芳王", "王芳", "王芳", "王小芳"]),
        ("wang", ["王芳", "王芳", "王小芳", "芳王"]),
        ("wangfang", ["王芳", "王芳"]),
        ("wf", ["王芳", "王芳"]),
        ("shan", ["单雄信"]),
        ("dan xiong", ["单雄信"]),
        ("ouyang", ["欧阳锋"]),
        ("oyf", ["欧阳锋"]),
        ("ouyang feng", ["欧阳锋"]),
        ("ou yang fe", ["欧阳锋"]),
        ("smith", ["John Smith"]),
        ("john sm", ["John Smith"]),
        ("obrien", ["O'Brien"]),
        ("𠮷", ["𠮷野家"]),
        ("8000", ["王芳", "王小芳"]),
        ("13800138000", ["王芳"]),
        ("+86 138-0013-8000", ["王芳"]),
        ("１３８００１３８０００", ["王芳"]),
        ("00138000", ["王芳", "王小芳"]),
        ("00123", []),
        ("K-00123", ["王芳"]),
        ("k00123", ["王芳"]),
        ("k-001", ["王芳", "王小芳"]),
        ("7001", ["John Smith", "O'Brien"]),
        ("M-77", ["单雄信"]),
        ("王 1111", ["王芳"]),
        ("XF@Example.com", ["王小芳"]),
        ("京A·12345", ["𠮷野家"]),
        ("", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("*", []),
        ("\\", []),
        ('"王" OR "李"', []),
        ("' OR 1=1--", []),
        ("');SELECT pg_sleep(5)--", []),
        ("o1", []),
        ("t3", []),
    ],
)
def test_what_a_text_finds(people, text, found):
    assert sorted(names(text)) == sorted(found)


def test_texts_that_no_database_holds_are_refused(people):
    for text in ("\0", "王\ud800"):
        with pytest.raises(Refused) as refused:
            find(text, SYSTEM)
        assert refused.value.code == "text.not_storable"


def test_the_order_is_exact_then_beginning_then_own_then_last_contact(people):
    first, second = Customer.objects.filter(name="王芳").order_by("pk")
    small = Customer.objects.get(name="王小芳")
    touch_last_contact({second.pk: dt.date(2026, 6, 1), small.pk: dt.date(2026, 6, 20)})
    assert [row.id for row in find("王芳", SYSTEM).rows] == [second.pk, first.pk]
    wu, gao = people.person("wu"), people.person("gao")
    assert [row.name for row in find("王", gao).rows] == ["王芳", "王芳", "芳王"]
    assert [row.id for row in find("王", SYSTEM).rows][:3] == [small.pk, second.pk, first.pk]
    assert names("王", wu) == ["王小芳"]


def test_everybody_finds_within_the_own_scope_only(people):
    assert names("王", people.person("lin")) == ["王芳", "王芳"]
    assert sorted(names("王", people.person("gao"))) == ["王芳", "王芳", "芳王"]
    assert names("ouyang", people.person("gao")) == ["欧阳锋"]  # the pool of the whole firm
    assert names("ouyang", people.person("du")) == []  # a reader sees no pool
    assert names("smith", people.person("gao")) == []
    assert names("K-00124", people.person("lin")) == []


def test_pieces_of_masked_fields_find_nothing(people):
    marketer, reader = people.person("mei"), people.person("du")
    assert [names(text, marketer) for text in ("王芳", "wang", "8000", "13800138000", "小", "smith")] == [[]] * 6
    assert names("K-00123", marketer) == ["王*"]
    assert names("8000", reader) == []
    assert names("13800138000", reader) == []
    assert len(names("王芳", reader)) == 2
    assert find("王芳", reader).rows[0].phone in {"138****8000", "186****1111"}


# whole identifiers beyond the scope


def acts() -> list[tuple[str, str]]:
    return list(Act.objects.filter(kind="customer.recognised").order_by("pk").values_list("by_code", "noun_code"))


def test_a_whole_identifier_is_recognised_beyond_the_scope_masked_and_journaled(people):
    service, lin = people.person("fei"), people.person("lin")
    smith = Customer.objects.get(name="John Smith")
    for text in (WANG, "7001", "11010519491231002x"):
        answer = look_up(text, by=lin, reason="calls")
        assert answer.found.rows == []
        [other] = answer.elsewhere
        assert (other.name, other.owner_name, other.team_name) == ("J*", "xu", "south")
    assert acts() == [(lin.code, smith.code)] * 3
    wang = Customer.objects.filter(name="王芳").earliest("pk")
    inside = look_up("13800138000", by=service)
    assert ([row.id for row in inside.found.rows], inside.elsewhere) == ([wang.pk], [])
    assert inside.found.rows[0].phone == "138****8000"
    assert acts()[3:] == [(service.code, wang.code)]  # he does not read phones: it is written down


def test_without_the_right_nothing_is_recognised(people):
    marketer = people.person("mei")
    for text in (WANG, "13800138000", "xf@example.com"):
        answer = look_up(text, by=marketer)
        assert (answer.found.rows, answer.elsewhere) == ([], [])
    assert acts() == []


def test_a_piece_is_not_a_whole(people):
    lin = people.person("lin")
    for text in ("1234", "王小芳", "49123100", "K-0012"):
        assert look_up(text, by=lin).elsewhere == []
    assert acts() == []


def test_an_ended_identifier_still_finds_and_a_deleted_customer_does_not(people):
    phone = Identifier.objects.get(norm="+8618600001111")
    Identifier.objects.filter(pk=phone.pk).update(is_live=False, valid_to=dt.date(2026, 6, 1))
    assert names("18600001111") == ["王芳"]
    delete_customers([phone.customer_id], by=SYSTEM)
    assert names("18600001111") == []
    assert names("王芳") == ["王芳"]


# the documents


def documents() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id, grams FROM customers_document ORDER BY customer_id")
        return cursor.fetchall()


def test_renewing_one_by_one_equals_building_anew(people):
    rows = [NewCustomer(name=n, reference=r) for n, r in (("李四", "L4"), ("王五", "L5"), ("赵六", "L6"))]
    done = register_customers(rows, by=SYSTEM, source="test")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_document")
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO customers_document_fts (customers_document_fts) VALUES ('delete-all')")
    there = Customer.objects.filter(gone=0).count()
    assert search.count_missing() == there
    assert names("李四") == []
    assert index_missing(step=2) == there
    assert names("李四") == ["李四"]
    register(
        NewCustomer(name="李四四", reference="L4", phone="13700001111"),
        NewCustomer(name="王五", reference="L5", owner="wu"),
    )
    delete_customers([done[2].id], by=SYSTEM)
    before = documents()
    assert names("四四") == ["李四四"]
    assert names("王五", people.person("wu")) == ["王五"]
    assert rebuild_search() == len(before) == Customer.objects.filter(gone=0).count()
    assert documents() == before
    assert names("四四") == ["李四四"]
    assert names("李四") == ["李四四"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # FTS5 compares nothing for a contentless table but its own structure
            cursor.execute("INSERT INTO customers_document_fts (customers_document_fts) VALUES ('integrity-check')")


HAN = "王芳小李强"


@settings(max_examples=examples(30), deadline=None)
@given(text=st.text(HAN, min_size=1, max_size=4))
def test_pieces_equal_like(crowd_of_names, text):
    like = {name for name in crowd_of_names if text in name}
    found = find(text, SYSTEM, limit=200)
    assert not found.is_cut
    assert {row.name for row in found.rows} == like


@pytest.fixture(scope="module")
def crowd_of_names(django_db_setup, django_db_blocker):
    from django.db import transaction

    from tests.stories.scene import build_scene

    draw = random.Random(3)
    everyone = sorted({"".join(draw.choice(HAN) for _ in range(draw.choice([2, 2, 3, 4]))) for _ in range(150)})
    with django_db_blocker.unblock(), transaction.atomic():
        search.rebuild_search()
        build_scene()
        register(*(NewCustomer(name=name, reference=f"N{n}") for n, name in enumerate(everyone)))
        yield everyone
        transaction.set_rollback(True)


def test_a_very_common_word_is_cut_and_says_so(scene):
    register(*(NewCustomer(name=f"王{chr(0x4E00 + n)}", reference=f"N{n}") for n in range(1_100)))
    found = find("王", SYSTEM, limit=5_000)
    assert (len(found.rows), found.is_cut) == (200, True)
    exact = find("王丁", SYSTEM)
    assert ([row.name for row in exact.rows], exact.is_cut) == (["王丁"], False)
    assert queries.find("王丁", SYSTEM) == exact
