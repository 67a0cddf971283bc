"""The demo firm's pure parts: stories that say what the requirements say, a population that is the same by seed."""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from dataclasses import is_dataclass, replace
from decimal import Decimal
from statistics import median

import numpy as np
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.ground.text.normalise import email_form, plate_form
from guanxi.ground.text.phones import phone_form
from guanxi.ground.text.resident_ids import read_resident_id
from guanxi.project.demonstration import population, shape, trade
from guanxi.project.demonstration.cast import estates, told_stories
from guanxi.project.demonstration.cast.company import EMPLOYEES
from guanxi.project.demonstration.cast.homes import SAVED_FROM, SAVED_MONTHS, SAVED_TERM, SAVED_TO, SAVER
from guanxi.project.demonstration.cast.spenders import MA, MA_LAST, WANG_LAST, WANG_MONTHS, wang_told
from guanxi.project.demonstration.cast.story import card_month, last_closed, month_before, shares
from guanxi.project.demonstration.cast.visitors import zhang_told
from guanxi.project.demonstration.planning import plan_firm
from guanxi.project.demonstration.staffing import DRIVERS, MANAGERS, POSTS
from guanxi.project.demonstration.visits import points_of
from guanxi.record.conversations.choices import Point
from guanxi.record.customers.choices import Channel, RelationKind
from tests.chances import examples

DATES = np.arange(np.datetime64("2023-11-23"), np.datetime64("2026-11-23"))


@pytest.mark.parametrize(
    "today", [dt.date(2026, 11, 21), dt.date(2026, 3, 1), dt.date(2028, 2, 29), dt.date(2027, 1, 31)]
)
def test_wang_spends_by_month_what_ret_01_says(today):
    by_month, told = Counter(), wang_told(today)
    for one in told:
        by_month[one.day.replace(day=1)] += Decimal(one.amount)
    closed = last_closed(today)
    year = [by_month[month_before(closed, back)] for back in range(12, -1, -1)]
    assert year == [*WANG_MONTHS, WANG_LAST]
    assert max(one.day for one in told) < today
    assert min(one.day for one in told) > today - dt.timedelta(days=1_096)


def test_zhang_came_every_thirty_days_and_then_not_for_half_a_year():
    today = dt.date(2026, 7, 15)
    days = sorted({one.day for one in zhang_told(today)})
    assert len(days) == 24
    assert {(b - a).days for a, b in itertools.pairwise(days)} == {30}
    assert (today - days[-1]).days == 186


