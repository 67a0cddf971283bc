"""The warehouse's SQL said in Spark's words: pure text and trees, nothing is run here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import sqlglot
from sqlglot import exp

_FROM, _TO = "duckdb", "spark"
_MACRO = re.compile(r"CREATE MACRO (\w+)\(([^)]*)\) AS\s(.*)", re.DOTALL)
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)
_WORDS_OF = "words_of"
_TEXTS = (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR)


class Kind(StrEnum):
    """What a statement does to the tables of a workbench."""

    QUERY = "query"
    TABLE = "table"  # made of a query
    EMPTY = "empty"  # made of declared columns
    VIEW = "view"
    INSERT = "insert"
    DELETE = "delete"
    DROP = "drop"


@dataclass(frozen=True)
class Statement:
    """One statement: `name` is the table it makes, fills or drops; `sql` the query of its rows (EMPTY: its columns; DELETE: what
    stays; DROP: nothing); `params` the named parameters in it; `columns` those that an INSERT names.
    """

    kind: Kind
    name: str
    sql: str
    params: frozenset[str]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Macro:
    params: tuple[str, ...]
    body: exp.Expr


@dataclass
class Macros:
    """The macros of the preludes read so far. A later prelude may say one anew."""

    _known: dict[str, _Macro] = field(default_factory=dict)

    def learn(self, prelude: str) -> None:
        """Read `CREATE MACRO name(params) AS expression;` …, the expressions in SQL of Spark."""
        for text in _COMMENT.sub("", prelude).split(";"):
            if not text.strip():
                continue
            found = _MACRO.fullmatch(text.strip())
            if found is None:
                raise ValueError(f"not a macro: {text.strip()[:60]}")
            name, params, body = found.groups()
            tree = self.expanded(sqlglot.parse_one(body, dialect=_TO))
            self._known[name] = _Macro(tuple(param.strip() for param in params.split(",")), tree)

    def expanded(self, tree: exp.Expr) -> exp.Expr:
        """The tree with every call of a macro replaced by what it stands for."""
        return tree.transform(self._called)

    def call(self, name: str, *arguments: exp.Expr) -> exp.Expr:
        """What a macro stands for with these arguments."""
        macro = self._known[name]
        if len(arguments) != len(macro.params):
            raise ValueError(f"{name} takes {len(macro.params)} arguments")
        given = dict(zip(macro.params, arguments, strict=True))

        def in_place(node: exp.Expr) -> exp.Expr:
            is_param = isinstance(node, exp.Column) and not node.table and node.name in given
            return exp.paren(given[node.name].copy()) if is_param else node

        return exp.paren(macro.body.transform(in_place))

    def _called(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Anonymous) or node.name.lower() not in self._known:
            return node
        return self.call(node.name.lower(), *(self.expanded(argument) for argument in node.expressions))


def statements_of(sql: str, macros: Macros) -> Iterator[Statement]:
    """The statements of a text in order. Raises ValueError for one that a workbench on Spark has no use for."""
    for tree in sqlglot.parse(sql, dialect=_FROM):
        if tree is not None:
            yield _statement(tree, macros)


def _statement(tree: exp.Expr, macros: Macros) -> Statement:
    if isinstance(tree, exp.Query):
        return _made(Kind.QUERY, "", tree, macros)
    if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
        columns = ", ".join(column.sql(dialect=_TO) for column in tree.this.expressions)
        return Statement(Kind.EMPTY, tree.this.this.name, columns, frozenset())
    if isinstance(tree, exp.Create) and tree.kind in {"TABLE", "VIEW"}:
        is_view = tree.kind == "VIEW"
        return _made(Kind.VIEW if is_view else Kind.TABLE, tree.this.name, tree.expression, macros)
    if isinstance(tree, exp.Insert):
        into = tree.this
        named = tuple(column.name for column in into.expressions) if isinstance(into, exp.Schema) else ()
        return _made(Kind.INSERT, _table_in(tree), tree.expression, macros, named)
    if isinstance(tree, exp.Delete):
        goes = tree.args["where"].this if tree.args.get("where") else exp.true()
        stays = exp.select("*").from_(tree.this.copy()).where(exp.not_(exp.func("coalesce", goes, exp.false())))
        return _made(Kind.DELETE, tree.this.name, stays, macros)
    if isinstance(tree, exp.Drop):
        return Statement(Kind.DROP, _table_in(tree), "", frozenset())
    raise ValueError(f"no statement of a workbench on Spark: {tree.sql(dialect=_FROM)[:80]}")


def _table_in(tree: exp.Expr) -> str:
    table = tree.find(exp.Table)
    return "" if table is None else table.name


def _made(kind: Kind, name: str, tree: exp.Expr, macros: Macros, columns: tuple[str, ...] = ()) -> Statement:
    if kind is not Kind.QUERY and not tree.args.get("limit"):
        tree.set("order", None)  # rows of a table have no order in Spark: sorting them all would be for nothing
    tree = macros.expanded(tree.transform(_respelt))
    names = frozenset(node.name for node in tree.find_all(exp.Placeholder))
    return Statement(kind, name, tree.sql(dialect=_TO, comments=False), names, columns)


def _respelt(node: exp.Expr) -> exp.Expr:
    """What both engines spell alike and mean otherwise."""
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        # a fraction is a decimal to Spark, whose products and quotients are rounded; under CAST it is read exactly
        return node if isinstance(node.parent, exp.Cast) else exp.cast(node.copy(), "double")
    if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
        return _in_order(node.this)
    if isinstance(node, exp.ArrayOverlaps):
        return exp.Anonymous(
            this="arrays_overlap", expressions=[part.transform(_respelt) for part in node.iter_expressions()]
        )
    if isinstance(node, exp.Cast) and node.to.this in _TEXTS:
        return exp.Anonymous(this=_WORDS_OF, expressions=[node.this.transform(_respelt)])
    if isinstance(node, exp.Round) and node.args.get("decimals") is not None:
        # as DuckDB rounds to places; Spark goes through the written digits
        scale = exp.func("power", exp.cast(exp.Literal.number(10), "double"), node.args["decimals"].copy())
        scaled = exp.Round(this=exp.Mul(this=exp.paren(node.this.transform(_respelt)), expression=scale))
        return exp.paren(exp.Div(this=exp.cast(scaled, "double"), expression=scale.copy()))
    return node


def _in_order(order: exp.Order) -> exp.Expr:
    """Spark gathers in any order: what is gathered is sorted behind its keys, which are then left out."""
    if any(key.args.get("desc") for key in order.expressions):
        raise ValueError("gathered in ascending order only")
    keys = [exp.alias_(key.this.transform(_respelt), f"key_{place}") for place, key in enumerate(order.expressions)]
    row = exp.func("struct", *keys, exp.alias_(order.this.transform(_respelt), "said"))
    rows = exp.func("array_sort", exp.Anonymous(this="collect_list", expressions=[row]))
    said = exp.Dot(this=exp.to_identifier("gathered"), expression=exp.to_identifier("said"))
    return exp.Anonymous(
        this="transform", expressions=[rows, exp.Lambda(this=said, expressions=[exp.to_identifier("gathered")])]
    )
