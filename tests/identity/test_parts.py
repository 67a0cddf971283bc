"""Sums of counted parts show of everybody what the rows show, and no more: an aggregate is no side door."""

from datetime import timedelta

import pytest

from guanxi.ground import clock
from guanxi.identity.permissions import Denied
from guanxi.record.customers.models import Customer
from guanxi.record.signals.choices import SignalKind
from guanxi.record.standing import overview
from guanxi.record.standing.choices import Loyalty
from guanxi.record.standing.models import AlarmCell, Cell, Edition, Flow, Standing
from tests.identity import matrix
from tests.identity.world import DAY, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(firm):
    """With one part of each customer, as an edition would have counted them."""
    world = build_world(firm)
    edition_id = Edition.objects.get().pk
    for number, row in enumerate(Customer.objects.filter(deleted_at=None).order_by("pk")):
        place = {"owner_id": row.owner_id, "team_id": row.team_id}
        Cell.objects.create(**place, tier=row.tier, state=row.state, customers=1, value=100 + number)
        Flow.objects.create(**place, edition_id=edition_id, on=DAY, old=1, new=2, cause=2, customers=1, value=7)
        AlarmCell.objects.create(**place, tier=2, kind=SignalKind.SPEND_DROP, alarmed_on=DAY, signals=1, at_stake=3)
    Standing.objects.update(
        first_on=DAY,
        last_on=DAY,
        potential=5,
        loyalty_class=Loyalty.BEHAVIOURAL,
        is_worth_keeping=True,
        is_in_danger=True,
    )
    return world


def test_parts_add_up_to_the_rows_in_sight(world):
    wrong = []
    for name, principal in world.principals.items():
        seen = sum(target.place in matrix.SEES[name].split() for target in world.targets(name))
        # what the other roles own
        seen += len(world.owned) - 1 if name in ("marketer", "analyst", "reviewer", "admin") else 0
        seen += {"leader": 7, "agent": 7, "reader": 7, "service": 7}.get(name, 0)
        try:
            found = (
                sum(part.customers for part in overview.parts_in_sight(principal)),
                sum(row.customers for row in overview.moves_in_sight(principal, since=DAY)),
                sum(row.signals for row in overview.alarms_in_sight(principal)),
                len(overview.moved_customers(principal, old=3, new=1, cause=0, since=DAY)),
                len(overview.values_in_sight(principal) or []),
                len(overview.loyal_customers(principal, kind=Loyalty.BEHAVIOURAL)),
                len(overview.valued_in_danger(principal)),
                len(overview.arrived_customers(principal, since=DAY - timedelta(1))),
                len(overview.departed_customers(principal, since=DAY + timedelta(1), as_of=DAY + timedelta(365))),
            )
        except Denied:
            found = (0,) * 9
        if found != (seen,) * 9:
            wrong.append(f"{name}: {found}, expected {seen}")
    assert wrong == []


def test_moves_before_the_day_asked_for_are_left_out(world):
    admin = world.principals["admin"]
    assert overview.moves_in_sight(admin, since=clock.local_day(clock.now(), "Asia/Shanghai")) == []
    assert overview.moved_customers(admin, old=3, new=1, cause=3, since=DAY) == []
    first = overview.moved_customers(admin, old=3, new=1, cause=0, since=DAY, limit=2)
    rest = overview.moved_customers(admin, old=3, new=1, cause=0, since=DAY, before=first[-1][0])
    assert len({customer for _, customer, _, _ in (*first, *rest)}) == len(first) + len(rest)