def _traded(seed, customers=1_900):
    random = np.random.default_rng(seed)
    lives = population.draw_lives(random, customers, len(DATES), customers // 9)
    return trade.trade(random, lives, DATES)[0]


def test_the_trade_is_the_same_by_seed_and_ends_today():
    one, again, other = (_traded(seed, 150) for seed in (5, 5, 6))
    assert all(np.array_equal(getattr(one, name), getattr(again, name)) for name in trade.Lines.__slots__)
    assert not np.array_equal(one.minor[:500], other.minor[:500])
    assert (DATES[one.day.max()], DATES[one.day.min()]) == (DATES[-1], DATES[0])


@pytest.fixture(scope="module", params=[1, 2])
def lines(request):
    return _traded(request.param)


def assert_like_the_file(days, items):
    """Weekdays, months and best sellers within 5 per cent of the file's."""
    weekdays = np.bincount(shape.weekdays_of(days), minlength=7) / len(days)
    assert weekdays == pytest.approx(shape.weekday_shares(), rel=0.05, abs=1e-4)
    months = np.bincount(shape.months_of(days), minlength=12) / len(days)
    assert months == pytest.approx(shape.month_shares(), rel=0.05)
    sold = np.sort(np.bincount(items))[::-1]
    sold = sold[sold > 0]
    curve = np.interp(
        [rank / 100 * len(sold) for rank, _ in shape.PRODUCT_CURVE],
        np.arange(len(sold) + 1),
        np.concatenate([[0], np.cumsum(sold) / sold.sum()]),
    )
    assert len(sold) > 330
    assert curve == pytest.approx([share for _, share in shape.PRODUCT_CURVE], rel=0.05)


def test_weekdays_months_and_best_sellers_are_those_of_the_file(lines):
    days = DATES[lines.day]
    assert_like_the_file(days, lines.item)
    assert (shape.weekdays_of(days) != 5).all()  # as in the file: no Saturday


def test_the_shape_is_measured_on_the_file(shared_data):
    import duckdb

    file = shared_data / "online_retail_2010_2011.parquet"
    if not file.exists():
        pytest.skip("the public data sets are not beside the project")
    told = duckdb.connect()
    told.execute(f"CREATE VIEW lines AS SELECT *, invoice_date::DATE AS day FROM '{file}'")
    weekdays = dict(told.execute("SELECT isodow(day), count(*) FROM lines GROUP BY 1").fetchall())
    assert tuple(weekdays.get(number, 0) for number in range(1, 8)) == shape.WEEKDAY_LINES
    year = "SELECT month(day), count(*) FROM lines WHERE day < '2011-12-01' GROUP BY 1 ORDER BY 1"
    assert tuple(count for _, count in told.execute(year).fetchall()) == shape.MONTH_LINES
    sold = [
        row[0] for row in told.execute("SELECT count(*) AS n FROM lines GROUP BY stock_code ORDER BY n DESC").fetchall()
    ]
    sums = np.concatenate([[0], np.cumsum(sold) / sum(sold)])
    curve = np.interp([rank / 100 * len(sold) for rank, _ in shape.PRODUCT_CURVE], np.arange(len(sold) + 1), sums)
    assert len(sold) == 4_070
    assert curve == pytest.approx([share for _, share in shape.PRODUCT_CURVE], abs=1e-4)


@pytest.fixture(scope="module")
def plan():
    return plan_firm(customers=700, seed=3, today=dt.date(2027, 1, 9))


def test_the_plan_is_the_same_by_seed_and_day(plan):
    again = plan_firm(customers=700, seed=3, today=dt.date(2027, 1, 9))
    assert (again.rows, again.held, again.story) == (plan.rows, plan.held, plan.story)
    assert len(plan.rows) == 700
    other = plan_firm(customers=700, seed=4, today=dt.date(2027, 1, 9))
    assert [row.name for row in other.rows] != [row.name for row in plan.rows]


def test_every_paper_passes_the_products_own_check(plan):
    papers = [row for row in plan.rows if row.id_number]
    assert len(papers) > 350
    for row in papers:
        said = read_resident_id(row.id_number, today=plan.today)
        assert (said.birthday.isoformat(), said.gender) == (row.birthday or said.birthday.isoformat(), row.gender)
    assert len({row.id_number for row in papers}) == len(papers)
    phones = [row.phone for row in plan.rows]
    assert len(set(phones)) == 700
    for phone in phones:
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone_form(phone), "CN")), phone
    plates = [row.plate for row in plan.rows if row.plate]
    assert len(set(plates)) == len(plates) > 150
    assert all(re.fullmatch("粤[A-Z][A-HJ-NP-Z0-9]{5,6}", plate_form(plate)) for plate in plates)
    mails = [row.email for row in plan.rows if row.email]
    assert {email_form(mail).rpartition("@")[2] for mail in mails} <= {"example.com", "example.net", "example.org"}
    cards = [one.reference for one in plan.held if one.family == "CARD" and one.customer.startswith("D0")]
    assert len(set(cards)) == len(cards) > 150
    assert all(_luhn(card) == 0 for card in cards)


def _luhn(number):
    digits = [int(sign) for sign in reversed(number)]
    return sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(digits)) % 10


def test_people_are_named_as_people_of_their_age_and_place_are(plan):
    people = [row for row in plan.rows if row.kind != "organisation" and row.language != "en"]
    surnames = Counter(row.name[0] for row in people)
    assert {name for name, _ in surnames.most_common(4)} <= set("王李张刘陈杨")
    assert 0.05 < surnames["王"] / len(people) < 0.10  # 7.3 per cent of the country
    assert all(re.fullmatch("[\u4e00-\u9fff]{2,4}", row.name) for row in people)
    told = {str(person["name"]) for person in told_stories(plan.today, []).people} | {post.name for post in POSTS}
    assert len(told) > 100
    assert [row.name for row in people if row.name in told and row.reference.startswith("D0")] == []  # no namesakes
    foreign = [row for row in plan.rows if row.language == "en" and row.kind != "organisation"]
    assert foreign
    assert all(row.name.isascii() for row in foreign)
    men, women = ({row.name[1:] for row in people if row.gender == gender} for gender in ("male", "female"))
    assert (min(len(men), len(women)) > 100, len(men & women) < 15) == (True, True)
    old = {row.name[-2:] for row in people if row.birthday and str(row.birthday) < "1960"}
    young = {row.name[-2:] for row in people if row.birthday and str(row.birthday) > "1995"}
    assert len(old & young) <= 3


@pytest.fixture(scope="module")
def whole():
    """The firm as `make demo` plans it."""
    return plan_firm(customers=2_000, seed=1, today=dt.date(2026, 11, 22))


def test_with_the_stories_among_them_all_lines_are_like_the_files(whole):
    told = whole.story.told
    days = np.concatenate([whole.dates[whole.lines.day], np.array([one.day for one in told], dtype="datetime64[D]")])
    items = np.concatenate([whole.lines.item, [trade.place_of(one.product) for one in told]])
    assert len(told) > 1_000
    assert_like_the_file(days, items)


