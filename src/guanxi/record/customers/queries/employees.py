"""Who works for an organisation: how many are linked, and who of them is no customer yet (SEG-10)."""

from dataclasses import dataclass

from django.db.models import Count, Q

from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import RelationKind, Stage
from guanxi.record.customers.models import PRESENT, Customer
from guanxi.record.customers.permissions import shown, visible_to

MOST_NAMED = 100


@dataclass(frozen=True)
class Employees:
    """linked: everybody who told us that he works there; not_yet: of these no customers; named: (code, name) of those of them whom
    the principal sees, at most a hundred.
    """

    linked: int
    not_yet: int
    named: list[tuple[str, str]]


def employees_of(customer_id: int, principal: Principal) -> Employees:
    """Of one organisation, which the caller has checked (two queries)."""
    works = Q(relations__other=customer_id, relations__kind=RelationKind.EMPLOYER, relations__ended_on=None)
    people = Customer.objects.filter(PRESENT, works)
    not_yet = Q(stage__in=(Stage.PROSPECT, Stage.TARGET))
    counted = people.aggregate(linked=Count("pk", distinct=True), not_yet=Count("pk", distinct=True, filter=not_yet))
    seen = people.filter(not_yet, visible_to(principal)).order_by("name_key", "pk").distinct()
    rows = seen.values_list("code", "name", "name_key", "pk")[:MOST_NAMED]
    return Employees(
        counted["linked"], counted["not_yet"], [(code, shown(principal, "name", name)) for code, name, *_ in rows]
    )
