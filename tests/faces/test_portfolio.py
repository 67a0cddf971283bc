"""The portfolio (MGR-12): value, potential, risk and next action as columns of the list; the board of a team in figures."""

import csv
import io
import re
from dataclasses import replace

import pytest

from guanxi.faces.desk.lists.portfolio import list_portfolio
from guanxi.project.first_views import FIRST_VIEWS, keep_first_views
from guanxi.record.actions.models import Action
from guanxi.record.customers.sheet import CUSTOMERS
from guanxi.record.standing.models import Standing
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM
from tests.faces.test_lists import heads_in, queries_of, rows_in

pytestmark = pytest.mark.django_db

COLUMNS = "columns=name,tier,state,value,potential,risk,next,last_contact"


def cells_of(response, name: str) -> list[str]:
    """What the row of a customer says, cell by cell."""
    rows = re.findall(r"<tr data-line.*?</tr>", response.content.decode(), re.DOTALL)
    row = next(row for row in rows if f">{name}</a>" in row)
    return [
        re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td class=\"c-[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


def test_the_portfolio_shows_value_potential_risk_and_what_comes_next(scene, looking):
    response = looking(scene, "lin").get(f"/customers/?{COLUMNS}")
    assert heads_in(response) == ["name", "tier", "state", "value", "potential", "risk", "next", "last-contact"]
    assert cells_of(response, "王海峰")[3:7] == ["6,912", "1,234", "62%", "先问候；弄清缘由之前不提产品"]
    assert cells_of(response, "张立新")[4:6] == ["–", "35%"]  # the data cannot say: no number is made up
    assert cells_of(response, "苏雨桐")[4:6] == ["–", "–"]
    assert 'data-tone="alarm">62%' in response.content.decode()
    assert 'data-tone="watch">35%' in response.content.decode()
    assert "B" in words_of(response)
    assert "估算等级" not in words_of(looking(scene, "lin").get("/customers/"))


def test_it_costs_no_query_more_whatever_the_rows(scene, looking):
    client = looking(scene, "chen")
    usual, all_of_it = queries_of(client, "/customers/"), queries_of(client, f"/customers/?{COLUMNS}")
    assert rows_in(client.get(f"/customers/?{COLUMNS}")) > 10
    one = f"/customers/?where=name.contains.王海峰&{COLUMNS}"
    assert rows_in(client.get(one)) == 1
    assert queries_of(client, one) <= all_of_it + 1  # the names are searched first
    assert all_of_it == usual <= 8
    for sort in ("-risk", "company"):
        assert queries_of(client, f"/customers/?sort={sort}&{COLUMNS}") <= usual
    assert queries_of(client, f"/customers/?where=company.contains.a&{COLUMNS}") <= usual


def test_a_list_is_put_in_the_order_of_risk_and_of_potential(scene, looking):
    client = looking(scene, "lin")

    def first(sort: str) -> list[str]:
        page = client.get(f"/customers/?sort={sort}&{COLUMNS}").content.decode()
        return re.findall(r"data-open>([^<]+)</a>", page)[:2]

    assert first("-risk") == ["王海峰", "张立新"]
    assert first("risk") == ["张立新", "王海峰"]
    assert first("-potential")[0] == "王海峰"


def test_figures_follow_sight_and_rights(scene):
    question = CUSTOMERS.read_text(COLUMNS)
    chen, huang = scene.person("chen"), scene.person("huang")
    seen = {row.id: row for row in list_portfolio(question, chen).rows}
    assert seen[scene.ids["王海峰"]].risk == 0.62
    assert seen[scene.ids["王海峰"]].next
    assert scene.ids["王海峰"] not in {row.id for row in list_portfolio(question, huang).rows}
    for lost, told in (("standing.view", ("potential", "risk")), ("actions.view", ("next",))):
        less = replace(chen, permissions=chen.permissions - {lost})
        row = next(row for row in list_portfolio(question, less).rows if row.id == scene.ids["王海峰"])
        assert not any(getattr(row, name) for name in told)
        by_risk = CUSTOMERS.read_text(f"{COLUMNS}&sort=-risk")
        assert len(list_portfolio(by_risk, less).rows) == len(seen)


def test_a_file_of_the_portfolio_holds_the_figures(scene, looking):
    client = looking(scene, "chen")
    whole = client.post("/customers/file/", {"from": f"{COLUMNS}&sort=-risk", "ending": "csv"})
    ticked = client.post("/customers/bulk/file/", {"question": COLUMNS, "code": scene.codes["王海峰"], "ending": "csv"})
    for answer in (whole, ticked):
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[1][0] == "王海峰"
        assert (float(rows[1][4]), float(rows[1][5])) == (1234.0, 0.62)
        assert rows[1][6] == "先问候；弄清缘由之前不提产品"


def test_a_new_firm_has_the_portfolio_as_a_view_for_everybody(scene, looking):
    keep_first_views(by=SYSTEM)
    page = looking(scene, "lin", language="en").get("/customers/")
    assert "My portfolio" in words_of(page)
    (code,) = re.findall(r'href="/customers/\?view=(\w{12})"', page.content.decode())
    english = looking(scene, "lin", language="en").get(f"/customers/?view={code}")
    assert "My portfolio" in words_of(english)
    assert cells_of(english, "王海峰")[5] == "62%"
    assert "Changes of this view are not kept" not in words_of(english)
    assert [view.question for view in FIRST_VIEWS] == [
        CUSTOMERS.read_text(view.question).changed().text() for view in FIRST_VIEWS
    ]


# ---- the board of a team


def test_the_board_tells_the_work_of_each_colleague_in_figures(scene, looking):
    client = looking(scene, "chen", language="en")
    page = client.get("/team/")
    assert "4 customers wait for a call from your team. 1 of it is overdue." in words_of(page)
    rows = re.findall(r"<tr data-line.*?</tr>", page.content.decode(), re.DOTALL)
    assert [re.findall(r"data-open>([^<]+)<", row)[0] for row in rows] == ["林晓彤", "周航"]
    lin = dict(re.findall(r'data-label="([^"]+)"[^>]*>(?:<a[^>]*>)?([^<]+)', rows[0]))
    assert (lin["Today"], lin["Overdue"], lin["Customers"]) == ("4", "1", "12")
    assert not any(name in page.content.decode() for name in scene.codes)  # no card of a customer
    assert 'href="/team/"' in client.get("/").content.decode()


def test_each_figure_of_the_board_opens_what_it_counts(scene, looking):
    client = looking(scene, "chen", language="en")
    action = Action.objects.get(customer=scene.ids["王海峰"])
    looking(scene, "lin").post(
        f"/actions/{action.code}/answer/", {"answer": "done", "version": action.version, "back": ""}
    )
    page = client.get("/team/").content.decode()
    found = re.findall(r'data-label="([^"]+)"[^>]*><a class="door" href="([^"]+)">([^<]+)</a>', page)
    assert {"Today", "Done today"} <= {label for label, _href, _count in found}
    for label, href, count in found:
        answer = client.get(href.replace("&amp;", "&"))
        assert answer.status_code == 200, (label, href)
        if "?" in href and label != "Customers":
            assert rows_in(answer) == int(count), (label, href)


@pytest.mark.parametrize("who", ["lin", "he", "zhao", "du"])
def test_who_leads_nobody_has_no_board(scene, looking, who):
    assert looking(scene, who).get("/team/").status_code == 403
    assert 'href="/team/"' not in looking(scene, who).get("/").content.decode()


def test_the_board_costs_few_queries_whatever_the_people(scene, looking):
    client = looking(scene, "chen")
    few = queries_of(client, "/team/")
    Action.objects.filter(owner=scene.staff["lin"]).update(owner=scene.staff["zhou"])
    assert queries_of(client, "/team/") == few <= 12


def test_without_figures_the_board_stands(scene, looking):
    Standing.objects.all().delete()
    assert looking(scene, "chen").get("/team/").status_code == 200
