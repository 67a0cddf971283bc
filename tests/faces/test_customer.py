"""The page of one customer: who, what happened, where we stand, what to do next; masked by role, bounded in queries."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.record.actions.models import Action
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind
from guanxi.record.customers.services import record_preference, relate_customers
from guanxi.record.customers.services.relating import NewRelation
from guanxi.record.signals.models import Signal
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db


def page_of(client, scene, name: str = "王海峰", query: str = ""):
    return client.get(f"/customers/{scene.codes[name]}/{query}")


def moments_in(response) -> list[str]:
    found = re.findall(r'<li class="moment[^"]*".*?</li>', response.content.decode(), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", moment)).strip() for moment in found]


def facts_in(response) -> dict[str, str]:
    found = re.findall(
        r'<dt>([^<]+)</dt>\s*<dd class="tnum-inside[^>]*>\s*(?:<span>)?([^<]*)', response.content.decode()
    )
    return dict(found)


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


# ---- who


def test_the_page_says_who_in_one_breath(scene, looking):
    words = words_of(page_of(looking(scene, "lin"), scene))
    assert words.startswith("王海峰 A 客户 9 年；定期存款、金卡消费在我们这里；消费比平时少得多。")
    english = words_of(page_of(looking(scene, "lin", language="en"), scene))
    assert "Customer for 9 years; 定期存款, 金卡消费 with us; spends far less than usual." in english


def test_marks_are_masked_as_the_role_demands(scene, looking):
    manager = facts_in(page_of(looking(scene, "lin"), scene))
    assert manager["手机"] == "138 0013 5678"
    assert manager["车牌"] == "粤A8K62Q"
    assert manager["证件号"] == "4401 •••• 0312"
    assert manager["生日"] == "3月12日，44 岁"
    assert manager["住址"] == "天河区 天河北路 180 号"
    response = page_of(looking(scene, "zhao"), scene)
    marketer, page = facts_in(response), response.content.decode()
    assert (marketer["手机"], marketer["车牌"]) == ("138 •••• 5678", "粤A •••• 2Q") or marketer[
        "手机"
    ] == "138 •••• 5678"
    assert all(
        secret not in page for secret in ("王海峰", "13800135678", "0013 5678", "8K62", "1982", "3月12日", "天河北路")
    )
    assert "<h1>王*" in page


def test_numbers_of_holdings_are_masked_like_accounts(scene, looking):
    manager = page_of(looking(scene, "lin"), scene).content.decode()
    assert "6225880112346621" not in manager
    assert "•• 6621" in manager
    assert "6225880112346621" in page_of(looking(scene, "li"), scene).content.decode()


def test_likes_ties_and_consents_stand_on_the_page(scene, looking):
    response = page_of(looking(scene, "lin"), scene)
    words = words_of(response)
    assert "喝凤凰单丛 早餐和饮品 · 拜访 · 5月12日" in words
    assert "李思敏 配偶" in words
    assert "林* 介绍人" in words  # another branch's customer: named masked, without a way in
    assert scene.codes["林国栋"] not in response.content.decode()
    assert "我们的产品：电话、信件" in words
    assert "不同意： 我们的产品：短信" in words
    other = words_of(page_of(looking(scene, "lin"), scene, "李思敏"))
    assert "王海峰 配偶" in other


def test_absent_consent_is_a_no(scene, looking):
    assert "没有同意记录：不能推送任何产品" in words_of(page_of(looking(scene, "lin"), scene, "何嘉怡"))


# ---- what happened


def test_the_timeline_tells_everything_newest_first(scene, looking):
    moments = moments_in(page_of(looking(scene, "lin"), scene))
    assert moments[:2] == ["今天 先问候；弄清缘由之前不提产品", "9月12日 定期存款到期"]
    told = " | ".join(moments[2:])
    assert "昨天 答应了事情 来电 · 林晓彤 年费怎么又要收？答应今早回电。" in told
    assert "星期二 警报 消费比平时少得多 平时每月约 ¥4,185 的消费，6月只有 ¥400" in told
    assert "14日 ¥200 金卡消费" in told
    assert "12日 联系上了 拜访 · 林晓彤 孩子 9 月上小学；想了解怎样攒教育金，不急。" in told
    assert re.findall(r'<li class="month">([^<]+)</li>', page_of(looking(scene, "lin"), scene).content.decode())[
        :4
    ] == ["接下来", "7月", "6月", "5月"]


def test_lines_of_one_day_are_one_moment(scene, looking):
    from tests.faces.scene import WANG_LAST  # twelve purchases a month, each on a day of its own; one day gets two more

    assert WANG_LAST == 400
    from guanxi.record.dealings.models import Dealing

    line = Dealing.objects.filter(customer_id=scene.ids["何嘉怡"]).order_by("-occurred_on").first()
    for amount in (1_000, 2_550):
        line.pk, line.amount = None, amount
        line.save()
    told = moments_in(page_of(looking(scene, "lin"), scene, "何嘉怡"))
    assert "6月30日 ¥158.50 金卡消费 · 3 笔消费" in [moment.replace("30日", "6月30日") for moment in told]


def test_refunds_are_told_as_refunds(scene, looking):
    thread = moments_in(looking(scene, "lin").get(f"/customers/{scene.codes['王海峰']}/timeline/?only=dealings"))
    assert "21日 −¥65 金卡消费 · 1 笔退款" in thread


def test_earlier_pages_continue_without_loss_or_double(scene, looking):
    client = looking(scene, "lin")
    response = page_of(client, scene)
    seen, path = moments_in(response)[2:], response
    for _ in range(20):
        following = re.search(r'href="([^"]+)" hx-get="\1" hx-target="#earlier"', path.content.decode())
        if not following:
            break
        path = client.get(following[1].replace("&amp;", "&"))
        seen += moments_in(path)
    days = 122 + 1  # purchases, each on its own day, and one refund
    assert len([moment for moment in seen if "金卡消费" in moment and "开通" not in moment]) == days
    assert len([moment for moment in seen if moment.endswith("建档 转介绍")]) == 1


def test_the_same_moments_by_the_script_and_by_fresh_pages(scene, looking):
    client = looking(scene, "lin")
    href = re.search(r'hx-get="([^"]+before=[^"]+)"', page_of(client, scene).content.decode())[1].replace("&amp;", "&")
    assert main_of(client.get(href, HTTP_HX_REQUEST="true")) == main_of(client.get(href))


@pytest.mark.parametrize(
    ("tab", "there", "absent"),
    [
        ("contacts", "来电", "金卡消费"),
        ("dealings", "金卡消费", "来电"),
        ("work", "警报", "来电"),
        ("changes", "建档", "来电"),
    ],
)
def test_tabs_show_one_kind(scene, looking, tab, there, absent):
    told = " ".join(moments_in(looking(scene, "lin").get(f"/customers/{scene.codes['王海峰']}/timeline/?only={tab}")))
    assert there in told
    assert absent not in told


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=2026-07-01", "before=2026-13-01.dealings.1", "before=2026-07-01.secrets.1", "before=2026-07-01.dealings.-1",
     "before=2026-07-01.dealings." + "9" * 30, "only=everything", "before=%00", "page=2", "before=" + "9" * 5000],
)  # fmt: skip
def test_odd_places_of_the_timeline_are_400(scene, looking, query):
    assert looking(scene, "lin").get(f"/customers/{scene.codes['王海峰']}/timeline/?{query}").status_code == 400


# ---- where we stand, what to do


def test_figures_name_their_day_and_say_how_far_to_trust_them(scene, looking):
    words = words_of(page_of(looking(scene, "lin"), scene))
    assert "现在怎样 截至7月8日" in words
    assert "还会来 41% 可能不再来 62%" in words
    assert (
        "年贡献 ¥6,912 今后的价值 ¥28,450 来过 以前常来、花得多，近来没有 122 天 最近一次 6月14日 每次约 ¥415 一年内预计 38.4 次"
        in words
    )
    assert "估算可靠度 B" in words


def test_without_a_refresh_nothing_is_claimed(scene, looking):
    words = words_of(page_of(looking(scene, "lin"), scene, "周文博"))
    assert "还没有算过：下次刷新后就有。" in words
    assert "没有异常。" in words
    assert "没有持有记录。" in words


def test_a_signal_opens_its_evidence(scene, looking):
    signal = Signal.objects.get(customer_id=scene.ids["王海峰"])
    assert f'href="/signals/{signal.code}/evidence/"' in page_of(looking(scene, "lin"), scene).content.decode()


def test_the_next_step_is_answered_here_and_comes_back_here(scene, looking):
    client, action = looking(scene, "lin"), Action.objects.get(customer__name="王海峰")
    assert f'action="/actions/{action.code}/answer/"' in page_of(client, scene).content.decode()
    response = client.post(f"/actions/{action.code}/answer/", {"version": 1, "answer": "done", "back": "customer"})
    assert response.url == f"/customers/{scene.codes['王海峰']}/?answered={action.code}"
    words = words_of(client.get(response.url))
    assert "王海峰：办好了" in words
    assert "今天 办好了 每月约 ¥4,185 的消费，6月只有 ¥400（−90.4%）。" in words  # now on the timeline
    action.refresh_from_db()
    undone = client.post(f"/actions/{action.code}/answer/withdrawal/", {"version": action.version, "back": "customer"})
    assert undone.url.startswith(f"/customers/{scene.codes['王海峰']}/")
    assert f'action="/actions/{action.code}/answer/"' in page_of(client, scene).content.decode()


# ---- who may look


@pytest.mark.parametrize(
    ("name", "status"),
    [("lin", 200), ("chen", 200), ("du", 200), ("he", 200), ("zhao", 200), ("li", 200), ("zhou", 404), ("huang", 404)],
)
def test_only_who_sees_the_customer_sees_the_page(scene, looking, name, status):
    client = looking(scene, name)
    assert page_of(client, scene).status_code == status
    assert client.get(f"/customers/{scene.codes['王海峰']}/timeline/").status_code == status


def test_out_of_sight_is_the_same_answer_as_not_there(scene, looking):
    client = looking(scene, "huang")
    hidden, absent = page_of(client, scene), client.get("/customers/222222222222/")
    assert hidden.status_code == absent.status_code == 404
    assert main_of(hidden) == main_of(absent).replace("222222222222", scene.codes["王海峰"])


@pytest.mark.parametrize("query", ["?x=1", "?answered=a&answered=b", "?answered=%00"])
def test_odd_addresses_are_400(scene, looking, query):
    assert page_of(looking(scene, "lin"), scene, query=query).status_code == 400


def test_changing_is_not_looking(scene, looking):
    assert looking(scene, "lin").post(f"/customers/{scene.codes['王海峰']}/").status_code == 405


def test_the_page_costs_fifteen_queries_at_most_whatever_the_rows(scene, looking):
    paths = {name: f"/customers/{scene.codes[name]}/" for name in ("周文博", "王海峰")}
    few = {who: queries_of(looking(scene, who), paths["周文博"]) for who in ("lin", "chen", "he", "zhao", "li")}
    wang, lin = scene.ids["王海峰"], scene.person("lin")
    for place in range(30):
        scene.add(f"邻居{place}", phone=f"139{place:08d}")
        relate_customers(wang, NewRelation(scene.ids[f"邻居{place}"], RelationKind.FRIEND), by=SYSTEM)
        record_preference(wang, field=PreferenceField.TOPICS, text=f"话题 {place}", source="拜访", by=lin)
        log_conversation(wang, by=lin, channel=Channel.CALL, summary=f"第 {place} 次", at=None)
    many = {who: queries_of(looking(scene, who), paths["王海峰"]) for who in few}
    assert max(*few.values(), *many.values()) <= 15, (few, many)
    thread = f"/customers/{scene.codes['王海峰']}/timeline/?before={scene.today - dt.timedelta(days=30)}.dealings.1"
    assert queries_of(looking(scene, "he"), thread) <= 15
