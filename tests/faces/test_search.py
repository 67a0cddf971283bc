"""The one box: anybody by anything, pages by their words in both languages, and whole numbers recognised with a reason."""

import re

import pytest

from guanxi.journal.models import Act
from guanxi.journal.queries import acts_of
from guanxi.journal.rules import Noun
from guanxi.record.customers.rules.finding import MOST_CANDIDATES
from guanxi.record.customers.services import record_preference
from tests.faces.reading import main_of, words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db
WANG_ID = "44010619820312031"
HX = {"HTTP_HX_REQUEST": "true"}


def options(response) -> list[tuple[str, str]]:
    """(address, name) of what can be opened."""
    found = re.findall(
        r'<a role="option" href="([^"]+)">.*?<span class="name">([^<]*)</span>', response.content.decode()
    )
    return [(href.replace("&amp;", "&"), name) for href, name in found]


def customers(response) -> list[str]:
    return [name for href, name in options(response) if re.fullmatch(r"/customers/\w{12}/", href)]


def pages(response) -> list[str]:
    return [name for href, name in options(response) if not href.startswith("/customers/") or href == "/customers/"]


# ---- customers, by anything that a role reads


@pytest.fixture
def known(scene):
    """One customer with a mark of every kind, one with a mobile and a Latin name."""
    scene.add(
        "欧阳海", reference="CB-0088210", phone="+86 138-0013-8000", email="Ouyang.Hai@Example.com", plate="京A·12345",
        policy_number="PDZA2026-0001", account="6222 0212 3456 7890", member="VIP-00371", id_number="11010519491231002X",
    )  # fmt: skip
    scene.add("Maria O’Brien", phone="+44 20 7946 0958", reference="7001")
    return scene


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "138 0013 8000", "+86 138-0013-8000", "0086 13800138000", "(138) 0013-8000", "138.0013.8000",
        "１３８００１３８０００", "8000", "00138000", "欧阳海", "欧阳", "海 8000", "阳", "ouyanghai", "ouyang", "oyh", "OYH",
        "ouyang hai", "京A12345", "京a·12345", "京A 12345", "ouyang.hai@example.com", " OUYANG.HAI@EXAMPLE.COM ",
        "VIP-00371", "vip00371", "CB-0088210", "cb0088", "8210",
    ],
)  # fmt: skip
def test_a_manager_finds_by(known, looking, text):
    assert "欧阳海" in customers(looking(known, "lin").post("/search/", {"q": text}))


@pytest.mark.parametrize("text", ["obrien", "O'Brien", "maria", "+44 20 7946 0958", "020 7946 0958", "0958", "7001"])
def test_a_latin_name_and_a_foreign_number_find_too(known, looking, text):
    found = customers(looking(known, "lin").post("/search/", {"q": text}))
    if text.startswith("020"):  # a Chinese number without its country: nobody's
        assert found == []
    else:
        assert found[0] == "Maria O’Brien"


@pytest.mark.parametrize("text", ["' OR 1=1--", "%", "_", "*", '"', "\\", "{{7*7}}", "<xyz>", "o1", "t3"])
def test_signs_are_searched_literally(known, looking, text):
    response = looking(known, "lin").post("/search/", {"q": text})
    assert (response.status_code, customers(response)) == (200, [])
    assert "找不到" in words_of(response)
    assert "<xyz>" not in main_of(response)


def test_what_the_box_sends_stands_in_no_address(known, looking):
    """A number of a person would lie in the browser's history and in the logs of every proxy."""
    client = looking(known, "lin")
    page = client.get("/search/").content.decode()
    assert re.search(r'<form class="search"[^>]* method="post" action="/search/" data-finder>', page)
    fragment = client.post("/search/", {"q": "138 0013 8000"}, **HX)
    assert customers(fragment)[0] == "欧阳海"
    assert customers(client.post("/search/", {"q": "13800138000"})) == ["欧阳海"]
    for odd in ({"q": "a\0b"}, {"q": "x" * 201}):
        assert client.post("/search/", odd).status_code == 400
    assert looking(known, "lin", enforce_csrf_checks=True).post("/search/", {"q": "8000"}).status_code == 403


