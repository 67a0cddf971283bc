"""The customer page as each person keeps it, and what was offered as a tab of its history."""

import datetime as dt
import re

import pytest

from guanxi.ground import clock
from guanxi.record.bookmarks.models import Habit
from guanxi.record.consents.services import set_profiling
from guanxi.record.conversations.choices import Outcome, Point
from guanxi.record.conversations.services import note_conversation
from guanxi.record.conversations.services.logging import Said
from guanxi.record.customers.choices import Channel
from tests.faces.reading import main_of, words_of
from tests.faces.test_customer import moments_in, page_of, queries_of

pytestmark = pytest.mark.django_db

PLACE = "/customers/arrangement/"
AS_IT_CAME = (["facts", "card", "ties", "groups", "agreed"], ["next", "standing", "signals", "holdings"])


def columns_in(response) -> tuple[list[str], ...]:
    """The panels of both columns in the order of the page."""
    html = response.content.decode()
    columns = (html[html.index(f'class="{name}"') :].split("</section>")[0] for name in ("who-col", "stand-col"))
    named = r'<div class="block" id="(\w+)"|<article class="(next)'
    return tuple([panel or head for panel, head in re.findall(named, column)] for column in columns)


def folded_in(response) -> list[str]:
    return re.findall(r'<details class="block folded" id="folded-(\w+)"', response.content.decode())


def press(client, act: str, panel: str = "", **more: str):
    return client.post(PLACE, {"act": act, "panel": panel, **more})


def test_the_page_stands_as_its_reader_keeps_it_and_nobody_elses_moves(scene, looking):
    lin, chen = looking(scene, "lin"), looking(scene, "chen")
    assert columns_in(page_of(lin, scene)) == AS_IT_CAME
    for step in ("across holdings", "up groups", "up groups", "fold agreed", "up signals"):
        assert press(lin, *step.split()).status_code == 302
    page = page_of(lin, scene)
    assert columns_in(page) == (
        ["facts", "groups", "card", "ties", "agreed", "holdings"],
        ["next", "signals", "standing"],
    )
    assert folded_in(page) == ["agreed"]
    assert columns_in(page_of(chen, scene)) == AS_IT_CAME and not folded_in(page_of(chen, scene))
    press(lin, "forget")
    assert columns_in(page_of(lin, scene)) == AS_IT_CAME
    assert not Habit.objects.exists()


def test_the_menu_leads_there_and_back_and_each_step_is_answered_with_the_page(scene, looking):
    lin, code = looking(scene, "lin", language="en"), scene.codes["王海峰"]
    assert f'href="{PLACE}?customer={code}"' in page_of(lin, scene).content.decode()
    sent = press(lin, "fold", "card", customer=code)
    assert sent.url == f"{PLACE}?customer={code}"
    page = lin.get(sent.url)
    words = words_of(page)
    assert "an alarm must be seen" in words and "folded away" in words
    assert f'href="/customers/{code}/"' in page.content.decode()
    applied = lin.post(PLACE, {"act": "opens", "story": "", "customer": code}, follow=True, HTTP_HX_REQUEST="true")
    assert main_of(applied) == main_of(lin.get(sent.url))  # what is applied is the fresh page


@pytest.mark.parametrize("name", ["facts", "next", "signals"])
def test_alarms_masks_and_the_next_step_cannot_be_folded_away(scene, looking, name):
    lin = looking(scene, "lin", language="en")
    refused = press(lin, "fold", name)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "This part stays as it is." in page
    assert 'id="fold-card"' in page and f'id="fold-{name}"' not in page
    assert not Habit.objects.exists()
    Habit.objects.create(staff_id=scene.person("lin").staff_id, noun="customer page", order={"folded": [name]})
    assert not folded_in(page_of(lin, scene))


def test_that_nothing_is_computed_stands_open_whatever_was_folded(scene, looking):
    lin = looking(scene, "lin")
    press(lin, "fold", "standing")
    assert folded_in(page_of(lin, scene)) == ["standing"]
    set_profiling(scene.ids["王海峰"], allowed=False, source="柜台", evidence="单子", by=scene.person("lin"))
    assert not folded_in(page_of(lin, scene))


def test_what_is_refused_in_a_folded_panel_is_read_at_once(scene, looking):
    lin, code = looking(scene, "lin"), scene.codes["王海峰"]
    press(lin, "fold", "card")
    refused = lin.post(f"/customers/{code}/preferences/", {"field": 1, "text": "", "source": "told"})
    assert refused.status_code == 422
    assert not folded_in(refused)


