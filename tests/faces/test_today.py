"""Today: who needs me, why, what to say; answering, undoing, handing over; with and without the script."""

import datetime as dt
import re

import pytest

from guanxi.faces.desk.actions.presenters import call_to
from guanxi.ground import clock
from guanxi.insight.detectors.notes import note
from guanxi.record.actions.models import Action
from guanxi.record.actions.services import propose_actions
from guanxi.record.customers.choices import Channel
from guanxi.record.standing.models import Edition
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM, action_row

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def action_of(name: str) -> Action:
    return Action.objects.get(customer__name=name)


def names_in(response) -> list[str]:
    return re.findall(r'<div class="who"><a[^>]*>([^<]+)</a>', response.content.decode())


def answer(client, action: Action, **fields):
    data = {"version": action.version, "back": "", "answer": "done"} | fields
    return client.post(f"/actions/{action.code}/answer/", data)


# ---- the page


def test_the_day_begins_with_a_sentence(scene, looking):
    words = words_of(looking(scene, "lin").get("/"))
    assert words.startswith("7月9日 星期四 · 农历五月廿五 09:12 今天有 4 位客户等您，先打给黄振华。")
    assert "1 件已过期。都办好，约守住一年 ¥5,696 的贡献。" in words


def test_the_same_day_in_english(scene, looking):
    words = words_of(looking(scene, "lin", language="en").get("/"))
    assert words.startswith("Thursday, 9 July 2026 09:12 4 customers need you today. Call 黄振华 first.")
    assert "1 is overdue. Doing all of it keeps about ¥5,696 a year." in words


def test_promises_first_then_care_then_what_is_worth_a_talk(scene, looking):
    response = looking(scene, "lin").get("/")
    assert names_in(response) == ["黄振华", "王海峰", "张立新", "欧阳静"]
    groups = re.findall(r"<h2>([^<]+)</h2><small>", response.content.decode())
    assert groups == ["先办", "关怀", "值得谈"]


def test_reasons_name_figures_without_the_year_that_is_now(scene, looking):
    words = words_of(looking(scene, "lin").get("/"))
    assert "每月约 ¥4,185 的消费，6月只有 ¥400（−90.4%）。" in words
    assert "1月4日之后没来过；以前每 30 天来一次。" in words


def test_the_open_line_says_why_and_what_to_say(scene, looking):
    code = action_of("王海峰").code
    page = looking(scene, "lin").get(f"/?open={code}").content.decode()
    assert "之前 12 个月，每月都在 ¥4,010 到 ¥4,600 之间" in page
    assert "比平时少 ¥3,785，远超平时的起伏" in page
    assert page.count("<rect") == 13
    assert f"/actions/{code}/evidence/" in page


def test_a_promise_shows_what_was_said(scene, looking):
    page = looking(scene, "lin").get("/").content.decode()
    assert "理赔材料交了两周还没有答复，请给个准信。" in page


def test_what_was_promised_for_later_waits_beside(scene, looking):
    words = words_of(looking(scene, "lin").get("/"))
    assert re.search(r"以后要兑现的 何嘉怡 .* 星期一", words)


def test_what_could_not_be_judged_is_said_beside(scene, looking):
    assert "暂不下判断" not in words_of(looking(scene, "lin").get("/"))
    late = note("inactivity", "feed_late", last_day="2026-06-30")
    together = note("spend_drop", "all_moved_together", month="2026-06", shift=-31.5)
    Edition.objects.create(
        name="late",
        as_of=dt.date(2026, 7, 8),
        started_at=clock.now(),
        published_at=clock.now(),
        facts={"waits": [late, together, together]},
    )
    words = words_of(looking(scene, "lin").get("/"))
    assert "暂不下判断 2026-06-30 之后还没有新的交易数据，不因此算谁缺席。" in words
    assert words.count("-31.5") == 1
    english = words_of(looking(scene, "lin", language="en").get("/"))
    assert "Not judged yet No dealings have come in since 2026-06-30; nobody counts as absent for that." in english


