"""Explaining a signal and seeing a masked mark, in a real browser: by mouse, by keys, without the script."""

import re

import pytest
from playwright.sync_api import expect

from guanxi.journal.models import Act
from guanxi.record.actions.models import Action
from guanxi.record.signals.models import Signal
from guanxi.record.surveys.models import Survey
from tests.faces.browsing import sign_in, wait_until_at, wait_until_said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATE = "王海峰"
NUMBER = re.compile("44010619820312031[0-9X]")


def action_of(name: str = LATE) -> Action:
    return Action.objects.get(customer__name=name)


def test_a_signal_is_explained_from_today_and_taken_back_by_keys(desk, live_server):
    desk.click(f"#action-{action_of().code} .opener")
    desk.wait_for_selector(f"#action-{action_of().code}.is-open")
    desk.click(".line.is-open >> text=另有缘由")
    desk.wait_for_url(re.compile("/evidence/"))
    desk.keyboard.press("e")
    desk.wait_for_selector("#judgement details[open] .floats")
    desk.keyboard.press("4")
    desk.wait_for_selector(".toast")
    wait_until_said(desk, "已解释：客户说过在外旅行")
    assert Signal.objects.get(customer__name=LATE).state == "refuted"
    desk.goto(live_server.url + "/")
    assert LATE not in desk.locator(".line .who a").all_inner_texts()
    desk.go_back()
    desk.keyboard.press("z")
    desk.wait_for_selector("#judgement summary")
    assert Signal.objects.get(customer__name=LATE).state == "alarm"
    desk.goto(live_server.url + "/")
    assert LATE in desk.locator(".line .who a").all_inner_texts()


def test_words_of_ones_own_go_with_the_enter_key(desk, live_server):
    desk.goto(f"{live_server.url}/actions/{action_of().code}/evidence/")
    desk.click("#judgement summary")
    desk.fill("#judgement input[name=note]", "老板给他发了新卡")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".toast")
    assert "已解释：另有原因" in desk.inner_text("#judgement")
    assert "老板给他发了新卡" in desk.inner_text("#judgement")


def test_a_refusal_keeps_the_words_and_the_page(desk, live_server, complaints):
    desk.goto(f"{live_server.url}/actions/{action_of().code}/evidence/")
    desk.click("#judgement summary")
    desk.fill("#judgement input[name=note]", "去新疆")
    desk.fill("#judgement input[name=quiet_until]", "2020-01-01")
    desk.click("#judgement >> text=客户说过在外旅行")
    desk.wait_for_selector("#judgement [role=alert]")
    assert desk.input_value("#judgement input[name=note]") == "去新疆"
    complaints.clear()  # the browser itself mentions every 422


def test_a_mark_is_shown_once_and_gone_with_the_page(desk, firm, live_server):
    address = f"{live_server.url}/customers/{firm.codes[LATE]}/"
    desk.goto(address)
    desk.click(".peek")
    desk.keyboard.press("1")
    desk.wait_for_selector("[id^=mark-] b")
    assert NUMBER.fullmatch(desk.inner_text("[id^=mark-] b"))
    assert desk.url == address
    assert Act.objects.filter(kind="customer.revealed").count() == 1
    desk.goto(live_server.url + "/customers/")
    desk.go_back()
    desk.wait_for_selector("[id^=mark-]")
    assert not NUMBER.search(desk.content())
    assert Act.objects.filter(kind="customer.revealed").count() == 1


def test_no_reason_shows_nothing_and_asks_again(desk, firm, live_server, complaints):
    desk.goto(f"{live_server.url}/customers/{firm.codes[LATE]}/")
    desk.click(".peek")
    desk.click("[id^=mark-] button.btn")
    desk.wait_for_selector("[id^=mark-] [role=alert]")
    assert not NUMBER.search(desk.content())
    assert Act.objects.filter(kind="customer.revealed").count() == 0
    desk.fill("[id^=mark-] input[name=note]", "公证处要原件号")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("[id^=mark-] b")
    assert NUMBER.fullmatch(desk.inner_text("[id^=mark-] b"))
    complaints.clear()  # the browser itself mentions every 422


def test_without_the_script_both_work(firm, browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/customers/{firm.codes[LATE]}/")
    page.click(".peek")
    page.click("text=更正资料")
    assert NUMBER.fullmatch(page.inner_text("[id^=mark-] b"))
    page.goto(f"{live_server.url}/actions/{action_of().code}/evidence/")
    page.click("#judgement summary")
    page.click("text=正在销户")
    assert "已解释：正在销户" in page.inner_text("#judgement")
    page.click("#judgement >> text=撤销")
    assert "已解释" not in page.inner_text("main")
    context.close()


def test_the_leader_goes_from_the_team_to_a_line(firm, context, live_server):
    page = context.new_page()
    sign_in(page, live_server.url, "chen")
    page.click("#team .door >> nth=0")
    page.wait_for_url(re.compile(r"/people/\w{12}/"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/actions/\w{12}/"))
    expect(page.locator(".line.is-open")).to_have_count(1)


def test_the_keyboard_follows_the_open_line(desk):
    """Answered, the next line is open and has the keys; taken back, the line that came back has them."""

    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f"#action-{action_of().code}.is-open")
    desk.keyboard.press("1")
    desk.wait_for_selector(".toast")
    wait_until_at(desk, "aria-label", "张立新")
    assert desk.inner_text(".line.is-open .who a") == "张立新"
    desk.keyboard.press("z")
    desk.wait_for_selector(f"#action-{action_of().code}.is-open")
    wait_until_at(desk, "aria-label", LATE)
    assert desk.inner_text(".line.is-open .who a") == LATE
    desk.keyboard.press("3")
    desk.wait_for_selector("#hand-over select")
    wait_until_at(desk, "name", "to")


def test_a_list_of_what_was_found_begins_on_its_first_find(desk, firm, live_server):
    for place in range(9):
        firm.add(f"甲{place}", owner="lin", phone=f"1370000{place:04d}")
    desk.goto(live_server.url + "/search/")
    desk.fill("#finder", "甲")
    desk.wait_for_selector("#found button[role=option]")
    desk.keyboard.press("ArrowUp")  # the last one: all that was found
    desk.keyboard.press("Enter")
    desk.wait_for_url(live_server.url + "/customers/")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/customers/\w{12}/"))
    assert desk.inner_text("h1").startswith("甲")


def test_the_next_step_is_answered_by_its_key_on_the_customers_page(desk, firm, live_server):
    desk.goto(f"{live_server.url}/customers/{firm.codes[LATE]}/")
    desk.keyboard.press("1")
    desk.wait_for_selector(".toast")
    wait_until_said(desk, "王海峰：办好了")
    desk.keyboard.press("z")
    desk.wait_for_selector(".toast", state="detached")
    expect(desk.locator(".next h2")).to_have_count(1)


def test_what_a_customer_thinks_is_noted_in_the_slot_of_his_page(desk, firm, live_server):
    address = f"{live_server.url}/customers/{firm.codes[LATE]}/"
    desk.goto(address)
    desk.locator(".survey-slot").scroll_into_view_if_needed()
    desk.click("#survey summary")
    desk.fill("#survey input[name=satisfaction]", "9")
    desk.click("#survey .btn.primary")
    desk.wait_for_selector("#survey >> text=满意9")
    assert desk.url == address
    assert Survey.objects.get().satisfaction == 9
