"""The page of standing in a real browser: drawn within the policy, with a table beside it, each figure a door."""

import re

import pytest
from playwright.sync_api import expect

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
    expect(desk.locator(".as-table tbody tr")).to_have_count(4)
    desk.click(".tiers .door >> nth=0")
    desk.wait_for_url(re.compile(r"/customers/\?where=tier\.in\.a"))
    expect(desk.locator("tbody tr")).to_have_count(3)
