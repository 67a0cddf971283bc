"""What a customer thinks of us, on his page (RET-07): noted by who talks with him, once a year, never guessed."""

import pytest

from guanxi.record.surveys.models import Survey
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def test_answers_are_noted_shown_and_taken_back_on_the_page(scene, looking):
    client, door = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/survey/"
    assert "Never asked" in words_of(client.get(door))
    sent = {
        "asked_on": scene.today.isoformat(),
        "value": "8",
        "quality": "",
        "satisfaction": "9",
        "recommend": "10",
        "rank": "1",
        "among": "3",
    }
    assert client.post(door, sent).status_code == 302
    assert "worth 8 · satisfied 9 · recommends 10 · place 1 of 3" in words_of(client.get(door))
    again = client.post(door, sent | {"value": "2"})
    assert (again.status_code, Survey.objects.get().value) == (422, 8)
    assert 'value="2"' in again.content.decode()  # what was typed stays
    assert client.post(door, sent | {"value": "11", "asked_on": "2020-01-01"}).status_code == 422
    assert client.post(door, sent | {"value": "much"}).status_code == 400
    assert f'hx-get="{door}"' in client.get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert "place 1 of 3" in words_of(client.get(f"/customers/{scene.codes[WANG]}/known/"))
    assert client.post(f"{door}withdrawal/").status_code == 302
    assert not Survey.objects.exists()
    silent = dict.fromkeys(sent, "") | {"asked_on": scene.today.isoformat()}
    assert client.post(door, silent).status_code == 422
    assert client.post(door, sent | {"unanswered": "on"}).status_code == 422  # one or the other
    assert not Survey.objects.exists()
    assert client.post(door, silent | {"unanswered": "on"}).status_code == 302
    assert "did not want to answer" in words_of(client.get(door))
    assert client.post(door, sent).status_code == 422  # not again this year
    assert (Survey.objects.get().satisfaction, Survey.objects.get().recommend) == (None, None)
