"""The whole demo firm on paper, before anything is written: the same for the same size, seed and day. Pure."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from guanxi.ground.ids import seeded_codes
from guanxi.project.demonstration import owners, population, trade
from guanxi.project.demonstration.belongings import Held, belongings
from guanxi.project.demonstration.cast import told_stories
from guanxi.project.demonstration.cast.company import EMPLOYEES, NOT_CUSTOMERS
from guanxi.project.demonstration.cast.leads import leads
from guanxi.project.demonstration.cast.regulars import regulars
from guanxi.project.demonstration.cast.story import Circle, Story, joined, last_closed
from guanxi.project.demonstration.families import families
from guanxi.project.demonstration.population import Lives
from guanxi.project.demonstration.staffing import POSTS
from guanxi.project.demonstration.talking import talking
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.services import NewCustomer

_YEARS = 3
_REGULARS = 0.107  # regulars of the car service: 214 of 2,000
_WITH_LEADS = 1_000  # a smaller firm would consist of them
_LEAST = 60  # of the many, however small the firm
_FALLING, _ABSENT = 2, (52, 71)  # customers of the stories' owner who spend less, or are away for so many days


@dataclass(frozen=True, slots=True)
class Plan:
    """Customers as they are to be registered, what they hold, the many's lines on their days, and all that was told."""

    today: dt.date
    rows: list[NewCustomer]
    held: list[Held]
    lines: trade.Lines
    dates: np.ndarray
    story: Story


def plan_firm(*, customers: int, seed: int, today: dt.date) -> Plan:
    """The firm of so many customers, those of the stories among them, after three years that end today."""
    random = np.random.default_rng([seed, 1])
    first = _years_before(today) + dt.timedelta(days=1)
    dates = np.arange(np.datetime64(first), np.datetime64(today) + 1)
    prospects = leads(today) if customers >= _WITH_LEADS else Story()
    people = [*told_stories(today, []).people, *prospects.people]
    named = {str(person["name"]) for person in people} | {post.name for post in POSTS}
    count = max(_LEAST, customers - len(people))
    lives = population.draw_lives(random, count, len(dates), round(customers * _REGULARS))
    needy = _bring_need(lives, dates, today)
    lines, kept = trade.trade(random, lives, dates)
    theirs = owners.share_out(random, lives, needy)
    soon = _renewals_of_the_stories(lives, theirs)
    many = population.many(random, lives, today, first, named)
    rows, held = belongings(random, many, kept, (today, first), soon)
    rows = [replace(row, owner=owner) for row, owner in zip(rows, theirs, strict=True)]
    rows = owners.to_who_speaks_english(rows)
    rows, homes = families(random, rows)
    fixed = joined([told_stories(today, _employees(lives, rows)), prospects])
    cards = regulars(random, [row.reference for row, is_regular in zip(rows, lives.taxi, strict=True) if is_regular])
    story = joined([fixed, homes, cards, talking(random, rows, lives, today), _groups(rows, lives)])
    usual: dict[str, Any] = {"stage": Stage.CUSTOMER, "source": "网点", "is_demo": True}
    told = [NewCustomer(**usual | dict(person)) for person in fixed.people]
    return Plan(today, _coded([*rows, *told], seed), held + story.held, lines, dates, story)


def _years_before(today: dt.date) -> dt.date:
    try:
        return today.replace(year=today.year - _YEARS)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - _YEARS, day=28)


def _coded(rows: list[NewCustomer], seed: int) -> list[NewCustomer]:
    codes = seeded_codes(f"{seed}:customers", len(rows))
    return [replace(row, code=code) for row, code in zip(rows, codes, strict=True)]


def _bring_need(lives: Lives, dates: np.ndarray, today: dt.date) -> list[int]:
    """Let some steady card holders spend elsewhere since the last closed month began, and some stay away; who they are.

    The detectors find them as they find anybody: what is shaped is what these people do, never what is said of them.
    """
    may = lives.card & lives.is_quiet & (lives.start == 0) & (lives.monthly > 1_300) & ~(lives.bank | lives.taxi)
    more = (
        lives.shop.astype(int) + lives.policy + lives.car
    )  # who uses little else comes first: there a fall shows best
    steady = [number for number in np.argsort(more, kind="stable").tolist() if may[number]]
    since = int((np.datetime64(last_closed(today)) - dates[0]).astype(int))
    falling, absent = steady[:_FALLING], steady[_FALLING : _FALLING + len(_ABSENT)]
    lives.switch[falling] = since
    for number, days in zip(absent, _ABSENT, strict=False):
        lives.end[number] = len(dates) - days
    return [*falling, *absent]


def _renewals_of_the_stories(lives: Lives, theirs: list[str]) -> dict[int, int]:
    """Days until renewal for the policy holders of the stories' owner: three within the month, the others later."""
    soon = iter((6, 13, 24))
    mine = [n for n, owner in enumerate(theirs) if owner == owners.STORIES_OWNER]
    policies = [n for n in mine if lives.policy[n]]
    ahead = {n: 45 + 17 * place % 290 for place, n in enumerate(mine)}
    return ahead | dict(zip(policies, soon, strict=False))


def _employees(lives: Lives, rows: list[NewCustomer]) -> list[str]:
    """Those of the many who work for the corporate client: steady card holders, wherever they are looked after."""
    grown = np.flatnonzero(lives.card & lives.is_quiet & (lives.start > 0)).tolist()
    rest = [n for n in np.flatnonzero(~lives.is_organisation).tolist() if n not in set(grown)]
    return [rows[number].reference for number in (grown + rest)[: EMPLOYEES - NOT_CUSTOMERS]]


def _groups(rows: list[NewCustomer], lives: Lives) -> Story:
    """Free groups, four levels deep (SEG-07)."""

    def some(chosen: np.ndarray, most: int) -> tuple[str, ...]:
        return tuple(rows[number].reference for number in np.flatnonzero(chosen).tolist()[:most])

    english = tuple(row.reference for row in rows if row.language == "en")
    return Story(
        groups=[
            Circle("重要客户 Important", some(lives.monthly > 6_000, 60)),
            Circle("企业主 Business owners", some(lives.is_organisation, 80), "重要客户 Important"),
            Circle("建材圈 Building trade", ("DEMO-MA",), "企业主 Business owners"),
            Circle("账期长 Long payment terms", ("DEMO-MA",), "建材圈 Building trade"),
            Circle("朋友介绍 Recommended", some(lives.card & lives.car, 40)),
            Circle("家庭 Families", ("DEMO-CHEN-FATHER", "DEMO-CHEN-MOTHER")),
            Circle("三代同堂 Three generations", ("DEMO-CHEN-GRANDFATHER", "DEMO-CHEN-SON"), "家庭 Families"),
            Circle("车主 Car owners", some(lives.car, 200)),
            Circle("进口机油 Imported oil", ("DEMO-ZHANG",), "车主 Car owners"),
            Circle("专车熟客 Regulars", some(lives.taxi, 300)),
            Circle("讲师 Lecturers", ("DEMO-CONSULT",), "专车熟客 Regulars"),
            Circle("English speaking", english),
        ]
    )
