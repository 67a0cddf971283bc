"""Reads of declarations: what one customer declared, and how many organisations stand in which cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count

from guanxi.identity.permissions import may
from guanxi.identity.principals import Principal
from guanxi.record.customers.choices import CustomerKind
from guanxi.record.customers.permissions import in_sight
from guanxi.record.declarations.choices import Fact
from guanxi.record.declarations.models import Declaration
from guanxi.record.declarations.permissions import SEE
from guanxi.record.declarations.rules import TRAITS, TYPES, Cell, Cuts, cell_of
from guanxi.record.standing.permissions import seen_condition

# One row an organisation of which something is declared, as grades; `{seen}` is whom the principal sees.
_GRADED = f"""
    SELECT c.id AS customer_id, c.value, {{types}},
        CASE WHEN d.employees IS NULL AND d.turnover IS NULL THEN 0 ELSE 1
            + CASE WHEN coalesce(d.employees, %s) >= %s AND coalesce(d.turnover, %s) >= %s THEN 1 ELSE 0 END
            + CASE WHEN coalesce(d.employees, %s) >= %s AND coalesce(d.turnover, %s) >= %s THEN 1 ELSE 0 END END AS scale,
        CASE WHEN s.volume IS NULL THEN 0 ELSE 1 + CASE WHEN s.volume >= %s THEN 1 ELSE 0 END
            + CASE WHEN s.volume >= %s THEN 1 ELSE 0 END END AS volume,
        coalesce(d.credit, 0) AS credit
    FROM (
        SELECT customer_id, max(CASE WHEN fact = {Fact.EMPLOYEES.value} THEN amount END) AS employees,
            max(CASE WHEN fact = {Fact.TURNOVER.value} THEN amount END) AS turnover,
            max(CASE WHEN fact = {Fact.CREDIT.value} THEN amount END) AS credit, {{marks}}
        FROM declarations_declaration WHERE ended_on IS NULL GROUP BY customer_id
    ) d
    JOIN customers_customer c ON c.id = d.customer_id
    LEFT JOIN standing_standing s ON s.customer_id = c.id
    WHERE c.kind = {CustomerKind.ORGANISATION.value} AND {{seen}}
"""  # noqa: S608 - our own numbers
_MARKS = ", ".join(f"max(CASE WHEN fact = {fact.value} THEN 1 ELSE 0 END) AS type_{fact.value}" for fact in TYPES)
_TYPES = ", ".join(f"d.type_{fact.value}" for fact in TYPES)
_TOP = 2**62


@dataclass(frozen=True, slots=True)
class Declared:
    """One fact that holds, and who told it when."""

    fact: Fact
    amount: int
    source: str
    told_on: date


@dataclass(frozen=True)
class Portfolio:
    """How many organisations in sight stand in each cell ("231" → how many; 0 in it: not known), and of each type."""

    cells: Mapping[str, int]
    types: Mapping[Fact, int]


def declared_of(customer_id: int, *, principal: Principal) -> list[Declared]:
    """What holds of one customer, in the order of the facts; nothing to who may not see it (one query)."""
    if not may(principal, SEE):
        return []
    rows = Declaration.objects.filter(in_sight(principal, customer_id), customer=customer_id, ended_on=None)
    found = {row.fact: Declared(Fact(row.fact), row.amount, row.source, row.told_on) for row in rows.order_by("pk")}
    return [found[fact] for fact in sorted(found)]


def version_of(customer_id: int) -> int:
    """How often something was noted or ended of one customer (one query): who changes it says which of these he looked at."""
    counted = Declaration.objects.filter(customer=customer_id).aggregate(noted=Count("pk"), ended=Count("ended_on"))
    return int(counted["noted"] + counted["ended"])


def cell_on(customer_id: int, cuts: Cuts, *, principal: Principal, volume: int | None) -> Cell:
    """The cell of one organisation in sight (one query); volume: of its standing."""
    stated = {int(one.fact): one.amount for one in declared_of(customer_id, principal=principal)}
    return cell_of(stated, volume, cuts)


def organisations_graded(principal: Principal, cuts: Cuts) -> Portfolio:
    """The organisations in sight of which something is declared, counted (one query). Raises Denied."""
    sql, params = _graded(principal, cuts)
    sums = ", ".join(f"sum(type_{fact.value})" for fact in TYPES)
    with connection.cursor() as cursor:
        counted = f"SELECT scale, volume, credit, count(*), {sums} FROM ({sql}) g GROUP BY scale, volume, credit"  # noqa: S608 - our own words
        cursor.execute(counted, params)
        rows = cursor.fetchall()
    cells = {f"{scale}{volume}{credit}": count for scale, volume, credit, count, *_types in rows}
    types = {fact: sum(int(row[4 + place]) for row in rows) for place, fact in enumerate(TYPES)}
    return Portfolio(cells, {fact: count for fact, count in types.items() if count})


def organisations_in(
    principal: Principal, cuts: Cuts, *, cell: str = "", of_type: Fact | None = None, limit: int = 100
) -> list[tuple[int, str]]:
    """(customer id, cell) of the organisations in sight in a cell or of a type, the most valuable first. Raises Denied."""
    sql, params = _graded(principal, cuts)
    where, given = [], []
    if cell:
        where.append("scale = %s AND volume = %s AND credit = %s")
        given += [int(digit) for digit in cell]
    if of_type:
        where.append(f"type_{of_type.value} = 1")
    wanted = " AND ".join(where) or "1 = 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, scale, volume, credit FROM ({sql}) g WHERE {wanted}"  # noqa: S608 - our own words
            " ORDER BY value DESC, customer_id LIMIT %s",
            [*params, *given, limit],
        )
        return [(key, f"{scale}{volume}{credit}") for key, scale, volume, credit in cursor.fetchall()]


def traits_declared() -> list[tuple[int, int]]:
    """(customer, trait) of every person, in the order of their keys (one query); for steps of the house, to match service only."""
    held = Declaration.objects.filter(ended_on=None, fact__in=TRAITS).order_by("customer", "fact")
    return list(held.values_list("customer_id", "fact").distinct())


def traits_of(customer_id: int) -> list[int]:
    """The traits of one person (one query); for steps of the house, to match service only."""
    held = Declaration.objects.filter(ended_on=None, fact__in=TRAITS, customer=customer_id).order_by("fact")
    return list(held.values_list("fact", flat=True).distinct())


def _graded(principal: Principal, cuts: Cuts) -> tuple[str, list[Any]]:
    seen, params = seen_condition(principal, "c")
    scale = [number for place in (min, max) for number in (_TOP, place(cuts.employees), _TOP, place(cuts.turnover))]
    # SQLite and PostgreSQL name the numbers of the same places in the same order
    return _GRADED.format(seen=seen, types=_TYPES, marks=_MARKS), [*scale, min(cuts.volume), max(cuts.volume), *params]