@pytest.mark.parametrize("extra", [{}, HX])
def test_an_address_with_a_number_finds_nobody_and_is_left(known, looking, extra):
    """Of an old bookmark or a link from elsewhere: the empty box, at the address without the number."""
    client = looking(known, "lin")
    for text in ("13800138000", "欧阳海", ""):
        response = client.get("/search/", {"q": text}, **extra)
        assert (response.status_code, response.url) == (302, "/search/")
        assert client.head("/search/", {"q": text}).status_code == 302
    assert customers(client.get("/search/")) == []


@pytest.mark.parametrize("query", ["q=%00", "q=%FF", "q=%ED%A0%80", "q=a&q=b", "x=1", "q=" + "x" * 5000])
def test_odd_questions_are_400(known, looking, query):
    assert looking(known, "lin").get(f"/search/?{query}").status_code == 400


def test_the_exact_name_stands_first_then_own_then_recent(scene, looking):
    scene.add("王海", owner="zhou", phone="13911110001")
    scene.add("王海燕", owner="zhou", phone="13911110002")
    assert customers(looking(scene, "chen").post("/search/", {"q": "王海"}))[:2] == ["王海", "王海峰"]
    own_first = customers(looking(scene, "zhou").post("/search/", {"q": "wang"}))
    assert own_first == ["王海", "王海燕"]


def test_masks_and_rights_hold(scene, looking):
    marketer = looking(scene, "zhao")
    for text in ("王海峰", "whf", "5678", "13800135678", WANG_ID + "7"):
        assert customers(marketer.post("/search/", {"q": text})) == []
    assert customers(marketer.post("/search/", {"q": "K-1001"})) == ["王*"]
    hint = marketer.post("/search/", {"q": "K-1001"}).content.decode()
    assert "138 •••• 5678" in hint
    assert "13800135678" not in hint
    assert customers(looking(scene, "huang").post("/search/", {"q": "王海峰"})) == []


def test_more_than_a_page_says_how_many_and_leads_to_the_list(scene, looking):
    for place in range(12):
        scene.add(f"甲{place:02d}", phone=f"137{place:08d}")
    response = looking(scene, "lin").post("/search/", {"q": "甲"})
    assert len(customers(response)) == 8
    page = response.content.decode()
    assert re.search(
        r'<button role="option" form="finder-form" formaction="/customers/">.*?<span class="name">全部 12 位</span>',
        page,
    )
    assert '<form class="search" id="finder-form" role="search" method="post"' in page
    every = looking(scene, "lin").post("/customers/", {"q": "甲"})
    assert every.content.decode().count("<tr data-line") == 12
    assert "只看了" not in words_of(response)


def test_the_table_of_the_found_says_how_many_there_are_and_every_cell_stands_under_its_head(
    scene, looking, monkeypatch
):
    monkeypatch.setattr("guanxi.faces.desk.customers.views._MOST_FOUND", 5)
    for place in range(12):
        scene.add(f"甲{place:02d}", phone=f"137{place:08d}")
    found = looking(scene, "chen", language="en").post("/customers/", {"q": "甲"})
    page = found.content.decode()
    assert "12 found for “甲”; here are the first 5" in words_of(found)
    heads = re.findall(r'<th class="([^"]*)"', page)
    first = re.search(r"<tr data-line.*?</tr>", page, re.DOTALL)[0]
    assert re.findall(r'<td class="([^" ]*)', first) == [css.split(" ")[0] for css in heads]
    assert heads[0].startswith("c-name")
    assert "data-tick" not in page  # nothing is done with those found: no boxes to choose them


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/customers/", "q"),
        ("/conversations/new/", "q"),
        ("{customer}relations/", "q"),
        ("/settings/sight/", "customer"),
    ],
)
def test_what_is_searched_for_is_sent_and_stands_in_no_address(scene, looking, path, field):
    """Numbers of people would stay in histories of browsers and in logs of proxies."""
    client, path = looking(scene, "li"), path.format(customer=f"/customers/{scene.codes['欧阳静']}/")
    sent = {field: "王海峰", "who": scene.staff["lin"].code}
    found = client.post(path, sent)
    assert (found.status_code, scene.codes["王海峰"] in found.content.decode()) == (200, True)
    assert client.get(path, {field: "13800135678"}).status_code == 400
    page = client.get(path).content.decode() + found.content.decode()
    forms = re.findall(rf'<form[^>]*action="{re.escape(path)}"[^>]*>(?:(?!</form>).)*name="{field}"', page, re.DOTALL)
    assert all('method="post"' in form for form in forms)
    assert len(forms) >= (path != "/customers/")


