"""What can be exported: each kind's columns in their order, and the query that reads its rows."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from guanxi.ground.exports.sheets import Kind, RowSheet, Sheet
from guanxi.identity.principals import Principal
from guanxi.project.exports.standing import standing_sheet
from guanxi.record.actions import queries as actions
from guanxi.record.customers import queries as customers
from guanxi.record.dealings import queries as dealings
from guanxi.record.signals import queries as signals

# What is not text, in any kind.
_KINDS = (
    dict.fromkeys(("occurred_on", "detected_on", "due_on", "created_on", "last_contact_on", "birthday"), Kind.DAY)
    | dict.fromkeys(("occurred_at",), Kind.MOMENT)
    | dict.fromkeys(("rank", "price_tier"), Kind.WHOLE)
    | dict.fromkeys(
        ("amount", "quantity", "unit_price", "severity", "at_stake", "value_at_stake", "value"), Kind.NUMBER
    )
    | dict.fromkeys(("cancelled", "promotion"), Kind.FLAG)
)


def _of_noun(
    columns: tuple[str, ...], export_rows: Callable[..., Iterator[Mapping[str, Any]]]
) -> Callable[[Principal, date | None], Sheet]:
    kinds = {column: _KINDS.get(column, Kind.TEXT) for column in columns}
    return lambda by, as_of: RowSheet(kinds, lambda: export_rows(by, as_of=as_of))


KINDS: dict[str, Callable[[Principal, date | None], Sheet]] = {
    "standing": standing_sheet,
    "signals": _of_noun(signals.EXPORT_COLUMNS, signals.export_rows),
    "actions": _of_noun(actions.EXPORT_COLUMNS, actions.export_rows),
    "customers": _of_noun(customers.EXPORT_COLUMNS, customers.export_rows),
    "dealings": _of_noun(dealings.EXPORT_COLUMNS, dealings.export_rows),
}
