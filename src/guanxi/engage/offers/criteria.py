"""Whom a version of an offer asks for, as two predicates: as it stands, and apart from the alarm that makes it necessary."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guanxi.engage.offers.grammar import parse_criteria, signals_in
from guanxi.engage.offers.queries import PublishedOffer, PublishedRule, offer_of_code, rules_of
from guanxi.engage.offers.vocabulary import vocabulary
from guanxi.identity.principals import Principal


@dataclass(frozen=True, slots=True)
class Criteria:
    """`whole` and `shared` are SQL of DuckDB over a row of features (grammar.compiling); `shared` leaves out the rules that ask for
    a signal, which nobody without an alarm can meet. signals: the kinds that those name; features: columns that are read.
    can_be_asked: False where a rule cannot be asked any more. incentive_cost in minor units.
    """

    reference: str
    incentive_cost: int
    whole: str
    shared: str
    signals: frozenset[str]
    features: frozenset[str]
    can_be_asked: bool


def criteria_of(code: str, *, principal: Principal, on: dt.date) -> Criteria | None:
    """The criteria of one version as of a day; None where there is none (three queries). Raises Denied."""
    offer = offer_of_code(code, principal=principal)
    if offer is None:
        return None
    return _criteria(offer.reference, offer.incentive_cost, rules_of(offer, vocabulary(), on))


def criteria_by(offer: PublishedOffer) -> Criteria:
    """The criteria of an offer that is published, as of the day for which its rules are compiled."""
    return _criteria(offer.reference, offer.incentive_cost, offer.rules)


def _criteria(reference: str, incentive_cost: int, rules: Sequence[PublishedRule]) -> Criteria:
    asked = [
        (rule, rule.predicate.sql(dialect="duckdb"), frozenset(signals_in(parse_criteria(rule.expression))))
        for rule in rules
        if not rule.problem
    ]
    return Criteria(
        reference=reference,
        incentive_cost=incentive_cost,
        whole=_joined(sql for _rule, sql, _signals in asked),
        shared=_joined(sql for _rule, sql, signals in asked if not signals),
        signals=frozenset(kind for _rule, _sql, signals in asked for kind in signals),
        features=frozenset(name for rule, _sql, _signals in asked for name in rule.features),
        can_be_asked=len(asked) == len(rules),
    )


def _joined(conditions: Iterable[str]) -> str:
    """All of them; with none everybody passes."""
    return " AND ".join(f"({one})" for one in conditions) or "TRUE"
