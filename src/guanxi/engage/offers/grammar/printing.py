"""A tree as text: parsed again it is the same tree."""

import re
from decimal import Decimal

from guanxi.engage.offers.grammar.tree import (
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Day,
    Either,
    Every,
    Name,
    Next,
    Node,
    Not,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Within,
)

_QUOTES = re.compile("['‘’＇]")  # of these any closes what another of them opened


def print_tree(tree: Condition) -> str:
    """The usual writing of a tree."""
    return _print(tree)


def _print(node: Node) -> str:
    match node:
        case Number(value=value):
            return _number(value)
        case Text(value=value):
            return _quoted(value)
        case Day(value=value):
            return value.isoformat()
        case Name(name=name):
            return name
        case Since(of=of):
            return f"days_since({_print(of)})"
        case Signal(kind=kind, state=state):
            return f"has_signal({_quoted(kind)}, {_quoted(state)})" if state else f"has_signal({_quoted(kind)})"
        case Owns(reference=reference):
            return f"owns({_quoted(reference)})"
        case Next(reference=reference):
            return f"likely_next({_quoted(reference)})"
        case Arithmetic(sign=sign, left=left, right=right):
            return f"{_operand(left)} {sign} {_operand(right)}"
        case Comparison(sign=sign, left=left, right=right):
            return f"{_print(left)} {sign} {_print(right)}"
        case _:
            return _print_longer(node)


def _print_longer(node: Node) -> str:
    match node:
        case Within():
            return _within(node, "in")
        case Between():
            return _between(node, "between")
        case Not(part=Within() as part):
            return _within(part, "not in")
        case Not(part=Between() as part):
            return _between(part, "not between")
        case Not(part=part):
            return f"not {_part(part)}"
        case Every(parts=parts):
            return " and ".join(_part(part) for part in parts)
        case Either(parts=parts):
            return " or ".join(_part(part) for part in parts)
    raise AssertionError(node)


def _within(node: Within, word: str) -> str:
    return f"{_print(node.value)} {word} ({', '.join(_print(option) for option in node.options)})"


def _between(node: Between, word: str) -> str:
    return f"{_print(node.value)} {word} {_print(node.low)} and {_print(node.high)}"


def _part(node: Condition) -> str:
    """A part of a longer condition, in brackets where it is itself one."""
    return f"({_print(node)})" if isinstance(node, Every | Either) else _print(node)


def _operand(node: Node) -> str:
    return f"({_print(node)})" if isinstance(node, Arithmetic) else _print(node)


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _quoted(text: str) -> str:
    return "'" + _QUOTES.sub(r"\g<0>\g<0>", text) + "'"
