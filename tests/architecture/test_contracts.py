"""The contracts that import-linter checks name the whole house: each room and app once, in the house's order."""

import tomllib

import pytest

from tests.architecture.house import ORDER, PACKAGE, ROOT, apps_with_models, existing_rooms


@pytest.fixture(scope="module")
def contracts() -> dict[str, dict]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        linter = tomllib.load(file)["tool"]["importlinter"]
    return {contract["id"]: contract for contract in linter["contracts"]}


def test_rooms_stand_in_order(contracts):
    assert contracts["rooms"]["layers"] == existing_rooms()[::-1]
    assert contracts["rooms"]["exhaustive"] is True


def test_record_is_built_bottom_up(contracts):
    there = [app for app in ORDER["record"] if (PACKAGE / "record" / app).is_dir()]
    assert contracts["record"]["layers"] == there[::-1]
    assert contracts["record"]["exhaustive"] is True


def test_every_app_with_tables_keeps_its_furniture_in_order(contracts):
    assert sorted(contracts["furniture"]["containers"]) == apps_with_models()
