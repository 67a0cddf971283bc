"""Importing in the browser: choosing a file, columns, the trial, the report, corrections, taking back; and by whom."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.work import run_job
from guanxi.journal.models import Act
from guanxi.record.customers.models import Customer
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
CUSTOMERS = "客户号,客户姓名,手机号,爱好\nN1,孙一,13900000001,茶\nN2,孙二,13900000002,\nN3,孙三,1.39E+10,酒\n"


@pytest.fixture
def leader(scene, looking):
    return looking(scene, "chen")


@pytest.fixture
def admin(scene, looking):
    return looking(scene, "li")


def card(name: str, phone: str, *more: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;TYPE=CELL:{phone}", *more, "END:VCARD", ""])


def send(client, content: str | bytes, *, kind: str = "customers", name: str = "rows.csv", **more):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(f"/imports/new/{kind}/", {"file": SimpleUploadedFile(name, data), **more})


def sent(client, content: str | bytes, **more) -> str:
    """The code of a file that was sent and could be read."""
    response = send(client, content, **more)
    assert response.status_code == 302, words_of(response)
    return re.fullmatch(r"/imports/(\w{12})/", response.url)[1]


def chosen(client, code: str) -> dict[str, str]:
    """What the form of the page would send."""
    page = client.get(f"/imports/{code}/").content.decode()
    form = {}
    for name, body in re.findall(r'<select class="select"[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        form[name] = (re.findall(r'value="([^"]*)" selected', body) or [""])[0]
    fields = re.findall(r'<input (?:class="input"|type="hidden") name="([^"]+)"[^>]*value="([^"]*)"', page)
    return form | {name: value for name, value in fields if name.startswith(("column.", "currency", "zone"))}


def post(client, code: str, act: str, **changed: str):
    return client.post(f"/imports/{code}/mapping/", chosen(client, code) | {"act": act} | changed)


def imported(client, code: str, **changed: str) -> Import:
    assert post(client, code, "import", **changed).status_code == 302
    return Import.objects.get(code=code)


def counts(record: Import) -> tuple[int, ...]:
    return (record.rows, record.created, record.updated, record.unchanged, record.skipped, record.failed)


def folder(code: str) -> Path:
    return settings.GUANXI_HOME / "files" / "imports" / code


def test_a_file_is_looked_at_tried_and_imported(leader):
    before = Customer.objects.count()
    code = sent(leader, CUSTOMERS)
    page = leader.get(f"/imports/{code}/")
    words = words_of(page)
    assert "4 列中导入 3 列" in words
    assert chosen(leader, code) == {
        "column.0": "reference", "column.1": "name", "column.2": "phone", "column.3": "", "encoding": "",
    }  # fmt: skip
    assert Customer.objects.count() == before
    assert (page.context["page"].counts_note, [(c.value) for c in page.context["page"].counts]) == (
        "3 行",
        ["2", "0", "1"],
    )
    assert [row[:3] for row in page.context["page"].problems] == [("4", "手机", "1.39E+10")]
    record = imported(leader, code)
    assert (record.status, counts(record)) == (ImportStatus.DONE, (3, 2, 0, 0, 0, 1))
    assert sorted(Customer.objects.filter(reference__startswith="N").values_list("name", flat=True)) == ["孙一", "孙二"]
    assert Act.objects.filter(kind="import.started", noun_code=code).count() == 1
    assert sorted(path.name for path in folder(code).iterdir()) == ["problems.csv", "rejected.csv"]
    report = leader.get(f"/imports/{code}/").context["page"]
    assert [(count.value, bool(count.href)) for count in report.counts] == [
        ("2", True), ("0", False), ("0", False), ("0", False), ("1", True),
    ]  # fmt: skip
    made = leader.get(report.counts[0].href)
    assert [row.name for row in made.context["page"].rows] == ["孙一", "孙二"]


@pytest.mark.parametrize(("encoding", "given"), [("gb18030", ""), ("utf-16", ""), ("utf-8-sig", ""), ("big5", "big5")])
def test_encodings_are_recognised_or_said(leader, encoding, given):
    text = "客戶號,姓名,手機\nT1,歐陽明,13900000007\n" if encoding == "big5" else CUSTOMERS
    code = sent(leader, text.encode(encoding), encoding=given)
    page = leader.get(f"/imports/{code}/").context["page"]
    first = page.sections[0][1] + page.sections[-1][1]
    assert any(row.name in ("客户号", "客戶號") for _, rows in page.sections for row in rows), first


def test_a_file_is_read_again_in_another_encoding(leader):
    code = sent(leader, "客户号,客户姓名\nT1,张三\n".encode("gb18030"), encoding="big5")
    assert [row.name for _, rows in leader.get(f"/imports/{code}/").context["page"].sections for row in rows] != [
        "客户号",
        "客户姓名",
    ]
    assert post(leader, code, "try", encoding="gb18030").status_code == 302
    page = leader.get(f"/imports/{code}/").context["page"]
    assert [(row.name, row.chosen) for _, rows in page.sections for row in rows] == [
        ("客户号", "reference"),
        ("客户姓名", "name"),
    ]
    assert imported(leader, code).created == 1
    assert Customer.objects.filter(reference="T1", name="张三").count() == 1


def test_phone_cards_leave_private_ones_out_until_asked(leader):
    cards = card("周一", "13900000011") + card("周二", "13900000012") + card("周医生", "13900000013", "CLASS:PRIVATE")
    code = sent(leader, cards + card("周一", "+86 139 0000 0011"), name="phone.vcf")
    page = leader.get(f"/imports/{code}/").context["page"]
    assert [count.value for count in page.counts] == ["2", "0", "1", "1", "1", "0"]  # new … the same row, passed over
    record = imported(leader, code)
    assert counts(record) == (4, 2, 0, 1, 1, 0)
    again = sent(leader, cards + card("周一", "+86 139 0000 0011"), name="phone.vcf")
    assert post(leader, again, "try", with_private="on").status_code == 302
    record = imported(leader, again, with_private="on")
    assert (record.created, Customer.objects.filter(name="周医生").count()) == (1, 1)


def test_a_mapping_is_remembered_by_kind_and_head(leader):
    head = "甲,乙,丙\n"
    first = sent(leader, head + "R1,吴一,13900000021\n")
    assert leader.get(f"/imports/{first}/").context["page"].trouble != ""
    imported(leader, first, **{"column.0": "reference", "column.1": "name", "column.2": "phone"})
    assert Customer.objects.filter(reference="R1", name="吴一").count() == 1
    second = sent(leader, head + "R2,吴二,13900000022\n")
    assert chosen(leader, second)["column.1"] == "name"
    other = sent(leader, "甲,乙,丁\nR3,吴三,13900000023\n")
    assert chosen(leader, other)["column.1"] == ""


def test_what_cannot_be_is_said_and_what_was_chosen_is_kept(leader):
    code = sent(leader, CUSTOMERS)
    for wrong in ("password", "is_superuser", "tenant_id", "owner__password"):
        response = post(leader, code, "import", **{"column.3": wrong, "column.1": "company"})
        assert response.status_code == 422
        assert chosen_in(response)["column.1"] == "company"
    twice = post(leader, code, "import", **{"column.3": "reference"})
    assert (twice.status_code, "只能放一列" in words_of(twice)) == (422, True)
    record = Import.objects.get(code=code)
    assert (record.status, record.mapping["name"]) == (ImportStatus.READY, ["客户姓名"])
    nobody = post(leader, code, "import", **{f"column.{n}": "" for n in range(4)})
    assert (nobody.status_code, Import.objects.get(code=code).status) == (422, ImportStatus.READY)
    for unknown in ({"column.99": "name"}, {"surprise": "1"}, {"column.x": "name"}):
        assert post(leader, code, "import", **unknown).status_code == 400
    assert not Customer.objects.filter(reference__startswith="N").exists()


def chosen_in(response) -> dict[str, str]:
    page = response.content.decode()
    found = re.findall(r'<select class="select"[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    return {name: (re.findall(r'value="([^"]*)" selected', body) or [""])[0] for name, body in found}


def test_currency_and_zone_are_checked(admin, scene):
    text = "customer,date,amount\nK-1001,2026-07-01,12.50\n"
    code = sent(admin, text, kind="dealings")
    assert post(admin, code, "import", currency="XXX").status_code == 422
    assert post(admin, code, "import", zone="Mars/Base").status_code == 422
    assert Import.objects.get(code=code).status == ImportStatus.READY
    assert counts(imported(admin, code, currency="USD")) == (1, 1, 0, 0, 0, 0)


def test_consent_columns_are_named_and_not_imported(leader):
    code = sent(leader, "客户姓名,手机号,email_consent\n郑一,13900000031,yes\n")
    page = leader.get(f"/imports/{code}/").context["page"]
    assert [row.name for row in page.sections[0][1] if row.hint] == ["email_consent"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.xls", b"<html><body><table><tr><td>1"),
        ("a.xlsx", CUSTOMERS.encode()),
        ("a.csv", b"GIF89a" + b"x" * 100),
        ("a.csv", b"name,name\n1,2\n"),
        ("a.csv", b"name\n"),
        ("a.csv", (",".join(f"c{n}" for n in range(5000)) + "\n1\n").encode()),
        ("a.vcf", b"%PDF-1.4"),
        ("../../etc/passwd.csv", b"\x7fELF\x00\x00"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_not_kept(leader, name, content):
    response = send(leader, content, name=name)
    if response.status_code == 302:  # a head without rows can be looked at; the trial says what is missing
        page = leader.get(response.url).context["page"]
        assert (page.trouble != "", page.may_import) == (True, False)
        return
    assert response.status_code == 422
    assert response.context["page"].problem != ""
    assert Import.objects.count() == 0
    assert list((settings.GUANXI_HOME / "files" / "incoming").glob("*")) == []


def workbook(rows: list[list[str]]) -> bytes:
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_workbook_comes_in_and_a_bomb_does_not(leader):
    code = sent(leader, workbook([["客户号", "客户姓名"], ["X1", "钱一"], ["X2", "钱二"]]), name="客户.xlsx")
    assert counts(imported(leader, code)) == (2, 2, 0, 0, 0, 0)
    file = io.BytesIO(workbook([["name"], ["a"]]))
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet2.xml", "w") as sheet,
    ):
        for _ in range(120):
            sheet.write(b"<row/>" * 170_000)
    response = send(leader, file.getvalue(), name="bomb.xlsx")
    assert (response.status_code, Import.objects.count()) == (422, 1)


def test_cards_of_an_old_phone_are_read_as_it_wrote_them(leader):
    name = "=E5=91=A8=E5=BE=B7=E5=8D=8E"
    photo = "PHOTO;ENCODING=BASE64;JPEG:" + "QUFB" * 300
    old = f"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{name};;;;\r\nTEL;CELL:13900000061\r\n{photo}\r\nEND:VCARD\r\n"
    evil = card("周网", "13900000062", "PHOTO;VALUE=uri:http://169.254.169.254/latest/")
    record = imported(leader, sent(leader, old + evil, name="old.vcf"))
    assert counts(record) == (2, 2, 0, 0, 0, 0)
    assert Customer.objects.filter(name__in=["周德华", "周网"]).count() == 2


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("holdings", "编号,客户,产品,开户日期\nH-9,K-1001,CARD-GOLD,2026-01-05\n"),
        ("dealings", "客户号,交易日期,交易金额\nK-1001,2026-07-01,12.50\nK-1002,2026-07-02,-3\n"),
        ("conversations", "客户号,日期,渠道,内容\nK-1001,2026-07-01,电话,问候\n"),
        ("products", "编号,名称,类别\nP-9,定期宝,存款\n"),
        ("estates", "小区名称,城市,交房日期\n云山花园,广州,2026-05-01\n"),
    ],
)
def test_every_kind_comes_in_and_goes_again(admin, kind, text):
    code = sent(admin, text, kind=kind)
    page = admin.get(f"/imports/{code}/").context["page"]
    assert (page.trouble, page.may_import) == ("", True)
    record = imported(admin, code)
    assert (record.status, record.failed, record.created) == (ImportStatus.DONE, 0, record.rows), record.reasons
    assert admin.post(f"/imports/{code}/withdrawal/").status_code == 302
    record.refresh_from_db()
    assert (record.status, record.facts["removed"]) == (ImportStatus.UNDONE, record.rows)


def test_names_of_files_are_words_only(leader):
    code = sent(leader, CUSTOMERS, name='..\\..\\x"><img src=x onerror=1>\u202e' + "y" * 300 + ".csv")
    assert [path.name for path in folder(code).iterdir() if path.name.startswith("source")] == ["source"]
    page = leader.get(f"/imports/{code}/").content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_a_file_beyond_the_limit_is_refused_with_the_limit(leader, settings):
    settings.UPLOAD_MOST_BYTES = 1 << 20
    response = send(leader, b"name\n" + b"x" * (3 << 20))
    assert (response.status_code, "1 MB" in words_of(response)) == (422, True)
    assert Import.objects.count() == 0
    assert leader.post("/imports/new/customers/", {}).status_code == 422


def test_formulas_are_stored_as_they_stand_and_neutralised_in_reports(leader):
    code = sent(leader, '客户号,客户姓名,手机号\nF1,"=1+1",13900000041\nF2,钱二,"=HYPERLINK(""http://x"",""go"")"\n')
    record = imported(leader, code)
    assert Customer.objects.get(reference="F1").name == "=1+1"
    assert record.failed == 1
    files = [
        b"".join(leader.get(f"/imports/{code}/{name}.csv").streaming_content).decode()
        for name in ("problems", "rejected")
    ]
    assert all("\"'=HYPERLINK" in text and '"=HYPERLINK' not in text for text in files)


def test_a_double_click_imports_once_and_undoes_once(leader):
    code = sent(leader, CUSTOMERS)
    form = chosen(leader, code) | {"act": "import"}
    assert leader.post(f"/imports/{code}/mapping/", form).status_code == 302
    assert leader.post(f"/imports/{code}/mapping/", form).url == f"/imports/{code}/"
    assert leader.post(f"/imports/{code}/removal/").url == f"/imports/{code}/"
    assert Customer.objects.filter(reference__startswith="N", deleted_at=None).count() == 2
    for _ in range(2):
        assert leader.post(f"/imports/{code}/withdrawal/").status_code == 302
    record = Import.objects.get(code=code)
    assert (record.status, record.facts["removed"]) == (ImportStatus.UNDONE, 2)
    assert Customer.objects.filter(reference__startswith="N", deleted_at=None).count() == 0
    assert Act.objects.filter(kind="import.undone", noun_code=code).count() == 1
    assert leader.get(f"/imports/{code}/corrections/").context["page"].rows == []


def test_the_same_file_again_changes_nothing(leader):
    imported(leader, sent(leader, CUSTOMERS))
    record = imported(leader, sent(leader, CUSTOMERS))
    assert counts(record) == (3, 0, 0, 2, 0, 1)


def test_undoing_returns_what_was_changed(leader, scene):
    record = imported(leader, sent(leader, "客户号,公司\nK-1001,新公司\n"))
    assert counts(record) == (1, 0, 1, 0, 0, 0)
    leader.post(f"/imports/{record.code}/withdrawal/")
    record.refresh_from_db()
    assert (record.status, record.facts["restored"]) == (ImportStatus.UNDONE, 1)
    assert Customer.objects.get(reference="K-1001").company == "南方桥梁设计院"


def test_rejected_rows_are_corrected_in_place(leader):
    code = imported(leader, sent(leader, CUSTOMERS)).code
    page = leader.get(f"/imports/{code}/corrections/").context["page"]
    assert [(row, line, [(text, blamed) for _, text, blamed in cells]) for row, line, _, cells in page.rows] == [
        (3, "4", [("N3", False), ("孙三", False), ("1.39E+10", True)])  # the fourth line of the file, head included
    ]
    response = leader.post(
        f"/imports/{code}/corrections/", {"cell.3.0": "N3", "cell.3.1": "孙三", "cell.3.2": "13900000003"}
    )
    made = Import.objects.get(code=response.url.split("/")[2])
    assert (counts(made), made.facts["corrects"]) == ((1, 1, 0, 0, 0, 0), code)
    assert Customer.objects.filter(reference="N3", name="孙三").count() == 1
    for wrong in ({"cell.3": "x"}, {"cell.3.0": "a\0b"}, {"x": "1"}):
        assert leader.post(f"/imports/{code}/corrections/", wrong).status_code == 400
    assert leader.post(f"/imports/{code}/corrections/", {"cell.77.0": "x"}).status_code == 409


@pytest.mark.parametrize(
    "left",
    ["", "\ufeff", '"客户号","姓名","手机","原因"\r\n"N3","孙', '"客户号","原因"\r\n"N3","x: y"\r\n', "\r\n\r\n"],
)
def test_a_file_of_rejected_rows_that_a_failure_left_broken_is_said_in_words(leader, left):
    code = imported(leader, sent(leader, CUSTOMERS)).code
    (folder(code) / "rejected.csv").write_text(left, "utf-8", newline="")
    for response in (
        leader.get(f"/imports/{code}/corrections/"),
        leader.post(f"/imports/{code}/corrections/", {"cell.3.0": "N3"}),
    ):
        assert response.status_code == 409
        assert "出了故障" in words_of(response)
    assert Import.objects.count() == 1


def test_rejected_rows_come_back_as_a_file_by_the_same_columns(leader):
    code = imported(leader, sent(leader, CUSTOMERS)).code
    text = b"".join(leader.get(f"/imports/{code}/rejected.csv").streaming_content).decode("utf-8-sig")
    again = sent(leader, text.replace('"1.39E+10"', '"13900000003"'))
    assert [name for name, value in chosen(leader, again).items() if value] == ["column.0", "column.1", "column.2"]
    assert counts(imported(leader, again)) == (1, 1, 0, 0, 0, 0)


def test_reasons_are_said_in_the_language_of_whoever_reads_them(leader):
    """On the page, in the report, beside the rows to be corrected, and in the file of them: the same line, the same words."""
    code = imported(leader, sent(leader, CUSTOMERS)).code
    reasons = {
        "zh-hans": "“1.39E+10”被电子表格改成了近似数；请把这一列设为文本格式，再导出一次。",
        "en": "“1.39E+10” was rounded by a spreadsheet; format the column as text and export it again.",
    }
    for language, words in reasons.items():
        assert leader.post("/language/", {"language": language, "next": "/"}).status_code == 302
        pages = [
            leader.get(f"/imports/{code}/").content.decode(),
            leader.get(f"/imports/{code}/corrections/").content.decode(),
            *(b"".join(leader.get(f"/imports/{code}/{name}.csv").streaming_content).decode("utf-8-sig") for name in ("problems", "rejected")),
        ]  # fmt: skip
        assert [words in page for page in pages] == [True] * 4, language
        assert f'"4: {words}"' in pages[-1]
        other = next(one for name, one in reasons.items() if name != language)
        assert [other in page for page in pages] == [False] * 4, language


def test_much_is_left_to_the_worker_and_can_be_followed(leader, monkeypatch):
    monkeypatch.setattr("guanxi.faces.desk.imports.beginning._AT_ONCE", 1)
    code = sent(leader, CUSTOMERS)
    record = imported(leader, code)
    assert (record.status, record.rows) == (ImportStatus.RUNNING, 0)
    page = leader.get(f"/imports/{code}/")
    assert (page.context["page"].progress.done, page.context["page"].progress.total) == (0, 3)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    job = Job.objects.get(name="carry_out_import", key=code)
    assert run_job.call(job.pk, 1) == "done"
    record.refresh_from_db()
    assert (record.status, counts(record)) == (ImportStatus.DONE, (3, 2, 0, 0, 0, 1))
    assert "hx-trigger" not in re.search(r"<main[^>]*>", leader.get(f"/imports/{code}/").content.decode())[0]
    leader.post(f"/imports/{code}/withdrawal/")
    assert Import.objects.get(code=code).status == ImportStatus.UNDOING
    assert leader.get(f"/imports/{code}/").context["page"].progress.total == 3
    assert run_job.call(Job.objects.get(key=f"{code}:undo").pk, 1) == "done"
    assert Import.objects.get(code=code).status == ImportStatus.UNDONE


def test_a_dropped_file_leaves_nothing(leader):
    code = sent(leader, CUSTOMERS)
    assert leader.post(f"/imports/{code}/removal/").url == "/imports/new/customers/"
    assert (Import.objects.count(), folder(code).exists()) == (0, False)
    assert leader.post(f"/imports/{code}/removal/").status_code == 404


def test_files_that_wait_make_room(leader, monkeypatch):
    monkeypatch.setattr("guanxi.record.imports.services.preparing.MOST_KEPT", 2)
    codes = [sent(leader, CUSTOMERS + f"N9{n},赵,139{n:08}\n") for n in range(3)]
    assert sorted(Import.objects.values_list("code", flat=True)) == sorted(codes[1:])
    assert [folder(code).exists() for code in codes] == [False, True, True]


@pytest.mark.parametrize("name", ["lin", "he", "zhao", "du"])
def test_without_the_right_there_is_nothing(scene, looking, leader, name):
    code = imported(leader, sent(leader, CUSTOMERS)).code
    waiting = sent(leader, CUSTOMERS + "N4,孙四,13900000004\n")
    client = looking(scene, name)
    for path in (
        "new/customers/",
        "new/customers/sample.csv",
        f"{code}/",
        f"{waiting}/",
        f"{code}/records/",
        f"{code}/problems.csv",
        f"{code}/corrections/",
    ):
        assert client.get(f"/imports/{path}").status_code == 403, path
    before = Customer.objects.count()
    assert send(client, CUSTOMERS).status_code == 403
    for path in (f"{waiting}/mapping/", f"{waiting}/removal/", f"{code}/withdrawal/", f"{code}/corrections/"):
        assert client.post(f"/imports/{path}", {"act": "import"}).status_code == 403, path
    assert (Customer.objects.count(), Import.objects.get(code=waiting).status) == (before, ImportStatus.READY)


def test_somebody_elses_import_is_not_there(scene, looking, leader):
    """An administrator sees all; another leader sees none but the own."""
    scene.staff["zhou"].role = "leader"
    scene.staff["zhou"].save()
    code = imported(leader, sent(leader, CUSTOMERS)).code
    waiting = sent(leader, CUSTOMERS + "N4,孙四,13900000004\n")
    other = looking(scene, "zhou")
    for path in (
        f"{code}/",
        f"{waiting}/",
        f"{code}/records/",
        f"{code}/problems.csv",
        f"{code}/rejected.csv",
        f"{code}/duplicates.csv",
        f"{code}/corrections/",
    ):
        assert other.get(f"/imports/{path}").status_code == 404, path
    for path in (f"{waiting}/mapping/", f"{waiting}/removal/", f"{code}/withdrawal/", f"{code}/corrections/"):
        assert other.post(f"/imports/{path}", {"act": "import"}).status_code == 404, path
    assert (Import.objects.get(code=waiting).status, Import.objects.get(code=code).status) == (
        ImportStatus.READY,
        ImportStatus.DONE,
    )
    assert code not in other.get("/imports/").content.decode()
    assert code in looking(scene, "li").get("/imports/").content.decode()


def made(client, code: str, what: str = "created") -> list[tuple[str, str, str]]:
    """Name, details and whose of the records that the report's door opens."""
    door = f"/imports/{code}/records/?what={what}"
    assert f'href="{door}"' in client.get(f"/imports/{code}/").content.decode()
    page = client.get(door).context["page"]
    assert all(client.get(row.href).status_code == 200 for row in page.rows if row.href)
    return [(row.name, row.more, row.whose) for row in page.rows]


