"""The conventions of the keyboard and of the one box in a real browser: rows 6, 7, 8, 22, 25 and 31 of the list."""

import re

import pytest
from playwright.sync_api import expect

from tests.faces.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATE = "王海峰"
CHOSEN = '#found [role=option][aria-selected="true"]'


def ask(page, text: str, first: str) -> None:
    """Type into the open box and wait until its first answer names somebody."""
    page.keyboard.type(text)
    page.wait_for_selector(f"{CHOSEN} >> text={first}")


def test_the_palette_finds_customers_and_pages_by_initials(desk, live_server):
    """Row 6: records, pages, acts; Ctrl-K from anywhere, Esc leaves."""
    desk.keyboard.press("Control+k")
    desk.wait_for_selector("dialog#palette[open]")
    ask(desk, "whf", LATE)
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.keyboard.press("Control+k")
    ask(desk, "kh", "客户")
    desk.keyboard.press("Enter")
    desk.wait_for_url(live_server.url + "/customers/")


def test_a_caller_is_found_by_any_number(desk, firm):
    """Row 7: the box is on every page; spaces, +86 and the last four digits do. What is found is said aloud."""
    for text in ("138 0013 5678", "+86 138-0013-5678", "5678"):
        desk.click("#find-open")
        desk.fill("#finder", "")
        ask(desk, text, LATE)
        desk.wait_for_function("() => document.querySelector('[data-spoken]').textContent.startsWith('找到 1 位客户')")
        desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    desk.keyboard.type("5678")
    desk.keyboard.press("Enter")  # faster than the answer
    desk.wait_for_url(f"**/customers/{firm.codes[LATE]}/")
    assert LATE in desk.inner_text("h1")


def test_task_a_caller_by_the_last_four_digits_and_the_call_logged_in_five(desk, firm):
    """/, the digits, Enter, L, what was said, Ctrl-Enter: words typed are not counted, keys are four."""
    from guanxi.record.conversations.models import Conversation

    before = Conversation.objects.count()
    desk.keyboard.press("/")
    desk.keyboard.type("4410")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/customers/{firm.codes['张立新']}/")
    desk.keyboard.press("l")
    desk.wait_for_function("() => document.activeElement.matches('textarea')")
    desk.keyboard.type("问保养多少钱，下午回电。")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".toast")
    assert Conversation.objects.count() == before + 1
    assert Conversation.objects.latest("pk").customer_id == firm.ids["张立新"]


