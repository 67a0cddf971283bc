"""The rules of the house bite: each contract and each check fails when it is broken, and names what broke it.

A rule that nothing can break protects nothing. Contracts are broken in a copy of the whole tree (one run of the linter);
checks are called on a tiny tree that holds one planted offence.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import (
    house,
    test_acts,
    test_contracts,
    test_declarations,
    test_imports,
    test_pages,
    test_sizes,
    test_tables,
    test_words,
)

# One module a contract: what it is called, what stands in it, and the contract that must break because of it.
BROKEN = {
    "Rooms of the house": ("ground/planted.py", "import guanxi.identity.roles"),
    "Faces do not know": ("faces/shared/planted.py", "import guanxi.faces.desk.urls"),
    "Insight:": ("insight/warehouse/planted.py", "import guanxi.insight.refresh.lock"),
    "Estimates are plain": ("insight/estimates/planted.py", "import duckdb"),
    "No cycles between": ("identity/planted.py", "import guanxi.identity.planted_too"),
    "Record is built": ("record/catalogue/planted.py", "import guanxi.record.customers.choices"),
    "Engage is built": ("engage/offers/planted.py", "import guanxi.engage.policy.rules"),
    "In rescue": ("rescue/credit/planted.py", "import guanxi.rescue.abuse.rules"),
    "Inside an app": ("record/holdings/choices.py", "import guanxi.record.holdings.services"),
}


def _copy_of_the_house(root: Path) -> Path:
    skip = shutil.ignore_patterns("__pycache__", "static", "*.po")
    shutil.copytree(house.PACKAGE, root / "src" / "guanxi", ignore=skip)
    shutil.copy(house.ROOT / "pyproject.toml", root)
    return root / "src" / "guanxi"


def test_every_contract_breaks_and_says_where(tmp_path):
    package = _copy_of_the_house(tmp_path)
    for name, line in BROKEN.values():
        with (package / name).open("a") as file:
            file.write(f"\n{line}\n")
    (package / "identity" / "planted_too.py").write_text("import guanxi.identity.planted\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "COLUMNS": "300"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\s*$", done.stdout, re.MULTILINE))
    assert len(verdicts) == len(BROKEN) == len(_contracts())
    assert set(verdicts.values()) == {"BROKEN"}
    details = done.stdout.partition("Broken contracts")[2]
    for contract, (name, _) in BROKEN.items():
        section = details[details.index(contract) :].partition("\n\n\n")[0]
        module = "guanxi." + name.removesuffix(".py").replace("/", ".")
        assert module.rpartition(".")[2] in section, f"{contract} does not name {module}"


def test_what_the_web_loads_is_looked_at(tmp_path, monkeypatch):
    package = _copy_of_the_house(tmp_path)
    with (package / "faces" / "shared" / "look.py").open("a") as file:
        file.write("\nimport numpy\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    with pytest.raises(AssertionError, match=r"\['numpy'\]"):
        test_imports.test_what_the_web_loads_is_light()


LONG = "\n".join(f"    print({n})" for n in range(80))
CHECKS = {
    "a model of another app": (
        test_imports.test_models_are_imported_only_in_their_own_app,
        {"record/holdings/queries.py": "from guanxi.record.customers.models import Customer"},
        "ask guanxi.record.customers",
    ),
    "a model by its name": (
        test_imports.test_no_model_is_fetched_by_name_from_another_app,
        {"record/holdings/queries.py": 'apps.get_model("customers.Customer")'},
        "fetches customers.Customer",
    ),
    "a module by its name": (
        test_imports.test_modules_are_found_by_name_only_in_project,
        {"record/holdings/queries.py": 'import_module("guanxi.faces")'},
        "guanxi.record.holdings.queries:1",
    ),
    "a heavy library": (
        test_imports.test_heavy_libraries_load_inside_functions,
        {"faces/desk/urls.py": "import pyarrow"},
        "imports pyarrow at its top",
    ),
    "an engine outside the warehouse": (
        test_imports.test_only_the_warehouse_speaks_to_the_engines,
        {"insight/appraisal/fitting.py": "def fit():\n    import duckdb"},
        "imports duckdb",
    ),
    "a hidden arrow": (
        test_imports.test_imports_of_our_own_inside_functions_say_why,
        {"record/holdings/queries.py": "def read():\n    from guanxi.record.customers import queries"},
        "does not say why",
    ),
    "a clock in a rule": (
        test_acts.test_rules_know_no_clock_and_no_chance,
        {"record/actions/rules.py": "def due(day):\n    return day < clock.now()"},
        "calls clock.now",
    ),
    "a nap in a rule": (
        test_acts.test_rules_know_no_clock_and_no_chance,
        {"record/signals/rules/lifecycle.py": "def wait():\n    time.sleep(1)"},
        "calls time.sleep",
    ),
    "a page that calls two services": (
        test_acts.test_a_changing_request_calls_one_service,
        {
            "faces/desk/actions/views.py": "from guanxi.record.actions import services\n"
            "def done(request):\n    services.answer_action(1)\n    services.hand_over_action(1)"
        },
        "services.answer_action and services.hand_over_action",
    ),
    "an act that asks for no right": (
        test_acts.test_acts_ask_for_the_right,
        {"record/customers/services/removing.py": "def delete(*, by):\n    record_act('x', by=by)"},
        "asks for no right",
    ),
    "a long file": (test_sizes.test_no_file_is_too_long, {"ground/long.py": "x = 1\n" * 401}, "401 lines, at most 400"),
    "a long piece of furniture": (
        test_sizes.test_no_file_is_too_long,
        {"record/actions/choices.py": "x = 1\n" * 121},
        "at most 120",
    ),
    "a long template": (
        test_sizes.test_no_file_is_too_long,
        {"faces/desk/templates/long.html": "<p>\n" * 251},
        "at most 250",
    ),
    "a long query": (test_sizes.test_no_file_is_too_long, {"insight/long.sql": "--\n" * 201}, "at most 200"),
    "a long function": (
        test_sizes.test_no_function_is_too_long_or_asks_for_too_much,
        {"ground/long.py": f"def long():\n{LONG}"},
        "long has 81 lines, at most 80",
    ),
    "a long view": (
        test_sizes.test_no_function_is_too_long_or_asks_for_too_much,
        {"faces/desk/views.py": "def page():\n" + "\n".join(LONG.splitlines()[:40])},
        "page has 41 lines, at most 40",
    ),
    "too many parameters": (
        test_sizes.test_no_function_is_too_long_or_asks_for_too_much,
        {"ground/wide.py": "def wide(a, b, c, d, *, e, f, g, h, i): ..."},
        "takes 9 parameters, at most 8",
    ),
    "a junk drawer": (test_sizes.test_no_junk_drawers, {"record/utils.py": ""}, "record/utils.py"),
    "a permission nobody asks for": (
        test_declarations.test_every_permission_is_asked_for_somewhere,
        {"record/holdings/queries.py": "Permission.VIEW_HOLDINGS"},
        "Permission.EDIT_HOLDINGS is asked for nowhere",
    ),
    "a setting without a word": (
        test_declarations.test_every_setting_is_documented,
        {"project/settings.py": "GUANXI_SECRET_SAUCE = 1"},
        "GUANXI_SECRET_SAUCE",
    ),
    "a silent exception from a gate": (
        test_declarations.test_exceptions_from_a_gate_say_why,
        {"ground/quiet.py": "x = eval('1')  # no" "qa: S307"},
        "ground/quiet.py:1",
    ),
    "a silent broad except": (
        test_declarations.test_what_the_types_and_broad_excepts_let_through_says_why,
        {"ground/quiet.py": "try:\n    pass\nexcept Exception:\n    pass"},
        "guanxi.ground.quiet:3",
    ),
    "a template nobody uses": (
        test_pages.test_every_template_is_used,
        {"faces/desk/templates/lonely.html": "<p>"},
        "is used by nothing",
    ),
    "a number in the manner of nobody": (
        test_pages.test_numbers_are_written_as_the_reader_wants_them,
        {"faces/desk/board.py": 'count = f"{waiting:,}"'},
        "faces/desk/board.py:1",
    ),
    "a template that does not parse": (
        test_pages.test_templates_parse,
        {"faces/desk/templates/broken.html": "{% extends 'nowhere.html' %}"},
        "asks for",
    ),
}  # fmt: skip


@pytest.fixture
def plant(tmp_path, monkeypatch):
    """Let the checks see a tiny tree that holds the given files, and nothing else."""

    def make(files: dict[str, str]) -> Path:
        package = tmp_path / "src" / "guanxi"
        for name, text in files.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text, encoding="utf-8")
        for folder in ("scripts", "docs", "tests/architecture"):
            (tmp_path / folder).mkdir(parents=True)
        (tmp_path / "tests" / "architecture" / "allowed.toml").write_text("")
        for module in (house, test_sizes, test_declarations, test_pages):
            for name, place in (("PACKAGE", package), ("ROOT", tmp_path)):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, place)
        _forget()
        return tmp_path

    yield make
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    house.modules.cache_clear()
    house.allowed.cache_clear()


@pytest.mark.parametrize("offence", CHECKS)
def test_a_check_finds_what_is_wrong(plant, offence):
    check, files, words = CHECKS[offence]
    plant(files)
    with pytest.raises(AssertionError, match=re.escape(words)):
        check()


def test_an_exception_needs_a_reason_and_a_use(plant):
    root = plant({"ground/long.py": "x = 1\n" * 401})
    exceptions = root / "tests" / "architecture" / "allowed.toml"
    exceptions.write_text('[sizes]\n"src/guanxi/ground/long.py lines" = "a table of all the syllables"\n')
    test_sizes.test_no_file_is_too_long()
    for text, words in (
        ('[sizes]\n"src/guanxi/ground/long.py lines" = "because"', "say why"),
        ('[sizes]\n"src/guanxi/ground/gone.py lines" = "a table of all the syllables"', "no longer needed"),
    ):
        exceptions.write_text(text)
        _forget()
        with pytest.raises(AssertionError, match=words):
            test_sizes.test_no_file_is_too_long()


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (test_declarations.test_requirements_are_hashed_and_name_no_host, "run.txt", "django==5.2\n"),
        (test_declarations.test_requirements_are_hashed_and_name_no_host, "dev.txt", "-r https://pypi.org/simple\n"),
        (test_pages.test_no_style_and_no_script_in_a_template, "a.html", '<p style="color: red">'),
        (test_pages.test_no_style_and_no_script_in_a_template, "b.html", "<script>alert(1)</script>"),
        (test_pages.test_no_style_and_no_script_in_a_template, "c.html", '<a href="javascript:x()" onclick="x()">'),
    ],
)
def test_a_check_of_one_file_finds_what_is_wrong(tmp_path, check, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(AssertionError):
        check(tmp_path / name)


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (test_declarations.test_every_dependency_says_why, "pyproject.toml", '  "left-pad>=1",\n'),
        (test_declarations.test_the_lock_of_the_assets_names_no_host, "package-lock.json", '{"packages": {"x": {"resolved": "y"}}}'),
        (test_declarations.test_every_test_asserts_something, "tests/test_x.py", "def test_x():\n    print(1)\n"),
        (test_declarations.test_skipped_tests_say_why, "tests/test_x.py", "@pytest.mark.skip\ndef test_x(): ...\n"),
        (test_sizes.test_no_file_is_too_long, "tests/test_x.py", "x = 1\n" * 801),
    ],
)  # fmt: skip
def test_a_check_of_the_rest_of_the_house_finds_what_is_wrong(plant, check, name, text):
    (plant({}) / name).write_text(text)
    with pytest.raises(AssertionError):
        check()


@pytest.mark.parametrize(
    "check", [test_contracts.test_rooms_stand_in_order, test_contracts.test_record_is_built_bottom_up]
)
def test_contracts_in_another_order_are_noticed(check):
    contracts = {contract["id"]: dict(contract) for contract in _contracts()}
    for name in ("rooms", "record"):
        contracts[name]["layers"] = contracts[name]["layers"][::-1]
    with pytest.raises(AssertionError):
        check(contracts)


def test_an_app_without_its_contract_is_noticed():
    contracts = {contract["id"]: dict(contract) for contract in _contracts()}
    contracts["furniture"]["containers"] = contracts["furniture"]["containers"][1:]
    with pytest.raises(AssertionError):
        test_contracts.test_every_app_with_tables_keeps_its_furniture_in_order(contracts)


@isolate_apps("guanxi.ground.jobs", "guanxi.record.customers")
def test_a_key_that_points_up_and_a_column_without_a_word_are_noticed(monkeypatch):
    class Customer(models.Model):
        class Meta:
            app_label = "customers"

    class Planted(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        nickname = models.CharField(max_length=10)

        class Meta:
            app_label = "jobs"

    Customer.__module__, Planted.__module__ = "guanxi.record.customers.models", "guanxi.ground.jobs.models"
    monkeypatch.setattr(test_tables, "_own_models", lambda: iter([Planted]))
    with pytest.raises(AssertionError, match=r"Planted\.customer points up"):
        test_tables.test_foreign_keys_point_down()
    with pytest.raises(AssertionError, match="nickname: name it in PERSONAL"):
        test_tables.test_every_column_says_whether_it_is_personal()


@pytest.mark.parametrize(
    ("msgstr", "check"),
    [
        ("", test_words.test_every_message_is_translated),
        ("只有 {other}", test_words.test_translations_keep_the_places_to_fill),
    ],
)
def test_a_message_without_its_twin_is_noticed(tmp_path, msgstr, check):
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "only {{one}}"\nmsgstr "{msgstr}"\n'
    )
    with pytest.raises(AssertionError):
        check(path)


def _contracts() -> list[dict]:
    return house.tomllib.loads((house.ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
