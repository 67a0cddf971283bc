"""Everything declared is used, and everything used is declared: permissions, settings, requirements, reasons, tests."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGE, ROOT, judge, own_modules, relative, templates

Function = ast.FunctionDef | ast.AsyncFunctionDef
# settings of the tests and of make, which a firm never sets
OURS_ALONE = {"GUANXI_TEST_DATABASE_URL", "GUANXI_ASSETS_FROM_SOURCE"}


def test_every_permission_is_asked_for_somewhere():
    """A permission that nothing asks for protects nothing. roles.py gives them, so it does not count."""
    asked = {
        attribute for module in own_modules() if "roles" not in module.name for attribute in _permissions_in(module)
    }
    in_pages = "".join(path.read_text(encoding="utf-8") for path in templates())
    found = {
        name: f"Permission.{name} is asked for nowhere"
        for name, value in _permissions().items()
        if name not in asked and f'"{value}"' not in in_pages
    }
    judge(found, "permissions")


def test_every_setting_is_documented():
    page = ROOT / "docs" / "settings.md"
    documented = set(re.findall(r"`(GUANXI_[A-Z_]+)`", page.read_text(encoding="utf-8") if page.exists() else ""))
    read = {name for module in own_modules() for name in _settings_in(module.tree)} - OURS_ALONE
    assert (sorted(read - documented), sorted(documented - read)) == ([], [])


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=relative)
def test_requirements_are_hashed_and_name_no_host(path):
    text = path.read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9].*", text, flags=re.MULTILINE)
    assert re.findall(r"https?:|--(?:extra-)?index|--find-links|\.(?:org|com|net|io)/", text) == []
    assert [pin for pin in pins if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*\\$", pin)] == []
    assert text.count("--hash=sha256:") >= len(pins)


def test_every_dependency_says_why():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = [line for line in lines if re.match(r'  "[a-z][\w-]*(\[[\w,]+\])?[<>=]=', line) and "#" not in line]
    assert silent == []


def test_the_lock_of_the_assets_names_no_host():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_exceptions_from_a_gate_say_why():
    """`# noqa: CODE - reason`, `# pragma: no cover - reason`: no silent exception."""
    wrong = []
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            mark = re.search(r"#\s*(noqa: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*|noqa|pragma: no (?:cover|branch))(.*)", line)
            if mark and not _is_judged_elsewhere(path, mark[1]) and not re.search(r"\w{3}", mark[2]):
                wrong.append(f"{relative(path)}:{number} {mark[1]}")
    assert wrong == []


def test_what_the_types_and_broad_excepts_let_through_says_why():
    """`# type: ignore[code] # reason`, and a reason beside every `except Exception` and `except BaseException`."""
    wrong = []
    for module in own_modules():
        for number, line in enumerate(module.text.splitlines(), start=1):
            mark = re.search(r"# type: ignore(\[[\w-]+\])?|except (Base)?Exception\b[^#]*", line)
            if mark and len(re.sub(r"noqa: \w+", "", line[mark.end() :]).split()) < 3:
                wrong.append(f"{module.name}:{number} {line.strip()}")
    assert wrong == []


def test_every_test_asserts_something():
    wrong = [
        f"{relative(path)}:{test.lineno} {test.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for test in _tests_in(path)
        if not any(_asserts(node) for node in ast.walk(test))
    ]
    assert wrong == []


def test_skipped_tests_say_why():
    wrong = [
        f"{relative(path)}:{line}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line in _silent_skips(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def _is_judged_elsewhere(path: Path, mark: str) -> bool:
    # PLC0415: test_imports.py asks for reasons where they matter; heavy libraries need none
    return "migrations" in path.parts or path == Path(__file__) or mark.replace(" ", "") == "noqa:PLC0415"


def _permissions() -> dict[str, str]:
    from guanxi.identity.permissions import Permission

    return {member.name: member.value for member in Permission}


def _permissions_in(module) -> set[str]:
    """Names read from the enumeration, under whatever name it was imported."""
    names = {"Permission"} | {
        alias.asname
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Permission" and alias.asname
    }
    return {
        node.attr
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "id", None) in names or getattr(node.value, "attr", None) in names)
    }


def _settings_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        value = getattr(node, "value", None) if isinstance(node, ast.Constant) else getattr(node, "id", None)
        if isinstance(value, str) and re.fullmatch(r"GUANXI_[A-Z_]+", value) and value != "GUANXI_APPS":
            yield value


def _tests_in(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function) and node.name.startswith("test_"))


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    name = getattr(node, "attr", None) or getattr(node, "id", "")
    return bool(re.search(r"assert|^(expect|raises|warns|judge)", name))


def _silent_skips(tree: ast.Module) -> Iterator[int]:
    """Lines of skip and xfail, as bare marks or as calls, that give no reason."""
    nodes = list(ast.walk(tree))
    told = {id(node.func) for node in nodes if isinstance(node, ast.Call) and (node.args or node.keywords)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail"} and id(node) not in told:
            yield node.lineno
