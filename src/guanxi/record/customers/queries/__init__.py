"""Named reads of customers. Every one goes through `permissions`."""

from guanxi.record.customers.queries.exporting import EXPORT_COLUMNS, export_rows
from guanxi.record.customers.queries.finding import Found, find
from guanxi.record.customers.queries.history import timeline_rows
from guanxi.record.customers.queries.page import CustomerPage, Head, customer_id_of, customer_page, head_of_code
from guanxi.record.customers.queries.references import customers_of_codes, ids_by_code, ids_by_reference
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows, first_phone
from guanxi.record.customers.queries.ties import group_members, group_tree, groups_of, household_of, relations_of
from guanxi.record.customers.queries.wishing import list_customers

__all__ = [
    "EXPORT_COLUMNS",
    "CustomerPage",
    "CustomerRow",
    "Found",
    "Head",
    "customer_id_of",
    "customer_page",
    "customer_rows",
    "customers_of_codes",
    "export_rows",
    "find",
    "first_phone",
    "group_members",
    "group_tree",
    "groups_of",
    "head_of_code",
    "household_of",
    "ids_by_code",
    "ids_by_reference",
    "list_customers",
    "relations_of",
    "timeline_rows",
]
