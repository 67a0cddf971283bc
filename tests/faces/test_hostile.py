"""Words that a browser, a template or a format string might obey are words on every page: every text column there is, at
every address there is, as the administrator, a leader and a manager see it; and what was just typed, where it comes back.

test_browser_hostile.py asks the same of a real browser, which decides what is an element.
"""

import html
import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.apps import apps

from tests.faces import hostile
from tests.faces.hostile_scene import every_page, every_search, fill_every_table, places

pytestmark = pytest.mark.django_db
LEADS = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "data-href", "poster", "data")
ANSWERS = (200, 302, 400, 403, 404, 405, 422)


class Page(HTMLParser):
    """What a page holds that nobody of ours wrote."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            leads_away = name in LEADS and re.match(r"\s*(\w*script|data):|//|\\\\", value or "")
            if name == hostile.MARK or name.startswith(("on", "hx-on")) or tag.startswith("c-") or leads_away:
                self.wrong.append(f"<{tag} {name}={value}>")

    handle_startendtag = handle_starttag


def wrong_in(response) -> list[str]:
    """What a page should not hold; nothing for files and for pages elsewhere."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    text = response.content.decode()
    found = Page(text).wrong
    if hostile.SUM in text:
        at = text.index(hostile.SUM)
        found.append(f"counted: …{text[max(0, at - 80) : at + 20]}")
    return found


@pytest.fixture
def written(scene, looking):
    fill_every_table(scene, looking(scene, "li"))
    return scene


def test_every_text_column_is_poisoned_or_says_why_not():
    known = {
        (label, name) for table in (hostile.COLUMNS, hostile.CLOSED) for label, names in table.items() for name in names
    }
    there = {(label, field.name) for label, field in hostile.text_columns() if not field.choices}
    chosen = {(label, field.name) for label, field in hostile.text_columns() if field.choices}
    assert there - known == set()
    assert known - there - chosen == set()
    twice = {
        (label, name)
        for label, names in hostile.COLUMNS.items()
        for name in names
        if name in hostile.CLOSED.get(label, {})
    }
    assert twice == set()


def test_there_is_something_to_poison_in_every_table(written):
    empty = [label for label in hostile.COLUMNS if not apps.get_model(label)._default_manager.exists()]
    assert empty == []


@pytest.mark.parametrize(
    ("turn", "people"),
    [
        (None, ("li", "lin")),
        (7, ("chen",)),
        *(pytest.param(turn, ("li",), marks=pytest.mark.drill) for turn in range(7)),
    ],
)
def test_nothing_written_is_obeyed_on_any_page(written, looking, turn, people):
    """None: everything in one text; else each payload by itself, in other columns by each turn."""
    hostile.poison(turn)
    wrong, shown = [], 0
    for who in people:
        client = looking(written, who, language="en" if turn else "zh-hans")
        for path in every_page(written):
            response = client.get(path)
            assert response.status_code in ANSWERS, (who, path, response.status_code)
            shown += response.status_code == 200
            wrong += [f"{who} {path}: {found}" for found in wrong_in(response)]
        for path, sent in every_search(written):
            response = client.post(path, sent)
            assert response.status_code in ANSWERS, (who, path, response.status_code)
            wrong += [f"{who} {path}, searched: {found}" for found in wrong_in(response)]
    assert wrong == []
    assert shown > 60 * len(people)


TYPED = (hostile.EVERYTHING, "javascript:hostile()//", '" onfocus=hostile() autofocus x="')


@pytest.mark.parametrize("text", TYPED)
def test_what_was_typed_comes_back_as_it_was_typed(written, looking, text):
    """Searches, conditions, and every form that is refused and shows again what stood in it."""
    known, client = places(written), looking(written, "li")
    customer, signal = f"/customers/{known['customers/<code:code>']}/", f"/signals/{known['signals/<code:code>']}/"
    action, waiting = f"/actions/{known['actions/<code:code>']}/", f"/imports/{known['import_mapping.code']}/"
    asked = [
        "/customers/?where=name.contains.{}", f"{customer}timeline/?words={{}}",
        "/conversations/?where=summary.contains.{}", "/customers/condition/?filter=value&op=at_least&value={}&from=",
        "/customers/?sort={}", "/customers/?view={}", "/account/login/?next={}", "/{}/",
    ]  # fmt: skip
    sent = [
        ("/customers/new/", {"name": text, "phone": text, "email": text, "company": text, "city": text}),
        (f"{customer}fields/birthday/", {"value": text, "version": 1}),
        (f"{customer}preferences/", {"field": 7, "text": text * 3, "source": "told"}),
        (f"{customer}promises/", {"what": text, "due_on": "2020-01-01"}),
        (f"{customer}relations/", {"other": known["customers/<code:code>"], "kind": 1, "note": text, "source": "told", "q": text}),
        (f"{customer}consents/", {"cell": "2.4.1", "how": "told", "evidence": text * 9}),
        (f"{signal}judgement/", {"judgement": "travel", "note": text, "quiet_until": "2020-01-01"}),
        (f"{action}answer/", {"answer": "not_now", "because": 1, "note": text, "again_on": "2020-01-01", "version": 77}),
        (f"{action}hand-over/", {"to": text[:12], "note": text, "version": 77}),
        (f"{waiting}mapping/", {"act": "import", "column.0": text}),
        ("/conversations/new/", {"customer": known["customers/<code:code>"], "channel": 1, "summary": text, "what": text, "follow_up_on": "2020-01-01"}),
        ("/customers/views/", {"name": text * 2, "sharing": "private", "from": ""}),
        ("/settings/people/", {"name": text * 5, "email": text, "password": "x"}),
        ("/settings/teams/", {"name": text * 5}),
        ("/settings/products/", {"name": text, "reference": text, "margin_rate": text, "seen": ""}),
        ("/settings/estates/", {"name": text, "city": text, "handover_on": text, "seen": ""}),
        ("/offers/new/", {"reference": text, "issue": "5", "name_zh": text, "rules_2": text, "way_2_zh": text, "seen": ""}),
        ("/settings/policy/line/", {"name": "calls", "amount": text}),
        ("/settings/policy/weight/", {"signal": "new_home", "issue": "5", "weight": text, "why": text}),
        ("/settings/days-off/", {"day": text, "is_working": "no", "name": text}),
        ("/settings/thresholds/decisions.capacity/", {"value": text}),
        ("/search/recognition/", {"q": text[:90] + "7", "why": "call"}),
        ("/search/", {"q": text}),
        ("/customers/", {"q": text}),
        ("/conversations/new/", {"q": text}),
        (f"{customer}relations/", {"q": text}),
        ("/settings/sight/", {"who": "x", "customer": text}),
        ("/account/login/", {"login": text, "password": text}),
    ]  # fmt: skip
    wrong, back = [], 0
    for response, place in [
        *((client.get(path.format(quote(text, safe=""))), path) for path in asked),
        *((client.post(path, data), path) for path, data in sent),
    ]:
        assert response.status_code < 500, place
        wrong += [f"{place}: {found}" for found in wrong_in(response)]
        back += not response.streaming and html.escape(text) in response.content.decode().replace("&#39;", "&#x27;")
    assert wrong == []
    assert back >= 12, "most of them show what was typed"
