"""A colleague leaves: customers and pending work go to a successor or to the pool, and nobody is forgotten."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, OuterRef, SmallIntegerField, Subquery, Value, When

from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import find_colleague, find_staff, firm_day, takes_work
from guanxi.identity.services import end_employment
from guanxi.journal.rules import Noun
from guanxi.journal.services import Entry, record_acts
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.rules import PENDING
from guanxi.record.actions.services.sharing import share_as_work_stands
from guanxi.record.customers.services import pass_on_customers

_STEP = 500  # rows of one transaction

UNKNOWN = gettext_noop("There is no such colleague.")
_HIMSELF = gettext_noop("{name} cannot be the own successor.")
_MAY_NOT = gettext_noop("{name} does not do such work.")


@dataclass(frozen=True)
class PassedOn:
    """How many customers and how many pieces of pending work found somebody else."""

    customers: int
    actions: int


def part_with_colleague(code: str, *, by: Principal, successor: str | None = None) -> PassedOn:
    """End a colleague's employment and pass everything on: the customers, deleted ones too, to `successor` (a code) or,
    with None, to the pool of their teams; pending work to whoever then has its customer.

    Every right ends with the first transaction; what is passed on follows in steps of a few hundred, each with its
    journal row. Broken off, the same call goes on with what is left; done, it changes nothing.
    Raises Denied, and Refused: staff.unknown, staff.own_successor, staff.may_not_succeed, staff.last_admin.
    """
    require(by, Permission.EDIT_STAFF)
    require(by, Permission.ASSIGN_CUSTOMERS)
    leaver = find_colleague(code, by)
    if leaver is None:
        raise Refused("staff.unknown", UNKNOWN)
    to = _heir(successor, leaver.code, by) if successor else None
    end_employment(by=by, staff=leaver)
    customers = pass_on_customers(leaver.pk, to=to, by=by, cause="colleague left")
    return PassedOn(customers, _pass_on_work(leaver.pk, leaver.code, by))


def _heir(code: str, leaver: str, by: Principal) -> tuple[int, int]:
    """The successor's id and team."""
    found = find_staff(code, by)
    if found is None:
        raise Refused("staff.unknown", UNKNOWN)
    if found.code == leaver:
        raise Refused("staff.own_successor", _HIMSELF, name=found.name)
    if not takes_work(found):
        raise Refused("staff.may_not_succeed", _MAY_NOT, name=found.name)
    return found.pk, found.team_id


def _pass_on_work(staff_id: int, code: str, by: Principal) -> int:
    passed = 0
    while step := _pass_on_step(staff_id, code, by):
        passed += step
    return passed


@transaction.atomic
def _pass_on_step(staff_id: int, code: str, by: Principal) -> int:
    """Work follows its customer: what had been handed to the leaver returns, what was put off stays put off."""
    theirs = Action.objects.filter(owner=staff_id, status__in=sorted(PENDING)).order_by("pk")
    ids = list(theirs.select_for_update(of=("self",)).values_list("pk", flat=True)[:_STEP])
    if not ids:
        return 0
    whose = Action.objects.filter(pk=OuterRef("pk"))
    Action.objects.filter(pk__in=ids).update(
        owner=Subquery(whose.values("customer__owner")),
        team=Subquery(whose.values("customer__team")),
        status=Case(
            When(status=ActionStatus.HANDED_OVER, then=Value(int(ActionStatus.OPEN))),
            default=F("status"),
            output_field=SmallIntegerField(),
        ),
        handed_from=None,
        version=F("version") + 1,
    )
    passed = Action.objects.filter(pk__in=ids).select_related("customer")
    share_as_work_stands(passed, actor=by.actor, today=firm_day())
    entry = Entry(Noun("staff", code), payload={"count": len(ids)}, count=len(ids))
    record_acts("actions.passed_on", [entry], by=by.actor)
    return len(ids)
