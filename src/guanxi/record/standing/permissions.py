"""Whose standing a principal sees: that of the customers in sight."""

from typing import Any

from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.record.customers.permissions import visible_condition


def seen_condition(principal: Principal, alias: str, *, shared: bool = False) -> tuple[str, list[Any]]:
    """The customers whose standing `principal` sees, as SQL on `alias` (the customers' table) and its parameters.

    shared: those shared one by one as well, for reads of one customer.

    Raises Denied without the right to see standing at all.
    """
    require(principal, Permission.VIEW_STANDING)
    return visible_condition(principal, alias, shared=shared)
