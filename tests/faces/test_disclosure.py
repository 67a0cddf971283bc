"""A masked mark in full: with a reason, once, in the journal; without the right nothing is shown and nothing written."""

import re

import pytest

from guanxi.journal.models import Act
from guanxi.journal.queries import ActLine, latest_acts
from guanxi.record.customers.choices import IdentifierKind
from guanxi.record.customers.models import Identifier
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"
NUMBER = re.compile("44010619820312031[0-9X]")


def mark_of(scene, kind: int = IdentifierKind.ID_NUMBER, name: str = WANG) -> int:
    return Identifier.objects.get(customer_id=scene.ids[name], kind=kind).pk


def ask(client, scene, *, name: str = WANG, **data):
    sent = {"mark": mark_of(scene), "why": "identity", "note": ""} | data
    return client.post(f"/customers/{scene.codes[name]}/disclosure/", sent)


def revealed() -> list[ActLine]:
    return latest_acts(kinds=["customer.revealed"])


def test_the_number_is_shown_once_and_the_journal_says_why(scene, looking):
    client = looking(scene, "lin", language="en")
    response = ask(client, scene, note="rang at nine")
    assert response.status_code == 200
    assert NUMBER.search(words_of(response))
    assert response.headers["Cache-Control"] == "no-store, private"
    (act,) = revealed()
    assert (act.by.code, act.noun.code) == (scene.staff["lin"].code, scene.codes[WANG])
    again = client.get(f"/customers/{scene.codes[WANG]}/")
    assert not NUMBER.search(again.content.decode())
    assert "4401 •••• 0312" in words_of(again)
    assert len(revealed()) == 1


def test_the_reason_is_kept_in_the_language_of_the_firm(scene, looking):
    ask(looking(scene, "lin", language="en"), scene, note="九点来电")
    assert revealed()[0].payload == {"field": "id_number", "reason": "核对来电人身份: 九点来电"}


def test_own_words_alone_are_a_reason_but_no_words_are_none(scene, looking):
    client = looking(scene, "lin")
    response = ask(client, scene, why="other", note="  ")
    assert response.status_code == 422
    assert not NUMBER.search(response.content.decode())
    assert "请写明为什么要看。" in words_of(response)
    assert revealed() == []
    assert NUMBER.search(words_of(ask(client, scene, why="other", note="公证处要原件号")))
    assert revealed()[0].payload["reason"] == "公证处要原件号"


@pytest.mark.parametrize("who, status", [("he", 403), ("zhao", 403), ("du", 403), ("zhou", 404), ("huang", 404)])
def test_who_may_not_sees_nothing_and_nothing_is_written(scene, looking, who, status):
    before = Act.objects.count()
    response = ask(looking(scene, who), scene)
    assert response.status_code == status
    assert not NUMBER.search(response.content.decode())
    assert Act.objects.count() == before


def test_a_mark_of_somebody_else_is_not_there(scene, looking):
    scene.add("同名客户", phone="13900000001", id_number="11010519491231002X")
    theirs = Identifier.objects.get(customer_id=scene.ids["同名客户"], kind=IdentifierKind.ID_NUMBER).pk
    before = Act.objects.count()
    assert ask(looking(scene, "lin"), scene, mark=theirs).status_code == 404
    assert ask(looking(scene, "lin"), scene, mark=10**12).status_code == 404
    assert Act.objects.count() == before


def test_what_is_in_clear_already_is_not_asked_for(scene, looking):
    assert ask(looking(scene, "lin"), scene, mark=mark_of(scene, IdentifierKind.PHONE)).status_code == 404
    page = looking(scene, "lin").get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert page.count('id="mark-') == 1
    assert 'id="mark-' not in looking(scene, "li").get(f"/customers/{scene.codes[WANG]}/").content.decode()
    assert 'id="mark-' not in looking(scene, "he").get(f"/customers/{scene.codes[WANG]}/").content.decode()


@pytest.mark.parametrize(
    "data", [{"why": "curiosity"}, {"mark": "x"}, {"mark": "-1"}, {"mark": str(2**63)}, {"note": "n" * 201}]
)
def test_no_form_of_ours_is_not_understood(scene, looking, data):
    assert ask(looking(scene, "lin"), scene, **data).status_code == 400


def test_looking_at_the_address_shows_nothing(scene, looking):
    assert looking(scene, "lin").get(f"/customers/{scene.codes[WANG]}/disclosure/").status_code == 405
