"""Rows of the requirements as the desk shows them: each test names its row, from the row's example and from other numbers."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from guanxi.ground import clock
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.record.actions.models import Action
from guanxi.record.consents.services import set_profiling
from guanxi.record.conversations.learning import learnt_on_visits
from guanxi.record.conversations.models import Conversation
from guanxi.record.conversations.services import log_conversation
from guanxi.record.customers.choices import Channel, IdentifierKind, PreferenceField, Stage
from guanxi.record.customers.models import Customer, Preference, StageChange
from guanxi.record.customers.services import change_stage, record_preference
from guanxi.record.customers.services.identifying import add_identifier
from guanxi.record.signals.choices import SignalKind, SignalState
from guanxi.record.signals.wording import supposed
from guanxi.record.standing.models import Standing
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM
from tests.faces.test_insight import count_parts

WANG, ZHANG, HUANG, ZHOU = "王海峰", "张立新", "黄振华", "周文博"


def base(scene, who=WANG):
    return f"/customers/{scene.codes[who]}/"


def moments(client, scene, who: str) -> list[str]:
    """The timeline's moments of one customer, contacts only, newest first."""
    page = main_of(client.get(f"{base(scene, who)}timeline/?only=contacts"))
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).strip()
        for part in re.findall(r'<li class="moment".*?</li>', page, re.DOTALL)
    ]


# ---- IDC-01


@pytest.mark.parametrize(
    "ways",
    [
        ((9, Channel.CALL, "电话"), (10, Channel.WEB, "网站"), (11, Channel.BRANCH, "网点")),
        ((8, Channel.WECHAT, "微信"), (13, Channel.EMAIL, "邮件"), (19, Channel.VISIT, "拜访")),
    ],
)
def test_idc_01_three_contacts_on_three_channels_are_one_timeline_of_three(scene, looking, ways):
    midnight = clock.start_of_day(scene.today - dt.timedelta(days=1), "Asia/Shanghai")
    for hour, channel, _word in ways:
        at = midnight + dt.timedelta(hours=hour)
        log_conversation(scene.ids[ZHOU], by=SYSTEM, channel=channel, summary=f"{hour} 点", at=at)
    found = moments(looking(scene, "lin"), scene, ZHOU)
    assert [f"{hour} 点" in one for (hour, _, _), one in zip(reversed(ways), found, strict=True)] == [True] * 3


def test_idc_01_each_identifier_opens_the_record_and_identity_numbers_are_logged_with_who_and_why(scene, looking):
    lin, client = scene.person("lin"), looking(scene, "lin")
    for kind, text in (
        (IdentifierKind.EMAIL, "zhou.wenbo@example.org"),
        (IdentifierKind.PLATE, "粤B12345"),
        (IdentifierKind.POLICY, "PDZA20260007"),
        (IdentifierKind.MEMBER, "VIP-0007"),
        (IdentifierKind.ID_NUMBER, "11010519491231002X"),
    ):
        add_identifier(scene.ids[ZHOU], kind=kind, text=text, by=SYSTEM)
    door = f'href="{base(scene, ZHOU)}"'
    for text in ("K-1012", "136 0000 0012", "0012", "zhou.wenbo@example.org", "粤B12345", "VIP-0007"):
        assert door in client.post("/search/", {"q": text}).content.decode(), text

    def looked_up() -> list[tuple[str, object]]:
        acts = acts_of(Noun("customer", scene.codes[ZHOU]), kinds=("customer.recognised",))
        return [(act.by.code, act.payload) for act in acts]

    assert looked_up() == []
    for text, why in (("11010519491231002x", "counter"), ("PDZA20260007", "call")):
        assert door in client.post("/search/recognition/", {"q": text, "why": why}).content.decode()
    assert looked_up() == [
        (lin.code, {"by": "policy", "reason": "来电"}),
        (lin.code, {"by": "id_number", "reason": "到柜台"}),
    ]


# ---- IDC-02


