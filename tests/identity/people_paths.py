"""What lists of customers, previews, histories, twins and selections show, and what is done to many: for the matrix."""

from collections.abc import Callable

from guanxi.ground.sheets import Question, Selection
from guanxi.identity.models import Staff, Team
from guanxi.identity.principals import Principal
from guanxi.record.customers.models import Customer, Group
from guanxi.record.customers.queries import head_of_code, list_customers
from guanxi.record.customers.queries.changes import changes_of
from guanxi.record.customers.queries.likeness import customers_alike
from guanxi.record.customers.services.bulk_acting import assign_selected, delete_selected, group_selected
from guanxi.record.customers.services.selecting import selected
from guanxi.record.customers.sheet import CUSTOMERS
from tests.identity.world import Target, World

Read = Callable[[Principal, Target], object]
Write = Callable[[World, Principal, Target], object]


def question(*where: str, sort: str = "-value") -> Question:
    """A question of the list, as an address asks it."""
    return CUSTOMERS.read_question({"where": list(where), "sort": [sort]})


def listed(principal: Principal, target: Target, *where: str, sort: str = "-value") -> bool:
    """Whether the list shows the target."""
    return target.id in [row.id for row in list_customers(question(*where, sort=sort), principal).rows]


def _owner(target: Target) -> str:
    code = Staff.objects.filter(pk__in=Customer.objects.filter(pk=target.id).values("owner")).values_list(
        "code", flat=True
    )
    return f"owner.in.{code[0]}" if code else "owner.nobody"


def _team(target: Target) -> list[str]:
    code = Team.objects.filter(pk__in=Customer.objects.filter(pk=target.id).values("team")).values_list(
        "code", flat=True
    )
    return [f"team.in.{code[0]}"] if code else []


def _selected(principal: Principal, target: Target, selection: Selection) -> bool:
    return target.id in selected(selection, principal).ids


PEOPLE_READS: dict[str, Read] = {
    "list": listed,
    "list, sorted by contact": lambda p, t: listed(p, t, sort="-last_contact"),
    "list, sorted by owner": lambda p, t: listed(p, t, sort="owner"),
    "list, sorted by team": lambda p, t: listed(p, t, sort="team"),
    "list, filtered by stage": lambda p, t: listed(p, t, "stage.in.customer"),
    "list, filtered by its owner": lambda p, t: listed(p, t, _owner(t)),
    "list, filtered by its team": lambda p, t: listed(p, t, *_team(t)),
    "list, in a range of value": lambda p, t: listed(p, t, "value.at_least.-1"),
    "list, never contacted": lambda p, t: listed(
        p, t, "last_contact.empty|last_contact.not_in_last.1|last_contact.last.9"
    ),
    "list, one condition of two": lambda p, t: listed(p, t, f"tier.in.a|{_owner(t)}"),
    "history of fields": lambda p, t: changes_of(head_of_code(t.code, p), p) is not None,
    "twins by reference": lambda p, t: t.id in [one.row.id for one in customers_alike({"reference": t.reference}, p)],
    "selection by code": lambda p, t: _selected(p, t, Selection((t.code,))),
    "selection by question": lambda p, t: _selected(p, t, Selection(question=question(_owner(t)))),
}


def _assign(world: World, by: Principal, target: Target) -> object:
    now = Customer.objects.values_list("owner_id", flat=True).get(pk=target.id)
    other = world.staff["admin" if now != world.staff["admin"].pk else "manager"]
    return assign_selected(Selection((target.code,)), owner_id=other.pk, by=by)


PEOPLE_WRITES: dict[str, Write] = {
    "customer.assign, many": _assign,
    "customer.assign, all that fit": lambda w, by, t: assign_selected(
        Selection(question=question(_owner(t))), owner_id=w.staff["leader"].pk if not _is_leaders(w, t) else None, by=by
    ),
    "customer.delete, many": lambda w, by, t: delete_selected(Selection((t.code,)), by=by),
    "customer.group, many": lambda w, by, t: group_selected(
        Selection((t.code,)), Group.objects.get_or_create(name="many")[0].pk, by=by
    ),
}


def _is_leaders(world: World, target: Target) -> bool:
    return Customer.objects.values_list("owner_id", flat=True).get(pk=target.id) == world.staff["leader"].pk