def test_every_kind_opens_the_records_it_made(scene, admin, leader):
    told = {
        "products": ("编号,名称,类别\nP-1,金卡,卡\n", ("金卡", "P-1", "卡")),
        "estates": ("名称,城市,交付日期\n星河苑,广州,2026-05-01\n", ("星河苑", "5月1日", "广州")),
        "holdings": ("账号,客户号,产品,开户日期\nH-77001,K-1001,P-1,2026-03-02\n", ("金卡", "H-77001 · 自 3月2日", "王海峰")),
        "dealings": ("客户号,日期,金额,产品\nK-1001,2026-07-01,1234.50,P-1\n", ("金卡", "7月1日 · ¥ 1,234.50", "王海峰")),
        "balances": ("账号,日期,余额\nH-77001,2026-07-01,900\n", ("金卡 · H-77001", "7月1日 · ¥ 900.00", "王海峰")),
        "conversations": (
            "客户号,时间,渠道,摘要\nK-1001,2026-07-01 10:00,电话,问了利率\n", ("问了利率", "7月1日 · 电话", "王海峰"),
        ),
    }  # fmt: skip
    for kind, (content, expected) in told.items():
        code = imported(admin, sent(admin, content, kind=kind)).code
        [row] = made(admin, code)
        assert [part.replace("•", "") in whole.replace("•", "") for part, whole in zip(expected, row, strict=True)], (
            kind
        )
        assert (row[0], row[2]) == (expected[0], expected[2]), kind
        assert admin.get(f"/imports/{code}/records/?what=updated").context["page"].rows == []
        assert leader.get(f"/imports/{code}/records/").status_code == 404


