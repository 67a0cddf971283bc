"""Saved views: kept, found, shared, changed, opened by default; what was changed and not kept is shown."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from guanxi.identity.models import Team
from guanxi.journal.models import Act
from guanxi.record.bookmarks.models import SavedView
from tests.faces.reading import words_of
from tests.faces.test_customers import names_in

pytestmark = pytest.mark.django_db

MINE = "where=tier.in.a&where=last_contact.not_in_last.30&sort=-value"


def keep(client, text: str = MINE, *, noun: str = "customers", name: str = "A, long silent", **fields: str):
    sent = {"from": text, "view": "", "name": name, "sharing": "private", "pinned": "on"} | fields
    response = client.post(f"/{noun}/views/", sent)
    assert response.status_code == 302, words_of(response)
    return parse_qs(urlsplit(response["Location"]).query)["view"][0]


def tabs_in(response) -> list[str]:
    bar = re.search(r'<nav class="tabs views".*?</nav>', response.content.decode(), re.DOTALL)[0]
    return re.findall(r'<a href="[^"]*" data-code="\w*"[^>]*>([^<]+)<', bar)


def test_what_is_asked_becomes_a_tab_that_asks_it_again(scene, looking):
    client = looking(scene, "lin")
    before = names_in(client.get(f"/customers/?{MINE}"))
    code = keep(client)
    page = client.get(f"/customers/?view={code}")
    assert tabs_in(page) == ["全部", "A, long silent"]
    assert names_in(page) == before == ["苏雨桐", "李思敏"]
    assert "视图改动未存" not in words_of(page)
    assert SavedView.objects.get(code=code).question == MINE


def test_a_change_is_shown_and_kept_taken_back_or_kept_beside(scene, looking):
    client = looking(scene, "lin")
    code = keep(client)
    changed = client.get(f"/customers/?view={code}&where=tier.in.a,b&sort=-value")
    html = changed.content.decode()
    assert f'action="/customers/views/{code}/question/"' in html  # save
    assert 'class="soft">' in html and 'action="/customers/views/"' in html  # save as
    assert f'<a class="soft" href="/customers/?view={code}">' in html  # reset
    assert names_in(client.get(f"/customers/?view={code}")) == ["苏雨桐", "李思敏"]  # nothing was kept by looking
    client.post(f"/customers/views/{code}/question/", {"from": "where=tier.in.c&sort=-value", "view": code})
    assert names_in(client.get(f"/customers/?view={code}")) == ["梁焕珍"]


def test_columns_order_and_groups_belong_to_the_view(scene, looking):
    client = looking(scene, "chen")
    code = keep(client, "sort=name&columns=name,phone,value")
    html = client.get(f"/customers/?view={code}").content.decode()
    assert re.findall(r'<th class="c-([a-z-]+)', html) == ["name", "phone", "value"]
    grouped = keep(client, "sort=-value&by=tier", name="tiers")
    assert 'class="table grouped"' in client.get(f"/customers/?view={grouped}").content.decode()


def test_a_view_out_of_sight_is_not_there(scene, looking):
    code = keep(looking(scene, "lin"))
    other = looking(scene, "zhou")
    assert other.get(f"/customers/?view={code}").status_code == 404
    assert tabs_in(other.get("/customers/")) == ["全部"]
    for way in ("question/", "removal/", "default/", ""):
        sent = {"from": "", "view": "", "name": "stolen", "sharing": "private", "opens": "on"}
        response = other.post(f"/customers/views/{code}/{way}", {k: v for k, v in sent.items() if _takes(way, k)})
        assert response.status_code == 422
        assert "已经不在了" in words_of(response)
    view = SavedView.objects.get(code=code)
    assert (view.name, view.question, view.owner_id) == ("A, long silent", MINE, scene.staff["lin"].pk)


def _takes(way: str, field: str) -> bool:
    return field in {
        "": ("from", "view", "name", "sharing"),
        "default/": ("from", "view", "opens"),
    }.get(way, ("from", "view"))


def test_the_link_of_a_shared_view_shows_what_its_opener_may_see(scene, looking):
    code = keep(looking(scene, "chen"), "sort=-value", name="whole team", sharing="team")
    page = looking(scene, "lin").get(f"/customers/?view={code}")
    assert tabs_in(page) == ["全部", "whole team"]
    assert "邓志强" not in names_in(page)  # a colleague's, whom the leader sees
    assert f'action="/customers/views/{code}/"' not in page.content.decode()  # may not change it
    shared = keep(looking(scene, "li"), "sort=-value", name="firm", sharing="public")
    masked = looking(scene, "zhao").get(f"/customers/?view={shared}")
    assert "王*" in names_in(masked) and "王海峰" not in names_in(masked)


def test_a_shared_view_that_asks_what_one_may_not_is_refused_in_words(scene, looking):
    code = keep(looking(scene, "li"), "where=name.contains.王&sort=name", name="Wangs", sharing="public")
    page = looking(scene, "zhao").get(f"/customers/?view={code}")
    assert page.status_code == 400
    assert "这里没有“name" in words_of(page)
    assert looking(scene, "lin").get(f"/customers/?view={code}").status_code == 200


@pytest.mark.parametrize(("who", "sharing"), [("lin", "team"), ("lin", "public"), ("chen", "public"), ("du", "team")])
def test_sharing_needs_its_right(scene, looking, who, sharing):
    sent = {"from": "", "view": "", "name": "x", "sharing": sharing}
    assert looking(scene, who).post("/customers/views/", sent).status_code == 403
    assert not SavedView.objects.exists()


def test_who_changes_the_team_finds_the_views_of_the_new_one(scene, looking):
    keep(looking(scene, "chen"), "sort=-value", name="oak", sharing="team")
    member = scene.staff["zhou"]
    member.team = Team.objects.get(pk=scene.teams["south"].pk)
    member.save()
    assert tabs_in(looking(scene, "zhou").get("/customers/")) == ["全部"]


def test_a_list_opens_with_the_view_one_chose(scene, looking):
    client = looking(scene, "lin")
    code = keep(client)
    client.post(f"/customers/views/{code}/default/", {"from": MINE, "view": code, "opens": "on"})
    assert names_in(client.get("/customers/")) == ["苏雨桐", "李思敏"]
    assert len(names_in(client.get("/customers/?view=all"))) == 12
    assert len(names_in(client.get("/customers/?sort=name"))) == 12  # an address says what it says
    assert len(names_in(looking(scene, "chen").get("/customers/"))) == 14
    client.post(f"/customers/views/{code}/default/", {"from": MINE, "view": code})
    assert len(names_in(client.get("/customers/"))) == 12


def test_a_view_is_renamed_unpinned_and_removed(scene, looking):
    client = looking(scene, "lin")
    code = keep(client)
    client.post(f"/customers/views/{code}/", {"from": MINE, "view": code, "name": "<b>静</b>", "sharing": "private"})
    page = client.get("/customers/").content.decode()
    assert "&lt;b&gt;静&lt;/b&gt;" in page and "<b>静</b>" not in page
    response = client.post(f"/customers/views/{code}/removal/", {"from": MINE, "view": code})
    assert response["Location"] == f"/customers/?{MINE}"  # what it asked stays
    assert tabs_in(client.get("/customers/")) == ["全部"]


ODD = [
    {"name": ""},
    {"name": "x", "sharing": "world"},
    {"name": "x" * 201},
    {"name": "x", "from": "where=tier.in.z"},
    {"name": "x", "from": "sort=password"},
    {"name": "x", "from": "x" * 7_000},
    {"name": "x", "from": "a=1&a=2"},
]


def test_odd_views_are_refused_and_nothing_is_kept(scene, looking):
    client = looking(scene, "lin")
    for sent in ODD:
        form = {"from": "", "view": "", "name": "x", "sharing": "private"} | sent
        assert client.post("/customers/views/", form).status_code == 400, sent
    assert not SavedView.objects.exists()


def test_a_view_of_one_noun_is_none_of_another(scene, looking):
    client = looking(scene, "lin")
    code = keep(client, "where=status.in.open&sort=due_on", noun="actions")
    assert client.get(f"/actions/?view={code}").status_code == 200
    assert client.get(f"/dealings/?view={code}").status_code == 404


def test_a_name_too_long_is_said_in_words_and_the_list_stays(scene, looking):
    response = looking(scene, "lin").post(
        "/customers/views/", {"from": MINE, "view": "", "name": "长" * 61, "sharing": "private"}
    )
    assert response.status_code == 422
    assert "最多 60 个字" in words_of(response)
    assert names_in(response) == ["苏雨桐", "李思敏"]


def test_widths_are_kept_with_the_view(scene, looking):
    client = looking(scene, "lin")
    assert "grip" not in client.get("/customers/").content.decode()  # where nobody keeps them, nothing is drawn
    code = keep(client)
    assert client.post(f"/customers/views/{code}/widths/", {"widths": "name:320,tier:60,value:5"}).status_code == 204
    html = client.get(f"/customers/?view={code}").content.decode()
    assert re.findall(r'width="(\d+)" data-column="(\w+)"', html) == [("320", "name"), ("60", "tier"), ("40", "value")]
    for odd in ("", "name", "name:x", "name:99999", "name:1,", "__class__:1;", "a:1" + ",a:1" * 50):
        assert client.post(f"/customers/views/{code}/widths/", {"widths": odd}).status_code == 400
    assert looking(scene, "zhou").post(f"/customers/views/{code}/widths/", {"widths": "name:50"}).status_code == 404
    assert SavedView.objects.get(code=code).widths["name"] == 320


# ---- what stands above a list


def test_tabs_tell_how_many_rows_each_holds_and_the_page_waits_for_none(scene, looking):
    client = looking(scene, "lin")
    code, odd = keep(client), keep(client, "sort=tier", name="all by tier")
    told = client.get("/customers/views/counts/")
    assert told.json() == {"": "12", code: "2", odd: "12"}
    assert 'data-counts="/customers/views/counts/"' in client.get("/customers/").content.decode()
    assert client.get("/customers/views/counts/?x=1").status_code == 400
    chen = looking(scene, "chen")
    shared = keep(chen, "sort=-value", name="team", sharing="team")
    assert client.get("/customers/views/counts/").json()[shared] == "12"  # what its opener sees
    assert looking(scene, "zhou").get("/customers/views/counts/").json() == {"": "1", shared: "1"}
    assert looking(scene, "lin").get("/imports/views/counts/").status_code == 403
    other = keep(client, "sort=due_on&where=status.in.open", noun="actions")
    assert client.get("/actions/views/counts/").json()[other] == str(rows_of(client.get(f"/actions/?view={other}")))


def rows_of(response) -> int:
    return response.content.decode().count("<tr data-line")


def test_each_person_puts_the_tabs_into_an_own_order(scene, looking):
    chen, lin = looking(scene, "chen"), looking(scene, "lin")
    codes = {name: keep(chen, name=name, sharing="team") for name in ("one", "two", "three")}
    own = keep(lin, name="own")
    assert tabs_in(lin.get("/customers/"))[1:] == ["one", "own", "two", "three"]
    sent = {"codes": ",".join([codes["three"], own, "2" * 12, codes["one"]])}
    assert lin.post("/customers/views/order/", sent).status_code == 302
    assert tabs_in(lin.get("/customers/"))[1:] == ["three", "own", "one", "two"]
    assert tabs_in(chen.get("/customers/"))[1:] == ["one", "two", "three"]
    lin.post(f"/customers/views/{codes['two']}/default/", {"from": "", "view": codes["two"], "opens": "on"})
    assert tabs_in(lin.get("/customers/"))[1:] == ["three", "own", "one", "two"]
    assert re.search(r'aria-current="page"[^>]*>two<', lin.get("/customers/").content.decode())
    for odd in ("", "x", "2" * 11, ",".join(["2" * 12] * 61)):
        assert lin.post("/customers/views/order/", {"codes": odd}).status_code == 400


def quick_in(response) -> list[str]:
    return re.findall(r'<a class="chip preset"[^>]*>([^<]+)</a>', response.content.decode())


def test_an_administrator_chooses_the_quick_filters_of_everybody(scene, looking):
    admin, lin = looking(scene, "li"), looking(scene, "lin")
    came = quick_in(lin.get("/customers/"))
    page = admin.get("/customers/?where=stage.in.lost|tier.in.c").content.decode()
    offered = re.findall(r'name="where" value="([^"]+)"( checked)?', page)
    assert [where for where, shown in offered if shown] == [
        "owner.me", "tier.in.a", "state.in.alarm", "last_contact.not_in_last.60",
    ]  # fmt: skip
    assert ("stage.in.lost|tier.in.c", "") in offered
    chosen = ["stage.in.lost|tier.in.c", "tier.in.a", "name.contains.王"]
    sent = {"from": "sort=-value", "view": "", "where": chosen}
    assert admin.post("/customers/quick/", sent).status_code == 302
    first, second, third = quick_in(lin.get("/customers/"))
    assert second == came[0]
    assert "或" in first
    assert "王" in third
    href = re.search(r'<a class="chip preset" href="([^"]+)"', lin.get("/customers/").content.decode())[1]
    assert "stage.in.lost" in href
    assert lin.get(href.replace("&amp;", "&")).status_code == 200
    assert len(quick_in(looking(scene, "zhao").get("/customers/"))) == 2  # who reads no names asks for none
    assert Act.objects.filter(kind="view.quick_chosen").count() == 1
    admin.post("/customers/quick/", sent | {"where": [where for where, _ in offered[:4]]})
    assert quick_in(lin.get("/customers/")) == came
    admin.post("/customers/quick/", sent | {"where": []})
    assert quick_in(lin.get("/customers/")) == []


def test_nobody_else_chooses_quick_filters(scene, looking):
    for who in ("lin", "chen", "zhao"):
        client = looking(scene, who)
        assert "/customers/quick/" not in client.get("/customers/").content.decode()
        assert client.post("/customers/quick/", {"from": "", "view": "", "where": "tier.in.a"}).status_code == 403
    assert not SavedView.objects.exists()
    admin = looking(scene, "li")
    for odd in ("password.is.x", "tier.in.z", "x" * 7_000):
        assert admin.post("/customers/quick/", {"from": "", "view": "", "where": odd}).status_code == 400
    assert not SavedView.objects.exists()