def test_idc_02_twelve_months_of_dealings_the_card_and_contacts_on_one_page(scene, looking):
    client = looking(scene, "lin")
    client.post(
        "/conversations/new/",
        {"customer": scene.codes[WANG], "channel": "3", "summary": "聊到孩子", "field": "7", "told": "羽毛球"},
    )
    page = main_of(client.get(base(scene)))
    assert "聊到孩子" in page  # the contact
    assert "羽毛球" in page  # and the fact it left on the card, told on that visit
    line = Preference.objects.get(customer=scene.ids[WANG], text="羽毛球")
    assert (line.field, line.told_on, line.source) == (PreferenceField.TOPICS, scene.today, "拜访时说的")
    months = set(re.findall(r'<time datetime="(\d{4}-\d\d)', page))
    thread = main_of(client.get(f"{base(scene)}timeline/?only=dealings"))
    while "hx-get" in (more := thread.split('id="earlier">')[1]) and len(months) < 13:
        months |= set(re.findall(r'<time datetime="(\d{4}-\d\d)', thread))
        thread = main_of(client.get(re.search(r'href="([^"]+)"', more)[1].replace("&amp;", "&")))
    months |= set(re.findall(r'<time datetime="(\d{4}-\d\d)', thread))
    assert len(months) >= 12


# ---- IDC-03


def test_idc_03_what_we_know_and_why_and_the_switch_that_ends_what_is_concluded(scene, looking):
    client = looking(scene, "lin")
    known = words_of(client.get(base(scene) + "known/"))
    assert "由您与我们的往来算出" in known
    assert client.post(base(scene) + "known/profiling/", {"allowed": "no"}).status_code == 302
    Standing.objects.filter(customer_id=scene.ids[WANG]).delete()  # what the next refresh does, tests/insight/refresh
    page = words_of(client.get(base(scene)))
    assert "客户不要基于自身数据的建议" in page or "wants no advice from own data" in page
    five = words_of(client.get(base(scene) + "standing/"))
    assert "客户不要基于自身数据的建议" in five or "wants no advice from own data" in five
    assert "还没有算过" not in five
    set_profiling(scene.ids[WANG], allowed=True, source="told", evidence="told", by=SYSTEM)
    assert "还没有算过" in words_of(client.get(base(scene) + "standing/"))


# ---- RET-02


def test_ret_02_the_alarm_states_supposition_evidence_tier_margin_proposal_owner_and_day(scene, looking):
    action = Action.objects.get(customer__name=WANG)
    assert (action.owner, action.due_on) == (
        scene.staff["lin"],
        scene.today,
    )  # with the owner at once, a call due today
    for language, said in (
        ("en", ("about ¥576 of margin a year", "Perhaps part of the spending now goes by another card", "Due today")),
        ("zh-hans", ("¥576", "", "期限 今天")),
    ):
        page = looking(scene, "lin", language=language).get(f"/actions/{action.code}/evidence/")
        words = words_of(page)
        assert all(one in words for one in said), words
        assert 'data-tier="A"' in main_of(page)
        assert scene.staff["lin"].name in words
    today = words_of(looking(scene, "lin", language="en").get("/", {"open": action.code}))
    assert "That is a supposition: nobody has said so." in today


def test_ret_02_other_numbers(scene, looking):
    Action.objects.filter(customer__name=ZHANG).update(value_at_stake=1_234_500, due_on=scene.today)
    action = Action.objects.get(customer__name=ZHANG)
    words = words_of(looking(scene, "lin", language="en").get(f"/actions/{action.code}/evidence/"))
    assert "about ¥12,345 of margin a year" in words
    assert "Perhaps the customer goes elsewhere now, or needs less." in words
    assert "Ask whether something went wrong; sell nothing" in words


def test_ret_02_nothing_is_supposed_as_a_fact_and_nothing_about_why_somebody_moved():
    silent = {kind for kind in SignalKind if not _supposed(kind)}
    assert SignalKind.HOUSEHOLD_CHANGE in silent  # LEV-02: no cause of a move is guessed
    assert not silent & {SignalKind.SPEND_DROP, SignalKind.INACTIVITY, SignalKind.CREDIT_DOWNSHIFT, SignalKind.NEW_HOME}
    assert all("supposition" in _supposed(kind) for kind in set(SignalKind) - silent)


def _supposed(kind: SignalKind) -> str:
    with translation.override("en"):
        return supposed(kind)


def test_ret_02_what_is_over_is_no_longer_supposed(scene, looking):
    from guanxi.record.signals.models import Signal

    signal = Signal.objects.get(customer_id=scene.ids[WANG])
    client, door = looking(scene, "lin", language="en"), f"/signals/{signal.code}/evidence/"
    assert "That is a supposition" in words_of(client.get(door))
    Signal.objects.update(state=SignalState.CLEARED)
    assert "That is a supposition" not in words_of(client.get(door))


