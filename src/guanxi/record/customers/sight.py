"""The choke point of permissions.py as SQL of our own, for reads that compose no join. Import it from there."""

from typing import Any

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from guanxi.ground import clock
from guanxi.identity.principals import Principal
from guanxi.record.customers.reach import reach_of


def visible_condition(principal: Principal, alias: str, *, shared: bool = False) -> tuple[str, list[Any]]:
    """Return the same filter as SQL on `alias` (a table alias of our own, never a client's word) and its parameters.

    shared: those shared one by one as well, for reads of one customer by key.
    """
    reach = reach_of(principal)
    if reach.nobody:
        return "1 = 0", []
    parts = [f"{alias}.deleted_at IS NULL AND {alias}.merged_into_id IS NULL"]
    params: list[Any] = []
    if not reach.pool:
        parts.append(f"{alias}.owner_id IS NOT NULL")
    if reach.owner_id:
        parts.append(f"{alias}.owner_id = %s")
        params.append(reach.owner_id)
    elif reach.team_ids:
        places = f"{alias}.team_id IN ({', '.join(['%s'] * len(reach.team_ids))})"
        parts.append(f"({places} OR {alias}.team_id IS NULL)" if reach.pool else places)
        params += reach.team_ids
    if not shared or reach.everyone or principal.staff_id is None:
        return " AND ".join(parts), params
    there, *own = parts
    whose = "SELECT customer_id FROM customers_share WHERE staff_id = %s AND until >= %s"
    own_words = " AND ".join(own) or "1 = 1"
    return f"{there} AND (({own_words}) OR {alias}.id IN ({whose}))", [*params, principal.staff_id, clock.now().date()]


def in_sight(principal: Principal, customer: int | str) -> RawSQL:
    """Return the same filter for what hangs on one customer, by his key; or, for rows that are few anyhow, by the column of
    our own that holds it ("actions_action.customer_id"). The database asks one key once, and no panel composes a join:
    that took longer than all its answers.
    """
    condition, params = visible_condition(principal, "c", shared=True)
    return _there(customer, condition, params)


def is_there(customer: int | str) -> RawSQL:
    """Return the filter that a customer is neither deleted nor merged, for the same two forms; it gives nobody a right."""
    return _there(customer, "c.deleted_at IS NULL AND c.merged_into_id IS NULL", [])


def _there(customer: int | str, condition: str, params: list[Any]) -> RawSQL:
    place, key = (customer, []) if isinstance(customer, str) else ("%s", [customer])
    sql = f"EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = {place} AND {condition})"  # noqa: S608 - our own words
    return RawSQL(sql, (*key, *params), output_field=BooleanField())  # noqa: S611 - our own words, values as parameters
