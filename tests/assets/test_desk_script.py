"""The desk's script in a real browser, on a page of nothing but the markup that it speaks about."""

from pathlib import Path

import pytest

from guanxi.faces import shared

BUILT = Path(shared.__file__).parent / "static" / "built"
PAGE = """<!doctype html><html lang="zh-CN"><head><link rel="stylesheet" href="{built}/desk.css">
<script src="{built}/desk.js" defer></script></head><body>
<dialog id="palette"><form action="/search/" data-finder><input type="search" id="finder" name="q"></form><div id="found"></div>
<p data-spoken></p></dialog><input id="other"><a data-go="c" href="#customers">C</a><button data-theme-toggle>◐</button>
<button data-key="n" data-does="new">+</button>
<article data-line id="one"><a href="#one-opened" data-open>One</a><button data-key="1" data-does="one done">✓</button></article>
<article data-line id="two"><a href="#two-opened" data-open>Two</a><button data-key="1" data-does="two done">✓</button></article>
<dialog id="keys">keys</dialog>
<script src="{folder}/listen.js"></script></body></html>"""
LISTEN = (
    "window.done = []; addEventListener('click', (e) => e.target.dataset?.does && done.push(e.target.dataset.does));"
)

pytestmark = pytest.mark.browser


@pytest.fixture
def page(context, tmp_path):
    (tmp_path / "listen.js").write_text(LISTEN)
    (tmp_path / "page.html").write_text(PAGE.format(built=BUILT.as_uri(), folder=tmp_path.as_uri()))
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    return page


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_the_one_box_opens_empty_and_escape_leaves_it(page, key):
    page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "finder"
    assert page.input_value("#finder") == ""
    page.keyboard.type("w")
    page.keyboard.press("Escape")
    assert page.evaluate("document.querySelector('#palette').open") is False
    page.keyboard.press("n")
    assert page.evaluate("done") == ["new"]


def test_g_and_a_letter_go_and_another_key_forgets_it(page):
    page.keyboard.press("g")
    page.keyboard.press("x")
    assert "#customers" not in page.url
    page.keyboard.press("g")
    page.keyboard.press("c")
    assert page.url.endswith("#customers")


def test_arrows_walk_and_stop_at_the_ends(page):
    visited = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        visited.append(page.evaluate("document.activeElement.id"))
    assert visited == ["one", "two", "two", "one"]


def test_enter_opens_the_line_and_a_number_acts_on_it(page):
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert page.evaluate("done") == ["two done"]
    assert page.url.endswith("#two-opened")


def test_a_number_outside_any_line_does_nothing(page):
    page.keyboard.press("1")
    page.keyboard.press("n")
    assert page.evaluate("done") == ["new"]


def test_keys_are_text_where_somebody_types(page):
    page.focus("#other")
    page.keyboard.type("1/n?")
    assert page.input_value("#other") == "1/n?"
    assert page.evaluate("done") == []


def test_keys_wait_while_an_input_method_composes(page):
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', isComposing: %s, bubbles: true}))"
    page.evaluate(press % "true")
    assert page.evaluate("done") == []
    page.evaluate(press % "false")
    assert page.evaluate("done") == ["new"]


def test_question_mark_opens_and_closes_the_help_sheet(page):
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('#keys').open") is True
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('#keys').open") is False


def test_theme_follows_the_system_until_chosen(page):
    page.emulate_media(color_scheme="dark")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-theme-toggle]")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.click("[data-theme-toggle]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
