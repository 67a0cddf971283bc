"""The customer and everything that says who he is."""

from guanxi.record.customers.models.batches import BulkAct, BulkMove
from guanxi.record.customers.models.changes import DirtyCustomer, Merge, MergeMove, OwnerChange, StageChange
from guanxi.record.customers.models.customer import NEVER, PRESENT, City, Customer, Household
from guanxi.record.customers.models.identifier import Identifier, IdentifierKey, Tombstone
from guanxi.record.customers.models.shares import Share
from guanxi.record.customers.models.ties import Address, Group, GroupMember, Preference, Relation

__all__ = [
    "NEVER",
    "PRESENT",
    "Address",
    "BulkAct",
    "BulkMove",
    "City",
    "Customer",
    "DirtyCustomer",
    "Group",
    "GroupMember",
    "Household",
    "Identifier",
    "IdentifierKey",
    "Merge",
    "MergeMove",
    "OwnerChange",
    "Preference",
    "Relation",
    "Share",
    "StageChange",
    "Tombstone",
]

PERSONAL = {
    "Customer": {
        "name": "identity",
        "name_key": "identity",
        "birthday": "identity",
        "company": "identity",
        "reference": "identity",
        "last_contact_on": "behaviour",
    },
    "Household": {"name": "identity"},
    "Identifier": {"norm": "identity", "cipher": "sensitive"},
    "Address": {"text": "location", "city": "location", "district": "location"},
    "Preference": {"text": "declared"},
    "Relation": {"note": "declared"},
    "MergeMove": {"old": "identity", "new": "identity"},
}
NOT_PERSONAL = {
    "BulkAct": ["code", "on", "by_code"],
    "City": ["name", "form", "name_key"],
    "Customer": ["code", "language", "source", "created_on", "deleted_at", "erased_at"],
    "Household": ["code"],
    "Identifier": ["label", "source", "valid_from", "valid_to"],
    "Address": ["source", "valid_from", "valid_to"],
    "Preference": ["source", "told_on", "ended_on"],
    "Relation": ["source", "told_on", "ended_on"],
    "Group": ["code", "name", "closed_on"],
    "OwnerChange": ["on"],
    "Share": ["until", "cause"],
    "StageChange": ["cause", "on"],
    "MergeMove": ["table", "column"],
    "Merge": ["code"],
    "Tombstone": ["code", "erased_on", "basis"],
}
