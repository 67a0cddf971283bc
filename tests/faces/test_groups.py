"""SEG-07 on the desk: the tree, making, renaming, nesting and removing groups; a customer's groups, with undo."""

import pytest

from guanxi.record.customers.models import Group, GroupMember
from guanxi.record.customers.services import add_to_group, open_group
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM

WANG, OTHERS = "王海峰", "邓志强"
REFUSED = (("zhou", 404), ("huang", 404), ("zhao", 403), ("du", 403))
DOOR = "/customers/groups/"


def base(scene, who=WANG):
    return f"/customers/{scene.codes[who]}/"


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def said(response) -> str:
    return response.content.decode().split('id="toasts"')[1].split("</div></div>")[0]


def test_groups_are_made_named_nested_removed_and_put_back(scene, looking):
    client = looking(scene, "lin")
    assert "<li" not in main_of(client.get(DOOR))
    assert client.post(DOOR, {"name": "重要", "below": ""}).url == DOOR
    client.post(DOOR, {"name": "企业", "below": group("重要").code})
    client.post(DOOR, {"name": "餐饮", "below": group("企业").code})
    door = f"{DOOR}{group('企业').code}/"
    client.post(f"{door}name/", {"name": "本地企业"})
    assert group("本地企业").parent == group("重要")
    client.post(f"{DOOR}{group('餐饮').code}/place/", {"below": ""})
    assert group("餐饮").parent is None
    removed = f"{DOOR}{group('本地企业').code}/"
    page = client.post(f"{removed}removal/", follow=True)
    assert "本地企业" not in words_of(page)
    assert f'action="{removed}return/"' in said(page)
    assert "本地企业" in words_of(client.post(f"{removed}return/", follow=True))


def test_what_cannot_be_is_refused_in_words_and_keeps_what_was_typed(scene, looking):
    client = looking(scene, "lin")
    client.post(DOOR, {"name": "top", "below": ""})
    client.post(DOOR, {"name": "low", "below": group("top").code})
    door, names = f"{DOOR}{group('top').code}/", list(Group.objects.values_list("name", "parent"))
    for place, sent in (
        (DOOR, {"name": " "}),
        (f"{door}name/", {"name": ""}),
        (f"{door}place/", {"below": group("low").code}),
        (f"{door}removal/", {}),
    ):
        response = client.post(place, sent)
        assert (response.status_code, response["HX-Replace-Url"]) == (422, "false"), place
        assert 'role="alert"' in response.content.decode()
    assert list(Group.objects.values_list("name", "parent")) == names
    assert client.post(f"{door}place/", {"below": "2222222222zz"}).status_code == 404
    assert client.post(DOOR, {"name": "x", "below": "nonsense"}).status_code == 400
    assert client.get(f"{DOOR}2222222222zz/").status_code == 404


def test_two_clicks_put_a_customer_into_a_group_and_undo_takes_him_out(scene, looking):
    client = looking(scene, "lin")
    key = open_group("茶友", by=SYSTEM)
    page = client.get(base(scene)).content.decode()
    assert f'href="{base(scene)}groups/"' in page  # the first click
    join = f"{base(scene)}groups/{group('茶友').code}/"
    assert f'action="{join}"' in client.get(base(scene) + "groups/").content.decode()  # the second
    page = client.post(join, follow=True)
    assert GroupMember.objects.filter(group=key, customer=scene.ids[WANG]).exists()
    assert f'href="/customers/?where=group.in.{group("茶友").code}"' in page.content.decode()
    assert f'action="{join}removal/"' in said(page)
    page = client.post(f"{join}removal/", follow=True)
    assert not GroupMember.objects.exists()
    assert f'action="{join}"' in said(page)
    client.post(join)
    assert WANG in words_of(client.get(f"/customers/?where=group.in.{group('茶友').code}"))


def test_a_new_group_is_made_and_joined_at_once(scene, looking):
    client = looking(scene, "lin")
    open_group("家人", by=SYSTEM)
    sent = {"name": "广州亲戚", "below": group("家人").code}
    assert client.post(base(scene) + "groups/", sent).url == base(scene) + "#groups"
    assert "广州亲戚" in words_of(client.get(base(scene)))
    assert WANG in words_of(client.get(f"/customers/?where=group.in.{group('家人').code}"))
    assert client.post(base(scene) + "groups/", {"name": ""}).status_code == 422


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_groups_of_customers_out_of_sight_stay_as_they_are(scene, looking, name, status):
    client, key = looking(scene, name), open_group("vip", by=SYSTEM)
    add_to_group(key, [scene.ids["黄振华"]], by=SYSTEM)
    join = f"{base(scene)}groups/{group('vip').code}/"
    assert client.get(base(scene) + "groups/").status_code == status
    assert [client.post(place).status_code for place in (join, f"{join}removal/")] == [status, status]
    assert list(GroupMember.objects.values_list("customer", flat=True)) == [scene.ids["黄振华"]]


@pytest.mark.parametrize("name", ["zhao", "du"])
def test_who_only_looks_sees_the_tree_and_changes_nothing(scene, looking, name):
    client, key = looking(scene, name), open_group("vip", by=SYSTEM)
    code = group("vip").code
    page = client.get(DOOR)
    assert (page.status_code, "<form" in main_of(page)) == (200, False)
    for place in (
        DOOR,
        f"{DOOR}{code}/name/",
        f"{DOOR}{code}/place/",
        f"{DOOR}{code}/removal/",
        f"{DOOR}{code}/return/",
    ):
        assert client.post(place, {"name": "x"}).status_code == 403
    assert Group.objects.get(pk=key).name == "vip"


def test_the_tree_counts_only_whom_one_sees(scene, looking):
    key = open_group("vip", by=SYSTEM)
    add_to_group(key, [scene.ids[WANG], scene.ids[OTHERS]], by=SYSTEM)
    for name, count in (("lin", 1), ("chen", 2), ("huang", 0)):
        page = looking(scene, name).get(DOOR).content.decode()
        assert f">{count}</a>" in page.split("<main")[1], name


def test_a_name_is_text_wherever_it_stands(scene, looking):
    payload = "<svg onload=alert(1)>\"'><b>{{7*7}}"
    client = looking(scene, "lin")
    page = client.post(DOOR, {"name": payload}, follow=True)
    key = Group.objects.get().pk
    add_to_group(key, [scene.ids[WANG]], by=SYSTEM)
    door = f"{DOOR}{Group.objects.get().code}/"
    pages = [
        page,
        *(client.get(place) for place in (DOOR, door, base(scene), base(scene) + "groups/", base(scene) + "known/")),
    ]
    pages.append(client.post(f"{door}removal/", follow=True))
    for shown in pages:
        text = shown.content.decode()
        assert "<svg onload" not in text
        assert "&lt;svg onload=alert(1)&gt;" in text
        assert "{{7*7}}" in text