def test_an_import_that_stopped_by_itself_goes_on_by_a_click(leader):
    code = sent(leader, CUSTOMERS)
    post(leader, code, "import")
    Import.objects.filter(code=code).update(status=ImportStatus.STOPPED, words="Es geht nicht.")
    before = Job.objects.count()
    assert f"/imports/{code}/resumption/" in leader.get(f"/imports/{code}/").content.decode()
    assert leader.post(f"/imports/{code}/resumption/").url == f"/imports/{code}/"
    assert (Import.objects.get(code=code).status, Job.objects.count()) == (ImportStatus.RUNNING, before + 1)
    leader.post(f"/imports/{code}/resumption/")  # a second click
    assert Job.objects.count() == before + 1


def test_kinds_follow_rights(leader, admin):
    offered = leader.get("/imports/new/customers/").context["page"].kinds
    assert [choice.value for choice in offered] == ["/imports/new/customers/", "/imports/new/conversations/"]
    assert leader.get("/imports/new/dealings/").status_code == 403
    assert admin.get("/imports/new/dealings/").status_code == 200
    assert admin.get("/imports/new/passwords/").status_code == 404
    code = imported(admin, sent(admin, CUSTOMERS)).code
    for bad in ("?after=x", "?after=-1", "?after=" + "9" * 40, "?x=1", "?what=password"):
        assert admin.get(f"/imports/{code}/records/{bad}").status_code == 400


