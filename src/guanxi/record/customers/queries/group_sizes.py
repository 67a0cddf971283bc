"""How many customers stand in groups with all below them, as far as a principal sees: bounded, one query."""

# ruff: noqa: S608 - our own names and integers; every other value is a parameter

from collections.abc import Sequence

from django.db import connection

from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_condition

COUNTED = 1_000  # more than this is shown as "1,000+"
MOST_COUNTED = 200  # groups at a time


def group_sizes(ids: Sequence[int], principal: Principal) -> dict[int, int]:
    """Return, for at most 200 groups by id, how many customers in sight are in each or in one below it, each counted once;
    exact up to 1,000, then 1,001. Customers shared one by one are not counted, as the list does not show them.
    """
    wanted = list(ids)[:MOST_COUNTED]
    if not wanted:
        return {}
    condition, params = visible_condition(principal, "c")
    inside = f"""SELECT DISTINCT m.customer_id FROM customers_group b
        JOIN customers_groupmember m ON m.group_id = b.id JOIN customers_customer c ON c.id = m.customer_id
        WHERE b.lo BETWEEN g.lo AND g.hi AND b.closed_on IS NULL AND {condition} LIMIT {COUNTED + 1}"""
    sql = f"""SELECT g.id, (SELECT count(*) FROM ({inside}) AS members)
        FROM customers_group g WHERE g.id IN ({", ".join(str(int(one)) for one in wanted)})"""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return {int(key): int(count) for key, count in cursor.fetchall()}
