"""Lists of every noun as pages: what they cost, what they say, what they refuse; conditions, columns, groups, files."""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanxi.faces.desk.lists.nouns import LISTS, LISTS_BY_NAME
from guanxi.identity.queries import system_principal
from guanxi.journal.models import Act
from tests.faces.reading import words_of

pytestmark = pytest.mark.django_db

NAMES = list(LISTS_BY_NAME)
HANGING = ["customers", "actions", "dealings", "holdings", "conversations"]  # on customers
ODD = [
    "sort=password",
    "sort=name__contains",
    "where=password.is.x",
    "where=customer__owner__account__password.contains.a",
    "where=tier.in.__all__",
    "where=" + "|" * 300,
    "where=%7C",
    "where=.",
    "where=..",
    "where=name.is",
    "columns=code,password",
    "by=__class__",
    "after=AAAA",
    "limit=5",
    "or=9",
    "view=all&view=all",
    "from=x",
]


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def rows_in(response) -> int:
    return response.content.decode().count("<tr data-line")


def heads_in(response) -> list[str]:
    found = re.findall(r'<th class="([^" ]*)[^"]*" scope="col"', response.content.decode())
    return [css.removeprefix("c-") for css in found]


def asked_by(response) -> dict[str, list[str]]:
    """The question of the address that a form leads to."""
    assert response.status_code == 302, response.content.decode()[:300]
    return parse_qs(urlsplit(response["Location"]).query)


# ---- what is shown


@pytest.mark.parametrize("name", NAMES)
def test_every_list_is_a_page_within_eight_queries_whatever_the_rows(scene, looking, name):
    client = looking(scene, "li" if name == "imports" else "chen")
    assert queries_of(client, f"/{name}/") <= 8
    response = client.get(f"/{name}/")
    assert rows_in(response) > (0 if name not in ("imports", "estates", "offers") else -1)
    assert len(response.content) < 150_000


def test_eighty_rows_cost_what_one_costs(scene, looking):
    client = looking(scene, "lin")
    many = queries_of(client, "/dealings/")
    assert rows_in(client.get("/dealings/")) == 80
    one = "/dealings/?where=amount.at_most.-65"
    assert rows_in(client.get(one)) == 1
    assert queries_of(client, one) == many <= 8


@pytest.mark.parametrize(
    "name",
    ["customers", "actions", "dealings", "holdings", "conversations", "imports", "products", "estates", "offers"],
)
def test_an_empty_list_says_what_it_is_and_why(empty_firm, looking, name):
    client = looking(empty_firm, "li")
    noun = LISTS_BY_NAME[name]
    page = client.get(f"/{name}/")
    assert page.status_code == 200
    from django.utils import translation

    with translation.override("zh-hans"):
        assert str(noun.nothing) in words_of(page)
        assert str(noun.why) in words_of(page)
    if noun.imports:
        assert f'href="/imports/new/{noun.imports}/"' in page.content.decode()
    assert queries_of(client, f"/{name}/") <= 8


def test_lists_show_only_what_hangs_on_customers_in_sight(scene, looking):
    for name in HANGING:
        page = looking(scene, "huang").get(f"/{name}/").content.decode()  # of another branch
        assert "王海峰" not in page
    assert "王海峰" in looking(scene, "lin").get("/dealings/").content.decode()


@pytest.mark.parametrize("name", HANGING)
def test_names_and_numbers_are_masked_for_whoever_may_not_read_them(scene, looking, name):
    page = looking(scene, "zhao").get(f"/{name}/").content.decode()
    assert "王*" in page
    assert "王海峰" not in page
    assert "6225880112346621" not in page


def test_who_may_not_take_files_in_sees_no_imports(scene, looking):
    assert looking(scene, "lin").get("/imports/").status_code == 403
    assert looking(scene, "li").get("/imports/").status_code == 200


def test_a_file_is_offered_to_whoever_may_bring_that_kind(scene, looking):
    for who, name in (("chen", "holdings"), ("chen", "customers"), ("lin", "customers"), ("li", "holdings")):
        client = looking(scene, who)
        page, wanted = client.get(f"/{name}/").content.decode(), f"/imports/new/{name}/"
        assert (f'href="{wanted}"' in page) == (client.get(wanted).status_code == 200)


def test_strangers_are_sent_to_the_door(empty_firm, client):
    code = "2" * 12
    ways = (
        "",
        "condition/",
        "columns/",
        "choices/owner/",
        "file/",
        "views/",
        f"views/{code}/",
        f"views/{code}/removal/",
    )
    for name in NAMES:
        for path in ways:
            assert client.get(f"/{name}/{path}").status_code == 302
            assert client.post(f"/{name}/{path}").status_code == 302


