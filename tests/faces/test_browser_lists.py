"""Lists in a real browser: conditions, views, columns and groups by mouse and by key (ux.md rows 9 to 12, 14, 15)."""

import pytest
from playwright.sync_api import expect

from guanxi.record.bookmarks.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# Cells of the first row on which a click does not open it.
WHOLE_ROW = """() => [...document.querySelectorAll("#list tbody tr:first-child td:not(.pickcol)")].filter((cell) => {
  const { x, y, width, height } = cell.getBoundingClientRect();
  return !document.elementFromPoint(x + width / 2, y + height / 2)?.closest("a[data-open]");
}).map((cell) => cell.className)"""


class Counted:
    """A page that counts what a person does: clicks, keys pressed, words typed."""

    def __init__(self, page) -> None:
        self.page, self.acts = page, 0

    def click(self, what: str) -> None:
        self.acts += 1
        self.page.click(what)

    def type(self, words: str) -> None:
        self.acts += 1
        self.page.wait_for_selector("input:focus")
        self.page.keyboard.type(words)

    def press(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)


def names(page) -> list[str]:
    return page.locator("#list td.c-name a").all_inner_texts()


def saved_as(page, name: str) -> None:
    page.click("text=存为视图")
    page.fill("input[name=name]:visible", name)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".views [aria-current=page] >> text={name}")


def heads(page) -> list[str]:
    return page.locator("#list th[scope=col]").all_inner_texts()


def test_a_customers_with_no_contact_for_60_days_become_a_view_in_eight_steps(desk, live_server):
    person = Counted(desk)
    person.click("nav >> text=客户")
    person.click("text=A 级客户")
    person.click("text=60 天没联系")
    person.click("text=存为视图")
    person.type("A 级久未联系")
    person.press("Enter")
    desk.wait_for_selector(".views [aria-current=page] >> text=A 级久未联系")
    assert person.acts <= 8
    assert names(desk) == ["苏雨桐", "李思敏"]
    assert SavedView.objects.get().question == "where=tier.in.a&where=last_contact.not_in_last.60&sort=-value"
    address = desk.url
    desk.goto(live_server.url + "/customers/")
    assert len(names(desk)) == 12
    desk.goto(address)  # the link can be shared
    assert names(desk) == ["苏雨桐", "李思敏"]


def test_a_changed_view_says_so_and_is_kept_or_put_back(desk, live_server):
    desk.goto(live_server.url + "/customers/?where=tier.in.a")
    saved_as(desk, "A 级")
    expect(desk.locator(".unsaved")).to_have_count(0)
    desk.click(".chip.is-set summary")
    desk.click(".chip.is-set .floats >> text=B")
    desk.wait_for_selector(".unsaved >> text=视图改动未存")
    assert len(names(desk)) > 3
    desk.click(".unsaved >> text=还原")
    desk.wait_for_selector(".unsaved", state="detached")
    assert len(names(desk)) == 3
    desk.click(".chip.is-set .x")
    desk.click(".unsaved >> text=保存")
    desk.wait_for_selector(".unsaved", state="detached")
    assert len(names(desk)) == 12


def test_a_condition_is_made_by_keys_alone_with_an_alternative(desk, live_server):
    desk.goto(live_server.url + "/customers/")
    desk.focus(".tools > details.drop > .chip.add")
    desk.keyboard.press("Enter")
    for _down in range(3):  # tier, state, last contact
        desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    days = desk.locator(".ask[open] input[inputmode=numeric]")
    desk.locator(".ask[open] select").first.select_option("not_in_last")
    days.fill("45")
    days.press("Enter")
    desk.wait_for_url("**last_contact.not_in_last.45**")
    desk.click(".chip.is-set summary")
    desk.click("text=或者另一个条件…")
    desk.click(".tools > details.drop[open] .ask summary >> text=级别")
    desk.click(".tools > details.drop[open] .ask[open] a >> nth=0")
    desk.wait_for_selector(".chip.is-set >> text=或")
    assert "where=last_contact.not_in_last.45|tier.in.a" in desk.url
    assert "王海峰" in names(desk)  # of tier A, though called yesterday
    assert "黄振华" not in names(desk)  # called three days ago


def test_columns_are_hidden_and_moved_and_the_list_is_grouped(desk, live_server):
    desk.goto(live_server.url + "/customers/")
    desk.click("text=列 >> visible=true")
    form = desk.locator("form.columns")
    form.locator("label", has_text="阶段").click()
    phone = form.locator(".pickline", has_text="手机")
    for _left in range(3):
        phone.locator("[data-earlier]").click()
    form.locator("text=显示这些").click()
    desk.wait_for_url("**columns=**")
    assert heads(desk)[:4] == ["客户", "级", "手机", "状态"]
    assert "阶段" not in heads(desk)
    desk.click(".tools .on-right summary >> nth=0")
    desk.click(".tools .on-right[open] a >> text=状态")
    desk.wait_for_selector("table.grouped")
    desk.click("table.grouped td.c-name >> text=警报")
    desk.wait_for_selector(".chip.is-set >> text=警报")
    assert names(desk) == ["王海峰"]
    assert desk.evaluate(WHOLE_ROW) == []
    desk.set_viewport_size(
        {"width": 390, "height": 844}
    )  # on a phone a line is opened, or chosen once one wants to choose
    assert not desk.locator("#list [data-tick]").first.is_visible()
    desk.click(".choosing")
    desk.click("#list tr[data-code]", position={"x": 200, "y": 20})
    desk.wait_for_selector("#bulk >> text=已选 1 位")
    desk.click(".choosing")
    assert not desk.locator("#bulk").is_visible()


def test_a_column_is_drawn_wider_by_mouse_and_by_key_and_stays_so(desk, live_server):
    desk.goto(live_server.url + "/customers/?where=tier.in.a")
    saved_as(desk, "宽")
    grip = desk.locator("th[data-column=state] .grip")
    before = desk.locator("th[data-column=state]").bounding_box()["width"]
    box = grip.bounding_box()
    desk.mouse.move(box["x"] + 6, box["y"] + 10)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 66, box["y"] + 10, steps=4)
    with desk.expect_response("**/widths/"):
        desk.mouse.up()
    grip.focus()
    with desk.expect_response("**/widths/") as kept:
        desk.keyboard.press("ArrowRight")
    assert kept.value.status == 204
    desk.reload()
    after = desk.locator("th[data-column=state]").bounding_box()["width"]
    assert 60 <= after - before <= 90
    desk.goto(live_server.url + "/customers/?where=tier.in.b")
    saved_as(desk, "乙")
    desk.wait_for_selector(".views > [aria-current] .many >> text=/^[0-9]+$/")  # told after the page
    desk.click(".views > details >> nth=0 >> summary")
    desk.focus(".views .order li:first-child a")
    with desk.expect_response("**/views/order/"):
        desk.keyboard.press("Alt+ArrowDown")
    desk.reload()
    assert desk.locator(".views > a").all_inner_texts()[1].startswith("乙")
