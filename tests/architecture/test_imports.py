"""What import-linter does not see: who imports models, what is loaded when, and what is found by a string."""

import ast
import re
import subprocess
import sys

import pytest

from tests.architecture.house import Module, imports_of, judge, own_modules, room_of

# Slow to load or large in memory: never at the top of what the web loads (docs/architecture.md, speed)
HEAVY = {
    "adbc_driver_manager",
    "adbc_driver_postgresql",
    "adbc_driver_sqlite",
    "duckdb",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pyspark",
    "scipy",
    "sklearn",
    "splink",
    "sqlglot",
}
ENGINES = {"duckdb", "pyspark"}  # only the warehouse speaks to them


def test_models_are_imported_only_in_their_own_app():
    found = {}
    for module in own_modules():
        for imported in imports_of(module):
            match = re.match(r"(guanxi\..+?)\.models(\.|$)", imported.name)
            if match and not f"{module.name}.".startswith(f"{match[1]}."):
                found[f"{module.name} {imported.name}"] = (
                    f"{module.name}:{imported.line} imports {imported.name}: ask {match[1]}.queries or its services"
                )
    judge(found, "models")


def test_no_model_is_fetched_by_name_from_another_app():
    wrong = []
    for module in own_modules():
        for node in ast.walk(module.tree):
            label = _label_of_get_model(node)
            if label and label.split(".")[0] not in module.name.split("."):
                wrong.append(f"{module.name}:{node.lineno} fetches {label}")
    assert wrong == []


def test_modules_are_found_by_name_only_in_project():
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in own_modules()
        if room_of(module.name) != "project"
        for node in ast.walk(module.tree)
        if _name_of(node) in {"import_module", "__import__", "import_string"}
    ]
    assert wrong == []


def test_heavy_libraries_load_inside_functions():
    wrong = [
        f"{module.name}:{imported.line} imports {imported.name} at its top"
        for module in own_modules()
        if room_of(module.name)
        not in {"insight", "project"}  # what project loads is seen by the test of the web process
        for imported in imports_of(module)
        if imported.at_top and imported.name.split(".")[0] in HEAVY
    ]
    assert wrong == []


def test_only_the_warehouse_speaks_to_the_engines():
    wrong = [
        f"{module.name}:{imported.line} imports {imported.name}"
        for module in own_modules()
        if not module.name.startswith("guanxi.insight.warehouse")
        for imported in imports_of(module)
        if imported.name.split(".")[0] in ENGINES
    ]
    assert wrong == []


def test_imports_of_our_own_inside_functions_say_why():
    """An arrow hidden in a function is still an arrow. `# noqa: PLC0415 - reason` or a plain comment beside it."""
    wrong = [
        f"{module.name}:{imported.line} imports {imported.name} inside a function and does not say why"
        for module in own_modules()
        if room_of(module.name) != "project"
        for imported in imports_of(module)
        if not imported.at_top and imported.name.startswith("guanxi.") and not _reason_at(module, imported.line)
    ]
    assert wrong == []


def test_what_the_web_loads_is_light():
    """The proof of the rules above: a web process, all pages known, and none of the heavy libraries in it."""
    pytest.importorskip("guanxi.project.wsgi", exc_type=ImportError)
    code = (
        "import sys, guanxi.project.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        f"print(sorted(set({sorted(HEAVY)}) & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr[-2000:]


def _label_of_get_model(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and _name_of(node.func) == "get_model" and node.args:
        first = node.args[0]
        return str(first.value) if isinstance(first, ast.Constant) else "?"
    return ""


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _reason_at(module: Module, line: int) -> str:
    _, _, comment = module.text.splitlines()[line - 1].partition("#")
    return re.sub(r"noqa(: *[A-Z0-9, ]+)?", "", comment).strip(" -—#")