def test_a_row_opens_what_it_is_about(scene, looking):
    client = looking(scene, "lin")
    code = scene.codes["王海峰"]
    assert f'<a href="/customers/{code}/" data-open>王海峰</a>' in client.get("/dealings/").content.decode()
    assert re.search(r'<a href="/actions/[a-z2-9]{12}/" data-open>王海峰</a>', client.get("/actions/").content.decode())


# ---- asking


@pytest.mark.parametrize("name", NAMES)
def test_odd_questions_are_refused_in_words(scene, looking, name):
    client = looking(scene, "li")
    for query in ODD:
        response = client.get(f"/{name}/?{query}")
        assert response.status_code == 400, query
        assert "Traceback" not in response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_sort_group_and_column_on_offer_answers(scene, looking, name):
    client, sheet = looking(scene, "li"), LISTS_BY_NAME[name].sheet
    for sort in sheet.sorts:
        for asked in (sort, f"-{sort}" if not sort.startswith("-") else sort[1:]):
            assert client.get(f"/{name}/?sort={asked}").status_code == 200
    for column in sheet.columns:
        shown = client.get(f"/{name}/?columns={sheet.columns[0].name},{column.name}")
        assert shown.status_code == 200
        if column.grouped:
            assert client.get(f"/{name}/?by={column.name}").status_code == 200


def test_a_form_of_a_condition_leads_to_its_address(scene, looking):
    client = looking(scene, "chen")
    carried = "from=where%3Dtier.in.a%26sort%3D-value"
    given = f"{carried}&filter=last_contact&op=not_in_last&value=60&at=&part="
    assert asked_by(client.get(f"/customers/condition/?{given}"))["where"] == [
        "tier.in.a",
        "last_contact.not_in_last.60",
    ]
    beside = f"{carried}&filter=value&op=between&value=5&value=10.50&at=0&part="
    assert asked_by(client.get(f"/customers/condition/?{beside}"))["where"] == ["tier.in.a|value.between.5,10.50"]
    instead = f"{carried}&filter=tier&op=in&value=b&at=0&part=0"
    assert asked_by(client.get(f"/customers/condition/?{instead}"))["where"] == ["tier.in.b"]


UNFIT = [
    ("filter=value&op=at_least&value=plenty", 422),
    ("filter=value&op=between&value=5", 422),
    ("filter=last_contact&op=not_in_last&value=", 422),
    ("filter=last_contact&op=since&value=30/02/2026", 422),
    ("filter=password&op=is&value=x", 422),
    ("filter=tier&op=in&value=a&at=7", 400),
    ("filter=tier&op=in&value=a&at=-1", 400),
    ("filter=tier&op=in&value=a&at=0&part=5", 400),
    ("filter=tier&op=in&value=a&next=http://evil", 400),
]


def test_what_does_not_fit_a_condition_is_said_and_the_list_stays(scene, looking):
    client = looking(scene, "lin")
    for given, status in UNFIT:
        response = client.get(f"/customers/condition/?from=where%3Dtier.in.a&{given}")
        assert response.status_code == status, given
        if status == 422:
            assert "不适合这个条件" in words_of(response)
            assert rows_in(response) == 3


def test_columns_are_chosen_and_put_in_order(scene, looking):
    client = looking(scene, "chen")
    way = client.get("/customers/columns/?from=sort%3Dtier&column=name&column=last_contact&column=company&column=tier")
    assert asked_by(way) == {"sort": ["tier"], "columns": ["name,last_contact,company,tier"]}
    assert heads_in(client.get(way["Location"])) == ["name", "last-contact", "company", "tier"]
    assert client.get("/customers/columns/?column=password").status_code == 400


def test_an_alternative_is_added_to_a_chip(scene, looking):
    client = looking(scene, "chen")
    page = client.get("/customers/?where=tier.in.c&or=0").content.decode()
    href = re.search(r'href="([^"]*where=tier\.in\.c\|state\.in\.alarm[^"]*)"', page)[1].replace("&amp;", "&")
    response = client.get(href)
    assert rows_in(response) == 2
    assert "级别 C 或 状态 警报" in words_of(response)


@pytest.mark.parametrize("name", ["customers", "actions", "dealings", "holdings", "conversations", "products", "staff"])
def test_a_group_opens_to_as_many_rows_as_it_counts(scene, looking, name):
    client = looking(scene, "chen")
    column = next(column.name for column in LISTS_BY_NAME[name].sheet.columns if column.grouped)
    page = client.get(f"/{name}/?by={column}").content.decode()
    lines = re.findall(r'<a href="([^"]+)" data-open>[^<]*</a></td><td class="num">(\d+)</td>', page)
    assert lines
    for href, count in lines:
        opened = client.get(href.replace("&amp;", "&"))
        assert opened.status_code == 200
        assert rows_in(opened) == min(int(count), 80)