def test_no_two_of_two_thousand_share_a_whole_story(whole):
    lived = defaultdict(list)
    columns = zip(whole.lines.who, whole.lines.day, whole.lines.minor, whole.lines.item, strict=True)
    for who, *line in ([value.item() for value in row] for row in columns):
        lived[f"D{who:05d}"].append(line)
    for one in whole.held:
        lived[one.customer].append((one.product, one.opened_on, one.renewal_on))
    for facts in (whole.story.told, whole.story.talks, whole.story.likes, whole.story.ties):
        for fact in facts:
            lived[fact.customer].append(fact)
    stories = [_without_the_person(lived[row.reference]) for row in whole.rows]
    assert all(stories)
    assert len(set(stories)) == len(stories) == 2_000


def test_most_visits_leave_a_fact_and_nothing_else_does(whole):
    """IDC-02: at least one structured fact in at least 60 % of visits."""
    visits = [points_of(talk) for talk in whole.story.talks if talk.channel == Channel.VISIT]
    assert len(visits) > 200
    assert 0.6 <= sum(map(bool, visits)) / len(visits) <= 0.9
    assert not any(points_of(talk) for talk in whole.story.talks if talk.channel != Channel.VISIT)
    assert {point for points in visits for point in points} == set(Point)


def _without_the_person(facts):
    return tuple(repr(replace(fact, customer="")) if is_dataclass(fact) else repr(fact) for fact in facts)


def test_a_manager_has_forty_to_eighty_customers(whole):
    owned = Counter(row.owner for row in whole.rows)
    assert 50 <= owned.pop("") <= 110
    assert set(owned) == set(MANAGERS)
    assert (min(owned.values()) >= 40, max(owned.values()) <= 80) == (True, True)
    regulars = [row for row in whole.rows if row.owner in DRIVERS and row.reference.startswith("D0")]
    assert len(regulars) == 214  # PRF-01


@given(today=st.dates(dt.date(2024, 3, 1), dt.date(2033, 12, 31)))
@settings(max_examples=examples(40))
def test_the_stories_hold_their_figures_on_any_day(today):
    story = told_stories(today, [f"D{number:05d}" for number in range(23)])
    assert all(one.day < today for one in story.told)
    sums = defaultdict(Decimal)
    for one in story.told:
        sums[one.customer, one.day.replace(day=1)] += Decimal(one.amount)
    closed = last_closed(today)
    ma = [sums[MA, month_before(closed, back)] for back in range(1, 13)]
    assert (median(ma), sums[MA, closed]) == (35_500, MA_LAST)
    assert all(30_000 <= sum_ <= 40_000 for sum_ in ma)
    demand = next(held for held in story.held if held.customer == SAVER and held.product == "DEPOSIT-DEMAND").balances
    terms = [
        balance
        for held in story.held
        if held.customer == SAVER
        for balance in held.balances
        if held.product == "DEPOSIT-TERM"
    ]
    whole = [amount + sum(sum_ for on, sum_ in terms if on <= day) for day, amount in demand]
    assert whole[-SAVED_MONTHS - 1 :][::SAVED_MONTHS] == [SAVED_FROM, SAVED_TO]
    assert (sum(sum_ for _, sum_ in terms), demand[-1][1]) == (SAVED_TERM, SAVED_TO - SAVED_TERM)
    move, handed_over = story.moves[0], next(e for e in estates(today) if e.name == story.moves[0].estate).handover_on
    assert (today - dt.timedelta(days=move.days_ago) - handed_over).days == 136
    assert sum(tie.kind == RelationKind.EMPLOYER for tie in story.ties) == EMPLOYEES
    assert len({(talk.customer, talk.days_ago, talk.minute) for talk in story.talks}) == len(story.talks)


@given(
    total=st.integers(100, 10_000_000),
    month=st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)).map(lambda day: day.replace(day=1)),
    premium=st.integers(1, 60),
    mid=st.integers(1, 39),
    counts=st.tuples(*[st.integers(1, 15)] * 3),
)
def test_a_month_of_payments_adds_up_to_its_total_in_its_mix(total, month, premium, mid, counts):
    mix = tuple(zip((3, 2, 1), (premium, mid, 100 - premium - mid), counts, strict=True))
    told = card_month("X", month, shares(total, mix), "CARD-GOLD")
    by_tier = Counter()
    for one in told:
        assert (one.day.replace(day=1), one.day.weekday() != 5) == (month, True)
        by_tier[one.price_tier] += int(Decimal(one.amount) * 100)
    assert len(told) == sum(counts)
    assert sum(by_tier.values()) == total
    assert by_tier[3] == total * premium // 100
    assert by_tier[2] == total * mid // 100