def test_what_lies_beyond_a_thousand_candidates_is_cut_and_said(scene, looking, monkeypatch):
    monkeypatch.setattr("guanxi.record.customers.queries.finding.MOST_CANDIDATES", 5)
    for place in range(7):
        scene.add(f"甲乙{place}", phone=f"137{place:08d}")
    response = looking(scene, "lin").post("/search/", {"q": "甲"})
    assert len(customers(response)) == 5
    assert "只看了可能相符的前" in words_of(response)
    assert MOST_CANDIDATES == 1_000


# ---- pages and acts


@pytest.mark.parametrize(
    ("text", "page"),
    [("今天", "今天"), ("jintian", "今天"), ("jt", "今天"), ("today", "今天"), ("TODAY", "今天"), ("kehu", "客户"),
     ("kh", "客户"), ("cust", "客户"), ("password", "我的账号"), ("tuichu", "退出"), ("sign o", "退出")],
)  # fmt: skip
def test_pages_are_found_in_both_languages_by_pinyin_and_initials(scene, looking, text, page):
    assert pages(looking(scene, "lin").post("/search/", {"q": text}))[0] == page


def test_an_empty_box_offers_what_the_role_may_open(scene, looking):
    assert {"今天", "客户"} <= set(pages(looking(scene, "lin").get("/search/")))


def test_an_empty_box_shows_who_is_at_hand(scene, looking):
    client = looking(scene, "lin")
    client.post("/marks/opened/", {"noun": "customer", "code": scene.codes["王海峰"]})
    client.post("/marks/favourite/", {"noun": "customer", "code": scene.codes["李思敏"], "on": "yes"})
    assert customers(client.get("/search/"))[:2] == ["李思敏", "王海峰"]


def test_whoever_is_found_alone_may_be_logged_with_at_once(scene, looking):
    href = f"/conversations/new/?customer={scene.codes['王海峰']}"
    found = options(looking(scene, "lin").post("/search/", {"q": "5678"}))
    assert [one[0] for one in found[:2]] == [f"/customers/{scene.codes['王海峰']}/", href]
    assert href not in dict(options(looking(scene, "du").post("/search/", {"q": "王海峰"})))


# ---- page and fragment


def test_the_fragment_is_a_part_of_the_page(scene, looking):
    client = looking(scene, "lin")
    fragment = client.post("/search/", {"q": "wang"}, **HX).content.decode()
    assert fragment.lstrip().startswith('<div class="results"')
    assert fragment.strip() in client.post("/search/", {"q": "wang"}).content.decode()
    assert "<html" not in fragment


def test_a_fragment_without_a_session_leaves_the_page(scene, client):
    assert client.post("/search/", {"q": "wang"}, **HX).status_code == 401


# ---- recognising


def recognised(scene, name: str) -> list[dict]:
    return [act.payload for act in acts_of(Noun("customer", scene.codes[name])) if act.kind == "customer.recognised"]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("13733334444", "林国栋", "phone"),
        ("+86 137 3333 4444", "林国栋", "phone"),
        ("K-2001", "林国栋", "reference"),
    ],
)
def test_somebody_elses_customer_is_named_masked_and_journaled_with_the_reason(scene, looking, text, name, kind):
    client = looking(scene, "lin")
    assert 'action="/search/recognition/"' in client.post("/search/", {"q": text}).content.decode()
    assert recognised(scene, name) == []
    response = client.post("/search/recognition/", {"q": text, "why": "call"})
    assert "林*" in words_of(response)
    assert "黄立、珠江支行" in words_of(response)
    assert name not in response.content.decode()
    assert recognised(scene, name) == [{"by": kind, "reason": "来电"}]


