"""Declaring a feature: its SQL, its data class, its sources, and what it may be used for; refused where it must not be
(decisioning.md 3.5, RSK-04, PTN-03, PTN-04).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlglot
from django.conf import settings
from sqlglot import exp

from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.record.catalogue.prohibited import BLOCKED_CODES, blocked_subject

# The view of the customers that a feature is computed for; it is no source.
ASKED = "asked"

_SOURCE = gettext_noop("“{source}” may not be used for anything: it belongs to what nobody draws conclusions from.")
_INFERENCE = gettext_noop("“{name}” would be a conclusion that nobody may draw about a customer.")
_PURPOSE = gettext_noop("“{name}” may not be used for “{purpose}”.")
_UNDECLARED = gettext_noop("“{name}” reads “{source}”, which it does not declare.")
_UNKNOWN_SOURCE = gettext_noop("“{name}” declares “{source}”, which the warehouse does not have.")
_UNKNOWN = gettext_noop("There is no feature “{name}”.")
# The table of what customers declare of themselves: whatever reads it is of that class.
_DECLARED = "declared"
_TWICE = gettext_noop("“{name}” is declared already; a change needs a higher version.")
_GIVES = gettext_noop("“{name}” gives “{column}”, which it does not declare, or declares what it does not give.")


class DataClass(StrEnum):
    """How close a feature comes to a person; the class bounds the purposes."""

    BASIC = "basic"
    TRANSACTION = "transaction"
    FINANCIAL = "financial"
    LOCATION = "location"
    DECLARED = "declared"  # what somebody told of himself: stable income, education, the wish to manage wealth (SEG-06)
    SENSITIVE = "sensitive"
    MINOR = "minor"


class Purpose(StrEnum):
    """What a feature is used for."""

    SERVICE = "service"
    CARE = "care"  # noticing that somebody may be leaving; no sale
    ADVICE = "advice"  # our own offers
    PARTNER = "partner"
    CREDIT_REVIEW = "credit_review"  # a person's decision about a limit
    ANALYSIS = "analysis"  # of groups, never of one person
    PRICING = "pricing"  # a price, a benefit, a limit: nothing that is known of a person makes one (RET-04)


_ALL = frozenset(Purpose) - {Purpose.PRICING}
_OWN = _ALL - {Purpose.PARTNER}
# What is sensitive, and what is of minors, is no feature at all.
ALLOWED: Mapping[DataClass, frozenset[Purpose]] = {
    DataClass.BASIC: _ALL,
    DataClass.TRANSACTION: _OWN,
    DataClass.FINANCIAL: _OWN,
    DataClass.LOCATION: frozenset({Purpose.SERVICE, Purpose.ADVICE, Purpose.PARTNER}),
    DataClass.DECLARED: frozenset({Purpose.SERVICE}),
    DataClass.SENSITIVE: frozenset(),
    DataClass.MINOR: frozenset(),
}


@dataclass(frozen=True)
class Feature:
    """One declared feature. `sql` selects rows with a customer_id of the customers in the view `asked`; `sources` are all
    columns that it reads, as table.column of an edition, of what the record tells beside it, or of another feature's table.
    columns: what it gives beside customer_id, where others go by the names: offers that ask for them, features that read it.
    """

    name: str
    sql: str
    data_class: DataClass
    purposes: frozenset[Purpose]
    sources: frozenset[str]
    version: int = 1
    columns: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The temporary table that holds it once it is built."""
        return f"feature_{self.name}"


