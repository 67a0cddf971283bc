"""The bin with what it brings back, and who changed what of a customer: by right, masked, and by hand-made requests."""

import re

import pytest
from django.urls import reverse

from guanxi.ground.sheets import Selection
from guanxi.identity.queries import system_principal
from guanxi.record.customers.choices import RelationKind
from guanxi.record.customers.models import Customer, IdentifierKey
from guanxi.record.customers.queries.ties import relations_of
from guanxi.record.customers.services import (
    assign_customers,
    delete_customers,
    relate_customers,
    update_customer,
)
from guanxi.record.customers.services.bulk_acting import assign_selected
from guanxi.record.customers.services.relating import NewRelation
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("command")


@pytest.fixture
def client_of(scene, looking):
    return lambda who: looking(scene, who, language="en")


def restore(client, *codes: str):
    return client.post(reverse("restoration"), {"code": codes})


def test_the_bin_brings_back_whole(scene, client_of):
    wang, zhang = scene.ids["王海峰"], scene.ids["张立新"]
    relate_customers(wang, NewRelation(zhang, RelationKind.FRIEND), by=SYSTEM)
    keys = sorted(IdentifierKey.objects.filter(customer_id=wang).values_list("key", flat=True))
    before = words_of(client_of("lin").get(f"/customers/{scene.codes['王海峰']}/"))
    delete_customers([wang], by=SYSTEM)
    leader = client_of("chen")
    page = leader.get(reverse("trash"))
    assert "王海峰" in words_of(page)
    answer = restore(leader, scene.codes["王海峰"])
    assert (answer.status_code, answer.url) == (302, f"/customers/{scene.codes['王海峰']}/")
    assert [tie.other_id for tie in relations_of(wang, SYSTEM) if tie.other_id == zhang]
    assert sorted(IdentifierKey.objects.filter(customer_id=wang).values_list("key", flat=True)) == keys
    assert words_of(client_of("lin").get(f"/customers/{scene.codes['王海峰']}/")) == before
    delete_customers([scene.ids["林国栋"]], by=SYSTEM)  # of another branch: in nobody's bin here
    assert "The bin is empty" in words_of(leader.get(reverse("trash")))


@pytest.mark.parametrize("who", ["lin", "du", "he", "zhao"])
def test_without_the_right_there_is_no_bin(scene, client_of, who):
    delete_customers([scene.ids["王海峰"]], by=SYSTEM)
    assert client_of(who).get(reverse("trash")).status_code == 403
    assert restore(client_of(who), scene.codes["王海峰"]).status_code == 403
    assert Customer.objects.get(pk=scene.ids["王海峰"]).deleted_at is not None


def test_nobody_out_of_sight_comes_back(scene, client_of):
    delete_customers([scene.ids["林国栋"]], by=SYSTEM)
    leader = client_of("chen")
    assert restore(leader, scene.codes["林国栋"]).status_code == 404
    assert restore(leader, scene.codes["王海峰"]).status_code == 404  # is not deleted
    assert restore(leader, "x").status_code == restore(leader).status_code == 400
    assert restore(leader, *[f"c{n:011}" for n in range(200)]).status_code == 400
    assert Customer.objects.get(pk=scene.ids["林国栋"]).deleted_at is not None


def test_somebody_whose_number_is_taken_stays_and_it_says_why(scene, client_of):
    delete_customers([scene.ids["王海峰"]], by=SYSTEM)
    scene.add("新人", reference="K-1001")
    answer = restore(client_of("chen"), scene.codes["王海峰"])
    assert answer.status_code == 422
    assert "belongs to somebody else by now" in words_of(answer)


# who changed what


def changed(scene, principal, **fields):
    customer = Customer.objects.get(pk=scene.ids["王海峰"])
    update_customer(customer.pk, fields, version=customer.version, by=principal)


def history(client, scene, name: str = "王海峰") -> str:
    return words_of(client.get(reverse("customer_history", args=[scene.codes[name]])))


def test_each_field_is_told_with_who_and_from_what_to_what(scene, client_of):
    changed(scene, scene.person("lin"), company="岭南设计院", city="深圳", birthday="1982-03-13")
    assign_customers([scene.ids["王海峰"]], owner_id=scene.staff["zhou"].pk, by=scene.person("chen"))
    codes = (scene.codes["王海峰"], scene.codes["张立新"])
    assign_selected(Selection(codes), owner_id=scene.staff["lin"].pk, by=scene.person("chen"))
    told = history(client_of("lin"), scene)
    assert "林晓彤 changed the customer" in told
    assert "Company: 南方桥梁设计院 → 岭南设计院" in told
    assert "City: 广州 → 深圳" in told
    assert "Birthday: 12 Mar 1982 → 13 Mar 1982" in told
    assert "Manager: 林晓彤 → 周航" in told
    assert "陈洁 gave 1 customer to 林晓彤" in told  # the other one was Lin's already
    assert told.index("gave 1 customer") < told.index("Manager:") < told.index("Company:")


def test_masked_fields_stay_masked_in_their_history(scene, client_of):
    changed(scene, scene.person("lin"), name="王海枫", birthday="1982-03-13")
    told = history(client_of("zhao"), scene)
    assert "Name: 王* → 王*" in told
    assert not re.search("海峰|海枫|1982-03", told)


def test_the_history_of_somebody_out_of_sight_is_not_there(scene, client_of):
    address = reverse("customer_history", args=[scene.codes["王海峰"]])
    assert client_of("zhou").get(address).status_code == 404
    assert client_of("lin").get(f"{address}?before=x").status_code == 400
    assert client_of("lin").get(f"{address}?by=1").status_code == 400
    assert client_of("lin").get(f"{address}?before=0").status_code == 200


def test_looking_is_no_change(scene, client_of):
    from guanxi.record.customers.services import reveal_field

    reveal_field(scene.ids["王海峰"], "name", reason="asked", by=scene.person("lin"))
    assert "revealed" not in history(client_of("lin"), scene)


def test_a_long_history_goes_on(scene, client_of):
    for number in range(60):
        changed(scene, scene.person("lin"), company=f"公司{number}")
    client = client_of("lin")
    first = client.get(reverse("customer_history", args=[scene.codes["王海峰"]]))
    following = re.search(r'href="(\?before=\d+)"', first.content.decode())[1]
    rest = words_of(client.get(reverse("customer_history", args=[scene.codes["王海峰"]]) + following))
    assert "公司59" in words_of(first)
    assert "公司0" in rest
    assert "公司59" not in rest
