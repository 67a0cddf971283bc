"""What is read of standing, and by whom."""

import datetime as dt

import pyarrow as pa
import pytest

from guanxi.identity.choices import TeamKind
from guanxi.identity.permissions import Denied
from guanxi.identity.principals import ANONYMOUS, Principal
from guanxi.identity.queries import principal_of_staff, system_principal
from guanxi.identity.services import NewStaff, found_firm, open_team, take_on_staff
from guanxi.record.customers.models import Customer
from guanxi.record.standing import queries
from guanxi.record.standing.overview import promising_customers
from guanxi.record.standing.queries import Share
from tests.insight.warehouse.scene import add_customers
from tests.record.standing.test_publishing import DAY, publish, standing_rows

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = system_principal()


@pytest.fixture
def house() -> dict[str, object]:
    """Two managers of one team with two customers each, one customer in the pool, a leader."""
    firm = found_firm(by=SYSTEM, name="测试", currency="CNY", zone="Asia/Shanghai", language="zh-hans")
    from guanxi.identity.models import Team

    top = Team.objects.get(kind=TeamKind.FIRM)
    team = open_team(by=SYSTEM, name="一组", kind=TeamKind.TEAM, parent=top)
    people = {
        name: take_on_staff(by=SYSTEM, person=NewStaff(name=name, role=role, team=team))
        for name, role in (("wang", "manager"), ("li", "manager"), ("leader", "leader"), ("marketer", "marketer"))
    }
    ids = add_customers(5)
    Customer.objects.filter(pk__in=ids[:2]).update(owner=people["wang"], team=team)
    Customer.objects.filter(pk__in=ids[2:4]).update(owner=people["li"], team=team)
    rows = standing_rows(ids, tier=[1, 2, 1, 3, 2], value=[500, 40, 300, -20, 7], state=[1, 1, 3, 1, 0])
    moves = pa.table({"customer_id": [ids[2]], "field": ["state"], "old": [1], "new": [3], "cause": [0]})
    publish("e1", rows, moves)
    return {"ids": ids, "firm": firm, **{name: principal_of_staff(person) for name, person in people.items()}}


def test_the_distribution_counts_who_is_in_sight(house):
    assert queries.distribution(SYSTEM) == [
        Share(tier=1, state=1, customers=1, value=500),
        Share(tier=1, state=3, customers=1, value=300),
        Share(tier=2, state=0, customers=1, value=7),
        Share(tier=2, state=1, customers=1, value=40),
        Share(tier=3, state=1, customers=1, value=-20),
    ]
    assert queries.distribution(house["wang"]) == [Share(1, 1, 1, 500), Share(2, 1, 1, 40)]
    assert sum(share.customers for share in queries.distribution(house["leader"])) == 5  # the pool too


def test_one_customers_standing_is_read_by_those_who_see_him(house):
    ids = house["ids"]
    assert set(queries.standings_of(ids, house["wang"])) == set(ids[:2])
    assert queries.standings_of(ids, house["wang"])[ids[0]].value == 500
    there = queries.standing_on_page(ids[0], house["wang"])
    row, as_of = there.standing, there.as_of
    assert (row.value, as_of) == (500, DAY)
    assert queries.standing_on_page(ids[2], house["wang"]) is None
    assert queries.standing_on_page(10**9, SYSTEM) is None


def test_moves_are_read_by_those_who_see_him(house):
    ids = house["ids"]
    assert [(move.field, move.old, move.new) for move in queries.moves_of(ids[2], house["li"])] == [("state", 1, 3)]
    assert queries.moves_of(ids[2], house["wang"]) == []


@pytest.mark.parametrize("read", [queries.distribution, queries.export_query])
def test_without_the_right_nothing_is_read(house, read):
    with pytest.raises(Denied):
        read(ANONYMOUS)
    with pytest.raises(Denied):
        queries.standings_of(house["ids"], ANONYMOUS)
    with pytest.raises(Denied):
        queries.moves_of(house["ids"][0], ANONYMOUS)
    with pytest.raises(Denied):
        queries.standing_on_page(house["ids"][0], ANONYMOUS)


def test_a_manager_sees_standing_and_may_not_take_it_out(house):
    manager: Principal = house["wang"]
    assert queries.distribution(manager)
    with pytest.raises(Denied):
        queries.export_query(manager)
    assert "%s" not in queries.export_query(house["leader"])


def test_an_edition_that_was_only_begun_is_not_the_current_one(house):
    from guanxi.record.standing import services

    services.begin_edition("e2", by=SYSTEM, as_of=dt.date(2026, 7, 1))
    assert queries.current_edition().name == "e1"
    assert queries.is_known_edition("e2")
    assert not queries.is_known_edition("e3")


def test_of_tier_b_the_tenth_with_the_most_potential_is_to_grow(house):  # SEG-04
    assert [(one[0], one[1]) for one in promising_customers(SYSTEM)] == []
    ids = add_customers(12)
    tiers = [2] * 11 + [1]
    publish("e2", standing_rows(ids, tier=tiers, potential=[100 * number for number in range(12)]))
    # two of eleven are a tenth; the last has the most potential of all and is in tier A already
    assert [(one[0], one[1]) for one in promising_customers(SYSTEM)] == [(ids[10], 1_000), (ids[9], 900)]
    assert promising_customers(house["wang"]) == []
