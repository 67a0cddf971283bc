"""Hostile and awkward files, each with its safe answer (trust.md, “Import files” and “Time, names, limits”).

Every test names the row of that table. What is tested where a file is read, and needs no record, is in reading/:
5, 6, 7 test_workbook; 9, 10, 11 test_delimited and test_workbook; 21 test_cards; 23 test_encodings. Rows 2 and 3 go
round in test_round_trip, 13 in test_same_file and test_dealings, 19 in test_dealings, 25 in test_engine.
"""

import csv
import io

import pytest

from guanxi.ground.refusals import Refused
from guanxi.record.consents.models import Consent
from guanxi.record.customers.models import Customer, Identifier
from guanxi.record.dealings.models import Dealing
from guanxi.record.holdings.models import Holding
from guanxi.record.imports.models import Import
from guanxi.record.imports.queries import get_import, problems_of
from guanxi.record.imports.services import preview_file
from tests.record.imports.reading.test_workbook import archive, cell
from tests.record.imports.test_dealings import counts, problems
from tests.stories.scene import SYSTEM


def as_csv(*rows) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def names() -> list[str]:
    return sorted(Customer.objects.filter(gone=0).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("codec", "shown", "people"),
    [
        ("gb18030", "gb18030", ["王伟", "李娜", "𠮷野", "欧阳锋"]),
        ("big5", "big5hkscs", ["王偉", "李娜", "陳大文", "歐陽鋒"]),
        ("utf-8-sig", "utf-8-sig", ["王伟", "𠮷野"]),
        ("utf-16", "utf-16", ["王伟", "𠮷野"]),
    ],
)
def test_row_1_the_encoding_is_told_and_every_character_arrives(take, write, codec, shown, people):
    content = as_csv(["姓名", "手机"], *([name, f"1380013{n:04}"] for n, name in enumerate(people * 5))).encode(codec)
    assert preview_file(write("a.csv", content), "customers", by=SYSTEM).encoding == shown
    assert take("customers", content).encoding == shown
    assert set(names()) == set(people)


def test_row_1_lines_of_another_encoding_fail_and_nothing_is_replaced(take):
    lines = ["name,phone", *(f"王{n},1380013{n:04}" for n in range(20))]
    content = "\n".join(lines).encode() + "\n陈伟,13900001111\n".encode("gb18030")
    report = take("customers", content)
    assert counts(report) == (21, 20, 0, 0, 0, 1)
    assert problems(report)[0][:3] == (22, "name", "reading.undecodable")
    assert not any("\ufffd" in name for name in names())


def test_row_5_a_bomb_stores_nothing(take):
    with pytest.raises(Refused) as refused:
        take("customers", archive(f'<row r="1">{cell("A1", "0" * (120 << 20))}</row>'), name="a.xlsx")
    assert refused.value.code == "reading.unpacks_to_too_much"
    assert not Import.objects.exists()


def test_row_6_one_cell_at_the_far_end_is_one_row(take):
    head = f'<row r="1">{cell("A1", "phone")}{cell("XFD1", "name")}</row>'
    far = f'<row r="1048576">{cell("XFD1048576", "end")}</row>'
    report = take("customers", archive(head + far, dimension='<dimension ref="A1:XFD1048576"/>'), name="a.xlsx")
    assert (counts(report), names()) == ((1, 1, 0, 0, 0, 0), ["end"])


def test_row_7_markup_stores_nothing(take):
    with pytest.raises(Refused) as refused:
        take("customers", archive("", head='<!DOCTYPE x [<!ENTITY e "boom">]>'), name="a.xlsx")
    assert refused.value.code == "reading.markup"
    assert not Import.objects.exists()


@pytest.mark.parametrize("size", [131_073, 20_000_000])
def test_row_9_a_giant_cell_costs_its_row_and_the_import_goes_on(take, size):
    report = take("customers", "name,phone\n" + "x" * size + ",13800138000\n王伟,13900139000\n")
    assert (counts(report), names()) == ((2, 1, 0, 0, 0, 1), ["王伟"])
    assert report.counts.reasons == {"reading.cell_too_long": 1}
    assert len(problems(report)[0][3]) < 100