# ---- RET-09


@pytest.mark.parametrize("who", [WANG, ZHANG, ZHOU])
def test_ret_09_five_blocks_each_with_a_number_and_a_date_whatever_is_known(scene, looking, who):
    page = main_of(looking(scene, "lin").get(base(scene, who) + "standing/"))
    blocks = [part.split("</section>")[0] for part in page.split('<section class="block">')[1:]]
    assert len(blocks) == 5
    for block in blocks:
        assert re.search(r'<small class="end">[^<]*\d', block), block
        assert re.search(r"<dd[^>]*>(?:<a[^>]*>)?[^<]*\d", block), block


def test_ret_09_what_they_cost_is_what_is_recorded_and_says_what_is_not(scene, looking):
    for channel in (Channel.CALL, Channel.CALL, Channel.VISIT):
        log_conversation(scene.ids[ZHOU], by=SYSTEM, channel=channel, summary="x")
    words = words_of(looking(scene, "lin").get(base(scene, ZHOU) + "standing/"))
    assert "电话 2、拜访 1" in words
    assert "3 次" in words
    assert "工时、礼品和折扣还没有记录，也不做猜测。" in words


# ---- PRF-01


def test_prf_01_the_card_of_a_regular_has_eight_fields_each_with_source_and_date(scene, looking):
    client = looking(scene, "lin")
    for field in PreferenceField:
        sent = {"field": int(field), "text": f"事实 {field.value}", "source": "told"}
        assert client.post(base(scene, ZHOU) + "preferences/", sent).status_code == 302
    words = words_of(client.get(base(scene, ZHOU)))
    for field in PreferenceField:
        assert f"事实 {field.value} {field.label} · 本人说的 · 今天" in words
    for text in ("他有糖尿病", "信佛", "婆媳不和", "depressed", "goes to church", "divorced"):
        for field in PreferenceField:
            sent = {"field": int(field), "text": text, "source": "told"}
            assert client.post(base(scene, ZHOU) + "preferences/", sent).status_code == 422
    assert Preference.objects.filter(customer=scene.ids[ZHOU]).count() == 8


def test_prf_01_a_fact_told_on_another_day_shows_that_day(scene, looking):
    told_on = dt.date(2026, 2, 11)
    record_preference(scene.ids[ZHOU], field=4, text="普洱", source="本人说的", told_on=told_on, by=SYSTEM)
    assert "普洱 早餐和饮品 · 本人说的 · 2月11日" in words_of(looking(scene, "lin").get(base(scene, ZHOU)))


# ---- CARE-02


def test_care_02_a_return_visit_has_four_points_kept_apart_and_shown(scene, looking):
    client = looking(scene, "lin")
    form = main_of(client.get(f"/conversations/new/?customer={scene.codes[ZHOU]}"))
    points = {"usage": "常用", "needs": "想换车", "news": "看了新卡", "greetings": "问候父母"}
    assert all(f'name="{point}"' in form for point in points)
    client.post("/conversations/new/", {"customer": scene.codes[ZHOU], "channel": "3", **points})
    words = words_of(client.get(base(scene, ZHOU)))
    assert all(text in words for text in points.values())


# ---- OPS-04


def test_ops_04_notes_are_searched_across_customers_for_a_similar_case(scene, looking):
    for who, text in ((ZHOU, "年费投诉：退了一半，客户满意"), (HUANG, "年费投诉：没有退，客户走了"), (WANG, "羽毛球")):
        log_conversation(scene.ids[who], by=SYSTEM, channel=Channel.CALL, summary=text)
    listed = words_of(looking(scene, "lin").get("/conversations/?where=summary.contains.年费投诉"))
    assert "退了一半" in listed
    assert "没有退" in listed
    assert "羽毛球" not in listed


# ---- OPS-06


