"""How many customers stand in groups with all below them, as far as a principal sees: bounded, one query."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import reach_of, visible_condition

LOOKED_AT = 5_000  # members of one group, for whoever sees many customers
MOST_COUNTED = 200  # groups at a time


@dataclass(frozen=True, slots=True)
class Size:
    """How many were counted; `is_more` where not all members were looked at."""

    count: int
    is_more: bool = False


def group_sizes(ids: Sequence[int], principal: Principal) -> dict[int, Size]:
    """Return, for at most 200 groups by id, how many customers in sight are in each or in one below it, each counted once.
    Exact for who has customers of his own; for others among the first 5,000 members of a group. Customers shared one by one
    are not counted, as the list does not show them.
    """
    wanted = ", ".join(str(int(one)) for one in list(ids)[:MOST_COUNTED])
    condition, params = visible_condition(principal, "c")
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        if reach_of(principal).owner_id:
            cursor.execute(_OF_OWN.format(condition=condition, wanted=wanted), params)
            return {int(key): Size(int(count)) for key, count in cursor.fetchall()}
        members = _MEMBERS.format(most=LOOKED_AT + 1)
        cursor.execute(_OF_MANY.format(members=members, condition=condition, wanted=wanted), params or None)
        return {int(key): Size(int(count), looked > LOOKED_AT) for key, count, looked in cursor.fetchall()}


# The own customers are few: from them to their groups.
_OF_OWN = """SELECT g.id, count(DISTINCT m.customer_id) FROM customers_customer c
    JOIN customers_groupmember m ON m.customer_id = c.id
    JOIN customers_group b ON b.id = m.group_id AND b.closed_on IS NULL
    JOIN customers_group g ON b.lo BETWEEN g.lo AND g.hi
    WHERE c.gone = 0 AND {condition} AND g.id IN ({wanted}) GROUP BY g.id"""
_MEMBERS = """SELECT m.customer_id FROM customers_group b JOIN customers_groupmember m ON m.group_id = b.id
    WHERE b.lo BETWEEN g.lo AND g.hi AND b.closed_on IS NULL LIMIT {most}"""
_OF_MANY = """SELECT g.id,
    (SELECT count(DISTINCT c.id) FROM ({members}) AS m JOIN customers_customer c ON c.id = m.customer_id WHERE {condition}),
    (SELECT count(*) FROM ({members}) AS m)
    FROM customers_group g WHERE g.id IN ({wanted})"""
