"""LEV-09 at the desk: without a test no fund, a level-4 fund never for level 2, and a test noted in the contact counts at once."""

import pytest

from guanxi.record.catalogue.services import write_product
from guanxi.record.consents.choices import ConsentStatus
from tests.faces.reading import words_of
from tests.faces.test_offering import agree, decided_last_night, door
from tests.faces.test_offers import WHOLE, sent

pytestmark = pytest.mark.django_db


def test_a_test_noted_in_the_contact_decides_at_once(scene, looking, settings, tmp_path):
    settings.GUANXI_HOME = tmp_path
    write_product("", {"reference": "L-1", "name": "指数基金", "family": "loan"}, by=scene.person("li"))
    suitable = "no_test: has_risk_test\nrisk_too_high: risk_level >= 4"
    rules = {"rules_1": "kind = 'person'", "rules_2": "", "rules_3": suitable, "stock": ""}
    page = sent(looking(scene, "zhao"), "/offers/new/", **WHOLE | rules)["Location"]
    for who, step in (("zhao", "submission"), ("chen", "approval"), ("zhao", "publication")):
        assert looking(scene, who).post(f"{page}{step}/").status_code == 302
    agree(scene, ConsentStatus.GRANTED)
    decided_last_night(scene)
    client = looking(scene, "lin", language="en")
    assert "By a rule of the offer: no_test" in words_of(client.get(door(scene)))
    for level, said in ((2, "By a rule of the offer: risk_too_high"), (4, "about ¥24")):
        test = {"level": str(level), "tested_on": scene.today.isoformat(), "valid_until": ""}
        assert client.post(door(scene, "risk-test"), test).status_code == 302
        assert said in words_of(client.get(door(scene)))
    assert client.post(door(scene, "risk-test/end")).status_code == 302
    assert "By a rule of the offer: no_test" in words_of(client.get(door(scene)))
