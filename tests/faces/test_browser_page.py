"""The customer's page in a real browser: rows 20, 21, 22 and 32 of the conventions, and tasks with clicks and keys counted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.conversations.models import Conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Preference
from tests.faces.browsing import wait_until_said
from tests.faces.test_contact import PAYLOAD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WANG = "王海峰"


class Hands:
    """Clicks and keys of a person, counted; typing words is not."""

    def __init__(self, page) -> None:
        self.page, self.count = page, 0

    def click(self, selector: str) -> None:
        self.count += 1
        self.page.click(selector)

    def key(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)


@pytest.fixture
def page(desk, firm, live_server):
    desk.goto(f"{live_server.url}/customers/{firm.codes[WANG]}/")
    return desk


def talks(firm) -> int:
    return Conversation.objects.filter(customer=firm.ids[WANG]).count()


def test_row_22_a_call_is_noted_in_two_clicks_with_its_next_step(page, firm):
    hands, before = Hands(page), talks(firm)
    hands.click(".compose .way >> nth=0")
    page.wait_for_function("() => document.activeElement.id === 'summary'")
    page.keyboard.type("问年费，明天回话")
    hands.click(".compose button.primary")
    page.wait_for_selector(".toast")
    assert (hands.count, talks(firm)) == (2, before + 1)
    assert "问年费，明天回话" in page.inner_text("#thread")
    page.click(".compose .way >> nth=1")
    page.click(".compose [data-day] >> nth=0")
    page.keyboard.type("把年费算清楚")
    page.click(".compose button.primary")
    page.wait_for_function("() => document.querySelector('#thread').innerText.includes('把年费算清楚')")
    assert Action.objects.get(origin="planned").due_on == firm.today + timedelta(days=1)


def test_what_is_typed_survives_a_lost_connection_and_a_refusal(page, firm, context, complaints):
    before = talks(firm)
    page.keyboard.press("l")
    page.fill("#summary", "很长的一段话")
    context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#toasts .toast")
    assert page.input_value("#summary") == "很长的一段话"
    context.set_offline(False)
    page.evaluate("document.querySelector('[name=follow_up_on]').value = '2020-01-01'")
    page.evaluate("document.querySelector('#compose').noValidate = true")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#compose [role=alert]")
    assert page.input_value("#summary") == "很长的一段话"
    assert "/customers/" in page.url
    page.fill("[name=follow_up_on]", "")
    page.focus("#summary")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".toast >> text=/./")
    page.wait_for_function("() => document.querySelector('#thread').innerText.includes('很长的一段话')")
    assert talks(firm) == before + 1
    complaints.clear()  # the browser itself mentions the lost connection and the 422


def test_row_20_who_is_left_what_happened_in_the_middle_where_we_stand_right(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    left, middle, right = (page.locator(f".{name}").bounding_box() for name in ("who-col", "thread-col", "stand-col"))
    assert left["x"] + left["width"] <= middle["x"]
    assert middle["x"] + middle["width"] <= right["x"]
    assert right["x"] + right["width"] <= 1280
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    for place in (".next h2", ".who-col .facts", ".thread .planned", ".compose"):
        box = page.locator(place).first.bounding_box()
        assert box["y"] + box["height"] <= 800, place  # seen without scrolling


def test_row_21_one_timeline_by_type_searched_newest_first_with_what_comes_on_top(page):
    assert page.locator(".thread > li >> nth=0").inner_text() == "接下来"
    days = page.eval_on_selector_all(".moment:not(.planned) time", "all => all.map((one) => one.dateTime)")
    assert days == sorted(days, reverse=True)
    page.click("#thread .tabs a >> nth=1")
    page.wait_for_selector("#thread .tabs [aria-current] >> text=联系")
    assert "金卡消费" not in page.inner_text("#thread")
    page.fill(".find-notes input", "教育")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#thread .moment').length === 1")
    assert "怎样攒教育金" in page.inner_text("#thread")
    assert "/customers/" in page.url
    page.fill(".find-notes input", "没说过")
    page.keyboard.press("Enter")
    page.wait_for_selector("#thread .nothing")


def test_the_tab_pressed_last_is_the_one_shown_however_late_the_first_one_answers(page, complaints):
    page.route("**/timeline/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.click("#thread .tabs a >> nth=1")
    page.click("#thread .tabs a >> nth=2")
    pressed = page.inner_text("#thread .tabs a >> nth=2")
    expect(page.locator("#thread .tabs [aria-current]")).to_have_text(pressed)
    assert all("sendAbort" in told or "afterRequest" in told for told in complaints), complaints  # the first was let go
    complaints.clear()


def test_row_32_every_figure_opens_its_rows_and_every_suggestion_says_why_and_takes_not_now(page, live_server):
    gauges = page.locator(".stand-col .risk dd.num, .stand-col .figures dd.num")
    assert gauges.count() >= 6
    assert page.locator(".stand-col .risk dd.num .door, .stand-col .figures dd.num .door").count() == gauges.count()
    doors = page.eval_on_selector_all(".door", "all => all.map((one) => one.getAttribute('href'))")
    page.goto(live_server.url + "/")
    expect(page.locator(".line.is-open summary >> text=现在不")).to_have_count(1)
    assert page.locator(".line.is-open .evidence li").count() >= 1
    doors += page.eval_on_selector_all("main .door", "all => all.map((one) => one.getAttribute('href'))")
    for door in sorted(set(doors)):
        if door.startswith("#"):
            expect(page.locator(door)).to_have_count(1)
        else:
            assert page.request.get(live_server.url + door).status == 200, door


def test_tasks_with_their_clicks_and_keys_counted(desk, firm, live_server):
    """Finish the first action 1, hand over 3, see why somebody is alarmed 2, add a preference 3 (issue 3)."""
    first = desk.get_attribute(".line.is-open", "id").removeprefix("action-")
    hands = Hands(desk)
    hands.key("1")
    desk.wait_for_selector(".toast")
    assert (hands.count, Action.objects.get(code=first).status) == (1, ActionStatus.DONE)

    second = desk.get_attribute(".line.is-open", "id").removeprefix("action-")
    hands = Hands(desk)
    hands.key("3")
    desk.wait_for_selector("#hand-over select")
    hands.key("ArrowDown")
    hands.click("#hand-over button.primary")
    desk.wait_for_selector(f"#action-{second}", state="detached")
    handed = Action.objects.get(code=second)
    assert (hands.count, handed.status) == (3, ActionStatus.HANDED_OVER)

    desk.goto(f"{live_server.url}/customers/{firm.codes[WANG]}/")
    hands = Hands(desk)
    hands.click(".stand-col .rows >> text=明细")
    desk.wait_for_url(re.compile("/evidence/"))
    assert hands.count <= 2
    assert desk.locator("main table, main svg").count() >= 1

    desk.goto(f"{live_server.url}/customers/{firm.codes[WANG]}/")
    hands = Hands(desk)
    hands.key("p")
    desk.wait_for_function("() => document.activeElement.name === 'text'")
    desk.keyboard.type("上午十点前别打电话")
    hands.key("Enter")
    desk.wait_for_function("() => document.querySelector('#card').innerText.includes('上午十点前别打电话')")
    assert (hands.count, Preference.objects.filter(text="上午十点前别打电话").count()) == (2, 1)


def test_a_line_taken_off_the_card_comes_back_by_undo(page):
    page.click(".line-menu summary >> nth=0")
    page.click(".line-menu[open] button.danger")
    page.wait_for_selector(".toast")
    wait_until_said(page, "已从喜好卡拿掉。")
    lines = page.locator("#card .prefs li").count()
    page.keyboard.press("z")
    page.wait_for_function(f"() => document.querySelectorAll('#card .prefs li').length === {lines + 1}")
    assert Preference.objects.filter(ended_on=None).count() >= 1


def test_words_of_notes_and_cards_never_run(page, firm, live_server):
    """In a real browser: a dialog would be an execution (S9)."""
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("l")
    page.fill("#summary", PAYLOAD)
    page.click(".compose .points summary >> nth=0")
    for name in ("usage", "needs", "news", "greetings"):
        page.fill(f"[name={name}]", PAYLOAD)
    page.click(".compose .points summary >> nth=1")
    page.fill(".compose [name=told]", PAYLOAD)
    page.fill(".compose [name=what]", PAYLOAD)
    page.click(".compose [data-day] >> nth=0")
    page.click(".compose button.primary")
    page.wait_for_selector(".toast")
    code = Conversation.objects.latest("pk").code
    for path in (
        f"/customers/{firm.codes[WANG]}/",
        "/",
        f"/conversations/{code}/",
        f"/customers/{firm.codes[WANG]}/known/",
    ):
        page.goto(live_server.url + path)
        assert "alert(1)" in page.inner_text("body")
    assert ran == []


def test_without_the_script_a_visit_is_noted(firm, browser, live_server):
    from tests.faces.browsing import sign_in

    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    bare = context.new_page()
    sign_in(bare, live_server.url)
    bare.goto(f"{live_server.url}/customers/{firm.codes[WANG]}/")
    bare.click(".compose .way >> nth=1")
    bare.fill("#summary", "没有脚本也能记")
    bare.click(".compose button.primary")
    assert "没有脚本也能记" in bare.inner_text("#thread")
    assert Conversation.objects.latest("pk").channel == Channel.VISIT
    context.close()
