"""Tables: foreign keys point down the house, and every column that may hold a person's data says what it is."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.db import models

from tests.architecture.house import layer_of

# Columns that can hold words, days or boxes. Times of machines, amounts and foreign keys are no personal data by themselves.
MAY_BE_PERSONAL = (
    models.CharField,
    models.TextField,
    models.DateField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
)
CLASSES = {
    "identity",  # who somebody is
    "contact",  # how to reach them
    "sensitive",  # encrypted: identity numbers, accounts
    "location",  # where they live
    "declared",  # what they told us
    "transaction",  # what they bought, when, for how much
    "behaviour",  # what they did, and what we conclude
    "content",  # what was said or written
    "financial",  # what they own and owe
}


def test_foreign_keys_point_down():
    wrong = []
    for model in _own_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not target or not target.__module__.startswith("guanxi."):
                continue
            if layer_of(target.__module__) > layer_of(model.__module__):
                wrong.append(f"{model._meta.label}.{field.name} points up to {target._meta.label}")
    assert wrong == []


def test_every_column_says_whether_it_is_personal():
    wrong = []
    for model in _own_models():
        declared = {*_declared(model, "PERSONAL"), *_declared(model, "NOT_PERSONAL")}
        columns = {field.name for field in model._meta.local_fields if _may_be_personal(field)}
        wrong += [f"{model._meta.label}.{name}: name it in PERSONAL or NOT_PERSONAL" for name in columns - declared]
        known = {field.name for field in model._meta.get_fields()}
        wrong += [f"{model._meta.label}.{name} is declared but no field" for name in declared - known]
        twice = set(_declared(model, "PERSONAL")) & set(_declared(model, "NOT_PERSONAL"))
        wrong += [f"{model._meta.label}.{name} is declared both ways" for name in twice]
    assert sorted(wrong) == []


def test_personal_columns_are_of_a_known_class():
    wrong = [
        f"{model._meta.label}.{name}: {kind!r} is no class of personal data"
        for model in _own_models()
        for name, kind in dict(_declared(model, "PERSONAL")).items()
        if kind not in CLASSES
    ]
    assert wrong == []


def test_declarations_name_existing_tables():
    wrong = []
    for package in {_models_package(model) for model in _own_models()}:
        known = {model.__name__ for model in _own_models() if _models_package(model) == package}
        module = import_module(package)
        for declaration in ("PERSONAL", "NOT_PERSONAL"):
            wrong += [
                f"{package}.{declaration}: no table {name}" for name in set(getattr(module, declaration, {})) - known
            ]
    assert wrong == []


def _own_models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("guanxi."))


def _models_package(model: type[models.Model]) -> str:
    return model.__module__.partition(".models")[0] + ".models"


def _declared(model: type[models.Model], declaration: str) -> dict[str, str] | list[str]:
    return getattr(import_module(_models_package(model)), declaration, {}).get(model.__name__, {})


def _may_be_personal(field: models.Field) -> bool:
    return isinstance(field, MAY_BE_PERSONAL) and not isinstance(field, models.DateTimeField)
