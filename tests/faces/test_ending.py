"""SEG-03 on the desk: a leader gives notice of a contract with its ground, takes it back, and closes it once its days are over."""

import datetime as dt

import pytest

from guanxi.ground import clock
from guanxi.record.actions.services import propose_actions
from guanxi.record.holdings.choices import HoldingStatus
from guanxi.record.holdings.models import Ending, Holding
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM, action_row

pytestmark = pytest.mark.django_db
WANG = "王海峰"


@pytest.fixture
def card(scene) -> Holding:
    return Holding.objects.get(reference="6225880112346621")


def page(scene) -> str:
    return f"/customers/{scene.codes[WANG]}/endings/"


def notice(scene, card: Holding, **fields: str) -> dict[str, str]:
    ends = scene.today + dt.timedelta(45)
    return {
        "holding": card.code, "ground": "<b>条款 9", "noticed_on": scene.today.isoformat(), "ends_on": ends.isoformat(),
    } | fields  # fmt: skip


def test_a_leader_gives_notice_takes_it_back_and_closes_after_its_days(scene, looking, card):
    client, where = looking(scene, "chen", language="en"), page(scene)
    assert where in client.get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert "No notice of a contract on record. Give notice of a contract" in words_of(client.get(where))
    assert client.post(where, notice(scene, card)).status_code == 302
    shown = client.get(where).content.decode()
    assert "No notice of a contract" not in shown
    assert "&lt;b&gt;条款 9" in shown
    assert "Close the contract" not in shown  # not before its day
    row = Ending.objects.get()
    refused = client.post(f"{where}{row.pk}/closure/")
    assert refused.status_code == 422
    assert "The notice runs until" in words_of(refused)
    assert client.post(f"{where}{row.pk}/withdrawal/").status_code == 302
    assert "taken back" in words_of(client.get(where))
    assert client.post(where, notice(scene, card)).status_code == 302
    Ending.objects.filter(withdrawn_on=None).update(
        noticed_on=scene.today - dt.timedelta(60), ends_on=scene.today - dt.timedelta(1)
    )
    shown = words_of(client.get(where))
    assert "Close the contract" in shown
    assert "Take the notice back" not in shown  # its days are over
    row = Ending.objects.get(withdrawn_on=None)
    assert client.post(f"{where}{row.pk}/closure/").status_code == 302
    card.refresh_from_db()
    assert (card.status, card.closed_on) == (HoldingStatus.CLOSED, clock.local_day(clock.now(), "Asia/Shanghai"))
    assert "closed by us" in words_of(client.get(where))
    # until then it stood on the list of whoever looks after him
    facts = {"holding": "尾号 6621", "day": scene.today.isoformat(), "also": []}
    over = action_row(scene, WANG, "notice_over", facts, action_class=1, origin="ending", rank=1, value=0)
    propose_actions([over], by=SYSTEM, as_of=scene.today)
    listed = words_of(looking(scene, "lin", language="en").get("/"))
    assert "The notice of 尾号 6621 ran until" in listed
    whole = words_of(looking(scene, "lin", language="en").get(f"/customers/{scene.codes[WANG]}/"))
    assert "Close the contract, or have it closed by whoever may; sell nothing" in whole


def test_what_is_refused_keeps_what_was_typed(scene, looking, card):
    client, where = looking(scene, "chen", language="en"), page(scene)
    soon = scene.today + dt.timedelta(29)
    answer = client.post(where, notice(scene, card, ends_on=soon.isoformat()))
    assert answer.status_code == 422
    assert "at least 30 days" in words_of(answer)
    assert 'value="&lt;b&gt;条款 9"' in answer.content.decode()
    assert f'value="{soon.isoformat()}"' in answer.content.decode()
    assert not Ending.objects.exists()


@pytest.mark.parametrize("name", ["lin", "zhao"])
def test_who_may_not_end_reads_it_where_he_sees_it_and_ends_nothing(scene, looking, card, name):
    looking(scene, "chen").post(page(scene), notice(scene, card))
    row, client = Ending.objects.get(), looking(scene, name, language="en")
    words = client.get(page(scene)).content.decode()
    assert "条款 9" in words
    assert "<form method" not in words.split('id="endings"')[1].split("</section>")[0]
    assert client.post(page(scene), notice(scene, card)).status_code == 403
    assert client.post(f"{page(scene)}{row.pk}/withdrawal/").status_code == 403
    assert (Ending.objects.get().withdrawn_on, Ending.objects.count()) == (None, 1)