def test_row_10_nul_and_surrogates_name_line_and_column(take):
    lines = [
        b"name,phone",
        b"a\0b,13800138000",
        *[f"王{n},1390013{n:04}".encode() for n in range(9)],
        b"\xed\xa0\x80,1",
    ]
    report = take("customers", b"\n".join(lines))
    assert [row[:3] for row in problems(report)] == [(2, "name", "reading.nul"), (12, "name", "reading.undecodable")]
    assert report.counts.created == 9


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "reading.empty"),
        ("name,phone\n", "reading.no_rows"),
        ("name,phone\n\n\n", "reading.no_rows"),
        ("name,name\na,b\n", "reading.duplicate_columns"),
        (",".join(f"c{n}" for n in range(5000)) + "\n1\n", "reading.too_many_columns"),
    ],
)
def test_row_11_files_without_a_table_create_nothing_and_say_why(take, content, code):
    with pytest.raises(Refused) as refused:
        take("customers", content)
    assert refused.value.code == code
    assert not Import.objects.exists()


def test_row_14_addresses_that_are_one_and_those_that_are_not(take, write):
    rows = ["Wang@Example.com", " wang@example.COM ", "ｗａｎｇ@example.com", "wang@EXAMPLE.com."]
    report = take("customers", as_csv(["name", "email"], *(["王伟", mail] for mail in rows)))
    assert counts(report) == (4, 1, 0, 3, 0, 0)
    more = [["王伟", "wang+b@example.com"], ["李娜", "li@bücher.example"], ["李娜", "li@xn--bcher-kva.example"]]
    assert counts(take("customers", as_csv(["name", "email"], *more), name="b.csv")) == (3, 2, 0, 1, 0, 0)
    assert sorted(Identifier.objects.values_list("norm", flat=True)) == [
        "li@xn--bcher-kva.example",
        "wang+b@example.com",
        "wang@example.com",
    ]


@pytest.mark.parametrize(
    "kind", ["customers", "dealings", "conversations", "products", "estates", "holdings", "balances"]
)
def test_row_14_the_rule_by_which_rows_are_one_is_shown_before_anything_is_stored(take, write, kind):
    preview = preview_file(write("a.csv", "name,x\n1,2\n"), kind, by=SYSTEM)
    assert len(preview.rule) > 10
    if kind == "customers":
        dry = take("customers", "name,phone\n王伟,13800138000\n", dry_run=True)
        assert dry.as_json()["rule"] == preview.rule
        assert "+86" in preview.rule


def test_row_15_a_number_has_one_form_and_a_rounded_one_is_refused(take):
    numbers = ["13800138000", "+86 138-0013-8000", "１３８００１３８０００", "1.38E+10", "138 0013 8000"]
    report = take("customers", as_csv(["name", "phone"], *(["王伟", number] for number in numbers)))
    assert counts(report) == (5, 1, 0, 3, 0, 1)
    assert problems(report) == [(5, "phone", "phones.rounded", "1.38E+10")]
    assert list(Identifier.objects.values_list("norm", flat=True)) == ["+8613800138000"]


def test_row_15_leading_zeros_are_kept(take):
    take("customers", "reference,name,phone\n0012,王伟,0012\n12,李娜,\n")
    assert sorted(Customer.objects.values_list("reference", "name")) == [("0012", "王伟"), ("12", "李娜")]
    assert Identifier.objects.filter(customer__reference="0012", norm="0012").count() == 2
    take("dealings", "customer,date,amount\n0012,2024-01-05,1\n12,2024-01-05,2\n")
    assert sorted(Dealing.objects.values_list("customer__name", "amount")) == [("李娜", 200), ("王伟", 100)]


FORBIDDEN = [
    "id",
    "tenant_id",
    "is_superuser",
    "created_at",
    "deleted_at",
    "version",
    "team_id",
    "merged_into",
    "stage",
]


