"""Growth as people see it: figures of the whole firm for whoever sees it, answers to what is tried out, honest words else."""

import datetime as dt

import pytest

from guanxi.identity.models import Team
from guanxi.insight.appraisal.growth import tell_growth
from guanxi.record.customers.models import Customer
from guanxi.record.market.models import MarketSize
from guanxi.record.standing.models import Edition, Growth, Standing
from tests.faces.reading import words_of
from tests.insight.appraisal import books

pytestmark = pytest.mark.django_db

JAN = dt.date(2023, 1, 1)


@pytest.fixture(scope="module")
def told() -> dict:
    """1 … 60 buy every hundred days of a thousand, 61 … 80 leave, 81 … 90 come, 91 comes back; the first 20 are of A."""
    on = [JAN + dt.timedelta(n) for n in range(1001)]
    rows = [(pk, on[n], 100_00) for pk in range(1, 61) for n in range(0, 1000, 100)]
    rows += [(pk, on[n], 300_00) for pk in range(61, 81) for n in (300, 500)]
    rows += [(pk, on[n], 50_00) for pk in range(81, 91) for n in (700, 900)]
    rows += [(91, on[10], 70_00), (91, on[990], 80_00)]
    bench = books.print_days(rows)
    bench.run(
        "INSERT INTO estimates (customer_id, tier_strict, age_days) SELECT customer_id, CASE WHEN customer_id <= 20 THEN 1 "
        "ELSE 2 END, 1000 FROM customers"
    )
    return tell_growth(bench, as_of=on[1000], currency="CNY")


@pytest.fixture
def grown(scene, told):
    oak = Team.objects.get(name="贵宾一组")
    Growth.objects.create(team_id=None, facts=told)
    Growth.objects.create(team_id=oak.pk, facts=told | {"equity": None})
    return scene


def test_the_bridge_and_the_dimensions(grown, looking):
    page = looking(grown, "li").get("/insight/growth/").context["page"]
    assert [row.figures for row in page.bridge] == [
        ("80", "36,000"), ("10", "1,000"), ("1", "80"), ("0", "0"), ("60", "−6,000"), ("20", "−12,000"), ("71", "19,080"),
    ]  # fmt: skip
    assert [row.figures[:2] for row in page.parts][:3] == [("80", "71"), ("20.9", "32.9"), ("1.00", "1.00")]
    effects = [int(row.figures[-1].replace(",", "").replace("−", "-")) for row in page.parts]
    assert abs(sum(effects[:-1]) - effects[-1]) <= 2  # each is rounded to whole units
    assert "16,920" in page.sentence
    assert page.score[0].figures == ("0", "70", "1", "71")
    assert "本季度" in page.score_words


def test_what_is_tried_out_is_answered_and_nothing_is_written(grown, looking):
    client = looking(grown, "li", language="en")
    tried = {
        one.name: one for one in client.get("/insight/growth/?retention=80&more=10&deeper=-12").context["page"].tried
    }
    assert tried["retention"].words[0] == "75% of 80 customers of the year before bought again."
    assert tried["retention"].fields[0].value == 80
    assert tried["plan"].words == ("Together: −3.2%. The plan loses.",)
    assert tried["plan"].tone == "alarm"
    usual = {one.name: one for one in client.get("/insight/growth/?hours=10").context["page"].tried}
    assert usual["retention"].fields[0].value == 80  # five points more than now
    assert usual["hours"].words == (
        "Tier A: 4 hours, 4 contacts of 60 minutes",
        "Tier B: 6 hours, 12 contacts of 30 minutes",
        "Tier C: 0 hours, 0 contacts of 10 minutes",
    )


def test_leaders_see_their_teams_and_managers_only_their_customers(grown, looking):
    leader = looking(grown, "chen", language="en").get("/insight/growth/").context["page"]
    assert leader.under.startswith("your teams and those below")
    assert (leader.bridge, len(leader.parts)) == ([], 5)  # the facts of the leader's own team
    assert (
        looking(grown, "li", language="en").get("/insight/growth/").context["page"].under.startswith("the whole firm")
    )
    for who in ("lin", "huang"):
        page = looking(grown, who).get("/insight/growth/").context["page"]
        assert page.empty != ""
        assert (page.bridge, page.tried) == ([], [])


def test_words_where_nothing_was_computed(scene, looking):
    client = looking(scene, "li")
    assert client.get("/insight/growth/").context["page"].empty != ""  # an edition of before, without these facts
    Edition.objects.all().delete()
    assert client.get("/insight/growth/").context["page"].empty != ""


def test_what_is_missing_is_said(grown, looking):
    lacking = looking(grown, "li", language="en").get("/insight/growth/").context["page"].lacking
    assert any("Nobody is recorded as having come by somebody’s word" in words for words in lacking)
    assert any("No product belongs to a family" in words for words in lacking)


