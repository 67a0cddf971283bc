"""Importing in a real browser: the contacts of a phone in three clicks and back in two, progress that needs nobody, rows
corrected in place; and without the script.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from guanxi.ground.jobs.models import Job
from guanxi.ground.jobs.work import run_job
from guanxi.record.customers.models import Customer
from guanxi.record.imports.choices import ImportStatus
from guanxi.record.imports.models import Import
from tests.faces.browsing import sign_in
from tests.faces.test_browser_access import AXE, RULES
from tests.faces.test_imports import CUSTOMERS, card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORT = re.compile(r"/imports/\w{12}/$")


@pytest.fixture
def leader(firm, context, live_server, complaints):
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, live_server.url, "chen")
    yield page
    assert complaints == []


def clean(page) -> list[str]:
    """What axe finds serious in the page's main part as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "(rules) => axe.run('#main', {runOnly: rules}).then((r) => r.violations)"
    found = page.evaluate(run, RULES)
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def choose(page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.click(".drop-file")
    chooser.value.set_files(path)
    page.wait_for_selector("#mapping")


def counted(page) -> int:
    """What the tab of the whole list says, once it says something."""
    page.wait_for_function("() => document.querySelector(\".views a[data-code=''] .many\").textContent")
    return int(page.inner_text(".views a[data-code=''] .many"))


def test_a_phone_comes_in_with_three_clicks_and_goes_with_two(leader, live_server, tmp_path):
    file = tmp_path / "phone.vcf"
    file.write_text("".join(card(f"联系人{n}", f"139{n:08}") for n in range(60)), newline="")
    leader.goto(live_server.url + "/customers/")
    leader.request.post(
        live_server.url + "/customers/views/",
        form={
            "name": "甲",
            "sharing": "private",
            "pinned": "on",
            "csrfmiddlewaretoken": leader.input_value("[name=csrfmiddlewaretoken] >> nth=0"),
        },
        headers={"referer": live_server.url + "/"},
    )
    leader.reload()
    before = counted(leader)
    leader.click("main a[href$='/imports/new/customers/'] >> nth=0")
    choose(leader, file)
    leader.click("button[value=import]")
    leader.wait_for_selector(".wide-counts")
    assert leader.inner_text("h1") == "新增 60 条"
    assert Customer.objects.filter(name__startswith="联系人", deleted_at=None).count() == 60
    report = leader.url
    leader.goto(live_server.url + "/customers/")
    assert counted(leader) == before + 60  # within the minute in which counts are kept
    leader.goto(report)
    leader.click(".undo summary")
    leader.click(".undo button")
    leader.wait_for_selector("h1 >> text=导入已撤销")
    assert Customer.objects.filter(name__startswith="联系人", deleted_at=None).count() == 0
    leader.goto(live_server.url + "/customers/")
    assert counted(leader) == before


def test_it_goes_on_without_the_page_and_tells_when_it_is_done(leader, live_server, tmp_path, monkeypatch):
    monkeypatch.setattr("guanxi.faces.desk.imports.beginning._AT_ONCE", 0)
    file = tmp_path / "rows.csv"
    file.write_text(CUSTOMERS)
    leader.goto(live_server.url + "/imports/new/customers/")
    choose(leader, file)
    leader.select_option("select[name='column.3']", "company")
    leader.wait_for_selector("select[name='column.3'] >> nth=0")
    leader.wait_for_function("() => document.querySelector('#trial .end').textContent.includes('3')")
    leader.click("button[value=import]")
    leader.wait_for_selector("progress[max='3']")
    address = leader.url
    leader.goto(live_server.url + "/")
    job = Job.objects.get(name="carry_out_import")
    leader.goto(address)
    leader.wait_for_selector("progress")
    run_job.call(job.pk, 1)
    leader.wait_for_selector("h1 >> text=新增 2 条")
    expect(leader.locator("progress")).to_have_count(0)
    assert Customer.objects.get(reference="N1").company == "茶"


def test_rows_are_corrected_in_place(leader, live_server, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_bytes(CUSTOMERS.encode("gb18030"))
    leader.goto(live_server.url + "/imports/new/customers/")
    assert clean(leader) == []
    choose(leader, file)
    assert clean(leader) == []
    leader.click("button[value=import]")
    leader.wait_for_selector(".wide-counts")
    assert clean(leader) == []
    leader.click("#problems a.primary")
    assert clean(leader) == []
    leader.fill("input[aria-invalid=true]", "13900000003")
    leader.keyboard.press("Enter")
    leader.wait_for_selector("h1 >> text=新增 1 条")
    assert Customer.objects.filter(reference="N3").count() == 1


def test_what_is_too_large_is_told_before_it_is_sent(leader, live_server, tmp_path, settings):
    settings.UPLOAD_MOST_BYTES = 1 << 20
    file = tmp_path / "large.csv"
    file.write_bytes(b"name\n" + b"x" * (2 << 20))
    leader.goto(live_server.url + "/imports/new/customers/")
    with leader.expect_file_chooser() as chooser:
        leader.click(".drop-file")
    chooser.value.set_files(file)
    leader.wait_for_selector("[data-too-large]:not([hidden])")
    assert "1 MB" in leader.inner_text("[data-too-large]")
    assert leader.input_value("input[type=file]") == ""


def test_without_the_script_it_works_as_well(firm, browser, live_server, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(CUSTOMERS)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url, "chen")
    page.goto(live_server.url + "/imports/new/customers/")
    page.set_input_files("input[type=file]", file)
    page.click("button.primary")
    page.select_option("select[name='column.3']", "company")
    page.click("button[value=try]")
    page.click("button[value=import]")
    page.click(".undo summary")
    page.click(".undo button")
    assert page.inner_text("h1") == "导入已撤销"
    assert Import.objects.get().status == ImportStatus.UNDONE
    context.close()