def test_nobodys_customers_are_shown_to_the_leader_alone(scene, looking):
    leader, manager = looking(scene, "chen").get("/"), looking(scene, "zhou").get("/")
    assert names_in(leader) == ["罗志强"]
    assert "1 位客户还没有人管。" in words_of(leader)
    assert names_in(manager) == []
    assert "今天没有人等您。" in words_of(manager)


def test_a_reader_sees_no_buttons(scene, looking):
    page = looking(scene, "du").get(f"/actions/{action_of('王海峰').code}/")
    assert page.status_code == 200
    assert "<form" not in main_of(page)


def test_an_empty_firm_says_what_is_missing(empty_firm, looking):
    words = words_of(looking(empty_firm, "lin").get("/"))
    assert "今天没有人等您。" in words
    assert "还没有算过。导入交易之后，夜里会算出谁需要您、为什么。" in words


# ---- answering


def test_done_moves_the_customer_to_what_was_done_and_can_be_undone(scene, looking):
    client, action = looking(scene, "lin"), action_of("黄振华")
    response = answer(client, action)
    assert (response.status_code, response.url) == (302, f"/?answered={action.code}")
    page = client.get(response.url)
    assert names_in(page) == ["王海峰", "张立新", "欧阳静"]
    assert "黄振华：办好了" in words_of(page)
    action.refresh_from_db()
    back = client.post(f"/actions/{action.code}/answer/withdrawal/", {"version": action.version, "back": ""})
    assert (back.status_code, back.url) == (302, f"/?open={action.code}")
    assert names_in(client.get("/")) == ["黄振华", "王海峰", "张立新", "欧阳静"]


def test_not_now_says_why_and_when_it_comes_back(scene, looking):
    client, action = looking(scene, "lin"), action_of("王海峰")
    response = answer(client, action, answer="not_now", because="2", note="占线", again_on="2026-07-13")
    page = words_of(client.get(response.url))
    assert "王海峰：现在不：没联系上，星期一再来" in page
    action.refresh_from_db()
    assert (action.not_now, action.answer, action.again_on.isoformat()) == (2, "占线", "2026-07-13")


def test_handed_over_it_stands_on_the_colleagues_day_with_the_note(scene, looking):
    client, action = looking(scene, "lin"), action_of("张立新")
    form = client.get(f"/actions/{action.code}/hand-over/")
    assert "陈洁 · 贵宾一组" in form.content.decode()
    assert "周航" in form.content.decode()  # sees this customer from then on, and until it is done
    assert "何平" not in form.content.decode()  # may not do such work
    assert "黄立" not in form.content.decode()  # another branch
    data = {"version": action.version, "to": scene.staff["chen"].code, "note": "他常去你那边的店", "back": ""}
    response = client.post(f"/actions/{action.code}/hand-over/", data)
    assert response.url == f"/?answered={action.code}"
    assert "张立新：转给了陈洁" in words_of(client.get(response.url))
    page = looking(scene, "chen").get("/")
    assert "张立新" in names_in(page)
    assert "林晓彤：“他常去你那边的店”" in page.content.decode()


def test_the_fragment_applied_is_the_fresh_page(scene, looking):
    """What the script puts into the page after an answer is what a fresh page shows; nothing else may differ."""
    client, action = looking(scene, "lin"), action_of("黄振华")
    opened = client.get(f"/?open={action_of('王海峰').code}", **HTMX)
    assert main_of(opened) == main_of(client.get(f"/?open={action_of('王海峰').code}"))
    posted = client.post(
        f"/actions/{action.code}/answer/", {"version": action.version, "answer": "done"}, follow=True, **HTMX
    )
    assert main_of(posted) == main_of(client.get(f"/?answered={action.code}"))


