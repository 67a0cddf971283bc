"""Merging and un-merging: nothing lost, nothing doubled, everything back."""

import datetime as dt
import random

import pytest
from django.db import models

from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.record.consents.models import Consent
from guanxi.record.customers import queries, search
from guanxi.record.customers.choices import IdentifierKind, RelationKind, Stage
from guanxi.record.customers.models import (
    Address,
    Customer,
    Group,
    GroupMember,
    Household,
    Identifier,
    Merge,
    Preference,
    Relation,
)
from guanxi.record.customers.services import (
    NewCustomer,
    adopting,
    change_stage,
    merge_customers,
    unmerge_customers,
)
from tests.record.customers.rows import NOON, TODAY, WANG, picture, register
from tests.stories.scene import SYSTEM

FOLLOWING = {
    "actions_action",
    "consents_consent",
    "conversations_conversation",
    "customers_address",
    "customers_preference",
    "customers_stagechange",
    "dealings_dealing",
    "holdings_holding",
    "signals_signal",
}


def whole_picture() -> dict:
    return picture() | {"consents": list(Consent.objects.order_by("pk").values())}


def test_every_noun_that_points_to_a_customer_follows(scene):
    assert {table for table, _ in adopting.followers()} >= FOLLOWING


def test_no_follower_has_a_unique_constraint_that_moving_could_break(scene):
    """Such a table needs a rule of its own in adopting.py."""
    for found in Customer._meta.get_fields(include_hidden=True):
        if not found.auto_created or found.concrete or found.related_model in adopting._OWN_RULE:
            continue
        model, name = found.related_model, found.field.name
        constraints = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
        assert not found.field.unique, model
        assert [c.name for c in constraints if name in c.fields] == []


def test_a_merge_and_back(scene):
    winner, loser = register(
        NewCustomer(name="王芳", reference="A1", phone="13800138000", address="星河湾 3 号楼"),
        NewCustomer(
            name="王小芳", reference="A2", phone=("13800138000", "13900139000"), id_number=WANG, birthday="1949-12-31",
            company="甲", address="锦绣路 1 号", owner="lin",
        ),
    )  # fmt: skip
    change_stage([loser.id], to=Stage.CUSTOMER, cause="test", by=SYSTEM)
    Preference.objects.create(customer_id=loser.id, field=8, text="evenings", source="told", told_on=TODAY)
    before = whole_picture()
    code = merge_customers(winner.id, loser.id, by=SYSTEM)
    head, gone = Customer.objects.get(pk=winner.id), Customer.objects.get(pk=loser.id)
    assert (head.name, head.reference, head.birthday, head.company) == ("王芳", "A1", dt.date(1949, 12, 31), "甲")
    assert (head.owner, head.team, head.stage) == (scene.staff["lin"], scene.teams["oak"], Stage.CUSTOMER)
    assert (gone.gone, gone.merged_into_id, gone.code, gone.name) == (1, winner.id, loser.code, "王小芳")
    norms = Identifier.objects.filter(customer=head).order_by("kind", "norm").values_list("kind", "norm")
    assert [norm for kind, norm in norms if kind in (1, 2)] == ["A1", "A2", "+8613800138000", "+8613900139000"]
    assert [(a.text, a.valid_to) for a in head.addresses.order_by("pk")] == [
        ("星河湾 3 号楼", None),
        ("锦绣路 1 号", TODAY),
    ]
    assert queries.ids_by_reference(["A1", "A2"], principal=SYSTEM) == {"A1": head.pk, "A2": head.pk}
    assert [row.id for row in queries.find("13900139000", SYSTEM).rows] == [head.pk]
    assert queries.find("小芳", SYSTEM).rows == []
    # files bring both numbers again
    again = register(
        NewCustomer(name="王芳", reference="A1"), NewCustomer(name="王芳", reference="A2", phone="13900139000")
    )
    assert [(row.outcome, row.id) for row in again] == [("unchanged", head.pk)] * 2
    unmerge_customers(code, by=SYSTEM)
    assert whole_picture() == before
    assert search.reindex_customers([winner.id, loser.id]) == 0
    assert [row.name for row in queries.find("小芳", SYSTEM).rows] == ["王小芳"]


@pytest.fixture(autouse=True)
def noon():
    from guanxi.ground import clock

    with clock.frozen(NOON):
        yield


