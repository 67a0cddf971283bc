"""The suitability test on the customer's page (LEV-09): read, noted and ended there by who may, and nobody else."""

import pytest

from guanxi.ground import clock
from guanxi.record.suitability.queries import level_on
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def test_a_test_is_noted_shown_and_ended_on_the_page(scene, looking):
    client, door = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/risk-test/"
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    assert "no funds are offered" in words_of(client.get(door))
    sent = {"level": "2", "tested_on": today.isoformat(), "valid_until": ""}
    assert client.post(door, sent).status_code == 302
    assert level_on(scene.ids[WANG], today) == 2
    assert "2 steady" in words_of(client.get(door))
    refused = client.post(door, sent | {"valid_until": today.isoformat()})
    assert (refused.status_code, level_on(scene.ids[WANG], today)) == (422, 2)
    assert client.post(door, sent | {"level": "6"}).status_code == 400
    assert client.post(f"{door}end/").status_code == 302
    assert level_on(scene.ids[WANG], today) is None
    assert f'hx-get="{door}"' in client.get(f"/customers/{scene.codes[WANG]}/").content.decode()
