"""Acts on many pieces of work from the list of actions: asked with their number, done, said, taken back, without scripts."""

import re

import pytest
from django.urls import reverse

from guanxi.record.actions.models import Action
from guanxi.record.customers.models import Share
from tests.faces.reading import words_of
from tests.faces.test_bulk import said

pytestmark = pytest.mark.django_db
ALL = {"all": "on", "question": "sort=due_on"}


@pytest.fixture
def client_of(scene, looking):
    """A client of somebody who reads English."""
    return lambda who: looking(scene, who, language="en")


def code_of(name: str) -> str:
    return Action.objects.values_list("code", flat=True).get(customer__name=name)


def rows() -> list[dict]:
    return [{**row, "version": None} for row in Action.objects.order_by("pk").values()]


def owners() -> dict[str, str | None]:
    return dict(Action.objects.values_list("customer__name", "owner__name"))


def undo_of(page) -> str:
    return re.search(r'action="(/actions/bulk/\w{12}/withdrawal/)"', page.content.decode())[1]


def test_the_bar_offers_what_the_role_may(scene, client_of):
    page = client_of("lin").get("/actions/").content.decode()
    assert page.count("data-tick ") == 5
    assert 'formaction="/actions/bulk/hand-over/"' in page
    assert 'formaction="/actions/bulk/postponement/"' in page
    assert "data-tick" not in client_of("du").get("/actions/").content.decode()


def test_work_is_handed_over_with_a_note_and_taken_back(scene, client_of):
    client, before, zhou = client_of("lin"), rows(), scene.staff["zhou"].code
    codes = [code_of("王海峰"), code_of("张立新"), code_of("罗志强"), "nobody222222"]
    page = client.post(reverse("work_handing_over"), {"question": "sort=due_on", "code": codes})
    assert "Hand 2 actions over to" in words_of(page)
    assert "2 left out: not yours to answer." in words_of(page)
    offered = re.findall(r'name="to" value="(\w+)"', page.content.decode())
    assert {one.name for one in scene.staff.values() if one.code in offered} == {"周航", "陈洁", "李工"}
    sent = {"question": "sort=due_on", "code": codes, "to": zhou, "note": "Please ring today"}
    done = client.post(reverse("work_handing_over"), sent, follow=True)
    assert done.redirect_chain[0][0].startswith("/actions/?")
    assert "2 actions handed over to 周航. 2 left out: not yours to answer." in said(done)
    assert (owners()["王海峰"], owners()["张立新"], owners()["欧阳静"]) == ("周航", "周航", "林晓彤")
    assert Share.objects.filter(staff__code=zhou).count() == 2
    assert "Please ring today" in words_of(client_of("zhou").get(f"/actions/{code_of('王海峰')}/"))
    back = client.post(undo_of(done), follow=True)
    assert "2 actions are as before." in said(back)
    assert rows() == before
    assert not Share.objects.exists()


def test_all_that_fit_are_put_off_and_taken_back(scene, client_of):
    client, before = client_of("lin"), rows()
    page = client.post(reverse("work_putting_off"), ALL)
    assert "5 actions: not now, because…" in words_of(page)
    assert "Not reached" in words_of(page)
    done = client.post(reverse("work_putting_off"), ALL | {"to": "2", "again_on": ""}, follow=True)
    assert "5 actions put off: Not reached." in said(done)
    assert Action.objects.filter(status=3, not_now=2, owner=scene.staff["lin"]).count() == 5
    again = client.post(reverse("work_putting_off"), ALL)
    assert again.status_code == 422
    assert "5 have their answer already." in words_of(again)
    client.post(undo_of(done))
    assert rows() == before


@pytest.mark.parametrize("who", ["he", "zhao", "du"])
@pytest.mark.parametrize("act", ["work_handing_over", "work_putting_off"])
def test_whoever_may_not_is_refused_and_nothing_is_written(scene, client_of, who, act):
    before = rows()
    for sent in ({}, {"to": scene.staff["zhou"].code}, {"to": "1"}):
        assert client_of(who).post(reverse(act), ALL | sent).status_code == 403
    assert rows() == before


@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("work_handing_over", {"code": [f"c{n:011}" for n in range(1_001)], "to": "x"}, 422),
        ("work_handing_over", {"code": ["' OR 1=1"], "to": "nobody222222"}, 422),
        ("work_handing_over", {"all": "on", "question": "where=password.is.x", "to": "x"}, 400),
        ("work_handing_over", {}, 422),
        ("work_putting_off", {"all": "on", "to": "99"}, 400),
        ("work_putting_off", {"all": "on", "to": "x"}, 400),
        ("work_putting_off", {"all": "on", "to": "1", "again_on": "yesterday"}, 400),
        ("work_putting_off", {"all": "on", "to": "1", "again_on": "2020-01-01"}, 422),
    ],
)  # fmt: skip
def test_hand_made_requests_change_nothing(scene, client_of, act, fields, status):
    before = rows()
    assert client_of("lin").post(reverse(act), {"question": "sort=due_on"} | fields).status_code == status
    assert client_of("lin").get(reverse(act)).status_code == 405
    assert rows() == before


@pytest.mark.parametrize("who", ["du", "zhao", "he"])
def test_nothing_goes_to_whoever_does_no_such_work(scene, client_of, who):
    """Work, and customers, one by one, many, and new ones: by forms of the page and by hand-made requests."""
    taker, before = scene.staff[who].code, (rows(), list(scene.codes))
    answer = client_of("chen").post(reverse("work_handing_over"), ALL | {"to": taker})
    assert (answer.status_code, f"{scene.staff[who].name} does not do such work." in words_of(answer)) == (422, True)
    given = {"question": "sort=-value", "code": scene.codes["王海峰"]}
    page = client_of("chen").post(reverse("bulk_assignment"), given)
    assert f'value="{taker}"' not in page.content.decode()
    answer = client_of("chen").post(reverse("bulk_assignment"), given | {"to": taker})
    assert (answer.status_code, "does not look after customers." in words_of(answer)) == (422, True)
    form = client_of("chen").get(reverse("customer_new")).content.decode()
    assert f'value="{taker}"' not in form
    assert f'value="{scene.staff["zhou"].code}"' in form
    sent = {"name": "赵雅芝", "phone": "13911112222", "kind": "person", "owner": taker}
    assert client_of("chen").post(reverse("customer_new"), sent).status_code == 422
    assert (rows(), list(scene.codes)) == before


# the preview


def test_the_preview_shows_why_and_what_to_say(scene, client_of, django_assert_max_num_queries):
    client, code = client_of("lin"), code_of("王海峰")
    assert 'id="panel"' in client.get("/actions/").content.decode()
    with django_assert_max_num_queries(16):
        page = client.get(reverse("action_panel", args=[code]))
    for told in ("王海峰", "Why today", "is at stake"):
        assert told in words_of(page)
    assert f'href="/actions/{code}/"' in page.content.decode()
    assert client_of("huang").get(reverse("action_panel", args=[code])).status_code == 404