@pytest.mark.parametrize(
    "sent",
    [{}, {"act": "burn"}, {"act": "fold", "panel": "safe"}, {"act": "opens", "story": "x"}, {"act": "fold", "panel": "card", "customer": "1"}],
)  # fmt: skip
def test_what_no_button_sends_is_400_and_writes_nothing(scene, looking, sent):
    lin = looking(scene, "lin")
    assert lin.post(PLACE, sent).status_code == 400
    assert lin.get(f"{PLACE}?customer=1").status_code == lin.get(f"{PLACE}?x=1").status_code == 400
    assert not Habit.objects.exists()


def test_the_history_opens_with_the_tab_that_was_chosen(scene, looking):
    lin, code = looking(scene, "lin"), scene.codes["王海峰"]
    press(lin, "opens", story="contacts")
    page = page_of(lin, scene)
    assert re.findall(r'<a href="[^"]*" aria-current="page"[^>]*>([^<]+)</a>', main_of(page)) == ["联系"]
    tab = lin.get(f"/customers/{code}/timeline/?only=contacts")
    shown = moments_in(page)
    assert moments_in(tab) == [one for one in shown if one not in shown[:2]]  # what comes stays above
    assert "年费怎么又要收" in shown[2] and not any("金卡消费 · " in one for one in shown)
    press(lin, "opens", story="changes")
    assert all("林晓彤" not in one for one in moments_in(page_of(lin, scene))[2:])


def test_the_page_costs_no_more_than_fifteen_queries_however_it_is_kept(scene, looking):
    lin = looking(scene, "lin")
    for act in ("fold", "across"):
        press(lin, act, "ties")
    for story in ("", "contacts", "work", "offered"):
        press(lin, "opens", story=story)
        assert queries_of(lin, f"/customers/{scene.codes['王海峰']}/") <= 15


# ---- what is empty leads on


def test_an_empty_tab_has_a_next_step_for_whoever_looks(scene, looking):
    scene.add("新来的", phone="13700000001")
    base = f"/customers/{scene.codes['新来的']}/"
    log, whole = f"/conversations/new/?customer={scene.codes['新来的']}", f"{base}timeline/"
    steps = {"contacts": log, "offered": log, "work": log, "dealings": whole}
    for who, expected in (
        ("lin", steps),
        ("li", steps | {"dealings": "/imports/new/dealings/"}),
        ("zhao", dict.fromkeys(steps, whole)),  # reads only
    ):
        client = looking(scene, who, language="en")
        for tab, href in expected.items():
            page = client.get(f"{base}timeline/?only={tab}").content.decode()
            assert re.search(r'<li class="muted nothing">.*?<a class="go" href="([^"]*)"', page)[1] == href, (who, tab)


# ---- what was offered


def offered(client, scene, name: str = "王海峰"):
    return client.get(f"/customers/{scene.codes[name]}/timeline/?only=offered")


def test_what_was_offered_and_how_they_took_it_stands_newest_first(scene, looking):
    wang, lin, now = scene.ids["王海峰"], scene.person("lin"), clock.now()
    for days, summary, outcome, news in (
        (40, "说了养老计划", Outcome.REACHED, "稳健养老计划"),
        (30, "聊近况", Outcome.REACHED, ""),
        (20, "不要再推信用卡", Outcome.REFUSED, ""),
        (10, "", Outcome.ACCEPTED, "教育金"),
    ):
        said = Said(
            channel=Channel.VISIT, summary=summary, outcome=outcome, points={Point.NEWS: news} if news else {},
            at=now - dt.timedelta(days=days),
        )  # fmt: skip
        note_conversation(wang, said, by=lin)
    page = offered(looking(scene, "lin", language="en"), scene)
    told = [re.sub(r"^\S+ ", "", one) for one in moments_in(page)]
    assert told == [
        "accepted 教育金 Visit · 林晓彤",
        "refused 不要再推信用卡 Visit · 林晓彤",
        "no reaction noted 稳健养老计划 Visit · 林晓彤 说了养老计划",
    ]
    assert page.content.decode().count('class="whole" href="/conversations/') == 3
    assert offered(looking(scene, "huang"), scene).status_code == 404


def test_where_nothing_was_offered_it_says_so_and_costs_little(scene, looking):
    client = looking(scene, "lin", language="en")
    assert "No offer noted yet." in words_of(offered(client, scene))
    assert queries_of(client, f"/customers/{scene.codes['王海峰']}/timeline/?only=offered") <= 8
