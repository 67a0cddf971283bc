"""Deleting, restoring, and taking back what an import changed."""

import json

import pytest

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.customers import queries, search
from guanxi.record.customers.models import Customer, DirtyCustomer, Identifier, IdentifierKey
from guanxi.record.customers.permissions import visible_to
from guanxi.record.customers.services import (
    NewCustomer,
    delete_customers,
    register_customers,
    restore_customers,
    undo_updates,
)
from tests.record.customers.rows import WANG, picture, register
from tests.stories.scene import SYSTEM


def test_a_deleted_customer_is_nowhere_and_comes_back_whole(scene):
    one, two = register(
        NewCustomer(name="王芳", reference="A1", phone="13800138000", id_number=WANG, address="星河湾"),
        NewCustomer(name="张伟"),
    )
    before = picture()
    assert delete_customers([one.id, two.id], by=SYSTEM) == 2
    assert Customer.objects.filter(visible_to(SYSTEM)).count() == 0
    assert queries.ids_by_reference(["A1"], principal=SYSTEM) == {}
    assert IdentifierKey.objects.count() == 0
    assert search.reindex_customers([one.id, two.id]) == 0
    assert restore_customers([two.id, one.id], by=SYSTEM) == 2
    assert picture() == before
    assert queries.ids_by_reference(["A1"], principal=SYSTEM) == {"A1": one.id}
    assert search.reindex_customers([one.id, two.id]) == 0


def test_the_identifiers_of_a_deleted_customer_are_free_and_then_block_the_way_back(scene):
    [old] = register(NewCustomer(name="王芳", reference="A1", phone="13800138000"))
    delete_customers([old.id], by=SYSTEM)
    [new] = register(NewCustomer(name="王芳", reference="A1", phone="13800138000"))
    assert (new.outcome, new.id != old.id) == ("created", True)
    before = picture()
    with pytest.raises(Refused) as refused:
        restore_customers([old.id], by=SYSTEM)
    assert refused.value.code == "customers.identifier_taken"
    assert picture() == before
    delete_customers([new.id], by=SYSTEM)
    assert restore_customers([old.id], by=SYSTEM) == 1


def test_who_is_not_deleted_cannot_be_restored(scene):
    [done] = register(NewCustomer(name="王芳"))
    with pytest.raises(Refused) as refused:
        restore_customers([done.id], by=SYSTEM)
    assert refused.value.code == "customers.not_deleted"


def test_deleting_needs_the_right_and_the_sight_and_is_whole_or_not_at_all(scene):
    near, far = register(NewCustomer(name="甲", owner="lin"), NewCustomer(name="乙", owner="wu"))
    before = picture()
    for name in ("lin", "du", "mei", "fei"):
        with pytest.raises(Denied):
            delete_customers([near.id], by=scene.person(name))
    with pytest.raises(Refused) as refused:
        delete_customers([near.id, far.id], by=scene.person("gao"))
    assert refused.value.code == "customers.not_found"
    assert picture() == before
    assert delete_customers([near.id], by=scene.person("gao")) == 1
    with pytest.raises(Denied):
        restore_customers([near.id], by=scene.person("lin"))
    assert Customer.objects.get(pk=near.id).gone == 1


# undo of imports

FIRST = (
    NewCustomer(name="王芳", reference="A1", phone="13800138000", company="甲", address="星河湾 3 号楼"),
    NewCustomer(name="李强", reference="A2", owner="lin"),
    NewCustomer(name="张伟"),
)
SECOND = (
    NewCustomer(name="王小芳", reference="A1", phone="13900139000", company="乙", address="锦绣路 1 号", gender="f"),
    NewCustomer(name="李强", reference="A2", owner="wu", city="广州", birthday="1980-02-29", id_number=WANG),
    NewCustomer(name="王小芳", reference="A1", address="长安街 9 号", email="wf@example.com"),
)


def updates_of(answers) -> list:
    """What the ledger of imports keeps, through JSON as it does."""
    return json.loads(json.dumps([(row.id, row.changes) for row in answers if row.changes]))


def test_updates_are_undone_exactly(scene):
    register(*FIRST)
    before = picture()
    for rows in (SECOND, SECOND[:1]):
        answers = register(*rows)
        assert {row.outcome for row in answers} == {"updated"}
        dirty = DirtyCustomer.objects.count()
        assert undo_updates(updates_of(answers), by=SYSTEM) == []
        assert picture() == before
        assert DirtyCustomer.objects.count() > dirty
        assert search.reindex_customers(Customer.objects.values_list("pk", flat=True)) == 0


def test_two_imports_are_undone_one_after_the_other(scene):
    register(*FIRST)
    before = picture()
    one, two = register(*SECOND[:2]), register(SECOND[2])
    undo_updates(updates_of(two), by=SYSTEM)
    undo_updates(updates_of(one), by=SYSTEM)
    assert picture() == before


def test_what_somebody_changed_since_stands_and_is_told(scene):
    [first, *_] = register(*FIRST)
    answers = register(SECOND[0])
    register(NewCustomer(name="王芳芳", reference="A1", address="长安街 9 号"))
    kept = undo_updates(updates_of(answers), by=SYSTEM)
    assert sorted(kept) == [(first.id, "name"), (first.id, "name_key")]
    customer = Customer.objects.get(pk=first.id)
    assert (customer.name, customer.company, customer.gender) == ("王芳芳", "甲", 0)
    assert [a.text for a in customer.addresses.filter(valid_to=None)] == ["长安街 9 号"]
    assert sorted(Identifier.objects.filter(customer=customer).values_list("norm", flat=True)) == [
        "+8613800138000",
        "A1",
    ]


def test_undoing_needs_the_right(scene):
    register(*FIRST)
    answers = register(*SECOND)
    before = picture()
    with pytest.raises(Denied):
        undo_updates(updates_of(answers), by=scene.person("du"))
    assert picture() == before


def test_undoing_leaves_deleted_customers_alone(scene):
    [first, *_] = register(*FIRST)
    answers = register(SECOND[0])
    delete_customers([first.id], by=SYSTEM)
    before = picture()
    assert undo_updates(updates_of(answers), by=SYSTEM) == []
    assert picture() == before
    assert register_customers([], by=SYSTEM, source="test") == []