@pytest.mark.parametrize("column", [*FORBIDDEN, "owner"])
def test_row_17_no_column_reaches_what_is_not_a_field(take, column):
    text = f"name,phone,{column}\n王伟,13800138000,1\n"
    with pytest.raises(Refused) as refused:
        take("customers", text, fields=f"name=name,phone=phone,{column}={column}")
    assert refused.value.code == "mapping.unknown_field"
    report = take("customers", text)
    assert column not in {source for sources in report.mapping.values() for source in sources}
    customer = Customer.objects.get()
    assert (customer.deleted_at, customer.owner_id, customer.version, customer.stage) == (None, None, 1, 1)


def test_row_17_an_owner_must_be_one_whom_one_may_give_customers(take, scene):
    text = "name,phone,manager\n王伟,13800138000,admin\n李娜,13900139000,xu\n赵六,13700137000,mo\n"
    report = take("customers", text, by=scene.person("gao"))
    assert [(line, column, reason) for line, column, reason, _ in problems(report)] == [
        (2, "manager", "customers.unknown_owner"),
        (3, "manager", "customers.unknown_owner"),  # of another branch
    ]
    assert names() == ["赵六"]


BARE = ["email_consent", "sms_opt_in", "Marketing Opt-In", "newsletter", "gdpr consent", "同意短信", "营销授权", "退订"]


@pytest.mark.parametrize("column", BARE)
def test_row_18_a_bare_yes_is_no_consent_and_the_report_says_so(take, write, column):
    text = f"name,phone,{column}\n王伟,13800138000,yes\n李娜,13900139000,no\n"
    assert list(preview_file(write("p.csv", text), "customers", by=SYSTEM).refused_columns) == [column]
    report = take("customers", text)
    assert counts(report) == (2, 2, 0, 0, 0, 0)
    assert not Consent.objects.exists()
    assert list(report.as_json()["refused_columns"]) == [column]
    assert "consent_evidence" in report.as_json()["refused_columns"][column]
    assert column in report.first_problems[0]
    assert problems(report) == [(1, column, "consents.bare_column", "")]
    assert problems_of(report.code, principal=SYSTEM)[0][:3] == (0, 1, column)
    assert get_import(report.code, principal=SYSTEM).has_problems
    dry = take("customers", text, dry_run=True)
    assert list(dry.as_json()["refused_columns"]) == [column]


def test_row_18_the_report_says_it_once_even_of_an_import_that_was_cut_off(take, write, monkeypatch):
    from guanxi.record.imports.importers.customers import CustomerImporter
    from tests.record.imports.test_resuming import Cut, cut_after, run

    monkeypatch.setattr(CustomerImporter, "batch", (2, 2))
    text = "name,phone,email_consent\n" + "".join(f"王{n},1380013{n:04},yes\n" for n in range(8))
    with pytest.raises(Cut):
        run(write("a.csv", text), kind="customers", progress=cut_after(2))
    report = run(write("a.csv", text), kind="customers")
    assert problems(report) == [(1, "email_consent", "consents.bare_column", "")]


@pytest.mark.parametrize("column", ["e-mail", "consultant", "options", "company", "同事"])
def test_row_18_other_columns_are_passed_over_as_ever(take, column):
    assert take("customers", f"name,phone,{column}\n王伟,13800138000,\n").as_json().get("refused_columns") is None


@pytest.mark.parametrize(
    "fields",
    [
        "name=name,phone=phone,consent_status=email_consent",
        "name=name,phone=phone,consent_status=email_consent,consent_purpose=why,consent_channel=how",
    ],
)
def test_row_18_consent_without_its_proof_cannot_be_mapped(take, fields):
    with pytest.raises(Refused) as refused:
        take("customers", "name,phone,email_consent,why,how\n王伟,13800138000,yes,marketing,sms\n", fields=fields)
    assert refused.value.code == "consents.bare_column"
    assert not Customer.objects.exists()


