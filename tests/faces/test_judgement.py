"""“There is an explanation” on the page of evidence: a closed list, words of one's own, taken back; the work goes with it."""

import datetime as dt
import re

import pytest

from guanxi.journal.models import Act
from guanxi.record.actions.choices import ActionStatus
from guanxi.record.actions.models import Action
from guanxi.record.signals.models import Signal
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db
WANG = "王海峰"


def signal_of(name: str = WANG) -> Signal:
    return Signal.objects.get(customer__name=name)


def action_of(name: str = WANG) -> Action:
    return Action.objects.get(customer__name=name)


def evidence(name: str = WANG) -> str:
    return f"/actions/{action_of(name).code}/evidence/"


def judge(client, judgement: str, *, name: str = WANG, back: bool = True, **more):
    data = {"judgement": judgement, "action": action_of(name).code if back else ""} | more
    return client.post(f"/signals/{signal_of(name).code}/judgement/", data)


def names_on_today(client) -> list[str]:
    return re.findall(r'<article class="line[^"]*"[^>]*aria-label="([^"]+)"', client.get("/").content.decode())


def test_the_page_offers_the_closed_list(scene, looking):
    page = looking(scene, "lin").get(evidence()).content.decode()
    offered = re.findall(r'name="judgement" value="(\w+)" data-key="(\d)"><span>([^<]+)<', page)
    assert offered == [
        ("card_lost", "1", "卡遗失或已换卡"),
        ("limit_blocked", "2", "额度被冻结"),
        ("closing", "3", "正在销户"),
        ("travel", "4", "客户说过在外旅行"),
        ("supplementary", "5", "消费转到附属卡"),
        ("other", "6", "另有原因"),
        ("wrong", "7", "不属实：数字有误"),
    ]


def test_an_explanation_is_said_undoable_and_takes_the_line_off_today(scene, looking):
    client = looking(scene, "lin")
    assert WANG in names_on_today(client)
    response = judge(client, "travel", note="去新疆三周", quiet_until="2026-08-01")
    assert (response.status_code, response.url) == (302, f"{evidence()}?judged=1#judgement")
    page = client.get(response.url)
    assert "已解释：客户说过在外旅行" in words_of(page)
    assert "“去新疆三周” 林晓彤 · 今天 · 8月1日前不再提醒" in words_of(page)
    assert WANG not in names_on_today(client)
    assert (signal_of().state, signal_of().quiet_until) == ("refuted", dt.date(2026, 8, 1))
    assert action_of().status == ActionStatus.WITHDRAWN
    kinds = list(Act.objects.filter(by_code=scene.staff["lin"].code).order_by("-pk").values_list("kind", flat=True)[:2])
    assert kinds == ["action.explained_away", "signal.judged"]
    undone = client.post(f"/signals/{signal_of().code}/judgement/withdrawal/", {"action": action_of().code})
    assert (undone.status_code, undone.url) == (302, f"{evidence()}#judgement")
    assert WANG in names_on_today(client)
    assert "已解释" not in words_of(client.get(evidence()))
    assert (signal_of().state, action_of().status) == ("alarm", ActionStatus.OPEN)


def test_the_customers_page_tells_what_was_found_out(scene, looking):
    client = looking(scene, "lin", language="en")
    judge(client, "card_lost", back=False)
    words = words_of(client.get(f"/customers/{scene.codes[WANG]}/"))
    assert "Spends far less than usual Explained: Card lost or replaced" in words


def test_from_a_signal_one_comes_back_to_the_signal(scene, looking):
    response = judge(looking(scene, "lin"), "card_lost", back=False)
    assert response.url == f"/signals/{signal_of().code}/evidence/?judged=1#judgement"
    other = judge(looking(scene, "lin"), "card_lost", name="张立新", action=action_of(WANG).code)
    assert other.url == f"/signals/{signal_of('张立新').code}/evidence/?judged=1#judgement"


def test_it_is_so_keeps_the_line_and_is_said(scene, looking):
    client = looking(scene, "lin")
    judge(client, "true")
    page = client.get(evidence())
    assert "判断属实" in words_of(page)
    assert "卡遗失或已换卡" in words_of(page)
    assert WANG in names_on_today(client)


def test_a_day_that_has_passed_is_refused_and_nothing_typed_is_lost(scene, looking):
    response = judge(looking(scene, "lin"), "travel", note="去新疆三周", quiet_until="2026-07-08")
    assert response.status_code == 422
    assert "这一天已经过去了。" in words_of(response)
    assert 'value="去新疆三周"' in response.content.decode()
    assert 'value="2026-07-08"' in response.content.decode()
    assert (signal_of().state, signal_of().judgement, action_of().status) == ("alarm", None, ActionStatus.OPEN)


def test_the_second_of_two_people_sees_what_the_first_said(scene, looking):
    judge(looking(scene, "lin"), "card_lost")
    response = judge(looking(scene, "chen"), "travel")
    assert response.status_code == 409
    assert "已解释：卡遗失或已换卡" in words_of(response)


def test_what_was_explained_today_is_told_among_what_was_done(scene, looking):
    client = looking(scene, "lin")
    judge(client, "card_lost")
    today = client.get("/").content.decode()
    done = today.partition('id="done"')[2].partition("</section>")[0]
    assert "已有解释，不用办了" in done
    assert f'href="{evidence()}#judgement"' in done
    assert "withdrawal" not in done
    page = client.get(f"/actions/{action_of().code}/")
    assert "withdrawal" not in page.content.decode()
    assert f'href="{evidence()}#judgement"' in page.content.decode()


def test_a_double_click_is_one_judgement(scene, looking):
    client = looking(scene, "lin")
    first, second = judge(client, "card_lost"), judge(client, "card_lost")
    assert (second.status_code, second.url) == (302, first.url)
    assert Act.objects.filter(kind="signal.judged").count() == 1
    assert judge(client, "travel").status_code == 409


@pytest.mark.parametrize("who, status", [("zhou", 404), ("huang", 404), ("du", 403), ("he", 403), ("zhao", 403)])
def test_who_may_not_changes_nothing(scene, looking, who, status):
    before = (list(Signal.objects.values()), list(Action.objects.values()), Act.objects.count())
    client = looking(scene, who)
    assert judge(client, "card_lost").status_code == status
    withdrawn = client.post(f"/signals/{signal_of().code}/judgement/withdrawal/", {"action": ""})
    assert withdrawn.status_code == status
    assert (list(Signal.objects.values()), list(Action.objects.values()), Act.objects.count()) == before


@pytest.mark.parametrize("who", ["du", "he"])
def test_who_may_only_look_is_asked_nothing(scene, looking, who):
    assert 'name="judgement"' not in looking(scene, who).get(f"/signals/{signal_of().code}/evidence/").content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"judgement": "nonsense"},
        {"judgement": "travel", "quiet_until": "soon"},
        {"judgement": "other", "action": "x"},
    ],
)
def test_no_form_of_ours_is_not_understood(scene, looking, data):
    assert looking(scene, "lin").post(f"/signals/{signal_of().code}/judgement/", data).status_code == 400


def test_words_of_people_are_shown_as_words(scene, looking):
    client = looking(scene, "lin")
    judge(client, "other", note="<img src=x onerror=alert(1)>")
    assert "<img" not in client.get(evidence()).content.decode()
