"""Every pair of customer and offer with the reason why not, as one SQL text: a scan of `regarded` for each offer.

Nothing is stored of 400 million pairs: the text becomes a view, and each offer's scan reads only the columns it names.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlglot
from sqlglot import exp

from guanxi.insight.decisions.arbitration.terms import Condition, OfferTerms

_DIALECT = "duckdb"
REGARDED = "regarded"  # the view of those rows of `deciding` that are looked at
_CARRIED = ("customer_id", "cell", "opt_out")


def offered_sql(offers: Sequence[OfferTerms], reasons: Sequence[str], channels: Sequence[int]) -> str:
    """A query of every pair: customer_id, cell, opt_out, why_<channel>, offer (place in `offers`), amount (¥), why and is_reserved.

    why: 0 where every condition holds, else the place in `reasons` of the first that does not (a condition that is
    neither true nor false does not hold). Raises ValueError for a reason that is not in `reasons`.
    """
    places = {reason: place for place, reason in enumerate(reasons)}
    scans: list[exp.Query] = [_scan(number, offer, places, channels) for number, offer in enumerate(offers)]
    union = scans[0] if len(scans) == 1 else exp.union(*scans, distinct=False, copy=False)
    return union.sql(dialect=_DIALECT)


def single_sql(offers: Sequence[OfferTerms], reasons: Sequence[str], closed: Mapping[int, str]) -> str:
    """The same of one customer in one scan of his row: why_o<place>, amount_o<place> and reserved_o<place> of each offer,
    why_w<channel> of each channel, by its SQL in `closed`, why_o<place>_<channel> of a way with conditions of its own. Raises
    ValueError as offered_sql.
    """
    places = {reason: place for place, reason in enumerate(reasons)}
    columns: list[exp.Expr] = []
    for number, offer in enumerate(offers):
        why = exp.cast(_why(offer.conditions, places), "smallint")
        amount = exp.cast(_expression(offer.value), "double")
        columns += [exp.alias_(why, f"why_o{number}"), exp.alias_(amount, f"amount_o{number}")]
        columns.append(exp.alias_(_expression(offer.reserved), f"reserved_o{number}"))
        columns += [
            exp.alias_(exp.cast(_why(one.opens, places), "smallint"), f"why_o{number}_{one.channel}")
            for one in offer.treatments
            if one.opens
        ]
    columns += [
        exp.alias_(exp.cast(_expression(sql), "smallint"), f"why_w{channel}") for channel, sql in closed.items()
    ]
    return exp.select(*columns).from_("deciding").sql(dialect=_DIALECT)


def valued_sql(file: Path, channels: Sequence[int]) -> str:
    """The query of the file, `why_of_channel` replaced by why_<channel> of the pair (`o`) by the treatment's channel (`w`)."""
    case = exp.Case(this=exp.column("channel", table="w"))
    for channel in channels:
        case = case.when(exp.Literal.number(channel), exp.column(f"why_{channel}", table="o"), copy=False)

    def in_place(node: exp.Expr) -> exp.Expr:
        return case if isinstance(node, exp.Column) and node.name == "why_of_channel" else node

    return _expression(file.read_text(encoding="utf-8")).transform(in_place).sql(dialect=_DIALECT)


def _scan(number: int, offer: OfferTerms, places: dict[str, int], channels: Sequence[int]) -> exp.Select:
    opens = {one.channel: one.opens for one in offer.treatments if one.opens}
    amount = exp.cast(_expression(offer.value), "double")
    return exp.select(
        *(exp.column(name) for name in _CARRIED),
        *(_closed(channel, opens.get(channel, ()), places) for channel in channels),
        exp.alias_(exp.cast(exp.Literal.number(number), "smallint"), "offer"),
        exp.alias_(amount, "amount"),
        exp.alias_(exp.cast(_why(offer.conditions, places), "smallint"), "why"),
        exp.alias_(_expression(offer.reserved), "is_reserved"),
    ).from_(REGARDED)


def _closed(channel: int, opens: Sequence[Condition], places: dict[str, int]) -> exp.Expr:
    """Why a way is closed for one offer: as the channel is for every offer, else by the way's own conditions."""
    closed = exp.column(f"why_{channel}")
    if not opens:
        return closed
    own = exp.case().when(closed.neq(0), closed.copy()).else_(_why(opens, places))
    return exp.alias_(exp.cast(own, "smallint"), f"why_{channel}")


def _why(conditions: Sequence[Condition], places: dict[str, int]) -> exp.Expr:
    if not conditions:
        return exp.Literal.number(0)
    case = exp.Case()
    for condition in conditions:
        if condition.reason not in places:
            raise ValueError(f"unknown reason {condition.reason}")
        holds = exp.func("coalesce", exp.paren(_expression(condition.sql)), exp.false())
        case = case.when(exp.not_(holds), exp.Literal.number(places[condition.reason]), copy=False)
    return case.else_(exp.Literal.number(0), copy=False)


def _expression(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect=_DIALECT)