def test_row_19_holdings_and_customers_of_another_team_are_not_found(take, scene):
    """By reference, by internal id and by name."""
    from dataclasses import replace

    take("customers", "reference,name,phone,manager\nOWN,王伟,13800138000,lin\nFAR,李娜,13900139000,xu\n")
    take("holdings", "reference,customer\nH1,FAR\n")
    far = Customer.objects.get(reference="FAR")
    leader = scene.person("gao")
    leader = replace(leader, permissions=leader.permissions | {"holdings.edit", "dealings.edit", "customers.edit"})
    for text in ("FAR", str(far.pk), "李娜", far.code):
        report = take("holdings", f"reference,customer\nH2,{text}\n", by=leader, name=f"{far.pk}.csv")
        assert report.counts.reasons == {"customers.not_found": 1}
    report = take("dealings", "customer,date,amount,holding\nOWN,2024-01-05,1,H1\n", by=leader)
    assert report.counts.reasons == {"holdings.not_found": 1}
    assert list(Holding.objects.values_list("reference", "customer__reference")) == [("H1", "FAR")]


def test_row_19_a_customer_of_another_team_is_not_changed_by_an_identifier(take, scene):
    take("customers", "reference,name,phone,manager\nFAR,李娜,13900139000,xu\n")
    report = take("customers", "reference,name,phone,city\nFAR,李娜娜,13911112222,上海\n", by=scene.person("gao"))
    assert counts(report)[5] == 1
    assert (Customer.objects.get().name, Identifier.objects.count()) == ("李娜", 2)


def test_row_21_cards_of_old_phones_without_their_pictures(take):
    photo = "PHOTO;ENCODING=BASE64;JPEG:" + ("\n " + "A" * 76) * 30_000 + "\n\n"
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=E4=BC=9F\n"
        f"{photo}PHOTO;VALUE=uri:http://169.254.169.254/\nTEL;CELL:13800138000\n" + "BEGIN:VCARD\n" * 10_000
    )
    report = take("customers", card + "END:VCARD\n" * 10_001, name="a.vcf")  # sockets are blocked: a fetch would raise
    assert (counts(report), names()) == ((1, 1, 0, 0, 0, 0), ["王伟"])


HOSTILE = [
    "a\u202eb",
    "a\u200bb",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% now 'Y' %}",
    "${7*7}",
    "'; DROP TABLE x--",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_row_22_hostile_names_are_text(take, name):
    assert counts(take("customers", as_csv(["name", "phone"], [name, "13800138000"]))) == (1, 1, 0, 0, 0, 0)
    assert names() == [name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", b"<html><table><tr><td>name</td></tr></table></html>"),
        ("a.xlsx", b"name,phone\nx,13800138000\n"),
        ("a.csv", b"GIF89a=1;/*\nname,phone\n*/alert(1)"),
        ("a.csv", b"\x7fELF" + bytes(100)),
        ("a.csv", b"%PDF-1.4 name,phone"),
        ("a.csv", archive("")),
    ],
)
def test_row_23_content_decides_not_the_name(take, name, content):
    with pytest.raises(Refused) as refused:
        take("customers", content, name=name)
    assert refused.value.code in {"reading.not_a_table", "reading.wrong_name"}
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("zone", "text", "at", "on"),
    [
        ("Asia/Kathmandu", "2024-03-10 00:10", "2024-03-09T18:25:00+00:00", "2024-03-10"),
        ("Pacific/Kiritimati", "2024-03-10", "2024-03-09T10:00:00+00:00", "2024-03-10"),
        ("Europe/London", "2024-03-31 01:30", "2024-03-31T01:30:00+00:00", "2024-03-31"),  # in the gap: an hour on
        ("America/New_York", "2024-03-10 02:30", "2024-03-10T07:30:00+00:00", "2024-03-10"),
        ("Europe/London", "2024-10-27 01:30", "2024-10-27T00:30:00+00:00", "2024-10-27"),  # twice: the first
    ],
)
def test_row_114_local_times_follow_the_rule(take, zone, text, at, on):
    take("dealings", f"customer,date,amount\nA,{text},1\n", create_customers=True, zone=zone)
    dealing = Dealing.objects.get()
    assert (dealing.occurred_at.isoformat(), dealing.occurred_on.isoformat()) == (at, on)


