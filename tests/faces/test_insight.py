"""Standing as a whole: figures of what one sees, each with a door, and honest words where there is nothing to say."""

import datetime as dt
import json
import re

import pytest

from guanxi.insight.appraisal.grades import keep_grade
from guanxi.insight.appraisal.leaving import FEW_ANSWERS, NO_RETURNS
from guanxi.insight.estimates.words import Said, Sentence
from guanxi.insight.warehouse.places import places
from guanxi.record.customers.models import Customer
from guanxi.record.signals.models import Signal
from guanxi.record.standing import services
from guanxi.record.standing.choices import Cause
from guanxi.record.standing.models import Cell, Edition, Flow, Standing, StandingMove
from tests.faces.reading import words_of
from tests.faces.scene import SYSTEM

pytestmark = pytest.mark.django_db


def count_parts(scene) -> None:
    """The scene as a refresh counts it: parts of the head rows, a movement, the alarms."""
    edition = Edition.objects.get()
    edition.facts = {
        "grade": "B",
        "grade_reason": {"words": "No margin rates are known: every amount counts in full.", "params": {}},
        "missing": [],
        "concentration": {
            "customers": 8, "top_4": 0.37, "top_20": 0.81, "top_80": 1.09, "bottom_20": -0.09,
            "share_of_customers_for_80": 0.19, "curve": [[0, 0], [0.2, 0.81], [0.8, 1.09], [1, 1]],
        },
    }  # fmt: skip
    edition.save()
    for row in Customer.objects.exclude(tier=9):
        Cell.objects.create(
            owner_id=row.owner_id, team_id=row.team_id, tier=row.tier, state=row.state, customers=1, value=row.value
        )
        Standing.objects.get_or_create(
            customer_id=row.pk,
            defaults={"tier": row.tier, "tier_strict": row.tier, "value": row.value, "state": row.state},
        )
    li = Customer.objects.get(name="李思敏")
    Flow.objects.create(
        edition=edition, on=edition.as_of, owner_id=li.owner_id, team_id=li.team_id, old=1, new=2, cause=Cause.LESS,
        customers=1, value=li.value,
    )  # fmt: skip
    StandingMove.objects.create(
        customer_id=li.pk, edition=edition, on=edition.as_of, field="tier", old=1, new=2, cause=Cause.LESS
    )
    services.count_alarms(by=SYSTEM)


@pytest.fixture
def counted(scene):
    count_parts(scene)
    return scene


def page_of(client):
    return client.get("/insight/").context["page"]


def test_figures_are_of_the_customers_in_sight(counted, looking):
    lin = page_of(looking(counted, "lin"))
    tiers = [(row.letter, row.customers.value, row.share) for row in lin.tiers]
    assert tiers == [("A", "3", "38%"), ("B", "4", "50%"), ("C", "1", "12%")]
    assert (lin.total.customers.value, lin.total.value) == ("8", "45,462")
    assert [row.customers.value for row in lin.moves] == ["1"]
    zhou = page_of(looking(counted, "zhou"))
    assert (zhou.total, zhou.tiers) == (None, [])
    assert zhou.empty != ""
    chen = page_of(looking(counted, "chen"))
    assert chen.total.customers.value == "8"


@pytest.mark.parametrize(
    "count, words",
    [
        (0, "Nobody in C is loss-making: they are of low value."),
        (1, "1 customer in C is loss-making"),
        (3, "3 customers in C are loss-making"),
    ],
)
def test_whoever_sees_the_whole_firm_is_told_how_many_of_c_lose_money(counted, looking, count, words):
    edition = Edition.objects.get()
    edition.facts |= {"loss_making": count}
    edition.save()
    assert words in words_of(looking(counted, "li", language="en").get("/insight/"))
    assert "loss-making" not in words_of(looking(counted, "lin", language="en").get("/insight/"))