def test_the_five_ends_of_one_period_with_their_sources(grown, looking):
    """19,080 of 71 customers' dealings; 7.5 of ten who were asked; a market of 95,400 as entered: a fifth (XUP-07)."""
    page = looking(grown, "li", language="en").get("/insight/growth/").context["page"]
    assert [row.figures[0] for row in page.ends] == ["not known", "not known", "¥19,080", "not known", "100%"]
    assert page.ends[0].figures[1] == "fewer than ten customers were asked in these twelve months"
    row = Growth.objects.get(team_id=None)
    row.facts["ends"] |= {"asked": 10, "satisfaction": 7.5}
    row.save()
    as_of = Edition.objects.get().as_of
    MarketSize.objects.create(on=as_of, amount=95_400_00, currency="CNY", told_by="统计年鉴")
    MarketSize.objects.create(on=as_of + dt.timedelta(1), amount=1, currency="CNY", told_by="later")
    page = looking(grown, "li", language="en").get("/insight/growth/").context["page"]
    assert page.ends[0].figures == ("7.5 of 10", "the mean of 10 customers, each asked last in these twelve months")
    assert page.ends[3].figures[0] == "20.0%"
    assert "统计年鉴" in page.ends[3].figures[1]
    for amount, share in ((19_080_00, "100.0%"), (19_079_99, "not known")):  # nobody sells more than everybody
        MarketSize.objects.filter(on=as_of).update(amount=amount)
        page = looking(grown, "li", language="en").get("/insight/growth/").context["page"]
        assert page.ends[3].figures[0] == share
    assert "smaller than our own revenue" in page.ends[3].figures[1] and "统计年鉴" in page.ends[3].figures[1]
    row.facts["ends"] |= {"revenue": -5.0}  # more refunds than sales
    row.save()
    assert looking(grown, "li", language="en").get("/insight/growth/").context["page"].ends[3].figures[0] == "not known"
    team = looking(grown, "chen", language="en").get("/insight/growth/").context["page"]
    assert team.ends[3].figures == ("not known", "told of the whole firm alone")


def test_the_figures_of_the_bridge_open_their_customers(grown, looking):
    """Who came and who left, by first and last purchase: a year is compared with the one before it."""
    as_of, ids = Edition.objects.get().as_of, grown.ids
    Standing.objects.all().delete()
    days = {"王海峰": (30, 5), "李思敏": (800, 366), "林国栋": (800, 730), "苏雨桐": (800, 20)}
    for name, (first, last) in days.items():
        on = {"first_on": as_of - dt.timedelta(first), "last_on": as_of - dt.timedelta(last)}
        Standing.objects.create(customer_id=ids[name], tier=2, tier_strict=2, value=1, state=1, **on)
    client = looking(grown, "li")
    bridge = {row.figures[0]: row.href for row in client.get("/insight/growth/").context["page"].bridge}
    assert (bridge["10"], bridge["20"], bridge["60"]) == ("/insight/loyal/?kind=came", "/insight/loyal/?kind=left", "")
    found = {kind: client.get(f"/insight/loyal/?kind={kind}").context["page"].lines for kind in ("came", "left")}
    assert {kind: [line.name for line in lines] for kind, lines in found.items()} == {
        "came": ["王海峰"],
        "left": ["李思敏"],
    }


def test_customers_behind_a_kind_of_loyalty(scene, looking):
    wang = Customer.objects.get(name="王海峰")
    Standing.objects.update_or_create(
        customer_id=wang.pk,
        defaults={
            "tier": 1,
            "tier_strict": 1,
            "value": 1,
            "state": 1,
            "loyalty": 81.2,
            "loyalty_coverage": 0.85,
            "loyalty_class": "behavioural",
            "is_worth_keeping": True,
            "is_in_danger": True,
        },
    )
    for kind in ("behavioural", "in_danger"):
        page = looking(scene, "lin", language="en").get(f"/insight/loyal/?kind={kind}").context["page"]
        assert [(line.name, line.what) for line in page.lines] == [
            ("王海峰", "loyalty 81 of 100, 85% of the traits observed")
        ]
    assert looking(scene, "lin").get("/insight/loyal/?kind=latent").context["page"].lines == []
    Standing.objects.filter(customer_id=wang.pk).update(tier=2, potential=4_200_00)
    page = looking(scene, "lin", language="en").get("/insight/loyal/?kind=grow").context["page"]
    assert (page.lines[0].name, page.lines[0].what) == (
        "王海峰",
        "could bring ¥4,200 more a year, as a quarter of the peers do",
    )
    assert "王海峰" not in words_of(looking(scene, "zhou").get("/insight/loyal/?kind=in_danger"))


