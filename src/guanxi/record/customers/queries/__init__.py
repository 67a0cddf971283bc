"""Named reads of customers. Every one goes through `permissions`."""

from guanxi.record.customers.queries.references import ids_by_reference

__all__ = ["ids_by_reference"]
