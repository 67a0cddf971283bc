"""The page of standing in a real browser: drawn within the policy, readable without the drawing, each figure a door."""

import re

import pytest

from tests.faces.browsing import sign_in
from tests.faces.test_browser_imports import clean
from tests.faces.test_insight import count_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_is_drawn_and_every_figure_opens_its_customers(firm, desk, live_server):
    count_parts(firm)
    desk.click(".side a[href='/insight/']")
    desk.wait_for_selector(".echart canvas")
    assert desk.get_attribute(".echart", "role") == "img"
    drawn = (
        "[...document.querySelectorAll('.echart canvas')].every((c) => c.width > 300 && c.toDataURL().length > 4000)"
    )
    assert desk.evaluate(drawn)
    assert clean(desk) == []
    before = desk.evaluate("document.querySelector('.echart canvas').toDataURL()")
    desk.click("[data-theme-toggle] >> nth=0")
    desk.wait_for_function("(was) => document.querySelector('.echart canvas').toDataURL() !== was", arg=before)
    desk.click(".as-table summary")
    assert desk.locator(".as-table tbody tr").count() == 4
    desk.click(".tiers .door >> nth=0")
    desk.wait_for_url(re.compile(r"/customers/\?where=tier\.in\.a"))
    assert desk.locator("tbody tr").count() == 3


def test_without_the_script_the_tables_say_it_all(firm, browser, live_server):
    count_parts(firm)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    sign_in(page, live_server.url)
    page.goto(live_server.url + "/insight/")
    page.click(".as-table summary")
    assert page.locator(".as-table tbody tr").count() == 4
    assert page.locator(".tiers tbody tr").count() == 3
    context.close()
