"""What is added to a customer's page and taken off it: the preference card, promises, relations, consents, the switch."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.journal.models import Act
from guanxi.record.actions.models import Action
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.consents.models import Consent
from guanxi.record.consents.queries import has_consent, unprofiled_ids
from guanxi.record.customers.choices import Channel, RelationKind
from guanxi.record.customers.models import Customer, Preference, Relation
from guanxi.record.customers.services.settling import NewAddress, change_address
from guanxi.record.dealings.models import Dealing
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

WANG, HUANG, OTHERS = "王海峰", "黄振华", "邓志强"
PAYLOAD = "<svg onload=alert(1)>\"'><b>{{7*7}}"
REFUSED = (("zhou", 404), ("huang", 404), ("zhao", 403), ("du", 403))  # others' managers; who may not change anything


def base(scene, who=WANG):
    return f"/customers/{scene.codes[who]}/"


def add(client, scene, text="喝铁观音", field="4", source="visit"):
    return client.post(base(scene) + "preferences/", {"text": text, "field": field, "source": source})


def card(scene):
    return Preference.objects.filter(customer=scene.ids[WANG], ended_on=None).order_by("pk")


def test_a_fact_is_added_with_source_and_day_corrected_and_taken_off_and_put_back(scene, looking):
    client, before = looking(scene, "lin"), card(scene).count()
    assert add(client, scene).url == base(scene)
    line = card(scene).last()
    assert (line.text, line.source, line.told_on) == ("喝铁观音", "拜访时说的", scene.today)
    assert "早餐和饮品 · 拜访时说的 · 今天" in words_of(client.get(base(scene)))
    client.post(f"{base(scene)}preferences/{line.pk}/", {"text": "喝普洱", "source": "told"})
    line.refresh_from_db()
    now = card(scene).last()
    assert (line.ended_on, now.text, now.source) == (scene.today, "喝普洱", "本人说的")
    back = client.post(f"{base(scene)}preferences/{now.pk}/removal/").url
    assert back == f"{base(scene)}?removed={now.pk}"
    assert card(scene).count() == before
    assert f'action="{base(scene)}preferences/{now.pk}/return/"' in client.get(back).content.decode()
    client.post(f"{base(scene)}preferences/{now.pk}/return/")
    assert card(scene).last().text == "喝普洱"


@pytest.mark.parametrize(
    ("text", "said"),
    [("他有糖尿病", "健康"), ("信佛吃素", "信仰"), ("正在闹离婚", "家庭矛盾"), ("", "200"), ("长" * 201, "200")],
)
def test_what_is_not_kept_is_refused_in_words_and_kept_in_the_field(scene, looking, text, said):
    client, before = looking(scene, "lin"), card(scene).count()
    response = add(client, scene, text)
    page = response.content.decode()
    assert (response.status_code, response["HX-Replace-Url"], card(scene).count()) == (422, "false", before)
    assert said in page[page.index('role="alert"') :][:200]
    assert f'value="{text}"' in page


@pytest.mark.parametrize("data", [{"field": "9"}, {"field": "x"}, {"source": "rumour"}, {"field": ""}])
def test_no_form_of_ours_is_not_understood(scene, looking, data):
    sent = {"text": "茶", "field": "4", "source": "told"} | data
    assert looking(scene, "lin").post(base(scene) + "preferences/", sent).status_code == 400


def test_a_promise_stands_on_today_and_in_the_plan(scene, looking):
    client, due = looking(scene, "lin"), scene.today + dt.timedelta(days=1)
    sent = {"what": "送教育金方案", "due_on": due.isoformat()}
    assert client.post(base(scene) + "promises/", sent).url == base(scene) + "#thread"
    assert Action.objects.get(origin="planned").due_on == due
    assert "送教育金方案" in words_of(client.get(base(scene)))
    assert "送教育金方案" in words_of(client.get("/"))
    refused = client.post(base(scene) + "promises/", {"what": "", "due_on": due.isoformat()})
    assert refused.status_code == 422
    assert f'value="{due.isoformat()}"' in refused.content.decode()


def test_a_relation_is_found_said_and_ended_and_the_household_with_it(scene, looking):
    client = looking(scene, "lin")
    page = client.post(base(scene) + "relations/", {"q": HUANG}).content.decode()
    assert f'value="{scene.codes[HUANG]}"' in page
    sent = {
        "other": scene.codes[HUANG],
        "kind": int(RelationKind.SPOUSE),
        "source": "told",
        "together": "on",
        "q": HUANG,
    }
    assert client.post(base(scene) + "relations/", sent).url == base(scene) + "#ties"
    tie = Relation.objects.get(customer=scene.ids[WANG], other=scene.ids[HUANG])
    assert (tie.kind, tie.source) == (RelationKind.SPOUSE, "本人说的")
    homes = Customer.objects.filter(pk__in=[scene.ids[WANG], scene.ids[HUANG]]).values_list("household", flat=True)
    assert len(set(homes)) == 1
    assert None not in homes
    words = words_of(client.get(base(scene)))
    assert f"{HUANG} 配偶" in words
    assert f"{HUANG} {WANG}家" in words
    again = client.post(base(scene) + "relations/", sent)
    assert again.status_code == 422
    client.post(f"{base(scene)}relations/{tie.pk}/removal/")
    client.post(base(scene) + "household/removal/")
    words = words_of(client.get(base(scene)))
    assert HUANG not in words.split("家人")[1].split("愿意")[0]


def test_whom_one_does_not_see_is_neither_found_nor_linked(scene, looking):
    client = looking(scene, "lin")
    assert scene.codes[OTHERS] not in client.post(base(scene) + "relations/", {"q": OTHERS}).content.decode()
    sent = {"other": scene.codes[OTHERS], "kind": 1, "source": "told"}
    assert client.post(base(scene) + "relations/", sent).status_code == 404
    assert not Relation.objects.filter(other=scene.ids[OTHERS]).exists()


def test_consent_is_given_and_taken_back_by_one_click_each(scene, looking):
    client, door = looking(scene, "lin"), base(scene, HUANG) + "consents/"
    who = scene.ids[HUANG]

    def click(status: ConsentStatus, **more):
        return client.post(door, {"cell": f"2.4.{int(status)}", "how": "call", **more})

    assert not has_consent(who, purpose=Purpose.MARKETING, channel=Channel.SMS)
    assert 'value="2.4.1"' in client.get(door).content.decode()
    assert click(ConsentStatus.GRANTED, evidence="录音 0715").url == door
    assert has_consent(who, purpose=Purpose.MARKETING, channel=Channel.SMS)
    row = Consent.objects.get(customer=who)
    assert (row.evidence, row.source) == ("录音 0715", "电话里说的")
    assert 'value="2.4.3"' in client.get(door).content.decode()
    click(ConsentStatus.WITHDRAWN)
    assert not has_consent(who, purpose=Purpose.MARKETING, channel=Channel.SMS)
    assert Consent.objects.filter(customer=who).count() == 2  # the ledger only grows
    assert click(ConsentStatus.GRANTED, evidence="e" * 301).status_code == 422


@pytest.mark.parametrize("cell", ["", "2.4.9", "9.4.1", "2.77.1", "3.4.1", "2.4", "2.4.1.1", "a.b.c"])
def test_no_cell_of_ours_is_not_understood(scene, looking, cell):
    sent = {"cell": cell, "how": "call"}
    assert looking(scene, "lin").post(base(scene) + "consents/", sent).status_code == 400


def test_the_page_of_what_is_known_names_source_purpose_and_who_sees_it(scene, looking):
    words = words_of(looking(scene, "lin").get(base(scene) + "known/"))
    assert "我们知道您什么，为什么" in words
    assert "手机 138 0013 5678" in words
    assert "证件号 4401" in words
    assert "198203" not in words
    assert "年贡献 ¥6,912 由您与我们的往来算出 知道您何时需要我们" in words


def test_what_one_may_not_read_is_dots_on_every_page_of_a_customer(scene, looking):
    """One manner of masks: stars are for files and answers of machines."""
    change_address(scene.ids[WANG], NewAddress(text="天河路 1 号", district="天河区", city="广州"), by=SYSTEM)
    marketer = looking(scene, "zhao")
    assert "广州、••••、••••" in words_of(marketer.get(base(scene) + "known/"))
    for part in ("", "known/", "timeline/", "panel/", "history/", "consents/", "standing/"):
        page = marketer.get(base(scene) + part).content.decode()
        assert re.findall(r".{20}\*\*.*", page) == [], part


def test_profiling_is_stopped_and_allowed_by_the_switch(scene, looking):
    client, door = looking(scene, "lin"), base(scene) + "known/"
    assert client.post(door + "profiling/", {"allowed": "no"}).url == door
    assert unprofiled_ids(scene.today) == [scene.ids[WANG]]
    assert "已停止" in words_of(client.get(door))
    client.post(door + "profiling/", {"allowed": "yes"})
    assert unprofiled_ids(scene.today) == []
    assert client.post(door + "profiling/", {"allowed": "maybe"}).status_code == 400


def test_what_people_type_is_shown_and_never_run(scene, looking):
    client = looking(scene, "lin")
    add(client, scene, PAYLOAD)
    client.post(base(scene) + "promises/", {"what": PAYLOAD, "due_on": scene.today.isoformat()})
    sent = {"other": scene.codes[HUANG], "kind": 9, "source": "told", "note": PAYLOAD}
    client.post(base(scene) + "relations/", sent)
    client.post(base(scene) + "consents/", {"cell": "2.2.1", "how": "told", "evidence": PAYLOAD})
    for path in (base(scene), base(scene, HUANG), "/", base(scene) + "known/", base(scene) + "consents/"):
        assert "<svg onload" not in client.get(path).content.decode(), path
    page = client.post(base(scene) + "relations/", {"q": PAYLOAD[:100]}).content.decode()
    assert "<svg onload" not in page
    assert "<svg onload" not in add(client, scene, PAYLOAD * 9).content.decode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("preferences/", {"text": "茶", "field": "4", "source": "told"}),
        ("preferences/{line}/", {"text": "茶", "source": "told"}),
        ("preferences/{line}/removal/", {}),
        ("preferences/{line}/return/", {}),
        ("promises/", {"what": "x", "due_on": "2026-07-20"}),
        ("relations/", {"other": "2" * 12, "kind": "1", "source": "told"}),
        ("relations/{tie}/removal/", {}),
        ("household/removal/", {}),
        ("consents/", {"cell": "2.4.1", "how": "told"}),
        ("known/profiling/", {"allowed": "no"}),
    ],
)
@pytest.mark.parametrize(("who", "status"), REFUSED)
def test_whoever_may_not_changes_nothing(scene, looking, path, data, who, status):
    line = card(scene).first() or Preference.objects.create(
        customer_id=scene.ids[WANG], field=1, text="x", source="x", told_on=scene.today
    )
    tie = Relation.objects.filter(customer=scene.ids[WANG]).first()
    before = (Act.objects.count(), Preference.objects.count(), Consent.objects.count(), Action.objects.count())
    address = base(scene) + path.format(line=line.pk, tie=tie.pk if tie else 1)
    client = looking(scene, who)
    assert client.post(address, data).status_code == status
    assert client.get(address).status_code in (status, 405, 200, 404)
    assert (Act.objects.count(), Preference.objects.count(), Consent.objects.count(), Action.objects.count()) == before
    line.refresh_from_db()
    assert line.ended_on is None


def test_a_line_of_another_customer_is_not_found_under_this_one(scene, looking):
    other = Preference.objects.create(customer_id=scene.ids[HUANG], field=1, text="x", source="x", told_on=scene.today)
    client = looking(scene, "lin")
    assert client.post(f"{base(scene)}preferences/{other.pk}/removal/").status_code == 404
    assert client.post(f"{base(scene)}preferences/{'9' * 18}/removal/").status_code == 404
    assert client.post(f"{base(scene)}preferences/{'9' * 19}/removal/").status_code == 404
    assert client.post(f"{base(scene)}relations/{'9' * 18}/removal/").status_code == 404
    assert client.get(f"{base(scene)}?removed=x").status_code == 400


def test_a_year_is_the_month_under_way_and_the_eleven_before_it(scene, looking):
    """The drawing shows a thirteenth month; no figure of a year counts it."""
    client, month = looking(scene, "lin", language="en"), scene.today.replace(day=1)

    def told() -> tuple[str, ...]:
        found = re.search(
            r"Purchases in a year\D*(\d+).*?Given back in a year\s*(\S+)",
            words_of(client.get(base(scene) + "standing/")),
            re.DOTALL,
        )
        return found.groups()

    def deal(on: dt.date, amount: int) -> None:
        at = dt.datetime.combine(on, dt.time(4), dt.UTC)
        Dealing.objects.create(
            customer_id=scene.ids[WANG], occurred_on=on, occurred_at=at, amount=amount, currency="CNY"
        )

    bought, back = told()
    a_year_ago = month.replace(year=month.year - 1)
    for amount in (10_000, -77_700):
        deal(a_year_ago, amount)
    assert told() == (bought, back)
    deal((a_year_ago + dt.timedelta(32)).replace(day=1), 10_000)
    assert told() == (str(int(bought) + 1), back)


def test_five_questions_each_with_number_and_day(scene, looking):
    client = looking(scene, "lin")
    with CaptureQueriesContext(connection) as asked:
        response = client.get(base(scene) + "standing/")
    assert len(asked) <= 15
    words = words_of(response)
    blocks = [part.split("</section>")[0] for part in response.content.decode().split('<section class="block">')[1:]]
    assert len(blocks) == 5
    assert all(re.search(r"\d+月\d+日", block) for block in blocks)  # each names its day
    assert "¥6,912" in words
    assert "¥65" in words  # given back
    assert response.content.decode().count("<rect") == 13
    for who, status in (("zhou", 404), ("zhao", 200), ("chen", 200)):
        assert looking(scene, who).get(base(scene) + "standing/").status_code == status
    assert looking(scene, "lin").get(base(scene, "周文博") + "standing/").status_code == 200
