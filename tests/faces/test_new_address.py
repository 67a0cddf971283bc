"""A new address in the contact (NBA-01, LEV-04, LEV-10): one question or none, settled by a click and undone by one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.actions.services.caring import ask_about_missed
from guanxi.record.catalogue.rules import NewEstate
from guanxi.record.catalogue.services import create_estates
from guanxi.record.customers.models import Address
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.holdings.models import Holding
from guanxi.record.signals.models import Signal
from guanxi.record.signals.queries import signals_of
from guanxi.record.standing.models import Standing
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

WANG, HUANG = "王海峰", "黄振华"
REFUSED = (("zhou", 404), ("huang", 404), ("zhao", 403), ("du", 403))


def base(scene, who=WANG):
    return f"/customers/{scene.codes[who]}/"


@pytest.fixture
def moving(scene):
    """Mr Wang lives somewhere; the register knows an estate handed over this month, far out."""
    change_address(scene.ids[WANG], NewAddress("康王中路 211 号", "广州"), by=SYSTEM)
    Signal.objects.filter(customer=scene.ids[WANG]).delete()
    estate = NewEstate(
        name="星河湾", city="广州", handover_on=scene.today.replace(day=1), latitude="22.942", longitude="113.379"
    )
    create_estates([estate], by=SYSTEM)
    return scene


def save(client, scene, text="星河湾 3 栋", **more):
    return client.post(base(scene) + "address/", {"text": text, "city": "广州", "source": "told"} | more)


def supposed(scene) -> Signal:
    return Signal.objects.get(customer=scene.ids[WANG], kind="new_home")


def test_after_saving_the_clerk_reads_one_question_with_its_reason(moving, looking):
    client = looking(moving, "lin")
    assert save(client, moving).url == base(moving) + "?moved=1"
    row = Address.objects.get(customer=moving.ids[WANG], valid_to=None)
    assert (row.text, row.city, row.source) == ("星河湾 3 栋", "广州", "本人说的")
    page = client.get(base(moving) + "?moved=1").content.decode()
    assert page.count('id="ask"') == 1
    assert (
        page.count(f'action="{base(moving)}suppositions/{supposed(moving).code}/"') == 2
    )  # the question, and the chain
    assert 'id="ask"' not in client.get(base(moving)).content.decode()


def test_an_old_building_asks_nothing(moving, looking):
    client = looking(moving, "lin")
    save(client, moving, "文明路 88 号 5 栋")
    page = client.get(base(moving) + "?moved=1").content.decode()
    assert 'id="ask"' not in page
    assert Signal.objects.get(customer=moving.ids[WANG]).kind == "household_change_unspecified"


@pytest.mark.parametrize(("answer", "state", "status"), [("yes", "confirmed", "DONE"), ("no", "refuted", "WITHDRAWN")])
def test_yes_confirms_no_refutes_and_both_are_taken_back(moving, looking, answer, state, status):
    client = looking(moving, "lin")
    save(client, moving)
    signal = supposed(moving)
    there = f"{base(moving)}suppositions/{signal.code}/"
    assert client.post(there, {"answer": answer}).url == base(moving) + "#signals"
    signal.refresh_from_db()
    asked = Action.objects.get(signal_key=signal.key)
    assert (signal.state, asked.status, signal.note) == (state, ActionStatus[status], "本人说的")
    page = client.get(base(moving)).content.decode()
    assert f'action="{there}withdrawal/"' in page
    assert ('data-tone="good"' in page[page.index('id="signals"') :]) is (answer == "yes")
    again = client.post(there, {"answer": answer})  # twice: it is said, and nothing changes
    assert (again.status_code, supposed(moving).state) == (302, state)
    client.post(there + "withdrawal/")
    signal.refresh_from_db()
    asked.refresh_from_db()
    assert (signal.state, asked.status, signal.judgement) == ("hypothesised", ActionStatus.OPEN, None)


def test_who_does_not_want_to_talk_is_left_in_peace_for_ninety_days(moving, looking):
    client = looking(moving, "lin")
    save(client, moving)
    asked = Action.objects.get(signal_key=supposed(moving).key)
    sent = {"version": asked.version, "back": "customer", "answer": "not_now", "because": "7"}
    client.post(f"/actions/{asked.code}/answer/", sent)
    asked.refresh_from_db()
    assert (asked.status, (asked.again_on - moving.today).days) == (ActionStatus.NOT_NOW, 90)
    assert supposed(moving).state == "hypothesised"


def test_the_chain_says_how_likely_it_is_and_until_when_it_is_kept(moving, looking):
    client = looking(moving, "lin")
    save(client, moving)
    words = words_of(client.get(base(moving)))
    assert "80%" in words
    assert "30%" in words


def test_a_bad_address_is_refused_beside_what_was_typed(moving, looking):
    client = looking(moving, "lin")
    response = save(client, moving, "长" * 301, district="番禺区")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert 'value="番禺区"' in page
    assert save(client, moving, "").status_code == 422


@pytest.mark.parametrize("sent", [{"answer": "maybe"}, {"answer": ""}, {}])
def test_no_answer_of_ours_is_not_understood(moving, looking, sent):
    client = looking(moving, "lin")
    save(client, moving)
    assert client.post(f"{base(moving)}suppositions/{supposed(moving).code}/", sent).status_code == 400


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_nobody_else_moves_a_customer_or_settles_what_is_supposed(moving, looking, name, status):
    save(looking(moving, "lin"), moving)
    client, code = looking(moving, name), supposed(moving).code
    before = list(Signal.objects.order_by("pk").values())
    assert save(client, moving, "文明路 1 号").status_code == status
    for path in (f"suppositions/{code}/", f"suppositions/{code}/withdrawal/"):
        assert client.post(base(moving) + path, {"answer": "yes"}).status_code in (status, 404, 403)
    assert list(Signal.objects.order_by("pk").values()) == before
    assert Address.objects.filter(customer=moving.ids[WANG], valid_to=None).get().text == "星河湾 3 栋"


def test_a_supposition_of_another_customer_and_a_measured_signal_are_not_found_there(moving, looking):
    client = looking(moving, "lin")
    save(client, moving)
    other = next(name for name in moving.codes if name not in (WANG, HUANG))
    assert (
        client.post(f"{base(moving, other)}suppositions/{supposed(moving).code}/", {"answer": "yes"}).status_code == 404
    )
    measured = Signal.objects.exclude(kind__in=["new_home", "car_need"]).first()
    if measured is not None:
        owner = next(name for name, key in moving.ids.items() if key == measured.customer_id)
        response = client.post(f"{base(moving, owner)}suppositions/{measured.code}/", {"answer": "yes"})
        assert response.status_code == 404


def test_saving_an_address_asks_the_database_a_bounded_number_of_questions(moving, looking):
    client = looking(moving, "lin")
    with CaptureQueriesContext(connection) as queries:
        save(client, moving)
    assert len(queries) <= 45


def test_what_was_supposed_is_erased_on_request_and_does_not_come_back(moving, looking):
    client = looking(moving, "lin")
    save(client, moving)
    known = base(moving) + "known/"
    assert f'action="{known}forgetting/"' in client.get(known).content.decode()
    key, wang = supposed(moving).key, moving.ids[WANG]
    held = Holding.objects.filter(customer=wang).count()
    assert client.post(known + "forgetting/").url == known
    left = Signal.objects.get(key=key)
    assert (left.kind, left.evidence, left.probability, left.note) == ("", {}, 0, "")
    assert signals_of(wang, principal=SYSTEM) == []
    asked = Action.objects.get(origin="new_home")
    assert (asked.status, asked.reason_facts, asked.evidence, asked.signal_key) == (ActionStatus.WITHDRAWN, {}, {}, "")
    assert Holding.objects.filter(customer=wang).count() == held > 0
    assert Address.objects.get(customer=wang, valid_to=None).text == "星河湾 3 栋"
    assert f'action="{known}forgetting/"' not in client.get(known).content.decode()
    ask_about_missed(by=SYSTEM, on=moving.today)
    assert signals_of(wang, principal=SYSTEM) == []
    assert Action.objects.filter(origin="new_home").count() == 1


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_nobody_else_has_suppositions_erased(moving, looking, name, status):
    save(looking(moving, "lin"), moving)
    before = list(Signal.objects.order_by("pk").values())
    assert looking(moving, name).post(base(moving) + "known/forgetting/").status_code == status
    assert list(Signal.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("worth", "danger", "tones"), [(True, True, ["good", "alarm"]), (False, True, ["alarm"]), (False, False, [])]
)
def test_standing_says_who_is_worth_keeping_and_who_shows_several_signs_of_leaving(
    scene, looking, worth, danger, tones
):
    changed = Standing.objects.filter(customer_id=scene.ids[WANG]).update(is_worth_keeping=worth, is_in_danger=danger)
    assert changed == 1
    page = looking(scene, "lin").get(base(scene)).content.decode()
    panel = page[page.index('id="standing"') : page.index('class="risk"')]
    assert re.findall(r'class="tag" data-tone="(\w+)"', panel) == tones


def test_standing_says_who_is_of_the_best_who_costs_and_how_loyal_somebody_is(scene, looking):
    """4.1, 4.4: the upper end of tier A; less than nothing; the class of loyalty, and its figure only where enough is known of it."""
    told = {"is_vip": True, "value": -12_300, "loyalty_class": "true", "loyalty": 81.4, "loyalty_coverage": 0.85}
    Standing.objects.filter(customer_id=scene.ids[WANG]).update(**told)
    client, door = looking(scene, "lin", language="en"), f"/customers/{scene.codes[WANG]}/"
    shown = words_of(client.get(door))
    for words in ("VIP", "Costs more than comes in", "Truly loyal", "81 of 100, by 85% of the traits"):
        assert words in shown, words
    known_little = {"is_vip": False, "value": 5, "loyalty_class": "none", "loyalty": None, "loyalty_coverage": 0.3}
    Standing.objects.filter(customer_id=scene.ids[WANG]).update(**known_little)
    shown = words_of(client.get(door))
    assert "Not loyal" in shown
    for words in ("VIP", "Costs more than comes in", "of the traits"):
        assert words not in shown, words
