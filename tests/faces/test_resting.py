"""Sales rest on the page of a customer: set, seen, ended and taken back by who records consents, and by nobody else."""

import datetime as dt

import pytest

from guanxi.engage.policy.services import set_line
from guanxi.ground import clock
from guanxi.record.actions.models import Action
from guanxi.record.suppressions.choices import Cause
from guanxi.record.suppressions.models import Suppression
from guanxi.record.suppressions.queries import is_suppressed
from guanxi.record.suppressions.services import suppress
from tests.faces.reading import words_of
from tests.stories.scene import SYSTEM

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def test_the_gambling_block_is_two_taps_away_from_the_customer(scene, looking):
    client, page = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/"
    assert f'href="{page}rests/"' in client.get(page).content.decode()
    door = client.get(f"{page}rests/").content.decode()
    assert 'name="cause" value="gambling"' in door
    sent = {"cause": "gambling", "why": "Asked for by the customer"}
    assert client.post(f"{page}rests/", sent).url == f"{page}rests/"
    assert is_suppressed(scene.ids[WANG], Cause.GAMBLING, scene.today)
    assert f'hx-get="{page}rests/"' in client.get(page).content.decode()
    assert '<ul class="consents" id="rests-now"><li' in client.get(f"{page}rests/").content.decode()
    assert "Sales rest: Gambling block, own wish" in words_of(client.get(f"{page}rests/"))
    assert "already" in words_of(client.post(f"{page}rests/", sent))


def test_a_complaint_is_solved_with_words_and_sales_rest_on(scene, looking):
    set_line("rest_complaint", "30", by=SYSTEM)
    client, door = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/rests/"
    before = (scene.today - dt.timedelta(days=2)).isoformat()
    assert client.post(door, {"cause": "complaint", "why": "卡没寄到", "since": before}).status_code == 302
    told = words_of(client.get(door))
    assert "not solved yet" in told
    assert scene.staff["lin"].name in told
    row = Suppression.objects.get().pk
    refused = client.post(f"{door}{row}/end/", {"how": " "})
    assert (refused.status_code, "how the complaint was solved" in words_of(refused)) == (422, True)
    assert client.post(f"{door}{row}/end/", {"how": "补寄了"}).status_code == 302
    told = words_of(client.get(door))
    assert "补寄了" in told
    assert "sales again from" in told
    assert client.post(f"{door}{row}/return/").status_code == 302
    assert is_suppressed(scene.ids[WANG], Cause.COMPLAINT, scene.today)
    assert client.post(f"{door}{row}/removal/").status_code == 302
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"cause": "illness", "why": "x"}, 400),
        ({"cause": "hardship", "why": ""}, 422),
        ({"cause": "hardship", "why": "x" * 301}, 422),
        ({"cause": "hardship", "why": "x", "since": "2999-01-01"}, 422),
        ({"cause": "hardship", "why": "x", "until": "2001-01-01"}, 422),
        ({"cause": "complaint", "why": "x", "until": "2999-01-01"}, 422),
        ({"cause": "hardship", "why": "x", "since": "yesterday"}, 400),
        ({"cause": "fraud", "why": "x"}, 403),  # who sells does not decide about a suspicion
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(scene, looking, sent, status):
    client = looking(scene, "lin")
    assert client.post(f"/customers/{scene.codes[WANG]}/rests/", sent).status_code == status
    assert not Suppression.objects.exists()


def test_a_suspicion_shows_no_words_to_who_sells_and_is_not_ended_by_him(scene, looking):
    made = suppress(scene.ids[WANG], cause="fraud", why="同一证件多处套现", by=SYSTEM)
    client, door = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/rests/"
    page = f"/customers/{scene.codes[WANG]}/"
    for place in (door, f"{page}known/"):
        told = words_of(client.get(place))
        assert "Something is looked into" in told
    for place in (door, page, f"{page}known/", f"{page}history/"):
        told = words_of(client.get(place))
        assert "Abuse" not in told
        assert "套现" not in told
    assert client.post(f"{door}{made}/end/", {"how": "x"}).status_code == 403
    assert is_suppressed(scene.ids[WANG], Cause.FRAUD, scene.today)
    other = f"/customers/{scene.codes['李思敏']}/rests/{made}/end/"
    assert client.post(other, {"how": "x"}).status_code == 404
    with clock.frozen(clock.now() + dt.timedelta(days=1)):
        assert client.post(f"{door}{made}/removal/").status_code == 403


def test_an_open_complaint_is_work_of_today_in_words(scene, looking):
    wang = scene.ids[WANG]
    Action.objects.filter(customer=wang).delete()
    made = Action.objects.create(
        key="complaint", customer_id=wang, owner=scene.staff["lin"], team=scene.teams["oak"], action_class=1, origin="complaint",
        reason="complaint_recovery", due_on=scene.today, proposed_on=scene.today, reason_facts={"day": "2026-07-06", "also": []},
        evidence={"table": "suppressions", "customer_id": wang, "from": "2026-07-06", "to": "2026-07-06", "measure": "complaint",
            "given": {}, "figures": {}},
    )  # fmt: skip
    client = looking(scene, "lin", language="en")
    assert "there are other signs of leaving" in words_of(client.get("/"))
    opened = words_of(client.get(f"/actions/{made.code}/"))
    assert "I would like to put it right" in opened
    assert "Find the cause, put it right" in words_of(client.get(f"/customers/{scene.codes[WANG]}/"))