def test_get_changes_nothing_and_posts_need_their_token(scene, looking, leader):
    code = sent(leader, CUSTOMERS)
    for path in (f"{code}/mapping/", f"{code}/removal/", f"{code}/withdrawal/"):
        assert leader.get(f"/imports/{path}").status_code == 405
    strict = looking(scene, "chen", enforce_csrf_checks=True)
    assert strict.post(f"/imports/{code}/mapping/", {"act": "import"}).status_code == 403
    assert send(strict, CUSTOMERS).status_code == 403
    assert Import.objects.count() == 1


def test_the_night_forgets_what_waits_and_old_reports(leader, monkeypatch):
    import datetime as dt

    from guanxi.ground import clock
    from guanxi.project.schedules import keep_house

    code = imported(leader, sent(leader, CUSTOMERS)).code
    waiting = sent(leader, CUSTOMERS + "N4,孙四,13900000004\n")
    keep_house("2026-07-09")
    assert folder(waiting).exists()
    with clock.frozen(clock.now() + dt.timedelta(days=2)):
        keep_house("2026-07-11")
    assert (folder(waiting).exists(), Import.objects.filter(code=waiting).exists(), folder(code).exists()) == (
        False,
        False,
        True,
    )
    with clock.frozen(clock.now() + dt.timedelta(days=40)):
        keep_house("2026-08-20")
    assert (folder(code).exists(), Import.objects.get(code=code).failed) == (False, 1)
