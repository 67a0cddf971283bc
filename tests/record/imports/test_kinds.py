"""The other kinds: known by their identity, completed by later files, wrong by the cell."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from guanxi.record.catalogue.models import Estate, Family, Product
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers import search
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.holdings.models import Balance, Holding
from guanxi.record.imports.models import Import
from tests.record.imports.test_dealings import counts, problems


def test_products_are_completed_by_their_reference(take):
    first = take(
        "products", "reference,name,family,margin_rate\nP1,Card,cards,0.35\nP2,,cards,35%\nP1,Card,cards,0.35\n"
    )
    assert counts(first) == (3, 2, 0, 1, 0, 0)
    second = take("products", "reference,name,family,margin_rate\nP2,Loan,loans,\nP1,,,\nP3,x,,2\n")
    assert counts(second) == (3, 0, 1, 1, 0, 1)
    assert problems(second) == [(4, "margin_rate", "catalogue.not_a_rate", "2")]
    found = Product.objects.order_by("reference").values_list(
        "reference", "name", "family__reference", "margin_rate_ppm"
    )
    assert list(found) == [("P1", "Card", "cards", 350_000), ("P2", "Loan", "loans", 350_000)]
    assert counts(take("products", "reference,name,family,margin_rate\nP2,Loan,loans,\nP1,,,\n"))[3] == 2


def test_estates_are_known_by_city_and_name(take):
    text = "小区,城市,别名,交房日期,纬度,经度\n阳光花园,上海,阳光小区;SUN City,2023-06-30,31.230416,121.473701\n阳光花园,北京,,,,\n阳光花园,上海,,,95,\n"
    report = take("estates", text)
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert problems(report) == [(4, "latitude", "catalogue.not_a_place", "95")]
    estate = Estate.objects.get(city="上海")
    assert (estate.aliases, estate.handover_on, estate.latitude) == (
        ["阳光小区", "sun city"],
        dt.date(2023, 6, 30),
        Decimal("31.230416"),
    )


HOLDINGS = (
    "reference,customer,product,opened_on,renewal_on,status,attributes.colour\n"
    "H1,A,card,2020-01-01,,,red\nH2,B,loan,2021-01-01,2026-01-01,active,\n,A,card,,,,\nH3,,card,,,,\nH4,A,card,2022-01-02,,strange,\n"
)


def test_holdings_are_completed_by_their_reference(take):
    first = take("holdings", HOLDINGS, create_customers=True)
    assert counts(first) == (5, 2, 0, 0, 1, 2)
    assert [(column, reason) for _, column, reason, _ in problems(first)] == [
        ("reference", "holdings.missing"),
        ("", "no_customer"),
        ("status", "imports.unknown_word"),
    ]
    later = "reference,customer,closed_on,attributes.size\nH1,A,2025-05-05,big\nH2,A,,\nH2,A,,\n"
    second = take("holdings", later)
    assert counts(second) == (3, 0, 2, 1, 0, 0)
    one, two = Holding.objects.order_by("reference")
    assert (one.status, one.closed_on, one.opened_on, one.attributes) == (
        2,
        dt.date(2025, 5, 5),
        dt.date(2020, 1, 1),
        {"colour": "red", "size": "big"},
    )
    assert two.customer == Customer.objects.get(reference="A")
    images = Import.objects.get(code=second.code).before_images.order_by("row").values_list("old", "new")
    assert list(images)[1] == (
        {"customer_id": Customer.objects.get(reference="B").pk},
        {"customer_id": two.customer_id},
    )


def test_a_holding_that_ends_before_it_begins_is_refused(take):
    report = take(
        "holdings", "reference,customer,opened_on,closed_on\nH1,A,2024-02-01,2024-01-31\n", create_customers=True
    )
    assert problems(report)[0][1:3] == ("closed_on", "holdings.ends_before")


def test_balances_are_one_a_holding_and_day(take):
    take("holdings", HOLDINGS, create_customers=True)
    report = take(
        "balances",
        "holding,day,amount\nH1,2024-01-31,100.005\nH1,2024-01-31,200\nH2,2024-01-31,-5\nH9,2024-01-31,1\nH1,x,1\nH1,2024-01-01,\n",
    )
    assert counts(report) == (6, 2, 1, 0, 0, 3)
    assert report.counts.reasons == {"holdings.not_found": 1, "clock.not_a_date": 1, "holdings.missing": 1}
    assert sorted(Balance.objects.values_list("holding__reference", "amount", "currency")) == [
        ("H1", 20000, "CNY"),
        ("H2", -500, "CNY"),
    ]
    assert counts(take("balances", "holding,day,amount\nH1,2024-01-31,200\nH1,2024-02-29,7\n"))[1:4] == (1, 0, 1)


CONVERSATIONS = (
    "客户号,时间,方式,方向,员工,内容,结果,跟进日期\n"
    "A,2024-01-05 09:30,电话,呼出,lin,想了解贷款,已联系,2024-01-12\n"
    "A,2024-01-09,微信,呼入,老王,问利率,,\n"
    ",2024-01-09,微信,,,,,\nA,2024-01-05,电话,,,,,2024-01-01\nA,2099-01-05,电话,,,,,\n"
)


def test_conversations_move_the_last_contact(take, scene):
    report = take("conversations", CONVERSATIONS, create_customers=True)
    assert counts(report) == (5, 2, 0, 0, 1, 2)
    assert report.counts.reasons == {"conversations.follow_up_past": 1, "conversations.future": 1, "no_customer": 1}
    first, second = Conversation.objects.order_by("pk")
    assert (first.at, first.on, first.channel, first.direction, first.outcome) == (
        dt.datetime(2024, 1, 5, 1, 30, tzinfo=dt.UTC), dt.date(2024, 1, 5), 2, 2, 1)  # fmt: skip
    assert (first.by_id, first.follow_up_on) == (scene.staff["lin"].pk, dt.date(2024, 1, 12))
    assert (second.by_id, second.by_name, second.direction) == (None, "老王", 1)
    assert Customer.objects.get(reference="A").last_contact_on == dt.date(2024, 1, 9)
    assert counts(take("conversations", CONVERSATIONS, create_customers=True)) == (5, 0, 0, 2, 1, 2)


@pytest.mark.parametrize(
    ("kind", "text", "made"),
    [
        ("dealings", "customer,date,amount\nA,2024-01-05,5\nB,2024-01-06,6\n", 2),
        ("holdings", HOLDINGS, 2),
        ("conversations", CONVERSATIONS, 1),
    ],
)
def test_customers_that_a_file_makes_are_found_by_the_search(take, kind, text, made):
    there = Customer.objects.count()
    take(kind, text, create_customers=True)
    assert Customer.objects.count() == there + made
    assert search.count_missing() == 0


def test_customers_of_a_phone_book(take):
    text = (
        "姓名,手机,办公电话,邮箱,公司,生日,私密\n"
        "王伟,13800138000,010-12345678,Wang@Example.com,某某公司,1990-01-02,\n"
        "王伟,+86 138-0013-8000,,,,,\n"
        "李娜,1.38E+10,,,,,\n"
        "张三,13900001111,,,,,是\n"
        ",,,,,,\n"
        "赵六,13700001111,,not an address,,,\n"
    )
    report = take("customers", text)
    assert counts(report) == (6, 1, 0, 1, 2, 2)
    assert report.counts.reasons["private"] == 1
    assert report.counts.reasons["empty"] == 1
    assert [(line, column) for line, column, reason, _ in problems(report) if reason not in ("private", "empty")] == [
        (4, "phone"),
        (7, "email"),
    ]
    customer = Customer.objects.get()
    assert (customer.name, customer.company, customer.birthday) == ("王伟", "某某公司", dt.date(1990, 1, 2))
    assert Identifier.objects.filter(customer=customer).count() == 3
    assert counts(take("customers", text, with_private=True))[1] == 1
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["张三", "王伟"]


def test_customers_belong_to_the_colleague_a_row_names(take, scene):
    text = "name,phone,manager\nA,13800138001,lin\nB,13800138002,nobody\nC,13800138003,\n"
    report = take("customers", text)
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert problems(report) == [(3, "manager", "customers.unknown_owner", "nobody")]
    assert Customer.objects.get(name="A").owner_id == scene.staff["lin"].pk
    leader = take("customers", "name,phone,manager\nD,13800138004,wu\nE,13800138005,mo\n", by=scene.person("gao"))
    assert counts(leader)[1] + counts(leader)[5] == 2
    assert Customer.objects.get(name="E").owner_id == scene.staff["mo"].pk


@pytest.mark.parametrize(
    "name",
    ["Null", "true", "O'Brien", "张", "𠮷", "👨‍👩‍👧", "شركة", "x" * 200, "<script>", "{{7*7}}", "a\u202eb\u200bc"],
)
def test_names_are_stored_as_given(take, name):
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["name", "phone"], [name, "13800138000"]])
    assert counts(take("customers", out.getvalue())) == (1, 1, 0, 0, 0, 0)
    assert Customer.objects.get().name == name


def test_contact_cards_in_one_go(take):
    card = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=E4=BC=9F\nTEL;CELL:138 0013 8000\nEND:VCARD\n"
    private = "BEGIN:VCARD\nVERSION:3.0\nFN:Doctor\nTEL:13900001111\nCLASS:PRIVATE\nEND:VCARD\n"
    report = take("customers", card + private, name="phone.vcf")
    assert counts(report) == (2, 1, 0, 0, 1, 0)
    assert Customer.objects.get().name == "王伟"


def test_results_are_plain_json(take):
    report = take("products", "reference\nP1\n")
    assert json.loads(json.dumps(report.as_json())) == {
        "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0, "reasons": {}, "problems": None,
        "seconds": report.as_json()["seconds"], "import": report.code,
    }  # fmt: skip
    assert Family.objects.count() == 0


def test_consents_come_with_their_proof(take):
    from guanxi.record.consents.models import Consent

    head = "name,phone,consent_status,consent_purpose,consent_channel,consent_at,consent_evidence\n"
    rows = [
        "A,13800138001,yes,marketing,sms,2024-01-05 10:00,form 17",
        "B,13800138002,no,marketing,sms,2024-01-05,form 18",
        "C,13800138003,yes,marketing,sms,,form 19",
        "D,13800138004,yes,everything,sms,2024-01-05,form 20",
        "E,13800138005,yes,marketing,sms,2099-01-05,form 21",
        "F,13800138006,,,,,",
    ]
    named = {name: name for name in head.strip().split(",")}
    fields = ",".join(f"{name}={column}" for name, column in named.items())
    report = take("customers", head + "\n".join(rows), fields=fields)
    assert counts(report) == (6, 3, 0, 0, 0, 3)
    assert [(line, column, reason) for line, column, reason, _ in problems(report)] == [
        (4, "consent_at", "consents.incomplete"),
        (5, "consent_status", "consents.unknown_word"),
        (6, "consent_status", "consents.in_future"),
    ]
    said = Consent.objects.order_by("pk").values_list("customer__name", "purpose", "channel", "status", "evidence")
    assert list(said) == [("A", 2, 4, 1, "form 17"), ("B", 2, 4, 2, "form 18")]
    assert counts(take("customers", head + "\n".join(rows), fields=fields)) == (6, 0, 0, 3, 0, 3)
    assert Consent.objects.count() == 2
