"""Nothing grows past what one reads in one go. Aims and caps: docs/architecture.md, "Sizes"."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import PACKAGE, ROOT, judge, modules, own_modules, relative, templates

FILE, FUNCTION, VIEW, PARAMETERS, TEMPLATE, SQL, TEST_FILE = 400, 80, 40, 8, 250, 200, 800
# the furniture of a domain app is smaller than any file may be
FURNITURE = {
    "choices.py": 120,
    "rules.py": 250,
    "models.py": 300,
    "permissions.py": 150,
    "queries.py": 300,
    "sheet.py": 250,
    "services.py": 300,
}
BANNED_NAMES = {"utils", "helpers", "managers", "signals", "tasks", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_too_long():
    sizes = {module.path: _cap_of(module.path) for module in own_modules()}
    sizes |= dict.fromkeys(templates(), TEMPLATE)
    sizes |= dict.fromkeys(PACKAGE.rglob("*.sql"), SQL)
    sizes |= dict.fromkeys((ROOT / "tests").rglob("*.py"), TEST_FILE)
    sizes |= dict.fromkeys((path for path in (ROOT / "scripts").iterdir() if path.is_file()), FILE)
    found = {}
    for path, cap in sizes.items():
        lines = _lines_of(path)
        if lines > cap:
            found[f"{relative(path)} lines"] = f"{relative(path)} has {lines} lines, at most {cap}"
    judge(found, "sizes")


def test_no_function_is_too_long_or_asks_for_too_much():
    found = {}
    for path, name, function in _functions():
        cap = VIEW if path.name == "views.py" or path.parent.name == "views" else FUNCTION
        lines = (function.end_lineno or 0) - function.lineno + 1
        where = f"{relative(path)}:{function.lineno} {name}"
        if lines > cap:
            found[f"{relative(path)} {name} length"] = f"{where} has {lines} lines, at most {cap}"
        parameters = _parameters_of(function)
        if parameters > PARAMETERS:
            found[f"{relative(path)} {name} parameters"] = (
                f"{where} takes {parameters} parameters, at most {PARAMETERS}"
            )
    judge(found, "functions")


def test_no_junk_drawers():
    """utils, helpers, managers, signals, tasks: what is in them has a better name."""
    named = {relative(m.path): m for m in modules() if BANNED_NAMES & {m.path.stem, *m.name.split(".")[-1:]}}
    # record/signals is a noun of the business: the folder is meant, a file of that name is not
    drawers = [path for path, module in named.items() if not (module.is_package and module.name.endswith(".signals"))]
    assert drawers == []


def _cap_of(path: Path) -> int:
    """Furniture keeps its cap where it is a folder: rules/phones.py is rules."""
    return FURNITURE.get(path.name) or FURNITURE.get(f"{path.parent.name}.py") or FILE


def _lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions() -> Iterator[tuple[Path, str, Function]]:
    for module in own_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield module.path, node.name, node


def _parameters_of(function: Function) -> int:
    arguments = function.args
    named = [
        a for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.arg not in {"self", "cls"}
    ]
    return len(named) + sum(extra is not None for extra in (arguments.vararg, arguments.kwarg))