def test_a_sensitive_number_of_ones_own_customer_is_recognised_not_searched(known, looking):
    client = looking(known, "lin")
    for text, kind in (
        ("11010519491231002x", "id_number"),
        ("6222 0212 3456 7890", "account"),
        ("pdza20260001", "policy"),
    ):
        assert customers(client.post("/search/", {"q": text})) == []
        assert customers(client.post("/search/recognition/", {"q": text, "why": "counter"})) == ["欧阳海"]
        assert recognised(known, "欧阳海")[0] == {"by": kind, "reason": "到柜台"}


def test_the_number_of_a_contract_recognises_whose_it_is(scene, looking):
    client = looking(scene, "lin")
    for text, name in (("6225 8801 1234 6621", "王海峰"), ("pdaa20240888", "欧阳静")):
        assert customers(client.post("/search/", {"q": text})) == []
        assert customers(client.post("/search/recognition/", {"q": text, "why": "writing"})) == [name]
        assert recognised(scene, name) == [{"by": "holding", "reason": "来信或留言"}]
    words = words_of(looking(scene, "huang").post("/search/recognition/", {"q": "PDAA20240888", "why": "call"}))
    assert "欧阳*" in words
    assert "欧阳静" not in words


def test_pieces_recognise_nobody_and_leave_no_trace(scene, looking):
    client = looking(scene, "lin")
    for text in ("4444", "林国栋", "3733334444"):
        assert "没有客户" in words_of(client.post("/search/recognition/", {"q": text, "why": "call"}))
    assert Act.objects.filter(kind="customer.recognised").count() == 0


def test_who_may_not_recognise_is_not_offered_it_and_is_refused(scene, looking):
    for name in ("zhao", "du"):
        client = looking(scene, name)
        assert "/search/recognition/" not in client.post("/search/", {"q": "13733334444"}).content.decode()
        assert client.post("/search/recognition/", {"q": "13733334444", "why": "call"}).status_code == 403
    assert Act.objects.filter(kind="customer.recognised").count() == 0


@pytest.mark.parametrize(
    "data", [{}, {"q": "13733334444"}, {"q": "13733334444", "why": "curiosity"}, {"q": "x" * 101, "why": "call"}]
)
def test_recognising_needs_a_number_and_a_reason(scene, looking, data):
    assert looking(scene, "lin").post("/search/recognition/", data).status_code == 400
    assert looking(scene, "lin").get("/search/recognition/").status_code == 405


@pytest.mark.parametrize(
    ("text", "act"),
    [("新客户", "新客户"), ("xkh", "新客户"), ("new cus", "新客户"), ("jyb", "记一笔"), ("log", "记一笔")],
)
def test_acts_are_found_like_pages(scene, looking, text, act):
    found = options(looking(scene, "lin").post("/search/", {"q": text}))
    assert act in [name for _href, name in found]


def test_who_likes_puer_tea_is_asked_in_the_box_and_in_the_list(scene, looking):
    """PRF-01: cards are searched across customers, rights and masks held, each hit with the line that says it."""
    for name, text in (("王海峰", "喝普洱，不要糖"), ("邓志强", "Pu'er tea"), ("黄振华", "普洱")):
        record_preference(scene.ids[name], field=4, text=text, source="本人说的", by=SYSTEM)
    page = words_of(looking(scene, "lin").post("/search/", {"q": "谁喜欢普洱"}))
    assert "王海峰 喝普洱，不要糖" in page
    assert "黄振华 普洱" in page
    assert "邓志强" not in page
    page = looking(scene, "lin").post("/search/", {"q": "who likes Pu'er tea?"})
    assert "邓志强" not in words_of(page)
    assert "邓志强 Pu&#x27;er tea" in words_of(looking(scene, "chen").post("/search/", {"q": "who likes Pu'er tea?"}))
    assert "王* 喝普洱，不要糖" in words_of(looking(scene, "zhao").post("/search/", {"q": "普洱"}))
    listed = words_of(looking(scene, "lin").get("/customers/?where=card.contains.普洱"))
    assert "王海峰" in listed
    assert "李思敏" not in listed