class Registry:
    """The declared features by name. What the tables of the warehouse are is given: table → its columns."""

    def __init__(self, tables: Mapping[str, frozenset[str]]) -> None:
        self._tables = dict(tables)
        self._features: dict[str, Feature] = {}

    def register(self, feature: Feature) -> Feature:
        """Take a feature in and return it; a higher version takes the place of the lower.

        Raises Refused: prohibited_inference, prohibited_source, purpose_not_allowed (of its data class, or of a feature that it
        reads), unknown_source, undeclared_source, columns_differ, feature_exists.
        """
        own = settings.GUANXI_BLOCKED_CATEGORIES
        for name in (feature.name, *feature.columns):
            if blocked_subject(name, also=own):
                raise Refused("prohibited_inference", _INFERENCE, name=excerpt(name))
        used = _read_by(feature.sql)
        for source in sorted(feature.sources | used.columns | used.tables | used.literals):
            if blocked_subject(source, also=own) and not (
                source in used.literals and source not in {*BLOCKED_CODES, *own}
            ):
                raise Refused("prohibited_source", _SOURCE, source=excerpt(source))
        self._require_class(feature)
        self._require_sources(feature, used)
        self._require_parts(feature, used)
        _require_columns(feature)
        known = self._features.get(feature.name)
        if known is not None and known.version >= feature.version:
            raise Refused("feature_exists", _TWICE, name=feature.name)
        self._features[feature.name] = feature
        if feature.columns:
            self._tables[feature.table] = frozenset({"customer_id", *feature.columns})
        return feature

    def feature(self, name: str, *, purpose: Purpose) -> Feature:
        """A feature for a purpose. Raises Refused: unknown_feature, purpose_not_allowed."""
        found = self._features.get(name)
        if found is None:
            raise Refused("unknown_feature", _UNKNOWN, name=excerpt(name))
        if purpose not in found.purposes:
            raise Refused("purpose_not_allowed", _PURPOSE, name=name, purpose=purpose.value)
        return found

    def all(self) -> list[Feature]:
        """Every feature, by name."""
        return [self._features[name] for name in sorted(self._features)]

    def _require_class(self, feature: Feature) -> None:
        beyond = sorted(feature.purposes - ALLOWED[feature.data_class])
        if feature.data_class in {DataClass.SENSITIVE, DataClass.MINOR}:
            raise Refused("prohibited_source", _SOURCE, source=feature.data_class.value)
        reads_declared = any(source.startswith(f"{_DECLARED}.") for source in feature.sources)
        if reads_declared and feature.data_class is not DataClass.DECLARED:
            raise Refused("prohibited_source", _SOURCE, source=_DECLARED)
        if beyond or not feature.purposes:
            purpose = beyond[0].value if beyond else "-"
            raise Refused("purpose_not_allowed", _PURPOSE, name=feature.name, purpose=purpose)

    def _require_sources(self, feature: Feature, used: "_Read") -> None:
        for source in sorted(feature.sources):
            table, _, column = source.partition(".")
            if column not in self._tables.get(table, ()):
                raise Refused("unknown_source", _UNKNOWN_SOURCE, name=feature.name, source=excerpt(source))
        declared = {source.partition(".")[0] for source in feature.sources}
        for table in sorted(used.tables - declared):
            raise Refused("undeclared_source", _UNDECLARED, name=feature.name, source=table)
        for place, column in sorted(used.places):
            tables = [place] if place else sorted(used.tables)
            possible = {f"{table}.{column}" for table in tables if column in {*self._tables[table], "*"}}
            if possible and not possible & feature.sources:
                raise Refused("undeclared_source", _UNDECLARED, name=feature.name, source=min(possible))

    def _require_parts(self, feature: Feature, used: "_Read") -> None:
        """What is computed from a feature serves no purpose that the feature itself does not."""
        parts = {one.table: one for one in self._features.values()}
        for table in sorted(used.tables & parts.keys()):
            beyond = sorted(feature.purposes - parts[table].purposes)
            if beyond:
                raise Refused("purpose_not_allowed", _PURPOSE, name=parts[table].name, purpose=beyond[0].value)


def _require_columns(feature: Feature) -> None:
    if not feature.columns:
        return
    query = sqlglot.parse_one(feature.sql, read="duckdb")
    given = set(query.named_selects if isinstance(query, exp.Query) else ()) - {"customer_id"}
    for column in sorted(given ^ set(feature.columns)):
        raise Refused("columns_differ", _GIVES, name=feature.name, column=excerpt(column))


@dataclass(frozen=True)
class _Read:
    """What a query names: tables of the edition; columns, and where they are (table or "" where that is not said), but for
    those of its own parts; literals.
    """

    tables: frozenset[str]
    places: frozenset[tuple[str, str]]
    literals: frozenset[str]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(column for _, column in self.places)


def _read_by(sql: str) -> _Read:
    tree = sqlglot.parse_one(sql, read="duckdb")
    stars = {("", "*") for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)}
    own = {cte.alias for cte in tree.find_all(exp.CTE)} | {ASKED}
    tables = {table.alias_or_name: table.name for table in tree.find_all(exp.Table)}
    places: set[tuple[str, str]] = stars
    for column in tree.find_all(exp.Column):
        if tables.get(column.table, "") not in own:
            places.add((tables.get(column.table, ""), column.name))
    return _Read(
        frozenset(set(tables.values()) - own),
        frozenset(places),
        frozenset(str(literal.this) for literal in tree.find_all(exp.Literal)),
    )