def test_every_figure_opens_its_customers(counted, looking):
    client = looking(counted, "lin")
    page = page_of(client)
    assert page.tiers[0].customers.href == "/customers/?where=tier.in.a&sort=-value"
    doors = [row.customers.href for row in (*page.tiers, *page.moves)] + [
        row.href for row in (*page.alarms, *page.kinds)
    ]
    doors += [row.troubled.href for row in page.tiers if row.troubled.href]
    assert {client.get(door).status_code for door in doors} == {200}
    (move,) = client.get(page.moves[0].customers.href).context["page"].lines
    assert (move.name, move.what) == ("李思敏", "买得少了")
    (kind,) = [row for row in page.kinds if "spend_drop" in row.href]
    assert [line.name for line in client.get(kind.href).context["page"].lines] == ["王海峰"]
    assert looking(counted, "zhou").get(page.moves[0].customers.href).context["page"].lines == []


def test_a_year_of_rising_to_a_and_falling_from_it_is_counted(counted, looking):
    """SEG-04: the movements of 365 days, whatever the quarter; the last day of the year before is none of them."""
    edition, li = Edition.objects.get(), Customer.objects.get(name="李思敏")
    for back, old, new, customers in ((364, 2, 1, 3), (100, 2, 1, 2), (365, 2, 1, 40), (100, 3, 1, 50), (0, 1, 3, 60)):
        on = edition.as_of - dt.timedelta(back)
        Flow.objects.create(
            edition=edition, on=on, owner_id=li.owner_id, team_id=li.team_id, old=old, new=new, cause=Cause.MORE,
            customers=customers, value=1,
        )  # fmt: skip
        StandingMove.objects.create(
            customer_id=li.pk, edition=edition, on=on, field="tier", old=old, new=new, cause=Cause.MORE
        )
    client = looking(counted, "lin", language="en")
    rose, fell = page_of(client).crossed
    assert (rose[0], rose[1].value, fell[1].value, fell[1].tone) == ("From B to A in 365 days", "5", "1", "watch")
    response = client.get(rose[1].href)
    behind = response.context["page"]
    assert [line.name for line in behind.lines] == ["李思敏", "李思敏"]
    # on a phone no head says what the money is
    assert response.content.decode().count(f'<td class="num" data-label="{behind.value_head}">') == 2
    assert client.get("/insight/moves/?from=b&to=a").context["page"].lines == []  # none in this quarter
    assert [door.value for _words, door in page_of(looking(counted, "chen")).crossed] == ["5", "1"]


def test_the_curve_is_the_firms_own_or_that_of_ones_customers(counted, looking):
    firm = page_of(looking(counted, "li"))
    assert "81%" in firm.sentence
    assert json.loads(firm.curve.chart)["points"][1] == [0.2, 0.81]
    assert ("20%", "81%") in firm.curve.rows
    own = page_of(looking(counted, "lin"))
    assert own.curve.rows[1] == ("20%", "52%")  # the two best of eight


def test_alarms_say_how_long_nobody_has_called(counted, looking):
    Signal.objects.filter(kind="spend_drop").update(detected_on=counted.today.replace(day=1), state="alarm")
    services.count_alarms(by=SYSTEM)
    page = page_of(looking(counted, "lin"))
    assert (
        sum(int(row.signals) for row in page.alarms)
        == Signal.objects.filter(state__in=("alarm", "confirmed", "lapsed")).count()
    )
    assert "A" in page.promises
    assert all(row.median == "–" for row in page.alarms if row.waiting == row.signals)


def test_the_portfolio_says_what_each_is_worth_and_what_comes_next(counted, looking):
    rows = page_of(looking(counted, "lin")).portfolio
    assert [row.name for row in rows][:3] == ["苏雨桐", "李思敏", "王海峰"]
    wang = rows[2]
    assert (wang.tier, wang.value, wang.risk, wang.tone) == (1, "6,912", "62%", "alarm")
    assert wang.act != ""
    assert wang.act_href.startswith("/actions/")
    assert page_of(looking(counted, "zhao")).portfolio[0].name.endswith("*")  # a marketer reads no names


