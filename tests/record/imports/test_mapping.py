"""Which column is which field: guessed in two languages, checked in plain words."""

import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.imports.importers.customers import CustomerImporter
from guanxi.record.imports.importers.dealings import DealingImporter
from guanxi.record.imports.importers.holdings import HoldingImporter
from guanxi.record.imports.mapping import checked_mapping, guess_mapping, parse_mapping


def code_of(call, *arguments) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return refused.value.code


def test_pairs_are_read_and_a_field_may_take_two_columns():
    assert parse_mapping(["customer=customer_id,amount=total", "phone=手机, phone = home tel "]) == {
        "customer": ("customer_id",),
        "amount": ("total",),
        "phone": ("手机", "home tel"),
    }
    for text in ("customer", "=x", "customer=", "a=b,c"):
        assert code_of(parse_mapping, [text]) == "mapping.not_a_pair"


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (["reference", "customer", "occurred_at", "amount", "product"], {n: (n,) for n in ("reference", "customer", "occurred_at", "amount", "product")}),
        (["客户号", "交易日期", "交易金额", "渠道"], {"customer": ("客户号",), "occurred_at": ("交易日期",), "amount": ("交易金额",), "channel": ("渠道",)}),
        (["Invoice", "StockCode", "Quantity", "InvoiceDate", "Unit Price", "Customer ID"], {
            "order": ("Invoice",), "product": ("StockCode",), "quantity": ("Quantity",), "occurred_at": ("InvoiceDate",),
            "unit_price": ("Unit Price",), "customer": ("Customer ID",)}),
        (["id", "x"], {"reference": ("id",)}),
    ],
)  # fmt: skip
def test_dealings_are_guessed(columns, mapping):
    assert guess_mapping(DealingImporter.fields, columns) == mapping


def test_customers_are_guessed_with_all_their_phones():
    columns = [
        "姓名",
        "手机",
        "办公电话",
        "E-mail Address",
        "公司",
        "身份证号",
        "生日",
        "id",
        "created_at",
        "owner",
        "email_consent",
    ]
    assert guess_mapping(CustomerImporter.fields, columns) == {
        "name": ("姓名",),
        "phone": ("手机", "办公电话"),
        "email": ("E-mail Address",),
        "company": ("公司",),
        "id_number": ("身份证号",),
        "birthday": ("生日",),
    }


def test_columns_are_found_however_they_are_written():
    fields = DealingImporter.fields
    assert checked_mapping(fields, {"customer": ("customer id",)}, ["Customer_ID", "x"]) == {
        "customer": ("Customer_ID",)
    }
    assert code_of(checked_mapping, fields, {"customer": ("nowhere",)}, ["a", "b"]) == "mapping.unknown_column"
    assert code_of(checked_mapping, fields, {"customer": ("a", "b")}, ["a", "b"]) == "mapping.field_twice"


@pytest.mark.parametrize(
    "field",
    [
        "id",
        "tenant_id",
        "owner",
        "is_superuser",
        "created_at",
        "deleted_at",
        "version",
        "stage",
        "team",
        "consent_email",
    ],
)
def test_columns_of_the_house_are_no_fields(field):
    for importer in (CustomerImporter, DealingImporter, HoldingImporter):
        assert code_of(checked_mapping, importer.fields, {field: ("a",)}, ["a"]) == "mapping.unknown_field"


def test_what_a_kind_needs_is_asked_for():
    dealings = DealingImporter()
    assert code_of(dealings.check, {"customer": ("a",)}) == "mapping.missing"
    assert code_of(dealings.check, {"customer": ("a",), "occurred_at": ("b",), "quantity": ("c",)}) == "mapping.missing"
    dealings.check({"customer": ("a",), "occurred_at": ("b",), "quantity": ("c",), "unit_price": ("d",)})
    dealings.check({"customer": ("a",), "occurred_at": ("b",), "amount": ("c",)})
    assert code_of(CustomerImporter().check, {"birthday": ("a",)}) == "mapping.no_identifier"


@pytest.mark.parametrize("missing", ["consent_purpose", "consent_channel", "consent_at", "consent_evidence"])
def test_a_bare_yes_is_no_consent(missing):
    needed = ("consent_status", "consent_purpose", "consent_channel", "consent_at", "consent_evidence")
    mapping = dict.fromkeys(("name", *needed), ("x",))
    CustomerImporter().check(mapping)
    del mapping[missing]
    assert code_of(CustomerImporter().check, mapping) == "consents.bare_column"


def test_attributes_are_named_by_their_columns():
    columns = ["reference", "customer", "attributes.colour", "attributes.x.y"]
    assert guess_mapping(HoldingImporter.fields, columns)["attributes.colour"] == ("attributes.colour",)
    assert "attributes.x.y" not in guess_mapping(HoldingImporter.fields, columns)
    assert checked_mapping(HoldingImporter.fields, {"attributes.Farbe": ("colour",)}, ["colour"]) == {
        "attributes.Farbe": ("colour",)
    }
