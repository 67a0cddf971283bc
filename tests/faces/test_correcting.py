"""Correcting a note on the desk, taking it back with undo, and reading what stood there before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from guanxi.faces.shared.cells import short_date
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel
from tests.faces.reading import words_of

WANG = "王海峰"
SENT = {"channel": "3", "direction": "1", "outcome": "1", "summary": "喝铁观音", "needs": "教育金"}


@pytest.fixture
def code(scene) -> str:
    return log_conversation(scene.ids[WANG], by=scene.person("lin"), channel=Channel.CALL, summary="喝普洱，一月两次")


def test_whoever_wrote_it_corrects_it_from_the_timeline_and_the_old_words_stay_readable(scene, looking, code):
    client, door = looking(scene, "lin"), f"/conversations/{code}/"
    assert f'href="{door}"' in client.get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert f'href="{door}correction/"' in client.get(door).content.decode()
    assert "喝普洱，一月两次" in client.get(f"{door}correction/").content.decode()
    assert client.post(f"{door}correction/", SENT).url == door
    words = words_of(client.get(door))
    assert words.index("喝铁观音") < words.index("喝普洱，一月两次")
    assert "由林晓彤" in words or "林晓彤" in words
    assert "教育金" in words
    assert "喝普洱，一月两次" not in words_of(client.get(f"/customers/{scene.codes[WANG]}/"))


def test_a_corrected_note_is_marked_in_the_history_with_a_door_to_the_words_of_before(scene, looking, code):
    client, page = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        return len(asked)

    assert "Corrected" not in words_of(client.get(page))
    before = queries()
    client.post(f"/conversations/{code}/correction/", SENT)
    with translation.override("en"):
        day = short_date(scene.today, scene.today)
    words = f"Corrected {day} by 林晓彤: what stood there before"
    assert f'<a class="go" href="/conversations/{code}/">{words}</a>' in client.get(page).content.decode()
    assert queries() == before


def test_taken_back_with_undo(scene, looking, code):
    client, door = looking(scene, "lin"), f"/conversations/{code}/"
    page = client.post(f"{door}withdrawal/", follow=True)
    assert page.request["PATH_INFO"] == f"/customers/{scene.codes[WANG]}/"
    assert "喝普洱，一月两次" not in words_of(page)
    assert f'action="{door}return/"' in page.content.decode()
    assert client.get(door).status_code == 404
    client.post(f"{door}return/")
    assert "喝普洱，一月两次" in words_of(client.get(door))


@pytest.mark.parametrize(("name", "status"), [("chen", 403), ("he", 403), ("zhou", 404), ("huang", 404), ("du", 403)])
def test_nobody_else_may(scene, looking, code, name, status):
    client, door = looking(scene, name), f"/conversations/{code}/"
    before = list(Conversation.objects.values())
    assert client.get(f"{door}correction/").status_code == status
    for place in ("correction", "withdrawal"):
        assert client.post(f"{door}{place}/", SENT).status_code == status
    assert client.post(f"{door}return/").status_code in (403, 404)
    assert list(Conversation.objects.values()) == before
    if status == 403:
        page = client.get(door).content.decode()
        assert "correction/" not in page


def test_what_cannot_be_stored_is_refused_and_stays_in_the_form(scene, looking, code):
    client, door = looking(scene, "lin"), f"/conversations/{code}/correction/"
    response = client.post(door, SENT | {"summary": "长" * 20_001})
    assert (response.status_code, response["HX-Replace-Url"]) == (422, "false")
    assert "长" * 20_001 in response.content.decode()
    assert client.post(door, SENT | {"channel": "99"}).status_code == 400
    assert client.get(f"{door}?x=1").status_code == 400
