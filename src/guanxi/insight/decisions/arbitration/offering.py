"""Every pair of customer and offer with the reason why not, as SQL texts: the gates of all offers in one scan of `regarded`, and the
pairs as a scan of their result for each offer.

Nothing is stored of 400 million pairs but the number of a reason each: two bytes, in a column an offer, for a part of the customers.
Conditions and values are SQL already: they are put together as they are, for to read 500 of them costs more than to evaluate them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import sqlglot
from sqlglot import exp

from guanxi.insight.decisions.arbitration.terms import Condition, OfferTerms

_DIALECT = "duckdb"
REGARDED = "regarded"  # the view of those rows of `deciding` that are looked at
_CARRIED = ("customer_id", "code", "cell", "opt_out")
_OFTEN: Final = 3  # a condition of as many offers is looked at once for all of them
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def gates_sql(offers: Sequence[OfferTerms], reasons: Sequence[str], channels: Sequence[int]) -> str:
    """A query of everybody who is regarded: customer_id, code, cell, opt_out, why_<channel>; of each offer why_o<place>, as `why` of
    offered_sql, why_o<place>_<channel> of a way with conditions of its own and, where it differs, reserved_o<place>; and the
    columns that what an offer brings is reckoned from. Raises ValueError for a reason that is not in `reasons`.
    """
    places = {reason: place for place, reason in enumerate(reasons)}
    reckoned_from = [name for offer in offers for name in _names(offer.value)]
    columns = [*dict.fromkeys((*_CARRIED, *(f"why_{channel}" for channel in channels), *reckoned_from))]
    named = Counter(sql for offer in offers for sql in dict.fromkeys(one.sql for one in offer.conditions))
    shared = {sql: f"holds_{number}" for number, sql in enumerate(sql for sql in named if named[sql] >= _OFTEN)}
    for number, offer in enumerate(offers):
        columns += _whys(number, offer, places, shared)
        columns += [f"({offer.reserved}) AS reserved_o{number}"] if _names(offer.reserved) else []
    looked_at = ", ".join(["*", *(f"{_holds(sql)} AS {name}" for sql, name in shared.items())])
    return f"SELECT {', '.join(columns)} FROM (SELECT {looked_at} FROM {REGARDED}) r"  # noqa: S608 - our own names and what is SQL already


def offered_sql(offers: Sequence[OfferTerms], channels: Sequence[int], gated: str) -> str:
    """A query of every pair: customer_id, code, cell, opt_out, why_<channel>, offer (place in `offers`), amount (¥), why and
    is_reserved. gated: the table with what gates_sql finds.

    why: 0 where every condition holds, else the place among the reasons of the first that does not (a condition that is
    neither true nor false does not hold).
    """
    return " UNION ALL ".join(_scan(number, offer, channels, gated) for number, offer in enumerate(offers))


def single_sql(offers: Sequence[OfferTerms], reasons: Sequence[str], closed: Mapping[int, str]) -> str:
    """The same of one customer in one scan of his row: why_o<place>, amount_o<place> and reserved_o<place> of each offer,
    why_w<channel> of each channel, by its SQL in `closed`, why_o<place>_<channel> of a way with conditions of its own. Raises
    ValueError as gates_sql.
    """
    places = {reason: place for place, reason in enumerate(reasons)}
    columns: list[str] = []
    for number, offer in enumerate(offers):
        columns += _whys(number, offer, places)
        columns += [f"{_amount(offer)} AS amount_o{number}", f"({offer.reserved}) AS reserved_o{number}"]
    columns += [f"CAST(({sql}) AS SMALLINT) AS why_w{channel}" for channel, sql in closed.items()]
    return f"SELECT {', '.join(columns)} FROM deciding"  # noqa: S608 - our own names and what is SQL already


def valued_sql(file: Path, channels: Sequence[int]) -> str:
    """The query of the file, `why_of_channel` replaced by why_<channel> of the pair (`o`) by the treatment's channel (`w`)."""
    case = exp.Case(this=exp.column("channel", table="w"))
    for channel in channels:
        case = case.when(exp.Literal.number(channel), exp.column(f"why_{channel}", table="o"), copy=False)

    def in_place(node: exp.Expr) -> exp.Expr:
        return case if isinstance(node, exp.Column) and node.name == "why_of_channel" else node

    return _expression(file.read_text(encoding="utf-8")).transform(in_place).sql(dialect=_DIALECT)


def _scan(number: int, offer: OfferTerms, channels: Sequence[int], gated: str) -> str:
    opens = {one.channel for one in offer.treatments if one.opens}
    columns = [
        *_CARRIED,
        *(_closed(channel, f"why_o{number}_{channel}" if channel in opens else "") for channel in channels),
        f"CAST({number} AS SMALLINT) AS offer",
        f"{_amount(offer)} AS amount",
        f"why_o{number} AS why",
        f"{f'reserved_o{number}' if _names(offer.reserved) else f'({offer.reserved})'} AS is_reserved",
    ]
    return f"SELECT {', '.join(columns)} FROM {gated}"  # noqa: S608 - our own names and what is SQL already


def _closed(channel: int, own: str) -> str:
    """Why a way is closed for one offer: as the channel is for every offer, else by the way's own conditions."""
    closed = f"why_{channel}"
    return f"CASE WHEN {closed} <> 0 THEN {closed} ELSE {own} END AS {closed}" if own else closed


def _amount(offer: OfferTerms) -> str:
    return f"CAST(({offer.value}) AS DOUBLE)"


def _whys(number: int, offer: OfferTerms, places: Mapping[str, int], shared: Mapping[str, str] = _NONE) -> list[str]:
    own = {f"why_o{number}_{one.channel}": one.opens for one in offer.treatments if one.opens}
    return [
        f"CAST({_why(conditions, places, shared)} AS SMALLINT) AS {name}"
        for name, conditions in {f"why_o{number}": offer.conditions, **own}.items()
    ]


def _why(conditions: Sequence[Condition], places: Mapping[str, int], shared: Mapping[str, str]) -> str:
    """shared: the column in which it stands already whether a condition holds, by its SQL."""
    whens = []
    for condition in conditions:
        if condition.reason not in places:
            raise ValueError(f"unknown reason {condition.reason}")
        whens.append(f"WHEN NOT {shared.get(condition.sql) or _holds(condition.sql)} THEN {places[condition.reason]}")
    return f"CASE {' '.join(whens)} ELSE 0 END" if whens else "0"


def _holds(sql: str) -> str:
    return f"coalesce(({sql}), FALSE)"


def _names(sql: str) -> list[str]:
    return sorted({column.name for column in _expression(sql).find_all(exp.Column)})


def _expression(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect=_DIALECT)