def test_row_114_birthdays_of_29_february(take):
    report = take("customers", "name,phone,birthday\n王伟,13800138000,2000-02-29\n李娜,13900139000,2001-02-29\n")
    assert problems(report) == [(3, "birthday", "clock.not_a_date", "2001-02-29")]
    assert Customer.objects.get().birthday.isoformat() == "2000-02-29"


ODD = ["Null", "true", "O'Brien", "张", "𠮷", "👨\u200d👩\u200d👧", "شركة", "NaN", "None", "0", "é" * 200]


@pytest.mark.parametrize("name", ODD)
def test_row_115_names_are_stored_as_given(take, name):
    assert counts(take("customers", as_csv(["name", "phone"], [name, "13800138000"]))) == (1, 1, 0, 0, 0, 0)
    assert names() == [name]


def test_row_115_a_name_too_long_is_a_row_error(take):
    report = take("customers", as_csv(["name", "phone"], ["x" * 201, "13800138000"]))
    assert problems(report)[0][:3] == (2, "name", "customers.too_long")


FAR = ["0001-01-01", "9999-12-31", "1799-12-31", "2200-01-01"]


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize(
    ("kind", "head", "row", "column"),
    [
        ("dealings", "customer,date,amount", "A,{},1", "occurred_at"),
        ("conversations", "customer,at,channel", "A,{},call", "at"),
        ("conversations", "customer,at,follow_up_on", "A,2024-01-05,{}", "follow_up_on"),
        ("holdings", "reference,customer,renewal_on", "H1,A,{}", "renewal_on"),
        ("holdings", "reference,customer,closed_on", "H1,A,{}", "closed_on"),
        ("balances", "holding,day,amount", "H0,{},1", "day"),
        ("estates", "name,city,handover_on", "A,B,{}", "handover_on"),
        ("customers", "name,phone,birthday", "A,13800138000,{}", "birthday"),
    ],
)
def test_time_days_of_no_time_are_row_errors_in_every_kind(take, kind, head, row, column, day):
    take("holdings", "reference,customer\nH0,A\n", create_customers=True)
    report = take(kind, f"{head}\n{row.format(day)}\n", create_customers=True, name="far.csv")
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert problems(report) == [(2, column, "clock.out_of_range", day)]
    assert "1800" in report.first_problems[0]


@pytest.mark.parametrize("day", ["2098-01-01", "2150-06-30"])
def test_time_dealings_and_balances_far_ahead_are_row_errors(take, day):
    report = take("dealings", f"customer,date,amount\nA,{day},1\nA,2024-01-05,2\n", create_customers=True)
    assert (counts(report), report.counts.reasons) == ((2, 1, 0, 0, 0, 1), {"dealings.far_ahead": 1})
    assert problems(report)[0][3] == day
    take("holdings", "reference,customer\nH0,A\n")
    report = take("balances", f"holding,day,amount\nH0,{day},1\nH0,2024-01-31,1\n")
    assert (counts(report), problems(report)[0][:2]) == ((2, 1, 0, 0, 0, 1), (2, "day"))


def test_time_typed_columns_of_parquet_know_the_same_limits(take, tmp_path):
    import datetime as dt

    import pyarrow as pa
    import pyarrow.parquet as pq

    days = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2098, 1, 1), dt.date(2024, 1, 5)]
    pq.write_table(pa.table({"customer": ["A"] * 4, "date": days, "amount": [1.0] * 4}), tmp_path / "a.parquet")
    report = take("dealings", tmp_path / "a.parquet", create_customers=True)
    assert counts(report) == (4, 1, 0, 0, 0, 3)
    assert report.counts.reasons == {"clock.out_of_range": 2, "dealings.far_ahead": 1}
    assert [row[3] for row in problems(report)] == ["0001-01-01", "9999-12-31", "2098-01-01"]