def test_every_form_works_without_the_script(scene, looking):
    """Each htmx address is the form's own, so that both ways do the same."""
    page = main_of(looking(scene, "lin").get("/"))
    forms = re.findall(r'<form[^>]* action="([^"]+)"[^>]* hx-post="([^"]+)"', page)
    assert len(forms) >= 6
    assert all(plain == enhanced for plain, enhanced in forms)
    links = re.findall(r'<a[^>]* href="([^"#]+)[^"]*"[^>]* hx-get="([^"]+)"', page)
    assert len(links) == 4  # three closed lines and the hand-over
    assert all(plain == enhanced for plain, enhanced in links)


# ---- what goes wrong


def test_somebody_was_faster_and_what_was_typed_is_kept(scene, looking):
    client, action = looking(scene, "lin"), action_of("王海峰")
    version = action.version
    answer(looking(scene, "chen"), action)
    response = answer(
        client, action, version=version, answer="not_now", because="1", note="下午再打", again_on="2026-07-20"
    )
    assert response.status_code == 409
    page = response.content.decode()
    assert "刚才已有人处理了" in page
    action.refresh_from_db()
    assert action.get_status_display() == "办好了"
    assert action.answer == ""


def test_a_stale_page_of_an_open_action_keeps_the_note_and_the_day(scene, looking):
    client, action = looking(scene, "lin"), action_of("王海峰")
    Action.objects.filter(pk=action.pk).update(version=action.version + 1)
    response = answer(client, action, answer="not_now", because="1", note="下午再打", again_on="2026-07-20")
    page = response.content.decode()
    assert response.status_code == 409
    assert 'name="note" maxlength="2000" value="下午再打"' in page
    assert 'name="again_on" value="2026-07-20"' in page
    assert f'name="version" value="{action.version + 1}"' in page


def test_a_day_that_has_passed_is_refused_in_words(scene, looking):
    client, action = looking(scene, "lin"), action_of("王海峰")
    response = answer(client, action, answer="not_now", because="1", note="再说", again_on="2026-07-01")
    assert response.status_code == 422
    assert "请选明天或以后的日子。" in response.content.decode()
    assert 'value="再说"' in response.content.decode()


def test_a_double_click_is_one_answer(scene, looking):
    client, action = looking(scene, "lin"), action_of("王海峰")
    first, second = answer(client, action), answer(client, action)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    action.refresh_from_db()
    assert action.version == 2


@pytest.mark.parametrize("name", ["huang", "zhou"])
def test_a_strangers_action_is_not_there(scene, looking, name):
    client, action = looking(scene, name), action_of("王海峰")
    before = Action.objects.filter(pk=action.pk).values().get()
    assert client.get(f"/actions/{action.code}/").status_code == 404
    assert client.get(f"/actions/{action.code}/evidence/").status_code == 404
    assert client.get(f"/actions/{action.code}/hand-over/").status_code == 404
    assert answer(client, action).status_code == 404
    form = {"version": 1, "to": scene.staff["chen"].code}
    assert client.post(f"/actions/{action.code}/hand-over/", form).status_code == 404
    assert client.post(f"/actions/{action.code}/answer/withdrawal/", {"version": 1}).status_code == 404
    assert Action.objects.filter(pk=action.pk).values().get() == before


def test_a_role_without_the_right_is_told_so(scene, looking):
    action = action_of("王海峰")
    client = looking(scene, "du")
    before = Action.objects.filter(pk=action.pk).values().get()
    response = answer(client, action)
    assert response.status_code == 403
    assert "您的岗位没有这项权限。" in response.content.decode()
    assert Action.objects.filter(pk=action.pk).values().get() == before


