"""The tree of an expression. Places count characters from 1 and take no part in comparing trees."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    value: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, written 2026-03-05."""

    value: dt.date
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A feature: of any kind where a value stands, of kind FLAG where a condition stands."""

    name: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Since:
    """Whole days from a day to the day of the decision; negative for a day to come."""

    of: "Name | Day"
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """One of + - * / of two numbers; divided by zero it is unknown."""

    sign: str
    left: "Value"
    right: "Value"
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Signal:
    """Whether a signal of this kind is alive, in this state where one is named."""

    kind: str
    state: str = ""
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Owns:
    """Whether the customer holds this product, or a product of this family."""

    reference: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Next:
    """Whether people like the customer take this product next, going by what he has and since when."""

    reference: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of = != < <= > >= of two values of one kind."""

    sign: str
    left: "Value"
    right: "Value"
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """Whether a value is one of some."""

    value: "Value"
    options: tuple["Literal", ...]
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """Whether a value lies between two, both included."""

    value: "Value"
    low: "Value"
    high: "Value"
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of what is unknown it is unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more parts."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of two or more parts."""

    parts: tuple["Condition", ...]


Literal = Number | Text | Day
Value = Literal | Name | Since | Arithmetic
Condition = Name | Signal | Owns | Next | Comparison | Within | Between | Not | Every | Either
Node = Value | Condition


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Since(of=of):
            return (of,)
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Within(value=value, options=options):
            return (value, *options)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case Not(part=part):
            return (part,)
        case Every(parts=parts) | Either(parts=parts):
            return parts
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order in which they are written."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(parts_of(one))


def names_in(node: Node) -> list[str]:
    """Names of the features an expression reads, each once."""
    return list(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Name)))


def references_in(node: Node) -> list[str]:
    """References of the products and families an expression asks for, each once."""
    return list(dict.fromkeys(one.reference for one in walk(node) if isinstance(one, Owns | Next)))


def needed_in(node: Node) -> list[str]:
    """References of what an expression asks everybody to own, each once: not what is one way among several, and not what nobody
    may own.
    """
    if isinstance(node, Every):
        return list(dict.fromkeys(reference for part in node.parts for reference in needed_in(part)))
    return [node.reference] if isinstance(node, Owns) else []


def floor_in(node: Node, name: str) -> Decimal | None:
    """The least number that an expression lets a feature have; None where it lets it be anything, or unknown."""
    match node:
        case Comparison(sign=">=" | ">" | "=", left=Name(name=read), right=Number(value=value)):
            return value if read == name else None
        case Comparison(sign="<=" | "<" | "=", left=Number(value=value), right=Name(name=read)):
            return value if read == name else None
        case Between(value=Name(name=read), low=Number(value=value)):
            return value if read == name else None
        case Within(value=Name(name=read), options=options) if read == name:
            numbers = [one.value for one in options if isinstance(one, Number)]
            return min(numbers, default=None)
        case Every(parts=parts):
            return max((one for part in parts if (one := floor_in(part, name)) is not None), default=None)
        case Either(parts=parts):
            floors = [floor_in(part, name) for part in parts]
            return None if None in floors else min(one for one in floors if one is not None)
        case _:
            return None


def signals_in(node: Node) -> list[str]:
    """Kinds of the signals an expression asks for, each once."""
    return list(dict.fromkeys(one.kind for one in walk(node) if isinstance(one, Signal)))
