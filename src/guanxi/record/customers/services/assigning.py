"""Giving customers to colleagues, and back to the pool."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from guanxi.ground import clock
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import firm_day
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.customers import bulk, search
from guanxi.record.customers.models import Customer, OwnerChange
from guanxi.record.customers.services.dirty import mark_dirty
from guanxi.record.customers.services.owners import receiving_team
from guanxi.record.customers.services.seeing import seen_customers

_STEP = 1_000


@transaction.atomic
def assign_customers(ids: Sequence[int], *, owner_id: int | None, by: Principal, cause: str = "") -> int:
    """Give customers to a colleague, or with None back to the pool of their team. Returns how many changed owner.

    Raises Denied, and Refused: customers.not_found when one is not seen, and as `receiving_team` does when the colleague is
    none to whom `by` may give.
    """
    require(by, Permission.ASSIGN_CUSTOMERS)
    team_id = receiving_team(owner_id, by)
    moved: list[Customer] = []
    for step in bulk.steps_of(dict.fromkeys(ids), _STEP):
        there = [customer for customer in seen_customers(step, by, shared=False) if customer.owner_id != owner_id]
        _set_owner([customer.pk for customer in there], owner_id, team_id)
        moved += there
    _journal(moved, owner_id, by, cause)
    return len(moved)


def pass_on_customers(owner_id: int, *, to: tuple[int, int] | None, by: Principal, cause: str) -> int:
    """Give all customers of a colleague, deleted ones too, to another one (id, team), or to the pool of their teams.
    Returns how many. A thousand a transaction: broken off and called again it goes on.

    Raises Denied. The caller has chosen whom to give to.
    """
    require(by, Permission.ASSIGN_CUSTOMERS)
    require(by, Permission.EDIT_STAFF)
    passed = 0
    while step := _pass_on_step(owner_id, to or (None, None), by, cause):
        passed += step
    return passed


@transaction.atomic
def _pass_on_step(owner_id: int, to: tuple[int | None, int | None], by: Principal, cause: str) -> int:
    theirs = Customer.objects.filter(owner=owner_id).order_by("pk").select_for_update(of=("self",))
    there = list(theirs.only("pk", "code", "owner_id")[:_STEP])
    if there:
        _set_owner([customer.pk for customer in there], *to)
        _journal(there, to[0], by, cause)
    return len(there)


@transaction.atomic
def move_customers_of(owner_id: int, *, team_id: int, by: Principal) -> int:
    """Let the customers of a colleague stand in the team that he now belongs to; returns how many moved.

    Raises Denied. Called after a change of team, as a job: it renews a search document for each.
    """
    require(by, Permission.EDIT_STAFF)
    ids = list(Customer.objects.filter(owner=owner_id).exclude(team=team_id).values_list("pk", flat=True))
    for step in bulk.steps_of(ids, _STEP):
        _set_owner(step, owner_id, team_id)
    if ids:
        entry = Entry(Noun("customers", ""), payload={"owner": owner_id, "team": team_id}, count=len(ids))
        record_acts("customers.moved", [entry], by=by.actor)
    return len(ids)


def _journal(moved: Sequence[Customer], owner_id: int | None, by: Principal, cause: str) -> None:
    entries = [
        Entry(
            Noun("customer", customer.code),
            payload={"owner": [customer.owner_id, owner_id], "cause": cause},
            subject=customer.code,
        )
        for customer in moved
    ]
    today = firm_day()
    changes = [
        OwnerChange(customer_id=customer.pk, on=today, from_staff_id=customer.owner_id, to_staff_id=owner_id)
        for customer in moved
    ]
    OwnerChange.objects.bulk_create(changes, batch_size=_STEP)
    if entries:
        record_acts("customer.assigned", entries, by=by.actor)


def _set_owner(ids: Sequence[int], owner_id: int | None, team_id: int | None) -> None:
    """Back in the pool a customer stays in his team."""
    values = {"owner_id": owner_id} | ({"team_id": team_id} if team_id is not None else {})
    Customer.objects.filter(pk__in=ids).update(**values, version=F("version") + 1, updated_at=clock.now())
    search.reindex_customers(ids)
    mark_dirty(ids)