@pytest.mark.parametrize("path", ["answer/", "answer/withdrawal/"])
def test_nothing_is_changed_by_looking(scene, looking, path):
    assert looking(scene, "lin").get(f"/actions/{action_of('王海峰').code}/{path}").status_code == 405


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "later"},
        {"answer": ""},
        {"version": "x"},
        {"version": ""},
        {"version": "9" * 5000},
        {"because": "8"},
        {"because": "busy"},
        {"again_on": "tomorrow"},
        {"note": "x" * 2001},
        {"note": "a\0b"},
        {"back": "//evil.example"},
    ],
)
def test_what_no_form_of_ours_sends_is_not_understood(scene, looking, fields):
    client, action = looking(scene, "lin"), action_of("王海峰")
    response = answer(client, action, **({"answer": "not_now", "because": "1"} | fields))
    assert response.status_code == 400
    action.refresh_from_db()
    assert action.version == 1


def test_the_call_is_one_click_for_whoever_reads_the_number(scene, looking):
    page = looking(scene, "lin").get("/")
    assert page.context["page"].sheet.call.href.startswith("tel:+861")
    assert f'href="{page.context["page"].sheet.call.href}"' in page.content.decode()
    assert page.content.decode().count("btn primary") == 1
    assert call_to("138****8000") is None
    assert call_to("+8613800138000;+8613900139000").number == "138 0013 8000"


def test_a_leader_who_did_something_still_hears_of_the_team(scene, looking):
    client = looking(scene, "chen")
    late = Action.objects.get(customer__name="黄振华")
    sent = {"to": scene.staff["zhou"].code, "version": late.version, "note": ""}
    assert client.post(f"/actions/{late.code}/hand-over/", sent).status_code == 302
    words = words_of(client.get("/"))
    assert "您的团队今天有" in words
    assert "今天都办完了" not in words


@pytest.mark.parametrize(
    "query", ["?open=a&open=b", "?who=lin", "?open=%00", "?open=%FF", "?open=%ED%A0%80", "?open=" + "9" * 5000]
)
def test_odd_addresses_are_400(scene, looking, query):
    assert looking(scene, "lin").get("/" + query).status_code == 400


def test_an_unknown_code_opens_the_first_line(scene, looking):
    response = looking(scene, "lin").get("/?open=nobody&answered=nothing")
    assert response.status_code == 200
    assert names_in(response)[0] == "黄振华"


def test_many_lines_cost_no_more_queries(scene, looking):
    client = looking(scene, "lin")
    client.get("/")  # a new session is written once
    few = _count(client)
    for place in range(30):
        scene.add(f"张三{place}", phone=f"137{place:08d}")
    names = [name for name in scene.ids if name.startswith("张三")]
    rows = [
        action_row(scene, name, "renewal_due", {"holding": "车险", "day": "2026-08-01"}, rank=place, value=100 + place)
        | {"channel": int(Channel.CALL)}
        for place, name in enumerate(names)
    ]
    propose_actions(rows, by=SYSTEM, as_of=scene.today)
    assert len(names_in(client.get("/"))) == 20
    assert _count(client) <= few


def _count(client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        client.get("/")
    return len(caught)


def test_answering_opens_the_next_line_and_ticking_another_keeps_the_open_one(scene, looking):
    client = looking(scene, "lin")
    page = client.get("/").content.decode()
    codes = re.findall(r'<article class="line[^"]*" id="action-(\w+)"', page)
    sheet = page.partition('<div class="open-acts">')[2]
    assert re.search(r'name="then" value="(\w+)"', sheet)[1] == codes[1]
    last = client.get(f"/?open={codes[-1]}").content.decode()
    assert re.search(r'name="then" value="(\w+)"', last.partition('<div class="open-acts">')[2])[1] == codes[-2]
    ticks = re.findall(r'name="then" value="(\w+)"><button class="tick"', last.replace("{% endif %}", ""))
    assert set(ticks[:-1]) == {codes[-1]}
    response = client.post(f"/actions/{codes[0]}/answer/", {"answer": "done", "version": 1, "then": codes[1]})
    assert response.url == f"/?answered={codes[0]}&open={codes[1]}"
    assert f'<article class="line is-open" id="action-{codes[1]}"' in client.get(response.url).content.decode()