def test_word_of_mouth_and_what_is_spent_on_staying(grown, looking):
    """18 % of 50 by loyal customers, too few by others; 62 % of what was given went to tier A (LOY-05, LOY-03)."""
    part, client = Growth.objects.get(team_id=None), looking(grown, "li", language="en")
    word = {
        "loyal": {"customers": 50, "bought": 9, "rate": 0.18, "low": 0.0977, "high": 0.308},
        "others": None,
        "left_out": 3,
    }
    given = {"1": {"times": 4, "spent": 310_00}, "3": {"times": 2, "spent": 190_00}}
    part.facts |= {"word_of_mouth": word, "rewards": {"since": "2025-07-01", "tiers": given}}
    part.save()
    found = client.get("/insight/growth/").context["page"].rewarded
    assert [row.figures for row in found.word] == [("50", "9", "18.0%", "9.8% to 30.8%"), ("–", "–", "–", "not known")]
    assert "3 more were recommended without the yes of both" in found.word_words
    assert [(row.name, *row.figures) for row in found.spent] == [("A", "4", "310", "62%"), ("C", "2", "190", "38%")]
    assert (found.aim, found.tone) == ("Tier A has 62% of it; at least 50% is aimed at.", "good")
    part.facts["rewards"]["tiers"] = {}
    part.save()
    found = client.get("/insight/growth/").context["page"].rewarded
    assert (found.spent, found.tone, found.aim.startswith("Not known")) == ([], "", True)
    assert looking(grown, "chen").get("/insight/growth/").context["page"].rewarded is None  # of the whole firm only


def test_the_grid_of_tier_and_need_names_the_rule_of_an_offer(grown, looking):
    part = Growth.objects.get(team_id=None)
    part.facts |= {
        "needs": [
            {"need": "", "tiers": {"3": {"customers": 4, "value": 900_00}}},
            {
                "need": "loan",
                "tiers": {"1": {"customers": 1200, "value": 310_00}, "2": {"customers": 7, "value": -50_00}},
            },
        ]
    }
    part.save()
    loan, unknown = looking(grown, "li", language="en").get("/insight/growth/").context["page"].needs
    assert (loan.rule, loan.example) == ("need = 'loan'", "tier = 'A' and need = 'loan'")
    assert loan.cells == [("1,200", "310"), ("7", "−50"), ("–", "")]
    assert (unknown.name, unknown.rule, unknown.cells[2]) == ("not known", "", ("4", "900"))


@pytest.mark.parametrize(
    ("more", "words", "tone"),
    [
        ({}, "No offer has been decided on yet: there is nothing to compare.", ""),
        ({"effect": None}, "40 customers are held out of all offers this year. What offers bring can be told from 100 on who were", ""),
        ({"effect": 1250, "low": 310, "high": 2190}, "Offers bring ¥13 a customer since 1 Jan 2025, surely between ¥3 and ¥22.", "good"),
        ({"effect": -1250, "low": -2190, "high": -310}, "Offers bring −¥13 a customer since 1 Jan 2025, surely between −¥22 and −¥3.", "watch"),
        ({"effect": 1250, "low": -310, "high": 2810}, "Offers change ¥13 a customer since 1 Jan 2025, between −¥3 and ¥28: that may be chance.", ""),
    ],
)  # fmt: skip
def test_what_all_offers_bring_is_told_with_its_interval_or_what_it_lacks(grown, looking, more, words, tone):
    part = Growth.objects.get(team_id=None)
    told = {"since": "2025-01-01", "until": "2025-06-30", "least": 100, "held": 40, "others": 2_000, "explained": 0.4}
    part.facts |= {"bringing": told | {"each_held": 90_000, "each_others": 91_000} | more if more else {}}
    part.save()
    found = looking(grown, "li", language="en").get("/insight/growth/").context["page"].brought
    assert found.words.startswith(words) and found.tone == tone
    assert [line.figures for line in found.lines] == ([("2,000", "910"), ("40", "900")] if more.get("effect") else [])
    assert looking(grown, "chen").get("/insight/growth/").context["page"].brought is None  # of the whole firm only


@pytest.mark.parametrize(
    ("spends", "words"),
    [
        ({"is_asked": True}, "Who is truly loyal spends 2.6 times (2.4 to 2.8) what those spend who are not"),
        ({"is_asked": False}, "Who is loyal by what he does spends 2.6 times (2.4 to 2.8) what the others spend"),
        (None, "What the loyal spend against others cannot be told yet"),
    ],
)
def test_that_the_loyal_spend_more_is_told_with_its_interval_and_what_staying_costs_by_years(
    grown, looking, spends, words
):
    part = Growth.objects.get(team_id=None)
    figures = {"ratio": 2.6, "low": 2.4, "high": 2.8}
    part.facts["loyalty"]["spends"] = spends and spends | figures
    year = {"customers": 40, "contacts": 1.26, "cost": 98_000, "spent": 1_200_000, "promoted": None}
    part.facts["tenure"] = [year | {"years": 0}, year | {"years": 1}, year | {"years": 5, "promoted": 0.13}]
    part.save()
    page = looking(grown, "li", language="en").get("/insight/growth/").context["page"]
    assert words in page.loyalty_words
    assert [(line.name, line.figures) for line in page.tenure] == [
        ("less than a year", ("40", "1.3", "980", "12,000", "–")),
        ("1 year", ("40", "1.3", "980", "12,000", "–")),
        ("5 years and more", ("40", "1.3", "980", "12,000", "13%")),
    ]
