"""Cells of alike customers, from which chances are learned: the leaves of a shallow tree over eight declared traits (3.6).

A trait is a column that offers may name (engage.offers.headlines), cut into bands: 0 where it is not known, else 1 and on. The
bands of a customer are the octal digits of one number, which stands in his row and in his trials, so that what was learned
finds its place in any tree. No age, no place, no language: who hears of an offer is not to hang on those, not even by learning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from guanxi.engage.offers.grammar import Vocabulary
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.insight.estimates.nesting import Nest
from guanxi.insight.estimates.response import Answers
from guanxi.record.catalogue.prohibited import blocked_subject
from guanxi.record.consents.choices import Purpose

MOST_TRAITS: Final = 8
MOST_CELLS: Final = 64
_BASE: Final = 8  # a digit a trait
_DAYS: Final = frozenset({"customer_since", "last_contact", "last_purchase"})

_NOT_ALLOWED = gettext_noop("“{name}” may not divide customers into cells.")


@dataclass(frozen=True)
class Trait:
    """A column and its bands: the words of a text, or where a number (of a day: how many days ago it was) passes to the next."""

    name: str
    bands: tuple[str, ...] | tuple[int, ...]

    def sql(self, as_of: str) -> str:
        """The band as SQL over a row of `known`; as_of: SQL of the day."""
        if isinstance(self.bands[0], str):
            whens = [f"WHEN {self.name} = '{word}' THEN {band}" for band, word in enumerate(self.bands, 1)]
            return f"CASE {' '.join(whens)} ELSE 0 END"
        number = f"days_between({self.name}, {as_of})" if self.name in _DAYS else self.name
        whens = [f"WHEN {number} < {bound} THEN {band}" for band, bound in enumerate(self.bands, 1)]
        return f"CASE WHEN {self.name} IS NULL THEN 0 {' '.join(whens)} ELSE {len(self.bands) + 1} END"


TRAITS: Final = (
    Trait("tier", ("A", "B", "C")),
    Trait("state", ("active", "watch", "alarm", "lapsed")),
    Trait("kind", ("person", "organisation")),
    Trait("customer_since", (365, 1_096, 2_557)),  # [j], as the following
    Trait("last_contact", (31, 91, 366)),
    Trait("purchases_365", (1, 5, 13, 53)),
    Trait("last_purchase", (31, 91, 181, 366)),
    Trait("families", (1, 2, 3)),
)
PLACES: Final = {trait.name: place for place, trait in enumerate(TRAITS)}


@dataclass(frozen=True)
class Group:
    """A node of a tree: of its parent those whose band of a trait lies between `low` and `high`, both included; the first is all."""

    parent: int
    trait: str = ""
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Tree:
    """Groups, each behind its parent; those without groups of their own are the cells, and go by their place in the tree.

    The groups under one parent share out the bands of one trait. grown_on: the day up to whose trials it was grown, and
    `answers` how many of them said yes; None where it is declared.
    """

    groups: tuple[Group, ...]
    grown_on: date | None = None
    answers: int = 0

    @cached_property
    def nest(self) -> Nest:
        """The groups as the estimates know them."""
        return Nest(tuple(group.parent for group in self.groups))

    @cached_property
    def cells(self) -> tuple[int, ...]:
        """The places of the cells."""
        parents = {group.parent for group in self.groups}
        return tuple(place for place in range(len(self.groups)) if place not in parents)

    def path(self, place: int) -> list[int]:
        """The groups in which a group lies, from all to itself."""
        found = []
        while place >= 0:
            found.append(place)
            place = self.groups[place].parent
        return found[::-1]

    def sql(self) -> str:
        """The cell as SQL over `bands`."""
        return self._sql(0)

    def cells_of(self, bands: NDArray[np.int64]) -> NDArray[np.int32]:
        """The cell of each number of bands."""
        found = np.zeros(len(bands), dtype=np.int32)
        for place, group in enumerate(self.groups[1:], 1):
            band = digit(bands, group.trait)
            found[(found == group.parent) & (group.low <= band) & (band <= group.high)] = place
        return found

    def seen_by(self, features: Vocabulary, purpose: int) -> tuple[int, ...]:
        """Of each group the smallest around it that is told by traits which the purpose allows: everybody where none is."""
        allowed = {name for name, feature in features.features.items() if purpose in feature.purposes}
        found = [0]
        for place, group in enumerate(self.groups[1:], 1):
            up = found[group.parent]
            found.append(place if up == group.parent and group.trait in allowed else up)
        return tuple(found)

    def asked_in(self, answers: Answers) -> tuple[list[float], list[float]]:
        """Of each group how many were contacted and how many were kept as controls, old ones weighing less; to tenths."""
        treated, control = (self.nest.sums(column).round(1).tolist() for column in (answers.treated, answers.control))
        return treated, control

    def as_json(self) -> dict[str, Any]:
        """For of_json."""
        groups = [[one.parent, one.trait, one.low, one.high] for one in self.groups]
        return {"groups": groups, "grown_on": self.grown_on and self.grown_on.isoformat(), "answers": self.answers}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """What as_json told."""
        grown_on = date.fromisoformat(told["grown_on"]) if told["grown_on"] else None
        return cls(tuple(Group(*one) for one in told["groups"]), grown_on, told["answers"])

    def _sql(self, place: int) -> str:
        under = [number for number, group in enumerate(self.groups) if group.parent == place]
        if not under:
            return str(place)
        *others, last = under
        whens = [
            f"WHEN {_digit_sql(group.trait)} BETWEEN {group.low} AND {group.high} THEN {self._sql(number)}"
            for number in others
            for group in (self.groups[number],)
        ]
        return f"CASE {' '.join(whens)} ELSE {self._sql(last)} END" if whens else self._sql(last)


def digit(bands: NDArray[np.int64], trait: str) -> NDArray[np.int64]:
    """The band of one trait."""
    return bands // _BASE ** PLACES[trait] % _BASE


def bands_sql(as_of: str) -> str:
    """The bands of a customer as one number, as SQL over a row of `known`; as_of: SQL of the day."""
    digits = " + ".join(f"{_BASE**place} * ({trait.sql(as_of)})" for place, trait in enumerate(TRAITS))
    return f"CAST({digits} AS INTEGER)"


def _digit_sql(trait: str) -> str:
    return f"bands // {_BASE ** PLACES[trait]} % {_BASE}"


def declared() -> Tree:
    """The tree to begin with: tiers, and in each the states, not known as if active."""
    tiers = [Group(0, "tier", band, band) for band in range(4)]
    states = [Group(tier, "state", low, high) for tier in range(1, 5) for low, high in ((0, 1), (2, 2), (3, 3), (4, 4))]
    return Tree((Group(-1), *tiers, *states))


def require_allowed(traits: Iterable[str], features: Vocabulary) -> None:
    """Raise Refused (cells.not_allowed) for a trait that is no feature of the vocabulary, is prohibited, or that our own marketing
    may not go by.
    """
    for name in traits:
        feature = features.features.get(name)
        is_blocked = name in features.prohibited or blocked_subject(name)
        if feature is None or is_blocked or Purpose.MARKETING not in feature.purposes:
            raise Refused("cells.not_allowed", _NOT_ALLOWED, name=excerpt(name))


BEGINNING: Final = declared()
