"""Acts on many customers from the list: asked with their number, done, said, taken back; and by hand-made requests."""

import re

import pytest
from django.urls import reverse

from guanxi.record.customers.models import BulkAct, Customer, GroupMember
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(scene, looking):
    """A client of somebody who reads English."""
    return lambda who: looking(scene, who, language="en")


def said(response) -> str:
    """The toast of a page."""
    toast = re.search(r'<div id="toasts".*?</template>', response.content.decode(), re.DOTALL)[0]
    return re.sub(r"<[^>]+>", " ", toast)


ALL = {"all": "on", "question": "sort=-value"}


def send(client, act: str, **fields):
    return client.post(reverse(f"bulk_{act}"), {"question": "sort=-value"} | fields)


def owners(scene) -> dict[str, str | None]:
    return dict(Customer.objects.order_by("pk").values_list("name", "owner__name"))


def undo_of(page) -> str:
    return re.search(r'action="(/customers/bulk/\w{12}/withdrawal/)"', page.content.decode())[1]


def test_the_bar_offers_what_the_role_may(scene, client_of):
    leader = client_of("chen").get("/customers/").content.decode()
    assert leader.count("data-tick ") == 14  # the manager's, the colleague's and the pool's
    for act in ("assignment", "group", "group-removal", "file", "deletion"):
        assert f'formaction="/customers/bulk/{act}/"' in leader
    manager = client_of("lin").get("/customers/").content.decode()
    assert 'formaction="/customers/bulk/group/"' in manager
    assert 'formaction="/customers/bulk/assignment/"' not in manager
    assert "data-tick" not in client_of("du").get("/customers/").content.decode()


def test_customers_are_given_to_a_colleague_and_taken_back(scene, client_of):
    client, before = client_of("chen"), owners(scene)
    codes = [scene.codes["王海峰"], scene.codes["张立新"], scene.codes["邓志强"], scene.codes["林国栋"]]
    page = send(client, "assignment", code=codes)
    assert "Give 3 customers to" in words_of(page)  # the fourth is of another branch
    assert f'value="{scene.staff["zhou"].code}"' in page.content.decode()
    done = client.post(
        reverse("bulk_assignment"),
        {"question": "sort=-value", "code": codes, "to": scene.staff["zhou"].code},
        follow=True,
    )
    assert done.redirect_chain[0][0].startswith("/customers/?")
    assert "2 customers given to 周航. 1 left out: not among your customers. 1 was so already." in said(done)
    assert owners(scene) == before | {"王海峰": "周航", "张立新": "周航"}
    back = client.post(undo_of(done), follow=True)
    assert "2 customers are as before." in said(back)
    assert owners(scene) == before


def test_all_that_fit_go_into_a_new_group(scene, client_of):
    client = client_of("lin")
    page = client.post(reverse("bulk_grouping"), ALL)
    assert "Put 12 customers into a group" in words_of(page)
    client.post(reverse("bulk_grouping"), ALL | {"name": "周年回访"})
    assert GroupMember.objects.filter(group__name="周年回访").count() == 12
    some = {"question": "where=name.contains.王&sort=-value", "all": "on"}
    group = BulkAct.objects.get().target_id
    from guanxi.record.customers.models import Group

    client.post(reverse("bulk_ungrouping"), some | {"to": Group.objects.get(pk=group).code})
    assert GroupMember.objects.filter(group=group).count() == 11


def test_deleting_is_asked_once_and_can_be_undone(scene, client_of):
    client, code = client_of("chen"), scene.codes["王海峰"]
    assert "Delete 1 customer?" in words_of(send(client, "deletion", code=code))
    assert client.get(f"/customers/{code}/").status_code == 200
    done = client.post(reverse("bulk_deletion"), {"question": "sort=-value", "code": code, "sure": "on"}, follow=True)
    assert client.get(f"/customers/{code}/").status_code == 404
    client.post(undo_of(done))
    assert client.get(f"/customers/{code}/").status_code == 200


def test_the_chosen_are_given_out_as_a_file_masked_as_shown(scene, client_of):
    client = client_of("zhao")  # a marketer: no names in clear
    answer = send(client, "file", code=[scene.codes["王海峰"], scene.codes["林国栋"]], ending="csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert "王*" in text
    assert "王海峰" not in text


@pytest.mark.parametrize(
    ("who", "act", "fields"),
    [
        ("lin", "assignment", {"to": "pool"}),
        ("lin", "deletion", {"sure": "on"}),
        ("lin", "file", {"ending": "csv"}),
        ("du", "grouping", {"name": "x"}),
        ("zhao", "ungrouping", {"name": "x"}),
        ("he", "deletion", {"sure": "on"}),
    ],
)
def test_whoever_may_not_is_refused_and_nothing_is_written(scene, client_of, who, act, fields):
    before = list(Customer.objects.order_by("pk").values())
    answer = send(client_of(who), act, code=list(scene.codes.values()), **fields)
    assert answer.status_code == 403
    assert list(Customer.objects.order_by("pk").values()) == before
    assert BulkAct.objects.count() == GroupMember.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"code": [f"c{n:011}" for n in range(10_000)]}, 400),
        ({"code": [f"c{n:011}" for n in range(1_001)], "to": "pool"}, 422),
        ({"code": ["' OR 1=1"], "to": "pool"}, 302),
        ({"to": "pool"}, 422),
        ({"code": ["x"], "to": "nobody222222"}, 422),
        ({"all": "on", "question": "where=password.is.x", "to": "pool"}, 400),
    ],
)  # fmt: skip
def test_hand_made_requests_change_nobody(scene, client_of, fields, status):
    before = list(Customer.objects.order_by("pk").values())
    assert send(client_of("chen"), "assignment", **fields).status_code == status
    assert client_of("chen").get(reverse("bulk_assignment")).status_code == 405
    assert list(Customer.objects.order_by("pk").values()) == before


def test_nobody_takes_back_what_somebody_else_did(scene, client_of):
    done = client_of("chen").post(
        reverse("bulk_assignment"),
        {"question": "sort=-value", "code": scene.codes["王海峰"], "to": scene.staff["zhou"].code},
    )
    assert done.status_code == 302
    act = BulkAct.objects.get()
    for who in ("zhou", "lin", "li"):
        client_of(who).post(reverse("bulk_withdrawal", args=[act.code]))
    assert owners(scene)["王海峰"] == "周航"


# the preview


def test_the_preview_shows_the_top_of_the_page(scene, client_of):
    page = client_of("lin").get(reverse("customer_panel", args=[scene.codes["王海峰"]]))
    words = words_of(page)
    for told in ("王海峰", "林晓彤", "138 0013 5678"):
        assert told in words
    assert "138 0013 5678" not in words_of(
        client_of("zhao").get(reverse("customer_panel", args=[scene.codes["王海峰"]]))
    )
    assert client_of("zhou").get(reverse("customer_panel", args=[scene.codes["王海峰"]])).status_code == 404


def test_the_preview_costs_few_queries(scene, client_of, django_assert_max_num_queries):
    client = client_of("lin")
    client.get("/customers/")
    with django_assert_max_num_queries(16):
        client.get(reverse("customer_panel", args=[scene.codes["王海峰"]]))
