"""A firm on its first day in a real browser (row 24): every list, tab and chart says what it is and why it is useful, with one
button, and an empty table to fill in where files come in; and nothing is white or jumps while it comes (row 30).
"""

import json

import pytest

from guanxi.faces.desk.lists.nouns import LISTS
from guanxi.record.customers.services import NewCustomer, register_customers
from tests.faces.browsing import sign_in
from tests.faces.scene import SYSTEM, found_firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# what stands where nothing is: its head, its reason, its buttons, its table to fill in
EMPTY = """() => [...document.querySelectorAll("main .empty")].filter((e) => e.checkVisibility()).map((e) => ({
  what: e.querySelector("h2")?.textContent.trim(), why: e.querySelector("p")?.textContent.trim(),
  buttons: [...document.querySelectorAll("main .btn.primary")].filter((b) => b.checkVisibility()).map((b) => b.textContent.trim()),
  sample: e.querySelector("a[download]")?.getAttribute("href") ?? "",
}))"""
FULL = {"staff"}  # the colleagues of the scene are there from the start
PAGES = {f"/{noun.name}/": noun.imports for noun in LISTS if noun.name not in FULL} | {"/": "", "/insight/": ""}
BARE = ["/customers/trash/", "/customers/groups/", "/marks/"]


@pytest.fixture
def newcomer(transactional_db, context, live_server):
    """The administrator's page on the first day, which tells what moved."""
    found_firm()
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => { moved += e.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    sign_in(page, live_server.url, "li")
    return page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_said_in_words_with_one_button_everywhere(newcomer, live_server, language):
    from guanxi.identity.models import Account

    Account.objects.update(language=language)
    wrong = {}
    for path, imports in PAGES.items():
        newcomer.goto(live_server.url + path)
        told = newcomer.evaluate(EMPTY)
        is_told = len(told) == 1 and told[0]["what"] and len(told[0]["why"] or "") > 12 and len(told[0]["buttons"]) == 1
        if not is_told or (imports and told[0]["sample"] != f"/imports/new/{imports}/sample.csv"):
            wrong[path] = told
        if newcomer.evaluate("moved") > 0.01:
            wrong[f"{path} moves"] = newcomer.evaluate("moved")
    for path in BARE:
        newcomer.goto(live_server.url + path)
        if len(newcomer.inner_text("main")) < 20:
            wrong[path] = newcomer.inner_text("main")
    (known,) = register_customers([NewCustomer(name="钱一", phone="13900000001")], by=SYSTEM, source="form")
    newcomer.goto(f"{live_server.url}/customers/{known.code}/timeline/")
    said = []
    for tab in range(newcomer.locator(".thread-head .tabs a").count()):
        current = f".thread-head .tabs a:nth-child({tab + 1})[aria-current]"
        # the tab that is open from the start is not opened again: nothing would tell that the answer is in its place
        if not newcomer.is_visible(current):
            newcomer.click(f".thread-head .tabs a >> nth={tab}")
        newcomer.wait_for_selector(current)
        said += newcomer.locator(".thread .nothing").all_inner_texts()
    assert len(said) == len(set(said)) >= 3, said
    assert all(len(words) > 15 for words in said), said
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
