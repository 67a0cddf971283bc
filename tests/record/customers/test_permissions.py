"""Whom one sees: one rule in three forms (filter, SQL, Python), against a table written by hand."""

import pytest
from django.db import connection

from guanxi.identity.principals import ANONYMOUS
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.permissions import (
    Reach,
    in_sight,
    is_there,
    reach_of,
    readable_fields,
    reads,
    shown,
    visible_condition,
    visible_ids,
    visible_to,
)
from guanxi.record.customers.services import NewCustomer, delete_customers
from tests.record.customers.rows import register
from tests.stories.scene import SYSTEM

# Branch North: teams Oak (lin, mo, gao, du, fei) and Elm (wu); branch South: xu. mei (marketer) sees the whole firm.
CUSTOMERS = {
    "of lin": ("lin", None),
    "of mo": ("mo", None),
    "of wu": ("wu", None),
    "of xu": ("xu", None),
    "pool of oak": (None, "oak"),
    "pool of elm": (None, "elm"),
    "pool of north": (None, "north"),
    "pool of south": (None, "south"),
    "pool of all": (None, None),
}
SEEN = {
    "lin": {"of lin"},
    "mo": {"of mo"},
    "wu": {"of wu"},
    "gao": {"of lin", "of mo", "pool of oak", "pool of all"},
    "du": {"of lin", "of mo"},
    "fei": {"of lin", "of mo", "of wu"},
    "xu": {"of xu", "pool of south", "pool of all"},
    "mei": set(CUSTOMERS),
    "SYSTEM": set(CUSTOMERS),
    "ANONYMOUS": set(),
}


@pytest.fixture
def cast(scene):
    for name, (owner, team) in CUSTOMERS.items():
        scene.customer(name, owner, team=team)
    gone = scene.customer("deleted", "lin")
    delete_customers([gone.pk], by=SYSTEM)
    return scene


@pytest.mark.parametrize("who", sorted(SEEN))
def test_who_sees_whom(cast, who):
    principal = {"SYSTEM": SYSTEM, "ANONYMOUS": ANONYMOUS}.get(who) or cast.person(who)
    assert set(Customer.objects.filter(visible_to(principal)).values_list("name", flat=True)) == SEEN[who]
    condition, params = visible_condition(principal, "c")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.name FROM customers_customer c WHERE {condition}", params)
        assert {row[0] for row in cursor.fetchall()} == SEEN[who]
    reach = reach_of(principal)
    there = Customer.objects.filter(gone=0)
    assert {c.name for c in there if reach.covers(c.owner_id, c.team_id)} == SEEN[who]
    assert reach.nobody == (not SEEN[who])
    by_row = Customer.objects.filter(in_sight(principal, "customers_customer.id"))
    assert {c.name for c in by_row} == SEEN[who]
    by_key = [c for c in Customer.objects.all() if Customer.objects.filter(in_sight(principal, c.pk), pk=c.pk).exists()]
    assert {c.name for c in by_key} == SEEN[who]
    everybody = Customer.objects.values_list("pk", flat=True)
    assert visible_ids(principal, everybody) == {c.pk for c in there if c.name in SEEN[who]}


def test_the_deleted_are_seen_only_when_asked_for(cast):
    lin = cast.person("lin")
    assert set(Customer.objects.filter(visible_to(lin, gone=True)).values_list("name", flat=True)) == {
        "of lin",
        "deleted",
    }


def test_the_deleted_are_not_there(cast):
    everybody = Customer.objects.filter(is_there("customers_customer.id"))
    assert set(everybody.values_list("name", flat=True)) == set(CUSTOMERS)
    deleted = Customer.objects.get(name="deleted").pk
    assert not Customer.objects.filter(is_there(deleted)).exists()


def test_the_filter_serves_what_points_to_customers(cast):
    register(
        NewCustomer(name="甲", phone="13800138000", owner="lin"),
        NewCustomer(name="乙", phone="13900139000", owner="wu"),
    )
    rows = Identifier.objects.filter(visible_to(cast.person("lin"), prefix="customer__"))
    assert [row.norm for row in rows] == ["+8613800138000"]


def test_somebody_who_left_sees_nobody(cast):
    from dataclasses import replace

    assert reach_of(replace(cast.person("gao"), is_active=False)) == Reach()
    assert reach_of(replace(cast.person("gao"), permissions=frozenset())) == Reach()
    assert reach_of(replace(cast.person("gao"), team_ids=())) == Reach()


# roles.py, read by a person: what each role sees in clear
CLEAR = {
    "lin": {"name", "phone", "email", "address", "birthday", "plate"},
    "gao": {"name", "phone", "email", "address", "birthday", "plate"},
    "du": {"name"},
    "fei": {"name"},
    "mei": set(),
    "SYSTEM": {"name", "phone", "email", "address", "birthday", "plate", "id_number", "account", "policy_number"},
}


@pytest.mark.parametrize("who", sorted(CLEAR))
def test_who_reads_what_in_clear(cast, who):
    principal = SYSTEM if who == "SYSTEM" else cast.person(who)
    assert readable_fields(principal) == CLEAR[who]
    for field, clear, masked in (
        ("name", "张三丰", "张*"),
        ("phone", "+8613800138000", "138****8000"),
        ("email", "zs@example.com", "z***@example.com"),
        ("id_number", "11010519491231002X", "1101**********002X"),
        ("address", "星河湾", "****"),
        ("birthday", "1980-01-01", "****"),
        ("account", "6222020000001234", "****1234"),
    ):
        assert shown(principal, field, clear) == (clear if field in CLEAR[who] else masked)
    assert (reads(principal, "reference"), reads(principal, "member")) == (True, True)
