"""Characters that hide or turn text around are shown as what they are on every page, whichever column they came by."""

import re

import pytest
from django.apps import apps
from django.db import connection, models

from guanxi.faces.shared.visible import visible
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
TURNED, NARROW = "\u202e", "\u200b"
MARKS = ("⟨U+202E⟩", "⟨U+200B⟩")
# Free text of people and of files. Codes, keys, digests, enumerations and identifiers in normal form hold none.
FREE = {
    "customers.Customer": ("name", "company", "source"),
    "customers.Address": ("text", "city", "district"),
    "customers.City": ("name",),
    "customers.Household": ("name",),
    "customers.Group": ("name",),
    "customers.Identifier": ("label",),
    "customers.Preference": ("text", "source"),
    "customers.Relation": ("note",),
    "catalogue.Product": ("name",),
    "catalogue.Family": ("name",),
    "consents.Consent": ("partner", "source"),
    "conversations.Conversation": ("summary", "by_name"),
    "dealings.Dealing": ("category", "order_reference"),
    "holdings.Holding": ("reference",),
    "signals.Signal": ("note",),
    "actions.Action": ("answer",),
    "identity.Staff": ("name", "title"),
    "identity.Team": ("name",),
    "identity.Firm": ("name",),
}


@pytest.fixture
def poisoned(scene):
    """The scene with a turned-around and a zero-width character at the end of every free text."""
    for label, columns in FREE.items():
        table = apps.get_model(label)._meta.db_table
        for column in columns:
            field = apps.get_model(label)._meta.get_field(column)
            assert isinstance(field, models.CharField | models.TextField)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE {table} SET "{column}" = "{column}" || %s WHERE "{column}" <> \'\'', [TURNED + NARROW]
                )
    return scene


def pages(client, scene) -> dict[str, str]:
    """Every page of the desk that shows something of a customer or a colleague, and the fragments of its tabs."""
    from guanxi.record.actions.models import Action
    from guanxi.record.signals.models import Signal

    action = Action.objects.filter(customer=scene.ids["王海峰"]).first()
    signal = Signal.objects.filter(customer=scene.ids["王海峰"]).first()
    customer = f"/customers/{scene.codes['王海峰']}/"
    paths = ["/", "/customers/", customer, f"{customer}timeline/", f"/?open={action.code}"]
    paths += [f"/actions/{action.code}/", f"/actions/{action.code}/hand-over/", f"/actions/{action.code}/evidence/"]
    paths += [f"/signals/{signal.code}/evidence/"] if signal else []
    paths += [f"/customers/{code}/" for code in scene.codes.values()]
    return {path: client.get(path) for path in paths}


@pytest.mark.parametrize("who", ["lin", "chen", "li"])
def test_nothing_hidden_reaches_a_page(poisoned, looking, who):
    wrong, seen = [], 0
    for path, response in pages(looking(poisoned, who), poisoned).items():
        if response.status_code == 404:
            continue  # somebody else's
        assert response.status_code == 200, path
        text = re.sub(r' value="[^"]*"', "", response.content.decode())  # a field keeps what was typed
        seen += 1
        for line in text.splitlines():
            if TURNED in line or NARROW in line:
                at = min(place for place in (line.find(TURNED), line.find(NARROW)) if place >= 0)
                wrong.append(f"{path}: …{line[max(0, at - 60) : at + 3]!r}")
    assert wrong == []
    assert seen >= 10


def test_they_are_shown_as_what_they_are(poisoned, looking):
    client = looking(poisoned, "lin")
    for path in ("/", "/customers/", f"/customers/{poisoned.codes['王海峰']}/"):
        assert f"王海峰{''.join(MARKS)}" in words_of(client.get(path)), path


def test_a_field_to_be_edited_keeps_what_was_typed():
    """Saving a form must not store the marks."""
    form = f'<p>{TURNED}</p><input value="张{TURNED}三"><textarea name="note">{NARROW}</textarea><p>{NARROW}</p>'
    shown = f'<p>{MARKS[0]}</p><input value="张{TURNED}三"><textarea name="note">{NARROW}</textarea><p>{MARKS[1]}</p>'
    assert visible(form) == shown
    assert visible(shown.replace(TURNED, "").replace(NARROW, "")) == shown.replace(TURNED, "").replace(NARROW, "")


def test_the_search_finds_and_keeps_what_was_typed(poisoned, looking):
    page = looking(poisoned, "lin").post("/search/", {"q": f"王{TURNED}海峰"}).content.decode()
    assert f'value="王{TURNED}海峰"' in page
    assert f"王海峰{MARKS[0]}" in page


def test_an_emoji_of_several_people_stays_one():
    assert visible("<p>👨\u200d👩\u200d👧</p>") == "<p>👨\u200d👩\u200d👧</p>"
