"""Acts on customers. One act, one function, one transaction, its journal row inside."""

from guanxi.record.customers.bulk import loading
from guanxi.record.customers.rules.newcomers import NewCustomer, Prepared, Problem, prepare_columns
from guanxi.record.customers.search import index_missing, rebuild_search, reindex_customers
from guanxi.record.customers.services.assigning import assign_customers, move_customers_of, pass_on_customers
from guanxi.record.customers.services.clearing import remove_demo_customers
from guanxi.record.customers.services.dirty import forget_dirty, mark_dirty
from guanxi.record.customers.services.erasing import erase_customer, reapply_tombstones, register_eraser, tombstones
from guanxi.record.customers.services.grouping import (
    add_to_group,
    close_group,
    move_group,
    open_group,
    remove_from_group,
    rename_group,
    reopen_group,
)
from guanxi.record.customers.services.headlines import touch_last_contact, write_headlines
from guanxi.record.customers.services.holding_still import hold_customers
from guanxi.record.customers.services.identifying import add_identifier, end_identifier
from guanxi.record.customers.services.merging import merge_customers, unmerge_customers
from guanxi.record.customers.services.preferring import (
    correct_preference,
    end_preference,
    quiet_preference,
    record_preference,
    resume_preference,
)
from guanxi.record.customers.services.quieting import EVERYWHERE, quiet_sales, register_quieter
from guanxi.record.customers.services.recognising import LookedUp, Recognised, look_up
from guanxi.record.customers.services.references import register_references
from guanxi.record.customers.services.registering import (
    Outcome,
    Registered,
    register_customers,
    register_prepared,
)
from guanxi.record.customers.services.relating import (
    NewRelation,
    end_relation,
    join_household,
    keep_house_together,
    leave_household,
    open_household,
    relate_customers,
    relate_household,
)
from guanxi.record.customers.services.removing import delete_customers, restore_customers
from guanxi.record.customers.services.revealing import reveal_field, reveal_identifier
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.customers.services.staging import begin_dealing, change_stage, forget_dealing, withdraw_stage
from guanxi.record.customers.services.telling import register_listener
from guanxi.record.customers.services.undoing import undo_updates
from guanxi.record.customers.services.updating import update_customer

__all__ = [
    "EVERYWHERE",
    "LookedUp",
    "NewAddress",
    "NewCustomer",
    "NewRelation",
    "Outcome",
    "Prepared",
    "Problem",
    "Recognised",
    "Registered",
    "add_identifier",
    "add_to_group",
    "assign_customers",
    "begin_dealing",
    "change_address",
    "change_stage",
    "close_group",
    "correct_preference",
    "delete_customers",
    "end_identifier",
    "end_preference",
    "end_relation",
    "erase_customer",
    "forget_dealing",
    "forget_dirty",
    "hold_customers",
    "index_missing",
    "join_household",
    "keep_house_together",
    "leave_household",
    "loading",
    "look_up",
    "mark_dirty",
    "merge_customers",
    "move_customers_of",
    "move_group",
    "open_group",
    "open_household",
    "pass_on_customers",
    "prepare_columns",
    "quiet_preference",
    "quiet_sales",
    "reapply_tombstones",
    "rebuild_search",
    "record_preference",
    "register_customers",
    "register_eraser",
    "register_listener",
    "register_prepared",
    "register_quieter",
    "register_references",
    "reindex_customers",
    "relate_customers",
    "relate_household",
    "remove_demo_customers",
    "remove_from_group",
    "rename_group",
    "reopen_group",
    "restore_customers",
    "resume_preference",
    "reveal_field",
    "reveal_identifier",
    "tombstones",
    "touch_last_contact",
    "undo_updates",
    "unmerge_customers",
    "update_customer",
    "withdraw_stage",
    "write_headlines",
]
