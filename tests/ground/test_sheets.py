"""Sheets: checked when declared, closed lists when asked (trust.md rows 30, 33, 34, 37)."""

from dataclasses import replace

import pytest

from guanxi.ground.refusals import Refused
from guanxi.ground.sheets import Act, Choice, Column, Field, Filter, Kind, Operator, Sheet, Sort, chosen

SHEET = Sheet(
    noun="boat",
    label="Boats",
    columns=(
        Column("name", "Name", sortable=True, width="l"),
        Column("price", "Price", Kind.MONEY, sortable=True),
        Column("phone", "Phone", Kind.MASKED, sortable=True, mask="phone"),
        Column("colour", "Colour", Kind.BADGE, optional=True),
    ),
    filters=(
        Filter("colour", "Colour", (Operator.IS, Operator.IN), (Choice(1, "red"), Choice(2, "blue"))),
        Filter("phone", "Phone", (Operator.CONTAINS,)),
    ),
    sorts=("-price", "name", "phone"),
    fields=(Field("name", "Name", required=True, length=200), Field("phone", "Phone", Kind.MASKED, mask="phone")),
    acts=(Act("sell_boat", "Sell", "boat.sell", confirm="Sell it?"),),
)


def test_columns_are_those_asked_for_or_the_usual_ones() -> None:
    assert [column.name for column in SHEET.columns_named([])] == ["name", "price", "phone"]
    assert [column.name for column in SHEET.columns_named(["colour", "name", "colour"])] == ["colour", "name"]


def test_orders() -> None:
    assert SHEET.sort_named("") == Sort("price", descending=True)
    assert SHEET.sort_named("price") == Sort("price", descending=False)
    assert SHEET.sort_named("-name") == Sort("name", descending=True)
    assert SHEET.sort_named("phone", clear={"phone"}) == Sort("phone", descending=False)


@pytest.mark.parametrize(
    "text",
    ["password", "?", "--price", "colour", "asc,(select 1)", "price desc", "phone", "-phone", "owner__password", "-"],
)
def test_an_order_outside_the_list_or_by_a_masked_value_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        SHEET.sort_named(text)
    assert refused.value.code == "sheets.unknown_sort"


def test_filters() -> None:
    assert SHEET.filter_named("colour", "in") == (SHEET.filters[0], Operator.IN)
    assert SHEET.filter_named("phone", "contains", clear={"phone"}) == (SHEET.filters[1], Operator.CONTAINS)


@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("colour", "contains"),
        ("colour", ") OR (1=1"),
        ("owner__password__startswith", "is"),
        ("_connector", "is"),
        ("phone", "contains"),
        ("name", "is"),
        ("", ""),
    ],
)
def test_a_filter_outside_the_list_or_on_a_masked_value_is_refused(name: str, operator: str) -> None:
    with pytest.raises(Refused) as refused:
        SHEET.filter_named(name, operator)
    assert refused.value.code == "sheets.unknown_filter"


def test_unknown_columns_and_choices_are_refused() -> None:
    with pytest.raises(Refused):
        SHEET.columns_named(["name", "password"])
    assert chosen(SHEET.filters[0].choices, "2").label == "blue"
    assert chosen(SHEET.filters[0].choices, 1).label == "red"
    for value in ("3", "", "red", "1 ", "９"):
        with pytest.raises(Refused):
            chosen(SHEET.filters[0].choices, value)


def test_a_sheet_without_orders_has_no_default() -> None:
    with pytest.raises(Refused):
        replace(SHEET, sorts=()).sort_named("")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"columns": (Column("a", "A"), Column("a", "B"))}, "twice"),
        ({"columns": (Column("a b", "A"),)}, "identifier"),
        ({"sorts": ("colour",)}, "sortable"),
        ({"sorts": ("weight",)}, "sortable"),
        ({"sorts": ("price", "-price")}, "twice"),
        ({"acts": SHEET.acts * 2}, "twice"),
        ({"fields": (Field("id_number", "ID", Kind.MASKED),)}, "masked"),
        ({"fields": (Field("id_number", "ID", mask="id_number"),)}, "masked"),
        ({"fields": (Field("id_number", "ID", Kind.MASKED, mask="unknown"),)}, "masked"),
        ({"columns": (Column("a", "A", width="xl"),), "sorts": ()}, "width"),
    ],
)
def test_a_wrong_sheet_is_found_when_it_is_declared(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(SHEET, **({"sorts": ()} if "columns" in changes else {}) | changes)  # type: ignore[arg-type]