def test_ops_06_exactly_one_stage_and_each_change_a_dated_event_on_the_timeline(scene, looking):
    key = scene.ids[ZHOU]
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=key).update(stage=6)
    lost_on = scene.today - dt.timedelta(days=20)
    change_stage([key], to=Stage.LOST, cause="said so", on=lost_on, by=SYSTEM)
    change_stage([key], to=Stage.REGAINED, cause="came back", by=SYSTEM)
    client = looking(scene, "lin")
    page = main_of(client.get(f"{base(scene, ZHOU)}timeline/?only=changes"))
    events = re.findall(r'<time datetime="([\d-]+)"[^>]*>.*?<b>([^<]*)</b>', page, re.DOTALL)
    stages = [(day, words) for day, words in events if "变为" in words or "→" in words or "从" in words]
    assert [day for day, _ in stages][:2] == [scene.today.isoformat(), lost_on.isoformat()]
    assert "阶段 挽回" in words_of(client.get(base(scene, ZHOU)))


def test_ops_06_the_stage_is_moved_on_the_page_only_where_it_leads_and_a_slip_is_taken_back(scene, looking):
    client, key, door = looking(scene, "lin"), scene.ids[ZHOU], base(scene, ZHOU) + "stage/"

    def stands() -> tuple[int, int]:
        return Customer.objects.values_list("stage", flat=True).get(pk=key), StageChange.objects.filter(
            customer=key
        ).count()

    before = stands()
    assert re.findall(r'name="to" value="(\d)"', main_of(client.get(base(scene, ZHOU)))) == [str(Stage.LOST.value)]
    for other in (Stage.PROSPECT, Stage.TARGET, Stage.REGAINED):
        page = client.post(door, {"to": int(other)}, follow=True).content.decode()
        assert "不能" in page.split('id="toasts"')[1]
        assert stands() == before
    page = client.post(door, {"to": int(Stage.LOST)}, follow=True)
    assert stands() == (Stage.LOST, before[1] + 1)
    assert f'action="{door}withdrawal/"' in page.content.decode()
    client.post(f"{door}withdrawal/")
    assert stands() == before
    client.post(f"{door}withdrawal/")  # what an act of the scene began is not taken back
    assert stands() == before
    assert client.post(door, {"to": "9"}).status_code == 400
    for name, status in (("zhou", 404), ("du", 403), ("zhao", 403)):
        other = looking(scene, name)
        assert [other.post(place, {"to": 4}).status_code for place in (door, f"{door}withdrawal/")] == [status] * 2
    assert stands() == before


def test_ops_06_overdue_steps_are_seen_on_the_page_and_on_today(scene, looking):
    client = looking(scene, "lin")
    page = main_of(client.get(base(scene, HUANG)))
    planned = re.search(r'<li class="moment planned".*?</li>', page, re.DOTALL)[0]
    assert 'data-tone="alarm"' in planned
    assert "过期 1 天" in planned
    assert "1 件已过期" in words_of(client.get("/"))


# ---- IDC-02, as a measure


def test_idc_02_sixty_of_a_hundred_visits_leave_a_fact_and_the_page_says_how_many_did(scene, looking):
    lin, on = scene.person("lin"), scene.today

    def learnt(who=lin):
        return learnt_on_visits(who, since=on - dt.timedelta(days=90), on=on)

    before = learnt()
    for n in range(5):  # three of five leave something: a fact of the card, two points, nothing, nothing
        log_conversation(
            scene.ids[ZHOU], by=SYSTEM, channel=Channel.VISIT, summary="x", at=clock.now() - dt.timedelta(days=10 + n)
        )
    record_preference(scene.ids[ZHOU], field=4, text="普洱", source="x", told_on=on - dt.timedelta(days=10), by=SYSTEM)
    for n in (1, 2):
        note = Conversation.objects.get(customer=scene.ids[ZHOU], on=on - dt.timedelta(days=10 + n))
        note.needs = "想换车"
        note.save()
    after = learnt()
    assert (after.visits - before.visits, after.taught - before.taught) == (5, 3)
    log_conversation(scene.ids[ZHOU], by=SYSTEM, channel=Channel.CALL, summary="打电话不算拜访")
    log_conversation(scene.ids["林国栋"], by=SYSTEM, channel=Channel.VISIT, summary="别人的客户")
    assert learnt() == after
    assert learnt(scene.person("chen")).visits == after.visits
    assert learnt(scene.person("zhao")) is None
    count_parts(scene)
    words = words_of(looking(scene, "lin", language="en").get("/insight/"))
    assert f"{after.taught} of {after.visits} visits in 90 days left a fact; at least 60% should." in words
