"""Doing things to customers in a real browser: rows 13, 18, 19, 23 and 26 of the list of conventions."""

import pytest

from guanxi.record.customers.models import Customer
from guanxi.record.customers.services import NewCustomer, register_customers
from tests.faces.browsing import sign_in, wait_until_at
from tests.faces.scene import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def line(page, name: str):
    return page.locator(f"#list tr[data-code]:has-text('{name}')")


def click_beside_the_name(page, name: str) -> None:
    """A click on the row, where no name stands."""
    box = line(page, name).bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)


def test_two_hundred_customers_are_given_to_a_colleague_in_four_clicks_and_back(firm, context, live_server):
    """Row 18 and the scripted task: at most five clicks."""
    rows = [NewCustomer(name=f"客户{number:03}", owner=firm.staff["lin"].code) for number in range(200)]
    register_customers(rows, by=SYSTEM, source="test")
    page = context.new_page()
    sign_in(page, live_server.url, "chen")
    page.goto(live_server.url + "/customers/?where=owner.in." + firm.staff["lin"].code)
    page.click("[data-tick-all]")
    assert page.inner_text("#bulk [data-count]").strip(" 已选位chosen") == "80"
    page.click("#bulk .every")
    assert "212" in page.inner_text("#bulk [data-count]")
    page.click("#bulk button[formaction*=assignment]")
    assert "212" in page.inner_text("h1")
    page.click("text=周航")
    page.wait_for_selector("#toasts .toast >> text=周航")
    assert Customer.objects.filter(owner=firm.staff["zhou"]).count() == 213
    page.keyboard.press("z")
    page.wait_for_selector("#toasts .toast:not(:has(button))")
    assert Customer.objects.filter(owner=firm.staff["lin"]).count() == 212


def test_a_row_opens_beside_the_list_and_the_keyboard_walks_on(desk, live_server):
    """Row 19: previous and next, the list keeps its place; the name still opens the page."""
    desk.goto(live_server.url + "/customers/")
    names = desk.locator("#list td.c-name a").all_inner_texts()
    click_beside_the_name(desk, names[1])
    desk.wait_for_selector(f"#panel h2 >> text={names[1]}")
    assert desk.inner_text("#panel [data-place]") == "2 / 12"
    desk.keyboard.press("ArrowDown")
    desk.wait_for_selector(f"#panel h2 >> text={names[2]}")
    desk.click("#panel [data-step='-1']")
    desk.wait_for_selector(f"#panel h2 >> text={names[1]}")
    assert desk.url == live_server.url + "/customers/"
    desk.keyboard.press("Escape")
    assert desk.locator("#panel").is_hidden()
    wait_until_at(desk, "data-code", line(desk, names[1]).get_attribute("data-code"))
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f"h1 >> text={names[1]}")
    desk.goto(live_server.url + "/actions/")  # the same of work, where those ticked are put off and taken back
    click_beside_the_name(desk, "王海峰")
    desk.wait_for_selector("#panel h2 >> text=王海峰")
    desk.keyboard.press("x")
    desk.keyboard.press("Escape")
    desk.click("#bulk button[formaction*=hand-over]")
    desk.fill(".bulk-form input[name=note]", "请今天打")
    desk.keyboard.press("Enter")  # nobody was chosen
    assert desk.locator(".pick-from").is_visible()
    desk.go_back()
    desk.click("#bulk button[formaction*=postponement]")
    desk.wait_for_selector(".pick-from")
    desk.click(".pick-from button[value='1']")
    desk.wait_for_selector("#toasts .toast button")
    desk.keyboard.press("z")
    desk.wait_for_selector("#toasts .toast:not(:has(button))")


def test_a_cell_is_edited_where_it_stands(desk, firm, live_server, complaints):
    """Row 13: Enter saves, Esc puts back, a refusal stands in the cell beside what was typed."""
    desk.goto(live_server.url + "/customers/")
    cell = line(desk, "王海峰").locator("td.c-city")
    line(desk, "王海峰").focus()
    desk.keyboard.press("e")
    desk.wait_for_selector("#field input[name=value]")
    desk.keyboard.press("Control+a")
    desk.keyboard.type("珠海")
    desk.keyboard.press("Escape")
    assert cell.inner_text().strip() == "广州"
    desk.keyboard.press("e")
    desk.wait_for_selector("#field input[name=value]")
    desk.fill("#field input[name=value]", "佛山")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("tr:has-text('王海峰') td.c-city:has-text('佛山'):not(:has(#field))")
    assert Customer.objects.get(pk=firm.ids["王海峰"]).city.name == "佛山"
    line(desk, "王海峰").hover()
    line(desk, "王海峰").locator("td.c-name [data-pencil]").click()
    desk.wait_for_selector("#field input[name=value]")
    Customer.objects.filter(pk=firm.ids["王海峰"]).update(version=99)  # somebody is faster
    desk.fill("#field input[name=value]", "王海枫")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#field [role=alert]")
    assert desk.input_value("#field input[name=value]") == "王海枫"
    complaints[:] = [told for told in complaints if "409" not in told]  # the browser itself notes the answer


def test_a_twin_is_named_while_one_types(desk, firm, live_server):
    """Row 23: why it matched, and the way to the one who is there."""
    desk.goto(live_server.url + "/customers/new/")
    desk.fill("input[name=name]", "王小峰")
    desk.fill("input[name=phone]", "138 0013 5678")
    desk.wait_for_selector("#alike >> text=王海峰")
    wait_until_at(desk, "name", "phone")
    desk.click("#alike a")
    desk.wait_for_url(live_server.url + f"/customers/{firm.codes['王海峰']}/")
    assert "王海峰" in desk.inner_text("h1")


def test_what_was_deleted_comes_back_by_the_toast_and_from_the_bin(firm, context, live_server):
    """Row 26."""
    page = context.new_page()
    sign_in(page, live_server.url, "chen")
    for way in ("toast", "bin"):
        page.goto(live_server.url + "/customers/")
        line(page, "王海峰").locator("[data-tick]").click()
        page.click("#bulk button[formaction*=deletion]")
        page.click("main .btn.danger")
        page.wait_for_selector("#toasts .toast button")
        assert line(page, "王海峰").count() == 0
        if way == "toast":
            page.keyboard.press("z")
            page.wait_for_selector("#toasts .toast:not(:has(button))")
        else:
            page.goto(live_server.url + "/customers/trash/")
            page.click(f"button[value='{firm.codes['王海峰']}']")
            page.wait_for_selector("h1 >> text=王海峰")
        assert Customer.objects.get(pk=firm.ids["王海峰"]).deleted_at is None


def test_a_fact_of_the_record_is_edited_where_it_stands(desk, firm, live_server):
    """Row 13, on the record."""
    desk.goto(live_server.url + f"/customers/{firm.codes['王海峰']}/")
    fact = desk.locator("dd[data-field=company]")
    fact.hover()
    fact.locator("[data-pencil]").click()
    desk.wait_for_selector("#field input[name=value]")
    desk.fill("#field input[name=value]", "岭南设计院")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("dd[data-field=company]:has-text('岭南设计院'):not(:has(#field))")
    assert Customer.objects.get(pk=firm.ids["王海峰"]).company == "岭南设计院"
