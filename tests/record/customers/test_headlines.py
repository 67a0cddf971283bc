"""Headline columns: only what differs is written."""

import datetime as dt

import pytest

from guanxi.identity.permissions import Denied
from guanxi.journal.models import Act
from guanxi.record.customers import bulk, list_indexes
from guanxi.record.customers.choices import State, Tier
from guanxi.record.customers.models import NEVER, Customer, DirtyCustomer
from guanxi.record.customers.services import NewCustomer, headlines, touch_last_contact, write_headlines
from tests.record.customers.rows import register
from tests.stories.scene import SYSTEM


@pytest.fixture
def ids(transactional_db) -> list[int]:
    from tests.stories.scene import build_scene

    build_scene()
    return [row.id for row in register(*(NewCustomer(name=f"客户{n}") for n in range(1_203)))]


def written() -> list[tuple]:
    return list(Customer.objects.order_by("pk").values_list("tier", "state", "value", "version"))


def test_only_what_differs_is_written_with_a_row_a_step_in_the_journal(ids):
    rows = [(key, Tier.A if n % 3 else Tier.C, State.ACTIVE, 100 * n) for n, key in enumerate(ids)]
    dirty, acts = DirtyCustomer.objects.count(), Act.objects.count()
    assert write_headlines(reversed(rows), by=SYSTEM) == 1_203
    assert write_headlines(rows, by=SYSTEM) == 0
    changed = [
        (key, tier, State.WATCH if n in (5, 700) else state, value) for n, (key, tier, state, value) in enumerate(rows)
    ]
    assert write_headlines(changed, by=SYSTEM) == 2
    assert written() == [(tier, state, value, 1) for _, tier, state, value in changed]
    assert DirtyCustomer.objects.count() == dirty
    step = headlines.STEP_POSTGRESQL if bulk.on_postgresql() else headlines.STEP_SQLITE
    said = list(Act.objects.filter(kind="customers.headlines_written").order_by("pk").values_list("count", flat=True))
    first = [min(step, 1_203 - start) for start in range(0, 1_203, step)]
    assert said == [*first, *([2] if step > 700 else [1, 1])]
    assert Act.objects.count() == acts + len(said)


def test_a_wholesale_change_builds_the_indexes_again(ids, monkeypatch):
    monkeypatch.setattr(headlines, "WHOLESALE_LEAST", 1_000)
    rows = [(key, Tier.B, State.LAPSED, 7) for key in ids]
    assert write_headlines(rows, by=SYSTEM) == 1_203
    assert set(written()) == {(Tier.B, State.LAPSED, 7, 1)}
    assert list_indexes.missing_list_indexes() == []


def test_headlines_need_the_right(ids):
    from guanxi.identity.models import Staff
    from guanxi.identity.queries import principal_of_staff

    before = written()
    leader = principal_of_staff(Staff.objects.get(role="leader", team__name="oak"))
    with pytest.raises(Denied):
        write_headlines([(ids[0], Tier.A, State.ALARM, 1)], by=leader)
    assert written() == before


def test_the_last_contact_only_moves_forward(scene):
    one, two = (row.id for row in register(NewCustomer(name="甲"), NewCustomer(name="乙")))
    touch_last_contact({one: dt.date(2026, 5, 1), two: dt.date(2026, 6, 1)})
    touch_last_contact({one: dt.date(2026, 4, 30), two: dt.date(2026, 6, 2)})
    touch_last_contact({})
    days = dict(Customer.objects.values_list("pk", "last_contact_on"))
    assert days == {one: dt.date(2026, 5, 1), two: dt.date(2026, 6, 2)}
    assert dt.date(1900, 1, 1) == NEVER
