"""Acts on customers. One act, one function, one transaction, its journal row inside."""

from guanxi.record.customers.bulk import loading
from guanxi.record.customers.rules.newcomers import NewCustomer, Prepared, Problem, prepare_rows
from guanxi.record.customers.search import index_missing, rebuild_search, reindex_customers
from guanxi.record.customers.services.dirty import forget_dirty, mark_dirty
from guanxi.record.customers.services.headlines import touch_last_contact, write_headlines
from guanxi.record.customers.services.recognising import LookedUp, Recognised, look_up
from guanxi.record.customers.services.references import register_references
from guanxi.record.customers.services.registering import (
    Outcome,
    Registered,
    register_customers,
    register_prepared,
)
from guanxi.record.customers.services.removing import delete_customers, restore_customers
from guanxi.record.customers.services.undoing import undo_updates

__all__ = [
    "LookedUp",
    "NewCustomer",
    "Outcome",
    "Prepared",
    "Problem",
    "Recognised",
    "Registered",
    "delete_customers",
    "forget_dirty",
    "index_missing",
    "loading",
    "look_up",
    "mark_dirty",
    "prepare_rows",
    "rebuild_search",
    "register_customers",
    "register_prepared",
    "register_references",
    "reindex_customers",
    "restore_customers",
    "touch_last_contact",
    "undo_updates",
    "write_headlines",
]
