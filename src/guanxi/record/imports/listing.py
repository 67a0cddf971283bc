"""Imports as a list: one's own, all of them for who administers the firm."""

import datetime as dt
from dataclasses import dataclass

from guanxi.ground.sheets import Listed, Question
from guanxi.ground.sheets.listing import Grouping, Listing, Order, read_list
from guanxi.ground.sheets.sources import BadgeSource, MomentSource, NumberSource, TextSource
from guanxi.identity.principals import Principal
from guanxi.identity.queries import asker_of
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.permissions import seen_imports

_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "failed")
_LISTING = Listing(
    columns=("code", "file_name", "kind", "status", "feed", *_COUNTS, "started_at"),
    sources={
        "file_name": TextSource("file_name"),
        "kind": BadgeSource("kind"),
        "status": BadgeSource("status", ImportStatus),
        "feed": TextSource("feed"),
        "started_at": MomentSource("started_at"),
        **{name: NumberSource(name) for name in _COUNTS},
    },
    orders={name: Order(name) for name in ("started_at", "file_name", "kind", "status", "feed", *_COUNTS)},
    groupings={"kind": Grouping("kind"), "status": Grouping("status", choices=ImportStatus)},
    sums={name: name for name in _COUNTS},
    walks=frozenset({"started_at"}),
)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list, with what became of its rows."""

    code: str
    file_name: str
    kind: str
    status: int
    feed: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    started_at: dt.datetime


def list_imports(question: Question, principal: Principal) -> Listed[ImportLine]:
    """One page of the imports in sight. Raises Denied, and Refused as the sheet says."""
    found = seen_imports(principal)
    return read_list(_LISTING, found, question, asker_of(principal), lambda cells: ImportLine(*cells))
