"""The house as these tests see it: its rooms bottom up, its modules parsed once, and the exceptions with their reasons."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "guanxi"

# Bottom up: a room imports only what stands before it (docs/architecture.md). A new room is added here and in the
# contracts of pyproject.toml; test_contracts.py compares the two.
ROOMS = (
    "ground",
    "journal",
    "identity",
    "record",
    "engage",
    "build",
    "maintain",
    "rescue",
    "team",
    "flows",
    "connectors",
    "insight",
    "faces",
    "project",
)
# Apps of one room that know each other stand in an order too; why each stands where it stands is said in pyproject.toml.
ORDER = {
    "ground": ("jobs", "outbox"),
    "record": (
        "bookmarks",
        "catalogue",
        "customers",
        "market",
        "consents",
        "suppressions",
        "holdings",
        "suitability",
        "surveys",
        "dealings",
        "conversations",
        "signals",
        "standing",
        "declarations",
        "actions",
        "children",
        "imports",
    ),
    "engage": ("offers", "policy"),
    "rescue": ("credit", "abuse"),
}


@dataclass(frozen=True)
class Module:
    """One Python file of the package."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def is_migration(self) -> bool:
        return ".migrations" in self.name

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@dataclass(frozen=True)
class Import:
    """One imported name, in full (`from a import b` is a.b)."""

    name: str
    line: int
    at_top: bool


@cache
def modules() -> tuple[Module, ...]:
    """Every module of guanxi, migrations included."""
    return tuple(_read_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def own_modules() -> tuple[Module, ...]:
    """Every module that people write: no migrations."""
    return tuple(module for module in modules() if not module.is_migration)


def _read_module(path: Path) -> Module:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name=name, path=path, text=text, tree=ast.parse(text, filename=str(path)))


@cache
def imports_of(module: Module) -> tuple[Import, ...]:
    """What `module` imports, anywhere in it; `at_top` is False inside functions and under TYPE_CHECKING."""
    return tuple(_walk_imports(module, module.tree, at_top=True))


def _walk_imports(module: Module, node: ast.AST, *, at_top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_top) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base_of(module, child)
            yield from (Import(f"{base}.{alias.name}", child.lineno, at_top) for alias in child.names)
        else:
            yield from _walk_imports(module, child, at_top=at_top and not _is_late(child))


def _is_late(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.dump(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def _base_of(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    here = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    parents = here[: len(here) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def room_of(name: str) -> str:
    """The room (ground, record, …) of a dotted module name; '' for the house itself."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def layer_of(name: str) -> tuple[int, int]:
    """Where a module stands: (floor of its room, place of its app in the room's order, 0 where there is none)."""
    room = room_of(name)
    order = ORDER.get(room, ())
    app = (name.split(".") + [""] * 3)[2]
    return ROOMS.index(room), order.index(app) if app in order else 0


def existing_rooms() -> list[str]:
    """Rooms that have a folder now, bottom up."""
    return [room for room in ROOMS if (PACKAGE / room).is_dir()]


def apps_with_models() -> list[str]:
    """Dotted names of the packages that define tables."""
    return sorted(module.name.removesuffix(".models") for module in own_modules() if module.name.endswith(".models"))


def templates() -> list[Path]:
    """Every template of the package."""
    return sorted(path for path in PACKAGE.rglob("templates/**/*") if path.is_file())


def relative(path: Path) -> str:
    """A path as messages name it."""
    return path.relative_to(ROOT).as_posix()


@cache
def allowed(section: str) -> dict[str, str]:
    """Exceptions of one kind: what → why. A reason that says nothing is refused."""
    with (ROOT / "tests" / "architecture" / "allowed.toml").open("rb") as file:
        entries: dict[str, str] = tomllib.load(file).get(section, {})
    for what, why in entries.items():
        assert len(why.split()) >= 4, f"allowed.toml: say why {what!r} may be so"
    return entries


def judge(found: dict[str, str], section: str) -> None:
    """Fail for each finding (what → words) that is not allowed, and for each allowed one that no longer occurs."""
    permitted = allowed(section)
    wrong = [words for what, words in found.items() if what not in permitted]
    idle = [f"allowed.toml: [{section}] {what!r} is no longer needed" for what in permitted if what not in found]
    assert not wrong + idle, "\n" + "\n".join(wrong + idle)
