"""Named reads of customers. Every one goes through `permissions`."""

from guanxi.record.customers.queries.finding import Found, find
from guanxi.record.customers.queries.listing import CustomerList, list_customers
from guanxi.record.customers.queries.references import ids_by_reference
from guanxi.record.customers.queries.rows import CustomerRow, customer_rows
from guanxi.record.customers.queries.ties import group_members, group_tree, groups_of, household_of, relations_of
from guanxi.record.customers.rules.listing import ListSpec, Sort, read_spec

__all__ = [
    "CustomerList",
    "CustomerRow",
    "Found",
    "ListSpec",
    "Sort",
    "customer_rows",
    "find",
    "group_members",
    "group_tree",
    "groups_of",
    "household_of",
    "ids_by_reference",
    "list_customers",
    "read_spec",
    "relations_of",
]
