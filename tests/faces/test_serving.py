"""SEG-09 on the desk: the leader writes what a contact covers and who serves; it is shown where a contact is noted."""

import pytest

from guanxi.engage.policy.models import ServicePlan
from guanxi.record.customers.models import Customer
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def test_a_leaders_checklist_is_shown_where_a_contact_of_that_model_is_noted(scene, looking):
    leader, lin = looking(scene, "chen", language="en"), looking(scene, "lin", language="en")
    page = f"/customers/{scene.codes[WANG]}/"
    assert f'hx-get="{page}service/"' in lin.get(page).content.decode()
    Customer.objects.filter(pk=scene.ids[WANG]).update(tier=3)
    assert "how to complain" in words_of(lin.get(f"{page}service/"))
    sent = {"points": "Solved at once\nKnows the way next time", "served_by": "hotline team", "minutes": "7"}
    refused = leader.post("/insight/service/technology/", sent | {"minutes": "0"})
    assert (refused.status_code, ServicePlan.objects.exists()) == (422, False)
    assert "Knows the way next time" in refused.content.decode()  # what was typed stays
    assert leader.post("/insight/service/technology/", sent).status_code == 302
    words = words_of(lin.get(f"{page}service/"))
    for told in ("Technology-led service", "Solved at once", "hotline team", "7 minutes a contact"):
        assert told in words
    assert "how to complain" not in words
    assert lin.post("/insight/service/technology/", sent).status_code == 403
    assert leader.post("/insight/service/casino/", sent).status_code == 404
    assert "<textarea" not in lin.get("/insight/service/").content.decode()
    assert leader.post("/insight/service/technology/", {"reset": "on"}).status_code == 302
    assert not ServicePlan.objects.exists()
