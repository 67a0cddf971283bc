"""A contact policy other than the firm's own, to be rehearsed beside it: what is set otherwise, and the offers of it. Pure.

Written as JSON holds it, everything as people type it into the pages of the policy:

    {"lines": {"calls": "2", "pressure": ""}, "capacities": {"call": "0", "sms": ""}, "levers": {"car_loan": "0.2"},
     "weights": [{"signal": "new_home", "state": "confirmed", "issue": "growth", "weight": "0.5"}],
     "without_levers": true, "without_weights": true, "offers_in": ["home_loan"], "offers_out": ["car_loan"]}

An empty text is no rule (of a line) or no limit (of a capacity), 0 is none. Without levers or weights only those count that
the variation names itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from guanxi.engage.offers.choices import Issue, Way
from guanxi.engage.offers.rules.given import NotTaken
from guanxi.engage.policy.rules import (
    HUNDREDTHS,
    Line,
    line_of,
    read_lever,
    read_units,
    read_weight,
    set_to,
    written,
)
from guanxi.ground.refusals import Refused, excerpt, gettext_noop
from guanxi.ground.text.normalise import checked
from guanxi.record.signals.choices import is_named

MOST: Final = 300  # names of one kind in a variation
_SHAPES: Final[dict[str, type]] = {
    "lines": dict, "capacities": dict, "levers": dict, "weights": list, "without_levers": bool, "without_weights": bool,
    "offers_in": list, "offers_out": list,
}  # fmt: skip
_STRANGE = gettext_noop("“{name}” is nothing that can be set otherwise.")
_NO_SHAPE = gettext_noop("“{name}” is not written as it should be.")
_MANY = gettext_noop("At most {most} of a kind can be set otherwise.")
_NO_WAY = gettext_noop("There is no way “{name}”.")
_NO_SIGNAL = gettext_noop("There is no such signal in such a state.")
_NO_TARGET = gettext_noop("A weight belongs to one kind of offers or to one offer.")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a context weight counts: a signal in a state ("" any), on offers of an issue (0: none) or on one offer."""

    signal: str
    state: str = ""
    issue: int = 0
    offer: str = ""


@dataclass(frozen=True, slots=True)
class ContactPolicy:
    """All that decides beside the offers: lines by name, units of each way (None: no limit), levers by offer and context
    weights by place in hundredths.
    """

    lines: Mapping[str, Line]
    capacities: Mapping[Way, int | None]
    levers: Mapping[str, int]
    weights: Mapping[Place, int]


