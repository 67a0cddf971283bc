"""Tokens into a tree, by recursive descent of bounded depth.

    whole   = all {or all}              all    = one {and one}
    one     = not one | sum [sign sum | [not] in (literal, …) | [not] between sum and sum]
    sum     = product {+|- product}     product = factor {*|/ factor}     factor = - factor | atom
    atom    = number | text | day | name | ( whole ) | has_signal(kind[, state]) | days_since(name or day) | owns(reference)
              | likely_next(reference)

Brackets hold a condition or a value; where one is wanted and the other stands, that is said.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from guanxi.engage.offers.grammar.tokens import Token, tokens_of
from guanxi.engage.offers.grammar.tree import (
    Arithmetic,
    Between,
    Comparison,
    Condition,
    Day,
    Either,
    Every,
    Literal,
    Name,
    Next,
    Node,
    Not,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Value,
    Within,
)
from guanxi.ground.refusals import Refused, Word, excerpt, gettext_noop

MOST_DEPTH = 40
MOST_CONDITIONS = 200
MOST_OPERATIONS = 20  # of arithmetic on one side of a comparison
MOST_OPTIONS = 200
MOST_DIGITS = 15  # of a number: exact in a double

_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
_EXPECTED = gettext_noop("At character {place}: {expected} was expected, “{found}” stands there.")
_ENDED = gettext_noop("The condition ends too early: {expected} was expected.")
_TOO_DEEP = gettext_noop("At character {place}: brackets and “not” stand more than {most} deep.")
_TOO_MANY = gettext_noop("At character {place}: the condition has too many parts; at most {most} are read.")
_NO_DAY = gettext_noop("At character {place}: “{found}” is no day of the calendar.")
_LONG_NUMBER = gettext_noop("At character {place}: a number has at most {most} digits.")
_NO_CONDITION = gettext_noop("At character {place}: this is a value; a condition was expected, like a comparison.")
_NO_VALUE = gettext_noop("At character {place}: this is a condition; a value was expected.")


def parse_criteria(text: str) -> Condition:
    """The tree of an expression. Raises Refused naming the place and what was expected there."""
    parser = _Parser(tokens_of(text))
    tree = parser.condition()
    parser.end()
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.depth, self.conditions, self.operations = tokens, 0, 0, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def expression(self) -> Node:
        """Whatever may stand in brackets: parts joined by or, each of parts joined by and."""
        return self._joined("or", lambda: self._joined("and", self._one, Every), Either)

    def condition(self) -> Condition:
        """The whole, which must be a condition."""
        start = self.next.place
        return _condition(self.expression(), start)

    def _joined(self, word: str, read: Callable[[], Node], join: type[Every] | type[Either]) -> Node:
        start = self.next.place
        first = read()
        if self.next.kind != word:
            return first
        parts = [_condition(first, start)]
        while self._meets(word):
            start = self.next.place
            parts.append(_condition(read(), start))
        return join(tuple(parts))

    def _one(self) -> Node:
        start = self.next.place
        if self._meets("not"):
            inner = self.next.place
            return Not(_condition(self._deeper(self._one), inner))
        self._count_condition(start)
        left = self._sum()
        if sign := self._meets(*_COMPARISONS):
            return Comparison(sign.text, _value(left, start), self._value(), start)
        is_not = self._meets("not")
        if word := self._meets("in", "between"):
            value = _value(left, start)
            found = self._within(value, start) if word.kind == "in" else self._between(value, start)
            return Not(found) if is_not else found
        if is_not:
            raise self._refusal(gettext_noop("in or between"))
        return left

    def _within(self, value: Value, start: int) -> Within:
        self._take("(", gettext_noop("an opening bracket"))
        options = [self._literal()]
        while self._meets(","):
            if len(options) == MOST_OPTIONS:
                raise Refused("grammar.too_many", _TOO_MANY, place=self.next.place, most=MOST_OPTIONS)
            options.append(self._literal())
        self._take(")", gettext_noop("a comma or the closing bracket"))
        return Within(value, tuple(options), start)

    def _between(self, value: Value, start: int) -> Between:
        low = self._value()
        self._take("and", gettext_noop("“and” with the upper bound"))
        return Between(value, low, self._value(), start)

    def _literal(self) -> Literal:
        start, minus = self.next.place, self._meets("-")
        if token := self._meets("number"):
            value = self._number(token).value
            return Number(-value if minus else value, start)
        if token := None if minus else self._meets("text"):
            return self._text(token)
        if token := None if minus else self._meets("day"):
            return self._day(token)
        raise self._refusal(gettext_noop("a number, a quoted text or a day"))

    def _value(self) -> Value:
        start = self.next.place
        return _value(self._sum(), start)

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._factor)

    def _chain(self, signs: tuple[str, str], read: Callable[[], Node]) -> Node:
        start = self.next.place
        found = read()
        while sign := self._meets(*signs):
            self._count_operation(sign.place)
            right = self.next.place
            found = Arithmetic(sign.text, _value(found, start), _value(read(), right), sign.place)
        return found

    def _factor(self) -> Node:
        start = self.next.place
        if not self._meets("-"):
            return self._atom()
        inner = self.next.place
        found = _value(self._deeper(self._factor), inner)
        if isinstance(found, Number):
            return Number(-found.value, start)
        self._count_operation(start)
        return Arithmetic("-", Number(Decimal(0), start), found, start)

    def _atom(self) -> Node:
        token = self.next
        readers: dict[str, Callable[[Token], Node]] = {
            "number": self._number, "text": self._text, "day": self._day, "name": self._name, "(": self._bracket,
            "has_signal": self._signal, "days_since": self._since, "owns": self._owns, "likely_next": self._next,
        }  # fmt: skip
        read = readers.get(token.text if token.kind == "sign" else token.kind)
        if read is None:
            raise self._refusal(gettext_noop("a name, a number, a quoted text or a bracket"))
        self.at += 1
        return read(token)

    def _number(self, token: Token) -> Number:
        value = Decimal(token.text)
        if len(token.text.replace(".", "")) > MOST_DIGITS:
            raise Refused("grammar.long_number", _LONG_NUMBER, place=token.place, most=MOST_DIGITS)
        return Number(value, token.place)

    def _text(self, token: Token) -> Text:
        return Text(token.text, token.place)

    def _day(self, token: Token) -> Day:
        try:
            return Day(dt.date.fromisoformat(token.text), token.place)
        except ValueError:
            raise Refused("grammar.no_day", _NO_DAY, place=token.place, found=token.text) from None

    def _name(self, token: Token) -> Name:
        return Name(token.text, token.place)

    def _bracket(self, token: Token) -> Node:
        found = self._deeper(self.expression)
        self._take(")", gettext_noop("the closing bracket"))
        return found

    def _signal(self, token: Token) -> Signal:
        self._take("(", gettext_noop("an opening bracket"))
        kind = self._word(gettext_noop("the kind of a signal")).text
        state = self._word(gettext_noop("the state of a signal")).text if self._meets(",") else ""
        self._take(")", gettext_noop("the closing bracket"))
        return Signal(kind, state, token.place)

    def _since(self, token: Token) -> Since:
        self._take("(", gettext_noop("an opening bracket"))
        of: Name | Day
        if inner := self._meets("name"):
            of = self._name(inner)
        elif inner := self._meets("day"):
            of = self._day(inner)
        else:
            raise self._refusal(gettext_noop("a name or a day"))
        self._take(")", gettext_noop("the closing bracket"))
        return Since(of, token.place)

    def _owns(self, token: Token) -> Owns:
        return Owns(self._reference(), token.place)

    def _next(self, token: Token) -> Next:
        return Next(self._reference(), token.place)

    def _reference(self) -> str:
        self._take("(", gettext_noop("an opening bracket"))
        reference = self._word(gettext_noop("the number of a product or a family")).text
        self._take(")", gettext_noop("the closing bracket"))
        return reference

    def _word(self, expected: str) -> Token:
        if self.next.kind not in {"name", "text"} or not self.next.text.strip():
            raise self._refusal(expected)
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, kind: str, expected: str) -> Token:
        """The next token, which must be of this kind, or be this sign."""
        found = self._meets(kind)
        if found is None:
            raise self._refusal(expected)
        return found

    def end(self) -> None:
        """Raise Refused unless everything is read."""
        if self.next.kind != "end":
            raise self._refusal(gettext_noop("“and”, “or” or the end"))

    def _meets(self, *words: str) -> Token | None:
        token = self.next
        if (token.text if token.kind == "sign" else token.kind) not in words:
            return None
        self.at += 1
        return token

    def _refusal(self, expected: str) -> Refused:
        token, word = self.next, Word(expected)
        if token.kind == "end":
            return Refused("grammar.ended", _ENDED, expected=word)
        return Refused("grammar.expected", _EXPECTED, place=token.place, expected=word, found=excerpt(token.text))

    def _count_condition(self, place: int) -> None:
        self.conditions, self.operations = self.conditions + 1, 0
        if self.conditions > MOST_CONDITIONS:
            raise Refused("grammar.too_many", _TOO_MANY, place=place, most=MOST_CONDITIONS)

    def _count_operation(self, place: int) -> None:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise Refused("grammar.too_many", _TOO_MANY, place=place, most=MOST_OPERATIONS)

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Refused("grammar.too_deep", _TOO_DEEP, place=self.next.place, most=MOST_DEPTH)
        found = read()
        self.depth -= 1
        return found


def _condition(found: Node, place: int) -> Condition:
    if isinstance(found, Number | Text | Day | Since | Arithmetic):
        raise Refused("grammar.no_condition", _NO_CONDITION, place=place)
    return found


def _value(found: Node, place: int) -> Value:
    if isinstance(found, Number | Text | Day | Name | Since | Arithmetic):
        return found
    raise Refused("grammar.no_value", _NO_VALUE, place=place)
