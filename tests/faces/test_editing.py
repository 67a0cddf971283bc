"""One field changed where it stands: saved, refused beside what was typed, overtaken; and by hand-made requests."""

import re

import pytest
from django.urls import reverse

from guanxi.record.customers.models import Customer
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def client_of(scene, looking):
    return lambda who: looking(scene, who, language="en")


def address(scene, field: str, name: str = "王海峰") -> str:
    return reverse("customer_field", args=[scene.codes[name], field])


def version(scene, name: str = "王海峰") -> int:
    return Customer.objects.values_list("version", flat=True).get(pk=scene.ids[name])


def stored(scene) -> Customer:
    return Customer.objects.select_related("city").get(pk=scene.ids["王海峰"])


def test_a_field_is_a_small_page_that_saves(scene, client_of):
    client = client_of("lin")
    page = client.get(address(scene, "company"))
    assert 'value="南方桥梁设计院"' in page.content.decode()
    answer = client.post(address(scene, "company"), {"value": "岭南设计院", "version": version(scene)})
    assert (answer.status_code, answer.url) == (302, f"/customers/{scene.codes['王海峰']}/")
    assert stored(scene).company == "岭南设计院"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [("city", "深圳", "深圳"), ("kind", "organisation", "Organisation"), ("gender", "", ""), ("birthday", "1982-03-13", "13 Mar 1982"), ("name", "王海枫", "王海枫")],
)  # fmt: skip
def test_in_its_cell_the_new_words_come_back(scene, client_of, field, value, shown):
    answer = client_of("lin").post(address(scene, field), {"value": value, "version": version(scene)}, **HTMX)
    assert answer.status_code == 200
    assert re.search(r"<output[^>]*data-saved>([^<]*)<", answer.content.decode())[1] == shown


@pytest.mark.parametrize(("field", "value"), [("birthday", "2190-01-01"), ("name", "   "), ("kind", "robot")])
def test_a_refusal_stands_beside_what_was_typed(scene, client_of, field, value):
    before = stored(scene)
    answer = client_of("lin").post(address(scene, field), {"value": value, "version": version(scene)}, **HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    if field == "birthday":
        assert f'value="{value}"' in answer.content.decode()
    assert (stored(scene).version, stored(scene).name) == (before.version, before.name)


def test_whoever_was_overtaken_sees_it_and_keeps_the_words(scene, client_of):
    client, old = client_of("lin"), version(scene)
    client.post(address(scene, "city"), {"value": "佛山", "version": old})
    late = client.post(address(scene, "city"), {"value": "深圳", "version": old}, **HTMX)
    assert late.status_code == 409
    assert 'value="深圳"' in late.content.decode()
    assert "meanwhile" in words_of(late)
    assert stored(scene).city.name == "佛山"
    again = re.search(r'name="version" value="(\d+)"', late.content.decode())[1]
    assert client.post(address(scene, "city"), {"value": "深圳", "version": again}).status_code == 302
    assert stored(scene).city.name == "深圳"


@pytest.mark.parametrize(
    ("who", "field", "status"),
    [("zhou", "company", 404), ("zhao", "company", 403), ("du", "company", 403), ("he", "birthday", 404), ("he", "company", 302),
     ("lin", "owner", 404), ("lin", "tier", 404), ("lin", "version", 404), ("lin", "name_key", 404)],
)  # fmt: skip
def test_only_what_one_may(scene, client_of, who, field, status):
    before = Customer.objects.filter(pk=scene.ids["王海峰"]).values().get()
    answer = client_of(who).post(address(scene, field), {"value": "x", "version": version(scene)})
    assert answer.status_code == status
    if status != 302:
        assert Customer.objects.filter(pk=scene.ids["王海峰"]).values().get() == before


@pytest.mark.parametrize(
    "sent",
    [
        {"value": "x"},
        {"value": "x", "version": "0"},
        {"value": "x", "version": "a"},
        {"value": "x" * 400, "version": "1"},
    ],
)
def test_hand_made_forms_are_refused(scene, client_of, sent):
    assert client_of("lin").post(address(scene, "company"), sent).status_code == 400
    assert stored(scene).company == "南方桥梁设计院"


def test_lists_offer_pencils_only_where_one_may(scene, client_of):
    assert (
        'data-edits="name,company,city,birthday,gender,kind,language"'
        in client_of("lin").get("/customers/").content.decode()
    )
    assert 'data-edits="name,company,city,gender,kind,language"' in client_of("he").get("/customers/").content.decode()
    assert "data-edits" not in client_of("zhao").get("/customers/").content.decode()