def test_what_is_missing_is_said(scene, looking):
    Edition.objects.all().delete()
    assert page_of(looking(scene, "lin")).empty != ""
    assert looking(scene, "lin").get("/insight/").status_code == 200
    assert looking(scene, "lin").get("/insight/moves/?from=a&to=b").status_code == 200


def test_grades_and_reasons_are_told_in_the_language_of_the_person(counted, looking):
    page = page_of(looking(counted, "lin", language="en"))
    assert (page.grade, page.grade_reason) == ("B", "No margin rates are known: every amount counts in full.")
    assert page_of(looking(counted, "lin")).grade_reason != page.grade_reason


@pytest.mark.parametrize(
    "path",
    [
        "?x=1", "moves/", "moves/?from=a", "moves/?from=a&to=z", "moves/?from=a&to=b&cause=x", "moves/?from=a&to=b&before=-1", "moves/?from=a&to=b&in=month",
        "moves/?from=a&to=b&before=" + "9" * 40, "alarms/", "alarms/?kind=x", "alarms/?kind=spend_drop&state=watch",
        "alarms/?kind=spend_drop&state=%00", "loyal/", "loyal/?kind=x", "growth/?retention=101", "growth/?retention=x",
        "growth/?deeper=-91", "growth/?hours=%C2%B2", "growth/?x=1",
    ],
)  # fmt: skip
def test_what_is_not_ours_to_ask_is_400(scene, looking, path):
    assert looking(scene, "lin").get(f"/insight/{path}").status_code == 400


def test_nobody_without_signing_in(scene, client):
    for path in ("", "moves/?from=a&to=b", "alarms/?kind=spend_drop", "growth/", "loyal/?kind=true"):
        assert client.get(f"/insight/{path}").status_code == 302


def test_the_page_costs_few_queries_however_many_customers(counted, looking, django_assert_max_num_queries):
    client = looking(counted, "li")
    with django_assert_max_num_queries(16):
        client.get("/insight/")


def test_the_page_is_one_sentence_first(counted, looking):
    words = words_of(looking(counted, "li").get("/insight/"))
    assert re.search(r"20% 的客户带来 81% 的贡献", words)


def test_how_good_each_estimate_is_stands_there_once_it_was_asked(counted, looking, settings, tmp_path):
    """Grades and what is missing, in the language of who reads; of words that no catalogue knows as they were said."""
    settings.GUANXI_HOME = tmp_path
    client = looking(counted, "li", language="en")
    assert "once somebody has asked for it" in words_of(client.get("/insight/"))
    few = Sentence(FEW_ANSWERS, {"known": 12_000, "least": 10})
    told = {"grade": "C", "grade_reason": Said(few), "missing": [Said(Sentence(NO_RETURNS)), Said(few)]}
    keep_grade("reasons", told, as_of=dt.date(2026, 6, 30), where=places())
    keep_grade("claims", {"grade": "B", "grade_reason": "In {braces}", "missing": []}, as_of=None, where=places())
    keep_grade("concentration", {"missing": []}, as_of=dt.date(2026, 6, 30), where=places())
    shown = words_of(client.get("/insight/"))
    said = "Of 12,000 lost customers a reason was found and they said why; at least 10 are needed to compare."
    assert f"Why they leave C {said}" in shown
    assert shown.count(said) == 1
    assert "Nobody was won back with an offer yet" in shown
    assert "Claims B In {braces}" in shown
    chinese = words_of(looking(counted, "li").get("/insight/"))
    assert "12,000" in chinese and "lost customers" not in chinese
    (places().root / "grades.json").write_text("{half", encoding="utf-8")  # told again when it is asked again
    assert looking(counted, "li").get("/insight/").status_code == 200
