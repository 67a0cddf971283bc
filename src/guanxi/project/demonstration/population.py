"""The many of the demo firm: who they are, what they use of the group, since when, and who quietly leaves. Pure, by seed."""

# ruff: noqa: E501 - lists of words read best in long lines

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guanxi.ground.text.pinyin import name_key
from guanxi.project.demonstration import names, papers
from guanxi.record.customers.choices import Stage
from guanxi.record.customers.services import NewCustomer

_BIRTHS = ((1940, 0.03), (1950, 0.09), (1960, 0.17), (1970, 0.21), (1980, 0.25), (1990, 0.19), (2000, 0.06))
_YOUNGEST = 18
_SOURCES = "网点 朋友介绍 线上申请 门店会员 车展 社区活动 转介 电话".split()
_TRADES = (
    "贸易 建材 食品 家具 服装 电子 印刷 物流 酒店 餐饮 装饰 教育咨询 机电 花艺 文化传播 日用百货 茶业 珠宝 汽配 环保科技"
).split()
_WORDS = "恒信 荣昌 新联 华南 粤海 嘉禾 永盛 明达 顺意 金桥 东成 瑞和 宏图 百川 海珠 天河 南粤 隆兴 启德 佳美 协力 伟业 安泰 长青 星河 联丰 正大 万象".split()
_ENGLISH_FIRMS = (
    "Harbour Trading|Blue Kapok Design|Canton Sourcing|Five Rams Foods|Pearl Delta Freight|Banyan Hotels|Lychee Lane Cafe|Southgate Components|"
    "Kapok Street Studio|Whampoa Logistics|Shamian Interiors|Redbrick Toys|Morning Tea Imports|Delta Optics|Silver Carp Trading|Long Dyke Textiles|"
    "Tower Bridge School|Osmanthus Gifts|Junction Coffee|Windward Marine|Orchid Events|Old Pier Brewing|North Star Tools|Hillside Nursery"
).split("|")


@dataclass(frozen=True, slots=True)
class Lives:
    """What the many do, one entry a customer. Days count from the first of the three years; `end` is the day of leaving
    and `switch` the day from which most is spent elsewhere (both = number of days where it never happens).
    """

    is_organisation: np.ndarray
    card: np.ndarray
    monthly: np.ndarray
    shop: np.ndarray
    car: np.ndarray
    policy: np.ndarray
    bank: np.ndarray
    corp: np.ndarray
    taxi: np.ndarray
    start: np.ndarray
    end: np.ndarray
    switch: np.ndarray

    @property
    def is_quiet(self) -> np.ndarray:
        """Whether nothing happens to a customer that anybody should notice."""
        return (self.end == self.end.max()) & (self.switch == self.end.max())


@dataclass(slots=True)
class Many:
    """The many as customers to register, with their lives, in one order."""

    rows: list[NewCustomer]
    lives: Lives
    plates: dict[int, str] = field(default_factory=dict)


def draw_lives(random: np.random.Generator, count: int, days: int, taxi: int) -> Lives:
    """The lives of `count` customers over `days` days; the last `taxi` of them are regulars of the car service."""
    is_organisation = random.random(count) < 0.06
    is_organisation[count - taxi :] = False
    person = ~is_organisation
    car = person & (random.random(count) < 0.34)
    started = random.integers(0, max(1, int(days * 0.97)), count)
    start = np.where(random.random(count) < 0.6, 0, started)
    left = random.random(count) < 0.1
    end = np.where(left, start + 120 + random.integers(0, days, count), days).clip(max=days)
    card = person & (random.random(count) < 0.44)
    switched = card & ~left & (random.random(count) < 0.1)
    switch = np.where(switched, start + 200 + random.integers(0, days, count), days).clip(max=days)
    uses = {"shop": 0.56, "policy": 0.36, "bank": 0.16}
    drawn = {name: random.random(count) < share for name, share in uses.items()}
    drawn["shop"] |= is_organisation | ~(card | car | drawn["policy"] | drawn["bank"])
    for name in ("policy", "bank"):
        drawn[name] &= person
    corp = is_organisation & (random.random(count) < 0.6)
    is_taxi = np.zeros(count, dtype=bool)
    is_taxi[count - taxi :] = True
    monthly = np.exp(random.normal(np.log(1_450), 0.55, count)).clip(700, 28_000)
    return Lives(
        is_organisation,
        card,
        monthly,
        drawn["shop"],
        car,
        drawn["policy"],
        drawn["bank"],
        corp,
        is_taxi,
        start,
        end,
        switch,
    )


