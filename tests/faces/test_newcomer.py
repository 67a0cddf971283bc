"""A new customer: taken in through the one way, warned of twins with the reason, out of sight named masked, journaled."""

import re

import pytest
from django.urls import reverse

from guanxi.journal.models import Act
from guanxi.record.customers.models import Customer, Identifier
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(scene, looking):
    return lambda who: looking(scene, who, language="en")


def take_in(client, **words):
    return client.post(reverse("customer_new"), {"kind": "person"} | words)


def alike(client, **words) -> str:
    return words_of(client.post(reverse("customer_alike"), {"kind": "person"} | words))


def test_a_newcomer_is_taken_in_and_belongs_to_whoever_did_it(scene, client_of):
    client = client_of("lin")
    assert "New customer" in words_of(client.get(reverse("customer_new")))
    answer = take_in(
        client, name="赵雅芝", phone="138 2222 3333", birthday="1990-05-06", city="广州", company="和众", gender="female",
        email="z@example.org", source="朋友介绍",
    )  # fmt: skip
    customer = Customer.objects.get(name="赵雅芝")
    assert (answer.status_code, answer.url) == (302, f"/customers/{customer.code}/")
    assert (customer.owner_id, customer.company, str(customer.birthday)) == (
        scene.staff["lin"].pk,
        "和众",
        "1990-05-06",
    )
    assert set(Identifier.objects.filter(customer=customer).values_list("norm", flat=True)) == {
        "+8613822223333",
        "z@example.org",
    }
    assert client.get(answer.url).status_code == 200


def test_a_leader_says_whose_it_is(scene, client_of):
    take_in(client_of("chen"), name="赵雅芝", owner=scene.staff["zhou"].code)
    assert Customer.objects.get(name="赵雅芝").owner_id == scene.staff["zhou"].pk
    assert 'name="owner"' not in client_of("lin").get(reverse("customer_new")).content.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"name": "王海峰"}, "the same name"),
        ({"name": "王海峰", "birthday": "1982-03-12"}, "the same name and birthday"),
        ({"name": "别人", "phone": "+86 138-0013-5678"}, "the same phone"),
        ({"name": "王海峰", "phone": "13800135678"}, "the same phone, the same name"),
        ({"reference": "K-1001"}, "the same reference"),
        ({"plate": "粤A 8K62Q"}, "the same plate"),
    ],
)
def test_it_warns_while_one_types_and_says_why(scene, client_of, words, told):
    page = alike(client_of("lin"), **words)
    assert "王海峰" in page
    assert told in page
    assert "Open existing" in page


@pytest.mark.parametrize(
    "words",
    [
        {"name": "王海"},
        {"name": "王海峰", "birthday": "1970-01-01"},
        {"name": "", "phone": "138"},
        {"name": "\u202e"},
        {},
    ],
)
def test_it_does_not_warn_of_others(scene, client_of, words):
    assert "Open existing" not in alike(client_of("lin"), **words)


def test_a_twin_must_be_declared_somebody_else(scene, client_of):
    client, before = client_of("lin"), Customer.objects.count()
    page = take_in(client, name="张立新", birthday="1980-01-01", phone="13800135678")
    assert page.status_code == 422
    assert "Is it one of them?" in words_of(page)
    assert 'value="张立新"' in page.content.decode()  # what was typed is kept
    assert Customer.objects.count() == before
    assert take_in(client, name="张立新", birthday="1980-01-01", phone="13800135678", sure="on").status_code == 302
    assert Customer.objects.count() == before + 1


def test_somebody_who_is_known_for_sure_is_completed_not_doubled(scene, client_of):
    before = Customer.objects.count()
    answer = take_in(client_of("lin"), name="王海峰", phone="13800135678", company="新公司", sure="on")
    assert answer.url == f"/customers/{scene.codes['王海峰']}/"
    assert (Customer.objects.count(), Customer.objects.get(name="王海峰").company) == (before, "新公司")


def test_out_of_sight_is_named_masked_with_whom_to_ask_and_journaled(scene, client_of):
    client, before = client_of("lin"), Customer.objects.count()
    assert "邓" not in alike(client, name="邓志强", phone="13711112222")
    assert not Act.objects.filter(kind="customer.recognised").exists()
    page = take_in(client, name="邓志强", phone="13711112222")
    assert page.status_code == 422
    words = words_of(page)
    assert "邓*, known by this Phone, is looked after by 周航" in words
    assert "邓志强, known" not in words
    assert Act.objects.filter(kind="customer.recognised").count() == 1
    page = take_in(client, name="邓志强", phone="13711112222", sure="on")
    assert page.status_code == 422
    assert "already known elsewhere in the firm" in words_of(page)
    assert Customer.objects.count() == before


def test_a_bad_cell_is_told_beside_it_and_kept(scene, client_of):
    page = take_in(client_of("lin"), name="赵雅芝", birthday="2190-01-01", id_number="123")
    assert page.status_code == 422
    assert re.search(r'name="(birthday|id_number)" value="[^"]+"[^>]*aria-invalid="true"', page.content.decode())
    assert not Customer.objects.filter(name="赵雅芝").exists()
    assert take_in(client_of("lin"), name="").status_code == 422


@pytest.mark.parametrize("who", ["he", "zhao", "du"])
def test_without_the_right_nobody_is_taken_in(scene, client_of, who):
    before = Customer.objects.count()
    client = client_of(who)
    assert client.get(reverse("customer_new")).status_code == 403
    assert take_in(client, name="赵雅芝", sure="on").status_code == 403
    assert client.post(reverse("customer_alike"), {"name": "王海峰"}).status_code == 403
    assert Customer.objects.count() == before


def test_hand_made_requests(scene, client_of):
    client = client_of("lin")
    assert take_in(client, name="x" * 300).status_code == 400
    assert client.get(reverse("customer_alike")).status_code == 405
    assert client.get(reverse("customer_new") + "?name=x").status_code == 400
    assert (
        take_in(client, name="赵雅芝", owner=scene.staff["zhou"].code, sure="on").status_code == 422
    )  # not his to give
    take_in(client, name="<img src=x onerror=alert(1)>", sure="on")
    assert "<img src=x" not in client.get("/customers/").content.decode()
