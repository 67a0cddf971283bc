"""What the tests of customers share: taking in, and a picture of everything stored."""

import datetime as dt

from guanxi.ground import clock
from guanxi.record.customers.models import (
    Address,
    Customer,
    GroupMember,
    Household,
    Identifier,
    IdentifierKey,
    Preference,
    Relation,
    StageChange,
)
from guanxi.record.customers.services import NewCustomer, register_customers
from tests.stories.scene import SYSTEM

NOON = dt.datetime(2026, 6, 30, 4, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 6, 30)
WANG = "11010519491231002X"  # a woman born on 31 December 1949
_MOVING = ("version", "updated_at")


def register(*rows: NewCustomer, by=SYSTEM):
    """Take rows in at noon of 30 June 2026."""
    with clock.frozen(NOON):
        return register_customers(rows, by=by, source="test")


def picture() -> dict[str, list]:
    """Everything stored about customers but versions, times of update, the dirty list and the journal."""
    heads = Customer.objects.order_by("pk").values()
    return {
        "customers": [{key: value for key, value in head.items() if key not in _MOVING} for head in heads],
        "keys": sorted(IdentifierKey.objects.values_list("key", "customer_id")),
        "groups": sorted(GroupMember.objects.values_list("group_id", "customer_id")),
        **{
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Identifier, Address, Relation, Household, Preference, StageChange)
        },
    }