def test_fields_are_taken_from_the_loser_as_asked(scene):
    winner, loser = register(
        NewCustomer(name="王芳", gender="f", company="甲", city="广州", owner="lin"),
        NewCustomer(name="王小芳", gender="m", company="乙", city="深圳", owner="wu"),
    )
    before = whole_picture()
    code = merge_customers(winner.id, loser.id, by=SYSTEM, take=["name", "city", "owner"])
    head = Customer.objects.get(pk=winner.id)
    assert (head.name, head.name_key, head.city.name) == ("王小芳", "wang xiao fang", "深圳")
    assert (head.owner, head.team, head.company) == (scene.staff["wu"], scene.teams["elm"], "甲")
    unmerge_customers(code, by=SYSTEM)
    assert whole_picture() == before


def test_what_was_changed_since_stays(scene):
    winner, loser = register(
        NewCustomer(name="甲", reference="A1"), NewCustomer(name="乙", company="乙公司", birthday="1980-01-01")
    )
    code = merge_customers(winner.id, loser.id, by=SYSTEM)
    register(NewCustomer(reference="A1", company="新公司"))
    unmerge_customers(code, by=SYSTEM)
    head = Customer.objects.get(pk=winner.id)
    assert (head.company, head.birthday) == ("新公司", None)


def test_somebody_without_an_identifier_is_not_doubled_by_the_next_file(scene):
    winner, loser = register(NewCustomer(name="张伟", phone="13800138000"), NewCustomer(name="张伟"))
    before = whole_picture()
    code = merge_customers(winner.id, loser.id, by=SYSTEM)
    [again] = register(NewCustomer(name="张伟"))
    assert (again.outcome, again.id) == ("unchanged", winner.id)
    unmerge_customers(code, by=SYSTEM)
    assert whole_picture() == before
    [again] = register(NewCustomer(name="张伟"))
    assert again.id == loser.id


def test_chains_are_undone_from_the_end(scene):
    a, b, c = (row.id for row in register(*(NewCustomer(name=n, reference=n) for n in "ABC")))
    before = whole_picture()
    one = merge_customers(a, b, by=SYSTEM)
    two = merge_customers(c, a, by=SYSTEM)
    assert list(Customer.objects.filter(merged_into=c).order_by("pk").values_list("pk", flat=True)) == [a, b]
    assert queries.ids_by_reference(["A", "B", "C"], principal=SYSTEM) == dict.fromkeys("ABC", c)
    with pytest.raises(Refused) as refused:
        unmerge_customers(one, by=SYSTEM)
    assert refused.value.code == "customers.merged_on"
    unmerge_customers(two, by=SYSTEM)
    assert queries.ids_by_reference(["A", "B", "C"], principal=SYSTEM) == {"A": a, "B": a, "C": c}
    unmerge_customers(one, by=SYSTEM)
    assert whole_picture() == before
    with pytest.raises(Refused) as refused:
        unmerge_customers(one, by=SYSTEM)
    assert refused.value.code == "customers.merge_not_found"


def test_who_may_merge(scene):
    near, far = register(NewCustomer(name="甲", owner="lin"), NewCustomer(name="乙", owner="xu"))
    [mine] = register(NewCustomer(name="丙", owner="mo"))
    before = whole_picture()
    for name in ("lin", "du", "fei", "mei"):
        with pytest.raises(Denied):
            merge_customers(near.id, mine.id, by=scene.person(name))
    for pair in ((near.id, far.id), (far.id, near.id), (near.id, 10**9)):
        with pytest.raises(Refused) as refused:
            merge_customers(*pair, by=scene.person("gao"))
        assert refused.value.code == "customers.not_found"
    for arguments, code in (
        ((near.id, near.id, ()), "customers.merge_with_self"),
        ((near.id, mine.id, ("password",)), "customers.not_a_field"),
    ):
        with pytest.raises(Refused) as refused:
            merge_customers(arguments[0], arguments[1], by=SYSTEM, take=arguments[2])
        assert refused.value.code == code
    assert whole_picture() == before
    code = merge_customers(near.id, mine.id, by=scene.person("gao"))
    merged = whole_picture()
    for name, error in (("lin", Denied), ("xu", Refused)):
        with pytest.raises(error):
            unmerge_customers(code, by=scene.person(name))
    assert whole_picture() == merged
    unmerge_customers(code, by=scene.person("gao"))
    assert whole_picture() == before


# a crowd merged and unmerged at random


