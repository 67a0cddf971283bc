"""SEG-07: free, unlimited, nested groups; a group holds all below it; what was removed comes back the same day."""

import datetime as dt
import random

import pytest

from guanxi.ground import clock
from guanxi.ground.refusals import Refused
from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers import queries, services
from guanxi.record.customers.models import Group, GroupMember
from guanxi.record.customers.queries import group_sizes as sizes
from guanxi.record.customers.queries.group_sizes import Size, group_sizes
from guanxi.record.customers.services import NewCustomer
from guanxi.record.customers.sheet import CUSTOMERS
from tests.record.customers.rows import NOON, register
from tests.stories.scene import SYSTEM

# The firm's twelve groups of the statement, four levels deep: (name, below).
TWELVE = (
    ("朋友", ""), ("老友", "朋友"), ("发小", "老友"), ("同桌", "发小"), ("家人", ""), ("重要", ""), ("企业", "重要"),
    ("本地企业", "企业"), ("餐饮", "本地企业"), ("外贸", "本地企业"), ("普通", ""), ("试用", "普通"),
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def people(scene):
    """Ten of Lin's and two of Xu's (another branch)."""
    rows = [NewCustomer(name=f"客户{n}", reference=f"G{n}", owner="lin" if n < 10 else "xu") for n in range(12)]
    return scene, [answer.id for answer in register(*rows)]


def opened(tree) -> dict[str, int]:
    ids: dict[str, int] = {}
    for name, below in tree:
        ids[name] = services.open_group(name, parent_id=ids.get(below), by=SYSTEM)
    return ids


def listed(group_id: int, principal) -> set[int]:
    code = Group.objects.values_list("code", flat=True).get(pk=group_id)
    question = CUSTOMERS.read_question({"where": [f"group.in.{code}"]})
    return {row.id for row in queries.list_customers(question, principal).rows}


def test_twelve_groups_four_levels_deep_each_with_all_below(people):
    scene, ids = people
    groups = opened(TWELVE)
    tree = queries.group_tree()
    assert (len(tree), max(group.depth for group in tree)) == (12, 3)
    for name, who in (
        ("同桌", ids[:3]),
        ("发小", ids[2:4]),
        ("朋友", ids[4:5]),
        ("餐饮", ids[5:6]),
        ("外贸", ids[10:]),
    ):
        services.add_to_group(groups[name], who, by=SYSTEM)
    lin = scene.person("lin")
    assert listed(groups["朋友"], lin) == set(ids[:5])
    assert listed(groups["老友"], lin) == set(ids[:4])
    assert listed(groups["同桌"], lin) == set(ids[:3])
    assert listed(groups["重要"], SYSTEM) == {ids[5], *ids[10:]}
    assert listed(groups["重要"], lin) == {ids[5]}
    assert listed(groups["家人"], lin) == set()
    counted = group_sizes(list(groups.values()), lin)
    assert {name: counted[key].count for name, key in groups.items() if key in counted} == {
        "朋友": 5, "老友": 4, "发小": 4, "同桌": 3, "重要": 1, "企业": 1, "本地企业": 1, "餐饮": 1,
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_tree_is_listed_and_counted_as_one_would_by_hand(people, seed):
    scene, ids = people
    draw, names = random.Random(seed), [f"g{n}" for n in range(25)]
    below = {name: draw.choice(["", *names[:n]]) for n, name in enumerate(names)}
    groups = opened(below.items())
    inside = {name: draw.sample(ids, draw.randrange(4)) for name in names}
    for name, who in inside.items():
        services.add_to_group(groups[name], who, by=SYSTEM)

    def whole(name: str) -> set[int]:
        return set(inside[name]).union(*(whole(one) for one in names if below[one] == name))

    for person, sees in ((SYSTEM, set(ids)), (scene.person("lin"), set(ids[:10])), (scene.person("xu"), set(ids[10:]))):
        expected = {groups[name]: Size(n) for name in names if (n := len(whole(name) & sees))}
        found = group_sizes(list(groups.values()), person)
        assert {key: size for key, size in found.items() if size.count} == expected
        assert all(listed(groups[name], person) == whole(name) & sees for name in names[:6])


def test_many_are_counted_to_a_bound(people, monkeypatch):
    _scene, ids = people
    group = services.open_group("g", by=SYSTEM)
    services.add_to_group(group, ids, by=SYSTEM)
    monkeypatch.setattr(sizes, "LOOKED_AT", 7)
    assert group_sizes([group], SYSTEM) == {group: Size(8, is_more=True)}
    assert group_sizes([group], _scene.person("lin")) == {group: Size(10)}
    assert group_sizes([], SYSTEM) == {}


def test_a_removed_group_holds_nobody_and_comes_back_whole_the_same_day(people):
    scene, ids = people
    groups, lin = opened(TWELVE), scene.person("lin")
    services.add_to_group(groups["餐饮"], ids[:2], by=lin)
    services.close_group(groups["餐饮"], by=lin)
    assert "餐饮" not in [group.name for group in queries.group_tree()]
    assert (listed(groups["餐饮"], lin), queries.groups_of(ids[0])) == (set(), [])
    assert listed(groups["重要"], lin) == set()
    with pytest.raises(Refused, match="not found"):
        services.add_to_group(groups["餐饮"], ids[:1], by=lin)
    services.reopen_group(groups["餐饮"], by=lin)
    assert listed(groups["重要"], lin) == set(ids[:2])
    services.reopen_group(groups["餐饮"], by=lin)  # twice does no harm


def test_what_comes_back_without_its_place_stands_at_the_top_and_yesterday_s_are_gone(people):
    scene, ids = people
    lin = scene.person("lin")
    top = services.open_group("top", by=lin)
    low = services.open_group("low", parent_id=top, by=lin)
    services.add_to_group(low, ids[:1], by=lin)
    services.close_group(low, by=lin)
    services.close_group(top, by=lin)
    services.reopen_group(low, by=lin)
    assert [(one.name, one.depth) for one in queries.group_tree()] == [("low", 0)]
    with clock.frozen(NOON + dt.timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            services.reopen_group(top, by=lin)
        assert refused.value.code == "customers.group_too_late"
        services.close_group(low, by=lin)
    assert list(Group.objects.values_list("name", flat=True)) == ["low"]
    assert GroupMember.objects.filter(group=low).count() == 1


def test_joining_and_leaving_stand_in_the_customer_s_history(people):
    scene, ids = people
    lin = scene.person("lin")
    group = services.open_group("普洱茶友", by=lin)
    assert services.add_to_group(group, ids[:2], by=lin) == 2
    assert services.add_to_group(group, ids[:2], by=lin) == 0
    assert services.remove_from_group(group, ids[:1], by=lin) == 1
    acts = Act.objects.filter(kind__startswith="customer.group_").order_by("pk").values_list("kind", flat=True)
    assert list(acts) == ["customer.group_joined", "customer.group_joined", "customer.group_left"]


@pytest.mark.parametrize("name", ["du", "mei"])
def test_who_may_not_change_customers_changes_no_group(people, name):
    scene, _ids = people
    group = services.open_group("g", by=SYSTEM)
    for act in (services.close_group, services.reopen_group):
        with pytest.raises(Denied):
            act(group, by=scene.person(name))
    assert Group.objects.get(pk=group).closed_on is None