@dataclass(frozen=True, slots=True)
class Variation:
    """What is set otherwise, and which offers in work count as published, which published ones are left out (references)."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    capacities: Mapping[Way, int | None] = field(default_factory=dict)
    levers: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[Place, int] = field(default_factory=dict)
    without_levers: bool = False
    without_weights: bool = False
    offers_in: tuple[str, ...] = ()
    offers_out: tuple[str, ...] = ()

    def of(self, policy: ContactPolicy) -> ContactPolicy:
        """The policy with what is set otherwise."""
        levers = {} if self.without_levers else policy.levers
        weights = {} if self.without_weights else policy.weights
        return ContactPolicy(
            lines={**policy.lines, **self.lines},
            capacities={**policy.capacities, **self.capacities},
            levers={name: value for name, value in {**levers, **self.levers}.items() if value},
            weights={place: value for place, value in {**weights, **self.weights}.items() if value},
        )

    def beside(self, policy: ContactPolicy) -> "Variation":
        """Only what differs from the policy."""
        levers = {} if self.without_levers else policy.levers
        weights = {} if self.without_weights else policy.weights
        return Variation(
            {name: line for name, line in self.lines.items() if line.amount != policy.lines[name].amount},
            {way: units for way, units in self.capacities.items() if units != policy.capacities[way]},
            {name: value for name, value in self.levers.items() if value != levers.get(name, 0)},
            {place: value for place, value in self.weights.items() if value != weights.get(place, 0)},
            self.without_levers and bool(policy.levers),
            self.without_weights and bool(policy.weights),
            self.offers_in,
            self.offers_out,
        )

    def as_json(self) -> dict[str, Any]:
        """As it is written; read again it is the same."""
        told: dict[str, Any] = {
            "lines": {name: written(line) for name, line in self.lines.items()},
            "capacities": {
                way.name.lower(): "" if units is None else str(units) for way, units in self.capacities.items()
            },
            "levers": {name: hundredths_text(value) for name, value in self.levers.items()},
            "weights": [_place_json(place, value) for place, value in self.weights.items()],
            "without_levers": self.without_levers,
            "without_weights": self.without_weights,
            "offers_in": list(self.offers_in),
            "offers_out": list(self.offers_out),
        }
        return {name: value for name, value in told.items() if value}


def read_variation(given: Mapping[str, Any]) -> Variation:
    """What somebody wrote. Raises Refused (variation.strange), and NotTaken with the field that is not understood: its name,
    then after a dot the name, or of a weight the place, within it.
    """
    for name, value in given.items():
        if name not in _SHAPES:
            raise Refused("variation.strange", _STRANGE, name=excerpt(name))
        with _at(name):
            if not isinstance(value, _SHAPES[name]):
                raise Refused("variation.no_shape", _NO_SHAPE, name=name)
            if isinstance(value, dict | list) and len(value) > MOST:
                raise Refused("variation.many", _MANY, most=MOST)
    return Variation(
        lines=_lines(given),
        capacities=_capacities(given),
        levers=_levers(given),
        weights=_weights(given),
        without_levers=given.get("without_levers", False),
        without_weights=given.get("without_weights", False),
        offers_in=_names(given, "offers_in"),
        offers_out=_names(given, "offers_out"),
    )


def hundredths_text(value: int) -> str:
    """Hundredths as they are typed: 0.2."""
    return f"{value / HUNDREDTHS:g}"


def _lines(given: Mapping[str, Any]) -> dict[str, Line]:
    found = {}
    for name, value in given.get("lines", {}).items():
        with _at(f"lines.{name}"):
            found[name] = set_to(line_of(name), _text(value))
    return found


def _capacities(given: Mapping[str, Any]) -> dict[Way, int | None]:
    found = {}
    for name, value in given.get("capacities", {}).items():
        with _at(f"capacities.{name}"):
            found[_way(name)] = read_units(_text(value))
    return found


def _levers(given: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for name, value in given.get("levers", {}).items():
        with _at(f"levers.{name}"):
            found[name] = read_lever(_text(value).strip() or "0")
    return found


def _weights(given: Mapping[str, Any]) -> dict[Place, int]:
    found = {}
    for number, row in enumerate(given.get("weights", [])):
        with _at(f"weights.{number}"):
            if not isinstance(row, dict) or row.keys() - {"signal", "state", "issue", "offer", "weight"}:
                raise Refused("variation.no_shape", _NO_SHAPE, name="weights")
            found[_place(row)] = read_weight(_text(row.get("weight")).strip() or "0")
    return found


def _place(row: Mapping[str, Any]) -> Place:
    signal, state, issue, offer = (_text(row.get(name)) for name in ("signal", "state", "issue", "offer"))
    if not is_named(signal, state):
        raise Refused("policy.no_signal", _NO_SIGNAL)
    if bool(issue) == bool(offer) or issue.upper() not in {"", *Issue.__members__}:
        raise Refused("policy.one", _NO_TARGET)
    return Place(signal, state, int(Issue[issue.upper()]) if issue else 0, offer)


def _place_json(place: Place, weight: int) -> dict[str, str]:
    issue = Issue(place.issue).name.lower() if place.issue else ""
    told = {"signal": place.signal, "state": place.state, "issue": issue, "offer": place.offer}
    return {name: text for name, text in told.items() if text} | {"weight": hundredths_text(weight)}


def _names(given: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    with _at(kind):
        return tuple(dict.fromkeys(_text(name) for name in given.get(kind, [])))


def _way(name: str) -> Way:
    if name.upper() not in Way.__members__:
        raise Refused("variation.no_way", _NO_WAY, name=excerpt(name))
    return Way[name.upper()]


def _text(value: object) -> str:
    """Numbers of a file are written as people type them; nothing is an empty field."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refused("variation.no_shape", _NO_SHAPE, name=excerpt(value))
    return checked(str(value))


@contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise NotTaken(refused, field=place) from refused
