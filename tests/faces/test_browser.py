"""The desk in a real browser: keys, the script and its absence, the phone, both themes, no complaint on the console."""

import re

import pytest
from playwright.sync_api import expect

from guanxi.record.actions.models import Action
from tests.faces.browsing import sign_in_by_hand, wait_until_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATE = "王海峰"


def code_of(name: str) -> str:
    return Action.objects.get(customer__name=name).code


def opened(page) -> str:
    return page.inner_text(".line.is-open .who a")


def lines(page) -> list[str]:
    return page.locator(".line .who a").all_inner_texts()


def test_the_first_page_is_today_with_the_first_line_open(desk):
    assert desk.inner_text("h1") == "今天有 4 位客户等您，先打给黄振华。"
    assert opened(desk) == "黄振华"


def test_the_day_is_done_by_keys_alone(desk):
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f"#action-{code_of(LATE)}.is-open")
    assert opened(desk) == LATE
    desk.keyboard.press("1")
    desk.wait_for_selector(".toast")
    assert LATE not in lines(desk)
    assert f"{LATE}：办好了" in desk.inner_text(".toast")
    desk.keyboard.press("z")
    desk.wait_for_selector(f"#action-{code_of(LATE)}.is-open")
    assert Action.objects.get(customer__name=LATE).get_status_display() in ("open", "待办")


def test_not_now_is_two_keys_and_escape_takes_it_back(desk):
    desk.keyboard.press("2")
    desk.wait_for_selector("details.drop[open] .floats")
    desk.keyboard.press("Escape")
    expect(desk.locator("details.drop[open]")).to_have_count(0)
    desk.keyboard.press("2")
    desk.wait_for_selector("details.drop[open] .floats")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("2")
    desk.wait_for_selector(".toast")
    assert "现在不：没联系上" in desk.inner_text(".toast")


def test_handing_over_stays_on_the_page(desk, firm):
    desk.keyboard.press("3")
    desk.wait_for_selector("#hand-over select")
    wait_until_at(desk, "name", "to")
    desk.select_option("#hand-over select", firm.staff["chen"].code)
    desk.fill("#hand-over input[name=note]", "请接着跟")
    desk.click("#hand-over button.primary")
    desk.wait_for_selector(".toast")
    assert "黄振华：转给了陈洁" in desk.inner_text(".toast")


def test_slash_searches_question_mark_helps(desk):
    desk.keyboard.press("?")
    expect(desk.locator("dialog#keys[open]")).to_have_count(1)
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    desk.keyboard.type("whf")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/customers/\w{12}/"))
    assert LATE in desk.inner_text("h1")


def test_after_the_script_the_page_is_as_fresh(desk, live_server):
    """Everything that the script replaced equals the page that the server gives for the same address."""
    desk.click("text=六个月" if desk.locator("text=六个月").count() else f"#action-{code_of('张立新')} .opener")
    desk.wait_for_selector(f"#action-{code_of('张立新')}.is-open")
    applied = _plain(desk)
    desk.reload()
    assert _plain(desk) == applied


def _plain(page) -> str:
    html = page.inner_html("main")
    html = re.sub(r'value="\w{64}"', "", html)  # the form token
    return re.sub(r'<span class="end tnum">\d\d:\d\d</span>| tabindex="-1"| class=""', "", html)


def test_without_the_script_every_answer_is_possible(firm, browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in_by_hand(page, live_server.url)
    page.click(f"#action-{code_of(LATE)} .opener")
    assert opened(page) == LATE
    page.click(".line.is-open summary")
    page.click("text=客户不在")
    assert f"{LATE}：现在不：客户不在" in page.inner_text(".toast")
    page.click(".toast button")
    assert opened(page) == LATE
    page.click("text=转交")
    page.fill("input[name=note]", "麻烦了")
    page.click("form.inset button")
    assert LATE not in lines(page)
    page.goto(live_server.url + "/customers/")
    page.click("text=A 级客户")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.click("summary:has-text('条件')")
    page.click(".floats >> summary:has-text('城市')")
    page.click(".ask[open] >> text=选择…")
    page.click("#choices >> text=深圳")
    expect(page.locator("tbody tr")).to_have_count(1)
    context.close()


def test_the_long_filters_are_fetched_when_opened(desk, live_server):
    desk.goto(live_server.url + "/customers/")
    desk.click("summary:has-text('条件')")
    desk.click(".floats >> summary:has-text('城市')")
    desk.click(".ask[open] >> text=佛山")
    desk.wait_for_url(re.compile(r"city\.in\.\d+"))
    expect(desk.locator("tbody tr")).to_have_count(2)


def test_losing_the_connection_is_said_and_nothing_is_lost(desk, context, complaints):
    desk.keyboard.press("2")
    desk.fill("input[name=note]", "下午三点再打")
    context.set_offline(True)
    desk.click("text=今天没空")
    desk.wait_for_selector("#toasts .toast")
    assert "您写的都还在" in desk.inner_text("#toasts")
    assert desk.input_value("input[name=note]") == "下午三点再打"
    context.set_offline(False)
    complaints.clear()  # the browser itself complains about the lost connection


def test_back_after_signing_out_shows_nothing(desk, live_server):
    desk.goto(live_server.url + "/customers/")
    assert LATE in desk.inner_text("main")
    desk.click("details.me-menu summary")
    desk.click("details.me-menu button")
    desk.wait_for_url(re.compile("/account/login/"))
    desk.go_back()
    assert LATE not in desk.content()


def test_language_and_theme_are_one_click(desk):
    desk.click("button.lang")
    desk.wait_for_selector("html[lang=en]")
    assert desk.inner_text("h1").startswith("4 customers need you today.")
    before = desk.evaluate("getComputedStyle(document.body).backgroundColor")
    with desk.expect_response(re.compile("/appearance/")):
        desk.click(".top > form [data-theme-toggle]")
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") != before
    desk.reload()
    assert desk.get_attribute("html", "data-theme") == "dark"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers/",
        "/customers/{customer}/",
        "/actions/{action}/",
        "/actions/{action}/evidence/",
        "/actions/{action}/hand-over/",
    ],
)
def test_the_phone_shows_every_page_without_scrolling_sideways(desk, firm, live_server, path):
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(live_server.url + path.format(customer=firm.codes[LATE], action=code_of(LATE)))
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    small = "[...document.querySelectorAll('main .btn, .tabbar a, .menu button')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.textContent)"
    assert desk.evaluate(small) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/", "/customers/", "/customers/{customer}/", "/actions/{action}/evidence/"])
def test_nothing_is_cut_at_the_desk(desk, firm, live_server, path, language):
    account = firm.account("lin")
    account.language = language
    account.save()
    desk.goto(live_server.url + path.format(customer=firm.codes[LATE], action=code_of(LATE)))
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1440
