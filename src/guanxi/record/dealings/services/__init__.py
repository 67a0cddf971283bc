"""Acts on dealings."""

from guanxi.record.dealings.services.indexes import drop_index, has_index, make_room, may_drop_index, repair_index
from guanxi.record.dealings.services.lines import schema
from guanxi.record.dealings.services.recording import (
    CREATED,
    UNCHANGED,
    UPDATED,
    CustomerGone,
    Stored,
    buyers,
    record_dealings,
    store_dealings,
)
from guanxi.record.dealings.services.removing import remove_dealings, remove_dealings_of, restore_dealings

__all__ = [
    "CREATED",
    "UNCHANGED",
    "UPDATED",
    "CustomerGone",
    "Stored",
    "buyers",
    "drop_index",
    "has_index",
    "make_room",
    "may_drop_index",
    "record_dealings",
    "remove_dealings",
    "remove_dealings_of",
    "repair_index",
    "restore_dealings",
    "schema",
    "store_dealings",
]
