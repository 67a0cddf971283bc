"""Two writers at the same people at the same time: nobody is doubled, nobody is lost, nothing waits for ever."""

import random

import pytest

from guanxi.record.customers import queries, search
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.customers.services import NewCustomer, register_customers, register_references
from tests.crowd import Crowd
from tests.stories.scene import SYSTEM

ROUNDS = 6


@pytest.fixture
def firm(transactional_db):
    from tests.stories.scene import build_scene

    search.rebuild_search()
    return build_scene()


def people(seed: int, count: int = 60) -> list[NewCustomer]:
    """The same people in another order, each known by a number of its own."""
    rows = [
        NewCustomer(name=f"客户{n}", reference=f"R{n}", policy_number=f"P{n}", phone=f"1380013{n:04}")
        for n in range(count)
    ]
    random.Random(seed).shuffle(rows)
    return rows


def take_in(rows: list[NewCustomer]) -> list[str]:
    return [answer.outcome.value for answer in register_customers(rows, by=SYSTEM, source="test")]


def test_two_writers_make_everybody_once(firm):
    with Crowd() as crowd:
        for round_ in range(ROUNDS):
            first, second = crowd.send(take_in, people(2 * round_)), crowd.send(take_in, people(2 * round_ + 1))
            outcomes = first.result(60) + second.result(60)
            assert set(outcomes) <= {"created", "unchanged"}
            assert outcomes.count("created") == (60 if round_ == 0 else 0)
    assert Customer.objects.count() == 60
    assert Identifier.objects.count() == 180
    assert search.reindex_customers(Customer.objects.values_list("pk", flat=True)) == 0


def test_two_writers_complete_the_same_customers(firm):
    take_in(people(0))
    with Crowd() as crowd:
        companies = [NewCustomer(reference=f"R{n}", company="甲") for n in range(60)]
        languages = [NewCustomer(reference=f"R{n}", language="en") for n in reversed(range(60))]
        done = [crowd.send(take_in, companies), crowd.send(take_in, languages)]
        assert [set(each.result(60)) for each in done] == [{"updated"}, {"updated"}]
    rows = set(Customer.objects.values_list("company", "language", "version"))
    assert rows == {("甲", "en", 3)}


def test_two_files_of_dealings_name_the_same_references(firm):
    references = [f"N{n}" for n in range(300)]

    def name(seed: int) -> dict[str, int]:
        mine = list(references)
        random.Random(seed).shuffle(mine)
        return register_references(mine, by=SYSTEM, source="test")

    with Crowd() as crowd:
        first, second = crowd.send(name, 1), crowd.send(name, 2)
        assert first.result(60) == second.result(60)
    assert Customer.objects.count() == 300
    assert queries.ids_by_reference(references, principal=SYSTEM) == first.result()