def build_crowd(draw: random.Random, count: int) -> list[int]:
    """People who share phones, relations, groups and households, with consents of their own."""
    phones = [f"1380013800{n}" for n in range(4)]
    rows = [
        NewCustomer(
            name=f"人{n}",
            reference=f"R{n}" if draw.random() < 0.6 else "",
            phone=tuple(draw.sample(phones, draw.randint(0, 2))),
            birthday=draw.choice(["", "1980-01-01", "1990-02-02"]),
            company=draw.choice(["", "甲", "乙"]),
            address=draw.choice(["", "星河湾", "锦绣路"]),
        )
        for n in range(count)
    ]
    ids = [row.id for row in register(*rows)]
    groups = [Group.objects.create(name=f"G{n}") for n in range(3)]
    for key in ids:
        GroupMember.objects.bulk_create(
            [GroupMember(group=g, customer_id=key) for g in draw.sample(groups, draw.randint(0, 2))]
        )
        if draw.random() < 0.3:
            Customer.objects.filter(pk=key).update(household=Household.objects.create(name=f"H{key}"))
        if draw.random() < 0.5:
            Consent.objects.create(customer_id=key, purpose=2, channel=4, status=1, at=NOON, source="form")
    pairs = {(draw.choice(ids), draw.choice(ids), draw.choice(RelationKind.values[:2])) for _ in range(count * 2)}
    Relation.objects.bulk_create([Relation(customer_id=a, other_id=b, kind=k) for a, b, k in sorted(pairs) if a != b])
    return ids


def root_of(key: int, parents: dict[int, int]) -> int:
    while key in parents:
        key = parents[key]
    return key


def check_nothing_is_lost(start: dict, parents: dict[int, int]) -> None:
    """Seen through the merges that stand, everything is where it belongs."""
    known = {key: {(tie.other_id, tie.kind) for tie in queries.relations_of(key, SYSTEM) if tie.other_id} for key in
             {root_of(key, parents) for row in start["Relation"] for key in (row["customer_id"], row["other_id"])}}  # fmt: skip
    for relation in start["Relation"]:
        one, other = root_of(relation["customer_id"], parents), root_of(relation["other_id"], parents)
        assert one == other or (other, relation["kind"]) in known[one]
    there = set(Identifier.objects.values_list("customer_id", "kind", "norm"))
    for identifier in start["Identifier"]:
        assert (root_of(identifier["customer_id"], parents), identifier["kind"], identifier["norm"]) in there
    members = set(GroupMember.objects.values_list("group_id", "customer_id"))
    assert {(group, root_of(key, parents)) for group, key in start["groups"]} <= members
    owners = dict(Consent.objects.values_list("pk", "customer_id"))
    assert owners == {row["id"]: root_of(row["customer_id"], parents) for row in start["consents"]}
    for name in ("Address", "Identifier", "Relation", "Household", "consents", "groups"):
        assert len(whole_picture()[name]) == len(start[name])


def run_crowd(seed: int, steps: int) -> int:
    """Merge and unmerge at random, look at everything now and then, undo all, compare. Returns the merges made."""
    draw = random.Random(seed)
    ids = build_crowd(draw, 7)
    start = whole_picture()
    parents: dict[int, int] = {}
    codes: dict[int, str] = {}
    made = 0
    for _ in range(steps):
        roots = [key for key in ids if key not in parents]
        undoable = [loser for loser, winner in parents.items() if winner not in parents]
        if undoable and (len(roots) < 2 or draw.random() < 0.45):
            loser = draw.choice(undoable)
            unmerge_customers(codes.pop(loser), by=SYSTEM)
            del parents[loser]
        else:
            winner, loser = draw.sample(roots, 2)
            codes[loser] = merge_customers(
                winner, loser, by=SYSTEM, take=draw.sample(["name", "company", "birthday"], draw.randint(0, 2))
            )
            parents[loser] = winner
            made += 1
        if draw.random() < 0.3:
            check_nothing_is_lost(start, parents)
    while parents:
        loser = draw.choice([loser for loser, winner in parents.items() if winner not in parents])
        unmerge_customers(codes.pop(loser), by=SYSTEM)
        del parents[loser]
    assert whole_picture() == start
    assert search.reindex_customers(ids) == 0
    assert Merge.objects.filter(undone_at=None).count() == 0
    assert Customer.objects.filter(gone=1).count() == 0
    return made


@pytest.mark.parametrize("seed", range(2))
def test_random_merges_and_unmerges_lose_nothing(scene, seed):
    assert run_crowd(seed, 40) > 10
    assert Address.objects.count() > 0
    assert Identifier.objects.filter(kind=IdentifierKind.PHONE).count() > 0


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(100, 140))
def test_thousands_of_random_merges_lose_nothing(scene, seed):
    assert run_crowd(seed, 250) > 60
