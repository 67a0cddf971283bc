"""Row 30 of the list of conventions, measured in a real browser on a firm of 100,000 customers: the first paint of a page
within a second, and what one does to a list painted within 200 ms. A measurement of this machine, so a drill and no gate of CI.
"""

import os
import signal
import statistics
import time

import pytest

from tests.installation import Installation, answers, free_port

pytestmark = [pytest.mark.drill, pytest.mark.browser]
CUSTOMERS, TIMES = 100_000, 9
FIRST_PAINT_MS, ACT_MS = 1_000, 200
ADMIN = """
from guanxi.identity.models import Team
from guanxi.identity.queries import system_principal
from guanxi.identity.services import NewStaff, take_on_staff
person = NewStaff(name="Li", role="admin", team=Team.objects.get(parent=None), email="li@firm.example", password="correct-Horse-7")
take_on_staff(by=system_principal("test"), person=person)
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# from the click to the first paint of what it leads to, over the change of pages
CLICKED = (
    "(s) => { sessionStorage.clicked = performance.timeOrigin + performance.now(); document.querySelector(s).click(); }"
)
WAITED = f"performance.timeOrigin + ({PAINTED})() - Number(sessionStorage.clicked)"
ACTS = {
    "another order": ("/customers/", "#list thead th.c-last-contact a"),
    "one city": ("/customers/?by=city", "#list tbody a"),
    "a quick filter": ("/customers/", "a.preset"),
    "the next page": ("/customers/", "a[rel=next]"),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    firm = Installation(folder / "home")
    firm.run("init")
    firm.run(
        "simulate", str(folder / "data"), "--customers", str(CUSTOMERS), "--dealings", str(CUSTOMERS), "--seed", "20"
    )
    firm.run("import", "customers", str(folder / "data" / "customers.parquet"))
    firm.python(ADMIN)
    port = free_port()
    process = firm.start("serve", "--no-worker", "--port", str(port))
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + 30
    while not answers(address):
        assert time.monotonic() < end
        time.sleep(0.1)
    yield address
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stderr.close()
    firm.close()


def test_pages_are_painted_within_a_second_and_lists_answer_within_a_fifth(url, context):
    page = context.new_page()
    page.goto(url + "/")
    page.fill("input[name=login]", "li@firm.example")
    page.fill("input[name=password]", "correct-Horse-7")
    page.click("button.primary")
    page.wait_for_url(url + "/")
    first, acts = {}, {}
    for path in ("/", "/customers/", "/insight/", "/search/"):
        first[path] = statistics.median(_paint(page, url + path) for _ in range(TIMES))
    for name, (path, selector) in ACTS.items():
        acts[name] = statistics.median(_act(page, url + path, selector) for _ in range(TIMES))
    print(f"\nfirst paint, ms: {first}\nfrom the click to the paint, ms: {acts}")
    assert {path: ms for path, ms in first.items() if ms >= FIRST_PAINT_MS} == {}
    assert {name: ms for name, ms in acts.items() if ms >= ACT_MS} == {}


def _paint(page, address: str) -> int:
    page.goto(address)
    return round(page.wait_for_function(PAINTED).json_value())


def _act(page, address: str, selector: str) -> int:
    page.goto(address)
    page.locator(selector).first.wait_for()
    before = page.url
    page.evaluate(CLICKED, selector)
    page.wait_for_function("(was) => location.href !== was", arg=before)
    page.wait_for_function(PAINTED)
    return round(page.evaluate(WAITED))
