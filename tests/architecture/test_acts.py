"""How acts are written: rules know no clock, a page calls one service, a service asks for the right."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import Module, judge, own_modules

Function = ast.FunctionDef | ast.AsyncFunctionDef
# what makes the same question have another answer tomorrow
UNSTEADY = {"now", "today", "utcnow", "time", "monotonic", "perf_counter", "sleep", "random", "randint", "choice", "shuffle", "uuid4", "token_hex", "urandom"}  # fmt: skip
OF_CLOCKS = {"clock", "datetime", "dt", "date", "time", "timezone", "random", "secrets", "uuid", "os"}


def test_rules_know_no_clock_and_no_chance():
    """Time is an argument of every rule: so a test can ask about any day, and the same question has one answer."""
    wrong = [
        f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}: let the caller pass it in"
        for module in own_modules()
        if re.search(r"\.rules(\.|$)", module.name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _is_unsteady(node.func)
    ]
    assert wrong == []


def test_a_changing_request_calls_one_service():
    """Two acts in one request are two transactions: the second may fail after the first has happened."""
    found = {}
    for module in own_modules():
        if not module.name.startswith("guanxi.faces."):
            continue
        for function in _functions(module):
            for way in _ways(function.body):
                calls = [call for statement in way for call in _service_calls(statement, module)]
                if len(calls) > 1:
                    where = f"{module.name} {function.name}"
                    found[where] = f"{where} calls {' and '.join(calls)}: make it one act of the room below"
    judge(found, "requests")


def test_acts_ask_for_the_right():
    """Whoever takes `by` asks what he may, or hands him on to somebody who does."""
    found = {}
    for module in own_modules():
        if not re.search(r"\.services(\.|$)", module.name):
            continue
        for function in module.tree.body:
            if isinstance(function, Function) and not function.name.startswith("_") and _takes_by(function):
                where = f"{module.name} {function.name}"
                if not _asks(function):
                    found[where] = f"{where} takes by= and asks for no right"
    judge(found, "acts")


def _is_unsteady(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in UNSTEADY
        and getattr(called.value, "attr", getattr(called.value, "id", "")) in OF_CLOCKS
    )


def _functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def _ways(body: list[ast.stmt]) -> Iterator[list[ast.AST]]:
    """Ways through a function: either side of an `if`, never both; loops and handlers are walked as they stand."""
    ways: list[list[ast.AST]] = [[]]
    for statement in body:
        if isinstance(statement, ast.If):
            sides = [*_ways(statement.body), *_ways(statement.orelse)]
            ways = [[*way, statement.test, *side] for way in ways for side in sides]
        elif isinstance(statement, ast.Try | ast.With):
            ways = [[*way, *inner] for way in ways for inner in _ways(statement.body)]
        else:
            ways = [[*way, statement] for way in ways]
    yield from ways[:64]


def _service_calls(node: ast.AST, module: Module) -> Iterator[str]:
    named = _services_of(module)
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func)
            if name.split(".")[0] in named and not name.split(".")[-1][0].isupper():
                yield name


def _services_of(module: Module) -> set[str]:
    """Names under which a module knows services, and acts of services."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if re.search(r"\.services(\.|$)", f"{node.module}.{alias.name}")
    }


def _takes_by(function: Function) -> bool:
    return any(argument.arg == "by" for argument in (*function.args.args, *function.args.kwonlyargs))


def _asks(function: Function) -> bool:
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            name = ast.unparse(call.func).split(".")[-1]
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if name not in {"record_act", "record_acts"} and any(getattr(one, "id", "") == "by" for one in given):
                return True
    return False
