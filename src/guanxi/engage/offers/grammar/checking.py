"""A tree against the vocabulary: names that are there and may be used for the purpose, and kinds that fit together."""

from guanxi.engage.offers.grammar.tree import (
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Day,
    Name,
    Next,
    Node,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Value,
    Within,
    parts_of,
    walk,
)
from guanxi.engage.offers.grammar.words import ValueKind, Vocabulary
from guanxi.ground.refusals import Refused, Word, excerpt, gettext_noop
from guanxi.record.catalogue.prohibited import UNASKED, blocked_subject
from guanxi.record.consents.choices import Purpose

KIND_WORDS = {
    ValueKind.NUMBER: gettext_noop("a number"),
    ValueKind.TEXT: gettext_noop("a text"),
    ValueKind.DAY: gettext_noop("a day"),
    ValueKind.FLAG: gettext_noop("yes or no"),
}
_EQUAL = {"=", "!="}

_UNKNOWN = gettext_noop("At character {place}: there is no feature “{name}”.")
_PROHIBITED = gettext_noop("At character {place}: “{name}” may never be used: {why}")
_CONCLUSION = gettext_noop("nobody may draw this conclusion about a customer")
_PURPOSE = gettext_noop("At character {place}: “{name}” may not be used for the purpose of this offer.")
_NO_SIGNAL = gettext_noop("At character {place}: there is no kind of signal “{name}”.")
_NO_STATE = gettext_noop("At character {place}: a signal “{name}” is never “{state}”.")
_KINDS = gettext_noop("At character {place}: {expected} was expected, this is {found}.")
_TEXT_ORDER = gettext_noop("At character {place}: texts are compared with = or in, not by their order.")


def check_tree(tree: Condition, vocabulary: Vocabulary, *, purpose: int) -> None:
    """Raise Refused for the first thing that does not hold; otherwise every node has its kind."""
    for node in walk(tree):
        if isinstance(node, Name):
            _check_name(node, vocabulary, purpose)
        elif isinstance(node, Signal):
            _check_signal(node, vocabulary)
        elif isinstance(node, Owns | Next) and purpose == Purpose.PARTNER:
            # what was bought and owned never serves partners
            raise Refused("grammar.purpose", _PURPOSE, place=node.place, name=excerpt(node.reference))
        if isinstance(node, Owns | Next) and blocked_subject(node.reference, subjects=UNASKED):
            raise Refused(
                "grammar.prohibited", _PROHIBITED, place=node.place, name=excerpt(node.reference), why=Word(_CONCLUSION)
            )
    if isinstance(tree, Name):
        _expect(ValueKind.FLAG, tree, vocabulary)
    for node in walk(tree):
        _check_kinds(node, vocabulary)


def kind_of(value: Value, vocabulary: Vocabulary) -> ValueKind:
    """What a value is; its names must be known."""
    match value:
        case Text():
            return ValueKind.TEXT
        case Day():
            return ValueKind.DAY
        case Name(name=name):
            return vocabulary.features[name].kind
        case _:
            return ValueKind.NUMBER


def _check_name(node: Name, vocabulary: Vocabulary, purpose: int) -> None:
    if node.name in vocabulary.prohibited:
        why = Word(str(vocabulary.prohibited[node.name]))
        raise Refused("grammar.prohibited", _PROHIBITED, place=node.place, name=node.name, why=why)
    feature = vocabulary.features.get(node.name)
    if feature is None and blocked_subject(node.name):
        raise Refused("grammar.prohibited", _PROHIBITED, place=node.place, name=node.name, why=Word(_CONCLUSION))
    if feature is None:
        raise Refused("grammar.unknown_name", _UNKNOWN, place=node.place, name=excerpt(node.name))
    if purpose not in feature.purposes:
        raise Refused("grammar.purpose", _PURPOSE, place=node.place, name=node.name)


def _check_signal(node: Signal, vocabulary: Vocabulary) -> None:
    states = vocabulary.signals.get(node.kind)
    if states is None:
        raise Refused("grammar.unknown_signal", _NO_SIGNAL, place=node.place, name=excerpt(node.kind))
    if node.state and node.state not in states:
        raise Refused("grammar.unknown_state", _NO_STATE, place=node.place, name=node.kind, state=excerpt(node.state))


def _check_kinds(node: Node, vocabulary: Vocabulary) -> None:
    match node:
        case Comparison(sign=sign, left=left, right=right):
            _expect(kind_of(left, vocabulary), right, vocabulary)
            _ordered(left, vocabulary, is_order=sign not in _EQUAL)
        case Within(value=value, options=options):
            for option in options:
                _expect(kind_of(value, vocabulary), option, vocabulary)
            _ordered(value, vocabulary, is_order=False)
        case Between(value=value, low=low, high=high):
            _expect(kind_of(value, vocabulary), low, vocabulary)
            _expect(kind_of(value, vocabulary), high, vocabulary)
            _ordered(value, vocabulary, is_order=True)
        case Arithmetic(left=left, right=right):
            _expect(ValueKind.NUMBER, left, vocabulary)
            _expect(ValueKind.NUMBER, right, vocabulary)
        case Since(of=of):
            _expect(ValueKind.DAY, of, vocabulary)
        case Name() | Signal() | Number() | Text() | Day():
            return
        case _:
            for part in parts_of(node):
                if isinstance(part, Name):
                    _expect(ValueKind.FLAG, part, vocabulary)


def _expect(kind: ValueKind, value: Value, vocabulary: Vocabulary) -> None:
    found = kind_of(value, vocabulary)
    if found != kind:
        words = {"expected": Word(KIND_WORDS[kind]), "found": Word(KIND_WORDS[found])}
        raise Refused("grammar.kinds", _KINDS, place=value.place, **words)


def _ordered(value: Value, vocabulary: Vocabulary, *, is_order: bool) -> None:
    kind = kind_of(value, vocabulary)
    if kind == ValueKind.FLAG:
        words = {"expected": Word(KIND_WORDS[ValueKind.NUMBER]), "found": Word(KIND_WORDS[kind])}
        raise Refused("grammar.kinds", _KINDS, place=value.place, **words)
    if is_order and kind == ValueKind.TEXT:
        raise Refused("grammar.text_order", _TEXT_ORDER, place=value.place)
