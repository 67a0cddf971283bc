"""A colleague's day, as a leader sees it: the same lines, each opening the action."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from guanxi.faces.desk.today.presenters import Group, about_customers, groups_of, stake_head
from guanxi.faces.shared.look import Look
from guanxi.faces.shared.words import dotted
from guanxi.record.actions.queries import lines_of_colleague


@dataclass(frozen=True)
class Page:
    """Everything the page shows; `customers` is the address of all of the colleague's customers."""

    name: str
    sentence: str
    groups: list[Group]
    stake_head: str
    customers: str


@dataclass(frozen=True)
class Colleague:
    """Whose day."""

    code: str
    name: str
    team: str


def colleague_page(person: Colleague, look: Look) -> Page:
    """The lines of a colleague that whoever looks may see."""
    lines = lines_of_colleague(person.code, look.principal, on=look.today)
    late = sum(line.is_overdue for line in lines)
    count = ngettext("{count} open", "{count} open", len(lines)).format(count=len(lines))
    overdue = ngettext("{count} overdue", "{count} overdue", late).format(count=late) if late else ""
    return Page(
        name=person.name,
        sentence=dotted((person.team, count, overdue)),
        groups=groups_of(lines, (), about_customers(lines, look), look),
        stake_head=stake_head(look),
        customers=f"{reverse('customers')}?where=owner.in.{person.code}",
    )