def many(
    random: np.random.Generator, lives: Lives, today: dt.date, first: dt.date, named: Collection[str] = ()
) -> Many:
    """The customers behind the lives, with references D00000…: nobody's yet, known since their first day or longer. None
    bears the name of one of the `named`.
    """
    count = len(lives.start)
    gender = random.integers(1, 3, count)
    born = _births(random, count, today)
    called = names.chinese_names(random, gender, np.array([day.year for day in born]), named).tolist()
    is_foreign = (random.random(count) < 0.018) & ~lives.is_organisation
    phone, city = papers.phones(random, count), papers.cities(random, count)
    cars = np.flatnonzero(lives.car).tolist()
    plates = dict(zip(cars, papers.plates(random, [city[number] for number in cars]), strict=True))
    since = _since(random, lives, first)
    taken: set[str] = set()
    firms = iter(_firms(random, int(lives.is_organisation.sum())))
    foreigners = 0
    rows = []
    for number in range(count):
        district, street = papers.address(random, city[number])
        common: dict[str, Any] = {
            "reference": f"D{number:05d}", "phone": phone[number], "city": city[number], "district": district,
            "address": street, "created_on": since[number], "source": _SOURCES[int(random.integers(len(_SOURCES)))], "stage": Stage.CUSTOMER, "is_demo": True,
            "plate": plates.get(number, ()),
        }  # fmt: skip
        if lives.is_organisation[number]:
            told = next(firms)
            rows.append(NewCustomer(**common, **told | {"name": told["name"].format(city=city[number])}))
        elif is_foreign[number]:
            name, sex = names.foreign_name(foreigners)
            foreigners += 1
            birthday = born[number].isoformat()
            mail = papers.email(name.split()[0].casefold(), number)
            sex_word = "male" if sex == names.MALE else "female"
            rows.append(NewCustomer(**common, name=name, gender=sex_word, birthday=birthday, email=mail, language="en"))
        else:
            rows.append(NewCustomer(**common, **_person(random, called[number], (gender[number], born[number]), taken)))
    return Many(rows, lives, plates)


def _person(random: np.random.Generator, name: str, life: tuple[int, dt.date], taken: set[str]) -> dict[str, Any]:
    gender, born = life
    told: dict[str, Any] = {
        "name": name,
        "gender": "male" if gender == names.MALE else "female",
        "birthday": born.isoformat(),
    }
    if random.random() < 0.82:
        told["id_number"] = papers.resident_id(
            random, born.strftime("%Y%m%d"), is_male=gender == names.MALE, taken=taken
        )
    if random.random() < 0.3:
        told["email"] = papers.email(name_key(name).replace(" ", ""), int(random.integers(10, 9_999)))
    return told


def _firms(random: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """So many firms, one in eight of them with an English name; names repeat only beyond some hundreds. {city} is filled in."""
    made, words = [], [f"{word}{trade}" for word in _WORDS for trade in _TRADES]
    for place, number in enumerate(random.permutation(len(words))[np.arange(count) % len(words)].tolist()):
        if place % 8 == 3:
            name = f"{_ENGLISH_FIRMS[place // 8 % len(_ENGLISH_FIRMS)]} Ltd"
            made.append({"name": name, "kind": "organisation", "language": "en"})
        else:
            form = "有限公司" if number % 10 < 7 else "商行"
            made.append({"name": f"{{city}}{words[number]}{form}", "kind": "organisation"})
    return made


def _births(random: np.random.Generator, count: int, today: dt.date) -> list[dt.date]:
    decades, shares = zip(*_BIRTHS, strict=True)
    year = np.array(decades)[random.choice(len(decades), count, p=np.array(shares) / sum(shares))]
    year = year + random.integers(0, 10, count)
    day = random.integers(0, 365, count)
    youngest = today.year - _YOUNGEST - 1
    return [dt.date(min(int(y), youngest), 1, 1) + dt.timedelta(days=int(d)) for y, d in zip(year, day, strict=True)]


def _since(random: np.random.Generator, lives: Lives, first: dt.date) -> list[dt.date]:
    """Who was there from the first day came up to eight years before it."""
    before = random.integers(1, 8 * 365, len(lives.start))
    days = np.where(lives.start == 0, -before, lives.start)
    return [first + dt.timedelta(days=int(day)) for day in days]