def test_arrows_choose(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("li", delay=90)
    desk.wait_for_function("() => document.querySelector('#found .results').dataset.for === 'li'")
    first = desk.inner_text(CHOSEN)
    desk.keyboard.press("ArrowDown")
    second = desk.inner_text(CHOSEN)
    assert second != first
    desk.keyboard.press("ArrowUp")
    assert desk.inner_text(CHOSEN) == first
    assert desk.get_attribute("#finder", "aria-activedescendant") == desk.get_attribute(CHOSEN, "id")


def test_nothing_is_asked_or_opened_while_an_input_method_composes(desk):
    """Row 25: letters of a composition are no question, its Enter opens nothing; what it leaves behind is asked."""
    desk.keyboard.press("/")
    desk.wait_for_selector(CHOSEN)
    compose = "(kind) => document.querySelector('#finder').dispatchEvent(new CompositionEvent(kind, {bubbles: true}))"
    desk.evaluate(compose, "compositionstart")
    desk.evaluate(
        """() => { const box = document.querySelector('#finder'); box.value = 'haif';
        box.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true}));
        box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, isComposing: true, bubbles: true})); }"""
    )
    desk.wait_for_timeout(300)
    assert desk.get_attribute("#found .results", "data-for") == ""
    desk.evaluate("document.querySelector('#finder').value = '海峰'")
    desk.evaluate(compose, "compositionend")
    desk.wait_for_selector(f"{CHOSEN} >> text={LATE}")


@pytest.mark.parametrize("key", ["Process", "、", "ㄈ"])
def test_keys_work_with_a_chinese_input_method(desk, key):
    """Row 25: outside of fields an input method hides letters; the key itself counts."""
    press = "([key, code, shiftKey]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, shiftKey, keyCode: 229, bubbles: true}))"
    desk.evaluate(press, [key, "Slash", True])
    desk.wait_for_selector("dialog#keys[open]")
    desk.keyboard.press("Escape")
    desk.evaluate(press, [key, "Slash", False])
    desk.wait_for_selector("dialog#palette[open]")
    expect(desk.locator("dialog[open]")).to_have_count(1)


def test_g_and_a_letter_go_to_a_page_and_the_sheet_names_every_key(desk, live_server):
    """Row 25."""
    desk.keyboard.press("?")
    keys = desk.inner_text("dialog#keys .two")
    for one in ("/", "Ctrl K", "N", "L", "↑", "↵", "1", "E", "Z", "Esc", "?", "今天", "客户"):
        assert one in keys
    desk.keyboard.press("Escape")
    desk.keyboard.press("g")
    desk.keyboard.press("c")
    desk.wait_for_url(live_server.url + "/customers/")
    desk.keyboard.press("g")
    desk.keyboard.press("t")
    desk.wait_for_url(live_server.url + "/")
    expect(desk.locator("dialog[open]")).to_have_count(0)


def test_new_is_one_key_everywhere_and_linked_to_the_record_in_view(desk, firm, live_server):
    """Row 22: N and a letter; L alone logs a contact, on a customer's page with that customer."""
    desk.goto(live_server.url + "/customers/")
    desk.keyboard.press("n")
    desk.wait_for_selector(".new[open] .floats")
    desk.wait_for_function("() => document.activeElement.textContent.startsWith('记一笔')")
    desk.keyboard.press("Escape")
    desk.keyboard.press("l")
    desk.wait_for_url("**/conversations/new/")
    desk.goto(f"{live_server.url}/marks/")
    desk.keyboard.press("n")
    desk.keyboard.press("l")
    desk.wait_for_url("**/conversations/new/")
    desk.goto(f"{live_server.url}/customers/{firm.codes[LATE]}/")
    assert desk.get_attribute(".new a", "href") == f"/conversations/new/?customer={firm.codes[LATE]}"


def test_looks_change_without_losing_work(desk, live_server):
    """Row 29: theme and density at once; another language in two clicks, and what was typed is still there."""
    desk.goto(live_server.url + "/settings/me/")
    with desk.expect_response("**/settings/me/"):
        desk.select_option("#id_theme", "dark")
    with desk.expect_response("**/settings/me/"):
        desk.select_option("#id_density", "compact")
    desk.wait_for_selector("html[data-theme=dark][data-density=compact]")
    desk.goto(live_server.url + "/")
    desk.keyboard.press("2")
    desk.fill("input[name=note] >> nth=0", "下午三点再打")
    desk.keyboard.press("Escape")
    desk.click(".top .lang")
    desk.wait_for_selector("html[lang=en]")
    desk.wait_for_function("() => document.querySelector('input[name=note]').value === '下午三点再打'")
    expect(desk.locator("html[data-theme=dark][data-density=compact]")).to_have_count(1)


def test_the_first_steps_lead_are_skipped_and_put_away(desk):
    """Row 5."""
    desk.click("#first-steps >> text=用手机后四位找一位客户")
    desk.wait_for_url("**/search/")
    desk.go_back()
    desk.reload()
    expect(desk.locator(".to-do.is-done")).to_have_count(1)
    desk.click("#first-steps >> text=跳过 >> nth=0")
    desk.wait_for_selector(".to-do.is-skipped")
    desk.click("#first-steps >> text=收起")
    desk.wait_for_selector("#first-steps", state="detached")
    expect(desk.locator(".to-do")).to_have_count(0)


def favourites(page) -> list[str]:
    return page.locator("[data-sortable] li a > span:first-child").all_inner_texts()


def test_favourites_are_put_in_order_by_dragging_and_by_keys(desk, firm, live_server):
    """Row 8: recent and favourites in the sidebar."""
    from guanxi.record.bookmarks.models import Favourite

    for place, name in enumerate((LATE, "张立新", "何嘉怡")):
        Favourite.objects.create(staff=firm.staff["lin"], noun="customer", code=firm.codes[name], position=place)
    desk.goto(f"{live_server.url}/customers/{firm.codes['李思敏']}/")
    desk.wait_for_selector("#recents-head")
    assert "李思敏" in desk.inner_text(".marks")
    with desk.expect_response("**/marks/order/"):  # or the answer to it would pass for that to the keys
        desk.drag_and_drop(
            "[data-sortable] li:nth-child(3)", "[data-sortable] li:nth-child(1)", target_position={"x": 20, "y": 3}
        )
    desk.wait_for_function("() => document.querySelector('[data-sortable] li').textContent.includes('何嘉怡')")
    with desk.expect_response("**/marks/order/"):
        desk.focus("[data-sortable] li:nth-child(3) a")
        desk.keyboard.press("Alt+ArrowUp")
    assert desk.inner_text("#said") == "张立新 现在排第 2 位"
    desk.reload()
    desk.wait_for_selector("[data-sortable]")
    assert favourites(desk) == ["何嘉怡", "张立新", LATE]
    desk.keyboard.press("s")  # the customer in view
    desk.wait_for_selector("#star[aria-pressed=true]")
    desk.wait_for_selector("[data-sortable] >> text=李思敏")
    desk.reload()
    desk.wait_for_selector("#star[aria-pressed=true]")
    desk.click("#star")
    desk.wait_for_selector("#star[aria-pressed=false]")


def test_the_phone_finds_with_one_hand(firm, browser, live_server):
    """Row 31: the tab bar within reach of the thumb, finding on a page of its own, nothing wider than the screen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url)
    tabs = page.locator(".tabbar > *")
    assert all(tabs.nth(n).bounding_box()["height"] >= 44 for n in range(tabs.count()))
    page.tap(".tabbar >> text=查找")
    page.wait_for_url("**/search/")
    page.fill("#finder", "4410")
    page.wait_for_selector(f"{CHOSEN} >> text=张立新")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.tap(CHOSEN)
    page.wait_for_url(re.compile(r"/customers/\w{12}/"))
    context.close()


def test_without_the_script_the_box_is_a_page(firm, browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url)
    page.click("#find-open")
    page.fill("#finder", "5678")
    page.keyboard.press("Enter")
    page.click(f"[role=option] >> text={LATE}")
    assert LATE in page.inner_text("h1")
    context.close()