def test_sums_of_groups_hold_only_what_one_sees(scene, looking):
    def total(who: str) -> list[str]:
        page = looking(scene, who).get("/customers/?by=owner").content.decode()
        return re.findall(r'<td class="c-name">(?:<a[^>]*>)?([^<]+)(?:</a>)?</td><td class="num">(\d+)</td>', page)

    assert dict(total("chen")) == {"林晓彤": "12", "周航": "1", "没有人": "1"}
    assert "黄立" not in dict(total("chen")) and dict(total("zhao"))["黄立"] == "1"


# ---- files


def file_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_a_list_is_given_out_as_it_is_shown_and_the_journal_knows(scene, looking):
    scene.add("=HYPERLINK(1)", owner="lin", phone="13612340001")
    sent = {"from": "where=tier.in.a,none&sort=name&columns=name,tier,value,last_contact", "ending": "csv"}
    response = looking(scene, "chen").post("/customers/file/", sent)
    assert response["Content-Disposition"] == 'attachment; filename="customers.csv"'
    rows = file_of(response)
    assert rows[0] == ["客户", "级", "年贡献 ¥", "上次联系"]
    cells = {row[0]: row for row in rows[1:]}
    assert cells["王海峰"][1:3] == ["A", "6912.00"]
    assert "'=HYPERLINK(1)" in cells
    act = Act.objects.get(kind="data.exported")
    assert act.noun_code == "customers"


def test_masks_hold_in_files(scene, looking):
    rows = file_of(looking(scene, "zhao").post("/holdings/file/", {"from": "", "ending": "csv"}))
    text = str(rows)
    assert "王*" in text
    assert "王海峰" not in text and "6225880112346621" not in text


def test_a_workbook_holds_what_the_list_holds(scene, looking):
    from openpyxl import load_workbook

    response = looking(scene, "chen").post("/dealings/file/", {"from": "where=amount.at_most.-1", "ending": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert -65 in rows[1]


@pytest.mark.parametrize("who", ["lin", "he", "du"])
def test_without_the_right_no_file_and_no_act(scene, looking, who):
    client = looking(scene, who)
    for name in NAMES:
        assert client.post(f"/{name}/file/", {"from": "", "ending": "csv"}).status_code == 403
        assert f'action="/{name}/file/"' not in client.get(f"/{name}/").content.decode()
    assert not Act.objects.filter(kind="data.exported").exists()


@pytest.mark.parametrize(
    "sent", [{"ending": "exe"}, {"ending": "csv", "from": "where=x"}, {"ending": "csv", "from": "x" * 7000}]
)
def test_odd_forms_of_a_file_are_refused(scene, looking, sent):
    assert looking(scene, "chen").post("/customers/file/", {"from": ""} | sent).status_code == 400


def test_a_masked_name_gives_no_order_to_a_file(scene, looking):
    assert looking(scene, "zhao").post("/customers/file/", {"from": "sort=name", "ending": "csv"}).status_code == 400


@pytest.mark.parametrize("noun", LISTS, ids=lambda noun: noun.name)
def test_quick_filters_and_usual_days_are_questions_of_the_sheet(noun):
    clear = system_principal("command").clear_fields
    for preset in noun.quick:
        question = noun.sheet.read_question({"where": [preset.where]}, clear)
        assert question.all_of[0][0].text() == preset.where
    for name, texts in noun.presets.items():
        for text in texts:
            assert noun.sheet.read_question({"where": [f"{name}.{text}"]}, clear).asks(name)


def test_a_head_sorts_only_where_so_many_rows_can_be_sorted(scene, looking, monkeypatch):
    client = looking(scene, "lin")
    assert "?sort=-amount" in client.get("/dealings/").content.decode()
    monkeypatch.setattr("guanxi.ground.sheets.listing.COUNTED", 20)
    page = client.get("/dealings/")
    assert "20+ 笔交易" in words_of(page)
    assert "sort=-amount" not in page.content.decode()
    assert "?sort=occurred_on" in page.content.decode()
    refused = client.get("/dealings/?sort=-amount")
    assert refused.status_code == 400
    assert re.search("20 (行|rows)", words_of(refused))


def test_rows_that_lead_to_a_customer_open_beside_their_list(scene, looking):
    client = looking(scene, "chen")
    for name in ("customers", "actions", "holdings", "dealings", "conversations"):
        assert 'id="panel"' in client.get(f"/{name}/").content.decode(), name
    for name in ("imports", "staff", "products"):
        assert 'id="panel"' not in client.get(f"/{name}/").content.decode(), name
