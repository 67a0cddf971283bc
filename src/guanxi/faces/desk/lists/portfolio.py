"""Customers with what each could be worth, how likely to be lost, what comes next (MGR-12): read in the query of a page's
rows, where these columns are asked for; a list that is not long is put in their order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.faces.shared.actions import act_for
from guanxi.faces.shared.words import sentences
from guanxi.ground.sheets import Listed, Question
from guanxi.identity.permissions import Permission, may
from guanxi.identity.principals import Principal
from guanxi.record.actions.queries import next_step
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.queries import CustomerRow, list_customers
from guanxi.record.standing.queries import figures_beside, figures_of

_FIGURES = frozenset({"potential", "risk"})


@dataclass(frozen=True, slots=True)
class PortfolioRow(CustomerRow):
    """`potential` in minor units of the firm's currency a year, `risk` 0 to 1: None where the data cannot say; `next` is what
    to do next, in words. `grade` is that of the estimates.
    """

    potential: int | None = None
    risk: float | None = None
    next: str = ""
    grade: str = ""


_OF_CUSTOMER = tuple(field.name for field in fields(CustomerRow))


def list_portfolio(question: Question, principal: Principal) -> Listed[Any]:
    """As `list_customers`, with what else the question's columns ask for, in the same queries. Raises Refused."""
    found = list_customers(question, principal, _KNOWN, beside(question, principal))
    return replace(found, rows=with_portfolio(found.rows, question, principal))


def beside(question: Question, principal: Principal) -> list[Any]:
    """What is read beside the rows for the columns of a question, as far as the principal may see it."""
    return [read(principal) for read in _read(question, principal)]


def with_portfolio(rows: Sequence[CustomerRow], question: Question, principal: Principal) -> Sequence[CustomerRow]:
    """Rows that were read with `beside`, its answers in their places."""
    asked = _read(question, principal)
    if not _ASKING.keys() & {*question.columns}:
        return rows
    return [_row(row, dict(zip(asked, row.beside, strict=True))) for row in rows]


def remark_on(columns: Sequence[str], rows: Sequence[Any]) -> tuple[str, str] | None:
    """What the figures mean and how far they may be trusted, and where that is told at length."""
    if not rows or not _FIGURES.intersection(columns):
        return None
    meant = {
        "potential": _("Potential: what is missing in a year to the upper quarter of customers of the same kind."),
        "risk": _("May stay away: the chance that a year goes by without a purchase."),
    }
    grade = next((row.grade for row in rows if row.grade), "")
    said = [words for name, words in meant.items() if name in columns]
    said.append(
        _("Estimates of grade {grade}.").format(grade=grade) if grade else _("No estimate has been graded yet.")
    )
    return sentences(said), f"{reverse('standing')}#estimates-title"


def _read(question: Question, principal: Principal) -> list[Callable[[Principal], Any]]:
    asked = dict.fromkeys(_ASKING[name] for name in question.columns if name in _ASKING)
    return [read for read in asked if may(principal, _RIGHTS[read])]


def _row(row: CustomerRow, told: Mapping[Callable[[Principal], Any], Any]) -> PortfolioRow:
    figures, step = told.get(figures_beside) or {}, told.get(next_step)
    coming = act_for(step["reason"], Channel(step["channel"])) if step else ""
    own = {name: getattr(row, name) for name in _OF_CUSTOMER}
    return PortfolioRow(
        **own,
        potential=figures.get("potential"),
        risk=figures.get("risk"),
        next=coming,
        grade=figures.get("grade", ""),
    )


def _figure(place: int) -> Callable[[Sequence[int], Principal], Mapping[int, Any]]:
    """One figure of customers, for an order by it."""

    def known(ids: Sequence[int], principal: Principal) -> Mapping[int, Any]:
        figures = figures_of(ids, principal) if may(principal, Permission.VIEW_STANDING) else {}
        return {key: told[place] for key, told in figures.items() if told[place] is not None}

    return known


_ASKING = {"potential": figures_beside, "risk": figures_beside, "next": next_step}
_RIGHTS = {figures_beside: Permission.VIEW_STANDING, next_step: Permission.VIEW_ACTIONS}
_KNOWN = {"potential": _figure(0), "risk": _figure(1)}
