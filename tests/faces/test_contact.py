"""Noting a contact on the desk: the next step on Today at once, what was typed kept, files handed out to be saved only."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.faces.desk.customers.thread_page import ROWS
from guanxi.ground import clock
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.conversations.choices import Outcome
from guanxi.record.conversations.models import Attachment, Conversation
from guanxi.record.customers.choices import Channel
from guanxi.record.customers.models import Preference
from tests.faces.reading import words_of

WANG = "王海峰"
NEW = "/conversations/new/"
PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.GUANXI_HOME = tmp_path


def note(client, scene, who=WANG, **data):
    return client.post(NEW, {"customer": scene.codes[who], "channel": int(Channel.CALL), "back": "customer"} | data)


def talks(scene, who=WANG):
    return Conversation.objects.filter(customer=scene.ids[who])


def test_a_call_needs_nothing_but_its_channel(scene, looking):
    client, before = looking(scene, "lin"), talks(scene).count()
    response = note(client, scene)
    assert response.status_code == 302
    talk = talks(scene).latest("pk")
    assert (talk.channel, talk.on, talk.by_id, before + 1) == (
        Channel.CALL, scene.today, scene.staff["lin"].pk, talks(scene).count())  # fmt: skip
    assert response.url == f"/customers/{scene.codes[WANG]}/?noted={talk.code}"
    assert client.get(response.url).content.decode().count('class="toast"') >= 1


def test_the_next_step_stands_on_today_of_its_day(scene, looking):
    client = looking(scene, "lin")
    due = scene.today + dt.timedelta(days=2)
    note(
        client,
        scene,
        summary="问年费",
        outcome=int(Outcome.PROMISED),
        what="把年费算清楚",
        follow_up_on=due.isoformat(),
    )
    assert "把年费算清楚" in words_of(client.get("/"))  # in what comes
    first = Action.objects.get(origin="planned")
    with clock.frozen(dt.datetime.combine(due, dt.time(1), dt.UTC)):
        page = client.get("/").content.decode()
        assert page.index("把年费算清楚") < page.index("张立新")
        assert f'id="action-{first.code}"' in page


def test_a_line_of_today_is_done_with_the_call(scene, looking):
    client, action = looking(scene, "lin"), Action.objects.get(customer__name=WANG)
    page = client.get(f"/?open={action.code}").content.decode()
    door = f"{NEW}?customer={scene.codes[WANG]}&amp;action={action.code}&amp;back=today"
    assert door in page
    form = client.get(door.replace("&amp;", "&")).content.decode()
    assert f'name="settles" value="{action.code}" checked' in form
    response = note(client, scene, back="today", settles=[action.code], summary="他在外地出差")
    assert response.url == f"/?answered={action.code}"
    action.refresh_from_db()
    assert (action.status, action.answer) == (ActionStatus.DONE, "他在外地出差")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"follow_up_on": "2026-07-01"}, "2026-07-01"),
        ({"told": "他有糖尿病", "field": "1"}, "糖尿"),
        ({"on": "2026-07-20"}, "2026-07-20"),
        ({"what": "很" * 201, "follow_up_on": "2026-07-20"}, "200"),
    ],
)
def test_a_refusal_keeps_every_word_and_stores_nothing(scene, looking, data, said):
    client, before = looking(scene, "lin"), talks(scene).count()
    typed = {"summary": "第一行\n第二行 <b>", "needs": "换大车", "outcome": "4", "direction": "1"}
    response = note(client, scene, **typed, **data)
    page = response.content.decode()
    assert response.status_code == 422
    assert response["HX-Retarget"] == response["HX-Reselect"] == "#compose"
    assert said in page[page.index('role="alert"') :][:400]
    assert "第一行\n第二行 &lt;b&gt;</textarea>" in page
    assert ">换大车</textarea>" in page
    assert 'value="4" selected' in page
    assert 'value="1" selected' in page
    assert (talks(scene).count(), Preference.objects.filter(text__contains="糖尿").count()) == (before, 0)


def test_a_visit_has_four_points_and_they_are_told_on_the_page(scene, looking):
    client = looking(scene, "lin")
    note(client, scene, channel=int(Channel.VISIT), usage="嫌账单太多", needs="教育金", news="新卡没兴趣", greetings="女儿上学",
         told="喝凤凰单丛", field="4")  # fmt: skip
    words = words_of(client.get(f"/customers/{scene.codes[WANG]}/"))
    for text in ("嫌账单太多", "教育金", "新卡没兴趣", "女儿上学", "喝凤凰单丛"):
        assert text in words


def test_what_people_type_is_shown_and_never_run(scene, looking):
    client = looking(scene, "lin")
    texts = dict.fromkeys(("summary", "usage", "needs", "news", "greetings", "what", "told"), PAYLOAD)
    assert note(client, scene, **texts, field="7", follow_up_on=scene.today.isoformat()).status_code == 302
    code = talks(scene).latest("pk").code
    paths = (f"/customers/{scene.codes[WANG]}/", "/", f"/conversations/{code}/", f"/customers/{scene.codes[WANG]}/known/",
             f"/customers/{scene.codes[WANG]}/timeline/?only=contacts")  # fmt: skip
    for path in paths:
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "{{7*7}}" in page, path
    refused = note(client, scene, **texts, field="7", follow_up_on="2020-01-01").content.decode()
    assert "<script>alert" not in refused


def test_files_are_handed_out_to_be_saved_and_only_to_whoever_sees_the_customer(scene, looking):
    client = looking(scene, "lin")
    picture = SimpleUploadedFile('合同\u202e"><img onerror=1>.html', b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "text/html")
    assert note(client, scene, files=[picture]).status_code == 302
    file = Attachment.objects.get()
    talk = file.conversation
    page = client.get(f"/conversations/{talk.code}/").content.decode()
    assert f'href="/conversations/files/{file.code}/"' in page
    assert "<img onerror" not in page
    sent = client.get(f"/conversations/files/{file.code}/")
    assert (sent["Content-Type"], sent["X-Content-Type-Options"], sent["Cache-Control"]) == (
        "image/png", "nosniff", "no-store, private")  # fmt: skip
    assert sent["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in sent["Content-Security-Policy"]
    assert b"".join(sent.streaming_content).startswith(b"\x89PNG")
    for who, status in (("chen", 200), ("zhou", 404), ("huang", 404)):
        assert looking(scene, who).get(f"/conversations/files/{file.code}/").status_code == status
        assert looking(scene, who).get(f"/conversations/{talk.code}/").status_code == status
    client.logout()
    assert client.get(f"/conversations/files/{file.code}/").status_code == 302


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"MZ\x90\0\0", b""])
def test_other_files_are_refused_and_nothing_of_the_contact_is_stored(scene, looking, content):
    client, before = looking(scene, "lin"), talks(scene).count()
    response = note(client, scene, summary="带附件", files=[SimpleUploadedFile("a.png", content, "image/png")])
    assert (response.status_code, talks(scene).count(), Attachment.objects.count()) == (422, before, 0)
    assert "带附件</textarea>" in response.content.decode()


@pytest.mark.parametrize(
    "data",
    [{"channel": "99"}, {"channel": "10"}, {"channel": ""}, {"customer": "x"}, {"back": "//evil"}, {"outcome": "77"},
     {"follow_up_on": "tomorrow"}, {"settles": "x"}, {"settles": ["2" * 12] * 21}, {"field": "9", "told": "x"},
     {"summary": "x" * 40_001}],
)  # fmt: skip
def test_no_form_of_ours_is_not_understood(scene, looking, data):
    assert note(looking(scene, "lin"), scene, **data).status_code == 400


@pytest.mark.parametrize(
    ("who", "status"), [("zhou", 404), ("huang", 404), ("zhao", 403), ("du", 403), ("chen", 302), ("he", 302)]
)
def test_who_may_note(scene, looking, who, status):
    client, before = looking(scene, who), talks(scene).count()
    assert note(client, scene, summary="x").status_code == status
    assert talks(scene).count() == before + (status == 302)
    asked = client.get(NEW, {"customer": scene.codes[WANG]}).status_code
    assert asked == {302: 200}.get(status, status)


@pytest.mark.parametrize(
    "query", ["?x=1", "?customer=" + "2" * 12 + "&back=evil", "?customer=%00", "?channel=x&customer="]
)
def test_odd_addresses_of_the_form(scene, looking, query):
    assert looking(scene, "lin").get(NEW + query).status_code in (200, 400, 404)


def test_without_a_customer_it_asks_for_one(scene, looking):
    client = looking(scene, "lin")
    page = client.post(NEW, {"q": "5678"}).content.decode()
    assert f"{NEW}?customer={scene.codes[WANG]}" in page
    assert WANG not in looking(scene, "huang").post(NEW, {"q": "5678"}).content.decode()


def test_five_hundred_notes_are_searched_by_words_and_pieces_a_page_at_a_time(scene, looking):
    client, wang = looking(scene, "lin"), scene.ids[WANG]
    at = clock.now()
    Conversation.objects.bulk_create(
        [
            Conversation(
                customer_id=wang, at=at, on=scene.today - dt.timedelta(days=n % 300), channel=Channel.CALL,
                summary=f"第 {n} 次：聊到羽毛球和 Bridge-{n} 工程，100% 满意_", by=scene.staff["lin"],
            )
            for n in range(500)
        ]
    )  # fmt: skip
    Conversation.objects.filter(summary__contains="第 77 次").update(needs="给孩子攒ＥＤＵ教育金")
    thread = f"/customers/{scene.codes[WANG]}/timeline/"

    def found(words: str) -> str:
        return words_of(client.get(thread, {"words": words}))

    assert "第 77 次" in found("Bridge-77")
    assert "第 77 次" in found("bridge-77 羽毛")
    assert "第 77 次" in found("攒")
    assert "第 7 次" not in found("Bridge-77")
    assert found("没有人说过的话").count("第 ") == 0
    assert found("%_%").count("第 ") == 0
    assert found("100%").count("第 ") == ROWS
    page, seen = client.get(thread, {"words": "羽毛球"}), 0
    while True:
        text = page.content.decode()
        seen += text.count("羽毛球和")
        door = text.split('id="earlier">')[1].split("</div>")[0]
        if "href" not in door:
            break
        page = client.get(door.split('href="')[1].split('"')[0].replace("&amp;", "&"))
    assert seen == 500
    assert looking(scene, "huang").get(thread, {"words": "羽毛球"}).status_code == 404
