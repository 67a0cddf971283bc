"""A demo as people make it, looked at in a real browser: its analytics mean something at once in both languages (row 2), and
one click, carried out by the worker, takes it and only it away (row 3).
"""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.installation import Installation, answers, free_port

# a drill: it makes a whole demo; that its pages are drawn, and that clearing takes it alone, is shown without it, too
pytestmark = [pytest.mark.browser, pytest.mark.drill]
OWN = """
from guanxi.identity.models import Account, Team
from guanxi.identity.queries import system_principal
from guanxi.identity.services import NewStaff, take_on_staff
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.services import NewCustomer, register_customers
by = system_principal("test")
top = Team.objects.get(parent=None)
take_on_staff(by=by, person=NewStaff(name="自有管理员", role="admin", team=top, email="own@firm.example", password="own-Horse-7-own"))
(own,) = register_customers([NewCustomer(name="钱自有", phone="13912345678")], by=by, source="form")
log_conversation(own.id, by=by, channel=Channel.CALL, summary="自己的客户")
Account.objects.filter(email="own@firm.example").update(language="zh-hans")
"""
LEFT = """
from guanxi.identity.models import Firm, Staff
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.models import Customer
from guanxi.record.dealings.models import Dealing
from guanxi.record.signals.models import Signal
print([*Customer.objects.values_list("name", flat=True)], [*Conversation.objects.values_list("summary", flat=True)],
    Dealing.objects.count(), Signal.objects.count(), Staff.objects.filter(is_demo=True, left_on=None).count(), Firm.objects.get().is_demo)
"""
DRAWN = "[...document.querySelectorAll('.echart canvas')].map((c) => c.width > 300 && c.toDataURL().length > 4000)"
FIGURES = "[...document.querySelectorAll('main table td.num')].filter((e) => /[1-9]/.test(e.textContent)).length"


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Installation, str]]:
    firm = Installation(tmp_path / "home")
    firm.run("init")
    firm.run("demo", "--customers", "1")  # the people of the stories and a few more
    firm.python(OWN)
    port = free_port()
    process = firm.start("serve", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 30
    while not answers(url):
        assert time.monotonic() < end
        time.sleep(0.1)
    yield firm, url
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stderr.close()
    firm.close()


def come_in(context, url: str, email: str, password: str):
    page = context.new_page()
    page.goto(url + "/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("button.primary")
    page.wait_for_url(url + "/")
    return page


def test_the_demo_means_something_at_once_and_goes_with_one_click(served, context):
    firm, url = served
    page = come_in(context, url, "leader@demo.guanxi", "demo-Guanxi-1")
    for is_chinese in (True, False):
        page.goto(url + "/insight/")
        page.wait_for_selector(".echart canvas")
        assert page.evaluate(DRAWN) == [True] * page.locator("[data-chart]").count()
        expect(page.locator("main .empty")).to_have_count(0)
        assert page.locator("table.tiers tbody tr").count() >= 3
        assert page.evaluate(FIGURES) >= 20
        assert page.evaluate("/[\\u4e00-\\u9fff]{4}/.test(document.querySelector('h1').textContent)") is is_chinese
        page.click(".tiers .door >> nth=0")
        page.wait_for_selector("#list tbody tr")  # each figure opens its customers
        page.click("button.lang")
        page.wait_for_selector(f"html[lang={'en' if is_chinese else 'zh-CN'}]")
    context.clear_cookies()
    page = come_in(context, url, "own@firm.example", "own-Horse-7-own")
    page.goto(url + "/settings/data/")
    figures = page.locator("#demo ul.rows >> nth=0").locator("b.num")
    goes = figures.all_inner_texts()
    page.click("#demo button.danger")
    page.wait_for_selector("#demo [data-tone=good]", timeout=60_000)  # the page looks by itself how far the worker is
    assert figures.all_inner_texts()[:3] == goes[:3]  # customers, dealings and contacts, as it was said before
    assert goes[0] != "0"
    assert firm.python(LEFT).strip() == "['钱自有'] ['自己的客户'] 0 0 0 False"
    page.goto(url + "/customers/")
    assert page.locator("#list td.c-name").all_inner_texts() == ["钱自有"]
