"""A vocabulary for tests, rows over it, and a slow second calculation of what an expression means."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from guanxi.engage.offers.grammar import Feature, ValueKind, Vocabulary
from guanxi.engage.offers.grammar.tree import (
    Arithmetic,
    Between,
    Comparison,
    Day,
    Either,
    Every,
    Name,
    Next,
    Not,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Within,
)

MARKETING, SERVICE = 2, 1
BOTH = frozenset({MARKETING, SERVICE})
ON = dt.date(2026, 3, 5)
VOCABULARY = Vocabulary(
    features={
        feature.name: feature
        for feature in (
            Feature("age", ValueKind.NUMBER, purposes=BOTH),
            Feature("spend_90", ValueKind.NUMBER, purposes=BOTH),
            Feature("visits", ValueKind.NUMBER, purposes=BOTH),
            Feature("tier", ValueKind.TEXT, purposes=BOTH),
            Feature("city", ValueKind.TEXT, purposes=BOTH),
            Feature("last_contact", ValueKind.DAY, purposes=BOTH),
            Feature("has_test", ValueKind.FLAG, purposes=BOTH),
            Feature("risk_level", ValueKind.NUMBER, purposes=BOTH),
            Feature("balance", ValueKind.NUMBER, data_class="financial", purposes=frozenset({SERVICE})),
        )
    },
    signals={"new_home": frozenset({"hypothesised", "confirmed"}), "spend_drop": frozenset({"watch", "alarm"})},
    prohibited={"religion": "what somebody believes is not inferred"},
)
SQL_TYPES = {
    ValueKind.NUMBER: "DOUBLE",
    ValueKind.TEXT: "VARCHAR",
    ValueKind.DAY: "DATE",
    ValueKind.FLAG: "BOOLEAN",
}

_TEXTS = ("A", "B", "广州", "O'Neil", "Xi’an", "x’ or has_test or city = ‘y", "a\\b", '"', "")
_numbers = st.builds(lambda n, d: Decimal(n).scaleb(-d), st.integers(-(10**6), 10**6), st.integers(0, 3))
_days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
_number = st.deferred(lambda: st.one_of(_numbers.map(Number), _number_names, _since, _arithmetic))
_number_names = st.sampled_from(("age", "spend_90", "visits")).map(Name)
_day_values = st.one_of(_days.map(Day), st.just(Name("last_contact")))
_since = _day_values.map(Since)
_leaf_numbers = st.one_of(_numbers.map(Number), _number_names, _since)
_arithmetic = st.recursive(
    st.builds(Arithmetic, st.sampled_from("+-*/"), _leaf_numbers, _leaf_numbers),
    lambda below: (
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, _leaf_numbers)
        | st.builds(Arithmetic, st.sampled_from("+-*/"), _leaf_numbers, below)
    ),
    max_leaves=4,
)
_texts = st.sampled_from(_TEXTS).map(Text)
_text_values = st.one_of(_texts, st.sampled_from(("tier", "city")).map(Name))
_order = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
_few = st.integers(1, 3)


def _options(kind):
    return st.lists(kind, min_size=1, max_size=3).map(tuple)


_simple = st.one_of(
    st.just(Name("has_test")),
    st.sampled_from((Signal("new_home"), Signal("new_home", "confirmed"), Signal("spend_drop", "alarm"))),
    st.sampled_from((Owns("home_contents"), Owns("P-1"), Owns("O'Neil"))),
    st.sampled_from((Next("P-1"), Next("O'Neil"))),
    st.builds(Comparison, _order, _number, _number),
    st.builds(Comparison, _order, _day_values, _day_values),
    st.builds(Comparison, st.sampled_from(("=", "!=")), _text_values, _text_values),
    st.builds(Within, _number, _options(_numbers.map(Number))),
    st.builds(Within, _text_values, _options(_texts)),
    st.builds(Between, _number, _number, _number),
    st.builds(Between, _day_values, _day_values, _day_values),
)
trees = st.recursive(
    _simple,
    lambda below: st.one_of(
        st.builds(Not, below),
        st.lists(below, min_size=2, max_size=3).map(tuple).map(Every),
        st.lists(below, min_size=2, max_size=3).map(tuple).map(Either),
    ),
    max_leaves=8,
)
_maybe = st.none()
rows = st.fixed_dictionaries(
    {
        "age": _maybe | st.integers(0, 99).map(float),
        "spend_90": _maybe | st.sampled_from((0.0, -12.5, 1000.25, 0.1)),
        "risk_level": _maybe,
        "visits": _maybe | st.sampled_from((0.0, 1.0, 3.0)),
        "tier": _maybe | st.sampled_from(_TEXTS),
        "city": _maybe | st.sampled_from(_TEXTS),
        "last_contact": _maybe | _days,
        "has_test": _maybe | st.booleans(),
        "balance": _maybe,
        "signals": _maybe | st.lists(st.sampled_from(("new_home", "new_home:confirmed", "spend_drop:alarm"))),
        "owned": _maybe | st.lists(st.sampled_from(("home_contents", "P-1", "O'Neil"))),
        "nexts": _maybe | st.lists(st.sampled_from(("P-1", "O'Neil"))),
    }
)


def holds(node, row) -> bool:
    """What an expression says of a row: unknown is false."""
    return truth(node, row) is True


def truth(node, row):
    """True, False or None: three-valued, as SQL has it."""
    match node:
        case Name(name=name):
            return row[name]
        case Signal(kind=kind, state=state):
            return None if row["signals"] is None else (f"{kind}:{state}" if state else kind) in row["signals"]
        case Owns(reference=reference):
            return None if row["owned"] is None else reference in row["owned"]
        case Next(reference=reference):
            return None if row["nexts"] is None else reference in row["nexts"]
        case Not(part=part):
            said = truth(part, row)
            return None if said is None else not said
        case Every(parts=parts):
            said = [truth(part, row) for part in parts]
            return False if False in said else None if None in said else True
        case Either(parts=parts):
            said = [truth(part, row) for part in parts]
            return True if True in said else None if None in said else False
        case Within(value=value, options=options):
            said = worth(value, row)
            return None if said is None else said in [worth(option, row) for option in options]
        case Between(value=value, low=low, high=high):
            return truth(Every((Comparison(">=", value, low), Comparison("<=", value, high))), row)
        case Comparison(sign=sign, left=left, right=right):
            one, other = worth(left, row), worth(right, row)
            if one is None or other is None:
                return None
            return {
                "=": lambda: one == other, "!=": lambda: one != other, "<": lambda: one < other,
                "<=": lambda: one <= other, ">": lambda: one > other, ">=": lambda: one >= other,
            }[sign]()  # fmt: skip
    raise AssertionError(node)


def worth(node, row):
    """A value, None where it is unknown."""
    match node:
        case Number(value=value):
            return float(value)
        case Text(value=value) | Day(value=value):
            return value
        case Name(name=name):
            return row[name]
        case Since(of=of):
            day = worth(of, row)
            return None if day is None else float((ON - day).days)
        case Arithmetic(sign=sign, left=left, right=right):
            one, other = worth(left, row), worth(right, row)
            if one is None or other is None or (sign == "/" and other == 0):
                return None
            return {
                "+": lambda: one + other, "-": lambda: one - other, "*": lambda: one * other, "/": lambda: one / other,
            }[sign]()  # fmt: skip
    raise AssertionError(node)
