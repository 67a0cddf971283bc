"""What an expression may speak of: features with their kind, data class and purposes, and kinds of signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise


class ValueKind(StrEnum):
    """What a feature holds."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as expressions may use it; `purposes` are the numbers of record.consents.choices.Purpose."""

    name: str
    kind: ValueKind
    label: str | Promise = ""
    data_class: str = "basic"
    purposes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it. `signals`: kind → its states. `prohibited`: what may never be used → why, in words."""

    features: Mapping[str, Feature] = field(default_factory=dict)
    signals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prohibited: Mapping[str, str | Promise] = field(default_factory=dict)
