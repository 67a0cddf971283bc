"""A customer's children on his page (LEV-12): noted with a guardian's consent only, and gone when it is taken back."""

import pytest

from guanxi.record.children.models import Child
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def test_a_month_is_noted_with_consent_shown_and_deleted_on_the_page(scene, looking):
    client, page = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/"
    door = f"{page}children/"
    assert "nothing is kept without a guardian" in words_of(client.get(door))
    sent = {"born_in": "2026-01", "consent_way": "written", "consented_on": scene.today.isoformat()}
    for missing in ("consent_way", "consented_on"):
        refused = client.post(door, sent | {missing: ""})
        assert (refused.status_code, Child.objects.exists()) == (422, False)
        assert "without its guardian’s consent" in words_of(refused)
        assert 'value="2026-01"' in refused.content.decode()  # what was typed stays
    assert client.post(door, sent | {"born_in": "2026-01-09"}).status_code == 400  # no day
    assert client.post(door, sent).status_code == 302
    stage = "stage 2" if scene.today.isoformat() >= "2026-07" else "stage 1"
    assert stage in words_of(client.get(door))
    assert f'hx-get="{door}"' in client.get(page).content.decode()
    assert "January" in words_of(client.get(f"{page}known/"))
    assert client.post(f"{door}withdrawal/", {"born_in": "2026-01"}).status_code == 302
    assert not Child.objects.exists()


def test_who_records_no_consents_sees_nothing_of_them(scene, looking):
    client, page = looking(scene, "du"), f"/customers/{scene.codes[WANG]}/"
    assert client.get(f"{page}children/").status_code in (403, 404)
    assert "children-slot" not in client.get(page).content.decode()


def test_an_organisation_has_no_children_to_note(scene, looking):
    key = scene.add("Hengyuan", kind="organisation")
    client = looking(scene, "lin", language="en")
    assert "children-slot" in client.get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert "children-slot" not in client.get(f"/customers/{scene.codes['Hengyuan']}/").content.decode(), key
