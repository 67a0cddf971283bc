"""A checked tree as one SQL predicate, built as a tree with SQLGlot: columns are quoted names, values are literals.

The predicate reads one row a customer: a column for each feature under its name, and three lists of text. `signals` holds
"kind" and "kind:state" of every signal that is alive, `owned` the references of products and families held, `nexts` those of
products that are likely to come next. Numbers are
doubles and division by zero is NULL, so that DuckDB and Spark agree; what is unknown (NULL) makes the whole false.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from guanxi.engage.offers.grammar.checking import kind_of
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
    Not,
    Number,
    Owns,
    Signal,
    Since,
    Text,
    Value,
    Within,
)
from guanxi.engage.offers.grammar.words import ValueKind, Vocabulary

if TYPE_CHECKING:
    from sqlglot import exp

SIGNALS, OWNED, NEXTS = "signals", "owned", "nexts"
_TYPES = {ValueKind.NUMBER: "double", ValueKind.TEXT: "text", ValueKind.DAY: "date", ValueKind.FLAG: "boolean"}


def predicate_of(tree: Condition | None, vocabulary: Vocabulary, *, on: dt.date, table: str = "") -> "exp.Expr":
    """One predicate that is true or false, never NULL; without a tree it is true. `on` is the day of days_since.

    `table` stands before the columns where given. Text of an engine: `.sql(dialect="duckdb")`, `.sql(dialect="spark")`.
    """
    from sqlglot import exp  # noqa: PLC0415 - half a second that only a compilation needs

    if tree is None:
        return exp.true()
    return exp.func("COALESCE", _Compiler(vocabulary, on, table, exp).condition(tree), exp.false())


class _Compiler:
    def __init__(self, vocabulary: Vocabulary, on: dt.date, table: str, exp: Any) -> None:
        self.vocabulary, self.on, self.table, self.exp = vocabulary, on, table, exp

    def condition(self, node: Condition) -> Any:
        exp = self.exp
        match node:
            case Every(parts=parts):
                return self._joined(exp.And, parts)
            case Either(parts=parts):
                return self._joined(exp.Or, parts)
            case Not(part=part):
                return exp.Not(this=exp.Paren(this=self.condition(part)))
            case Name(name=name):
                return exp.cast(self._column(name), "boolean")
            case Signal(kind=kind, state=state):
                return self._has(SIGNALS, f"{kind}:{state}" if state else kind)
            case Owns(reference=reference):
                return self._has(OWNED, reference)
            case Next(reference=reference):
                return self._has(NEXTS, reference)
            case _:
                return self._compared(node)

    def _compared(self, node: Comparison | Within | Between) -> Any:
        exp = self.exp
        if isinstance(node, Within):
            return exp.In(this=self.value(node.value), expressions=[self.value(option) for option in node.options])
        if isinstance(node, Between):
            low, high = self.value(node.low), self.value(node.high)
            return exp.Between(
                this=exp.Paren(this=self.value(node.value)), low=exp.Paren(this=low), high=exp.Paren(this=high)
            )
        kinds = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
        return kinds[node.sign](this=self.value(node.left), expression=self.value(node.right))

    def value(self, node: Value) -> Any:
        exp = self.exp
        match node:
            case Number(value=value):
                return exp.cast(exp.Literal.string(f"{value:f}"), "double")
            case Text(value=value):
                return exp.Literal.string(value)
            case Day(value=value):
                return self._day(value)
            case Name(name=name):
                return exp.cast(self._column(name), _TYPES[kind_of(node, self.vocabulary)])
            case Since(of=of):
                since = exp.DateDiff(this=self._day(self.on), expression=self.value(of), unit=exp.var("DAY"))
                return exp.cast(since, "double")
            case Arithmetic(sign=sign, left=left, right=right):
                return self._arithmetic(sign, exp.Paren(this=self.value(left)), exp.Paren(this=self.value(right)))

    def _arithmetic(self, sign: str, left: Any, right: Any) -> Any:
        exp = self.exp
        if sign == "/":
            right = exp.Nullif(this=right, expression=exp.cast(exp.Literal.string("0"), "double"))
        return {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}[sign](this=left, expression=right)

    def _joined(self, kind: Any, parts: tuple[Condition, ...]) -> Any:
        found = self.exp.Paren(this=self.condition(parts[0]))
        for part in parts[1:]:
            found = kind(this=found, expression=self.exp.Paren(this=self.condition(part)))
        return found

    def _has(self, column: str, member: str) -> Any:
        return self.exp.ArrayContains(this=self._column(column), expression=self.exp.Literal.string(member))

    def _day(self, day: dt.date) -> Any:
        return self.exp.cast(self.exp.Literal.string(day.isoformat()), "date")

    def _column(self, name: str) -> Any:
        return self.exp.column(name, table=self.table or None, quoted=True)
