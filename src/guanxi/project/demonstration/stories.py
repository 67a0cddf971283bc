"""The few of the demo firm whose stories the requirements tell, dated back from today."""

import datetime as dt
from dataclasses import dataclass

from guanxi.project.demonstration.staffing import SERVICE, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField

# RET-01: twelve statements between 4,010 and 4,600, then one of 400.
WANG_MONTHS = (4090, 4240, 4600, 4010, 4130, 4375, 4060, 4410, 4185, 4150, 4300, 4185)
WANG_LAST = 400
ZHANG_VISITS = 24
ZHANG_GAP = 30
ZHANG_ABSENT = 186


@dataclass(frozen=True)
class Told:
    """One dealing of a story: whose (reference), when, how much in main units, what."""

    customer: str
    day: dt.date
    amount: str
    product: str
    channel: str


PEOPLE = (
    {"reference": "DEMO-WANG", "name": "王海峰", "phone": "13800135678", "gender": "male", "birthday": "1982-03-12",
     "id_number": "440106198203120312", "plate": "粤A8K62Q", "city": "广州", "address": "天河北路 180 号"},
    {"reference": "DEMO-ZHANG", "name": "张立新", "phone": "13922214410", "gender": "male", "birthday": "1978-09-02",
     "id_number": "", "plate": "粤A66K18", "city": "广州", "address": "海珠区滨江东路 66 号"},
)  # fmt: skip


@dataclass(frozen=True)
class Talk:
    """One contact, so many days ago; `owed_in` days from today something is owed (negative: it is overdue).

    `colleague` noted it (reference), `minute` counts from midnight.
    """

    customer: str
    days_ago: int
    channel: Channel
    direction: Direction
    summary: str
    outcome: Outcome = Outcome.REACHED
    owed_in: int | None = None
    colleague: str = STORIES_OWNER
    minute: int = 615


@dataclass(frozen=True)
class Like:
    """One line of a preference card, as told so many days ago."""

    customer: str
    field: PreferenceField
    text: str
    days_ago: int
    source: str = "客户本人"


@dataclass(frozen=True)
class Held:
    """One holding, opened so many days ago."""

    customer: str
    product: str
    reference: str
    days_ago: int


@dataclass(frozen=True)
class Agreed:
    """One statement of consent."""

    customer: str
    purpose: Purpose
    channel: Channel
    status: ConsentStatus
    days_ago: int
    source: str = "网点"
    evidence: str = "签字表单"


_IN, _OUT = Direction.IN, Direction.OUT
TALKS = (
    Talk("DEMO-WANG", 40, Channel.CALL, _IN, "问为什么又收年费。客服答应转给客户经理。", colleague=SERVICE),
    Talk("DEMO-WANG", 193, Channel.VISIT, _OUT, "在网点喝茶四十分钟。孩子九月上学，想慢慢存一笔钱，不着急。"),
    Talk("DEMO-WANG", 232, Channel.CALL, _IN, "嫌促销短信太多；一小时内停了。", colleague=SERVICE),
    Talk("DEMO-ZHANG", 190, Channel.VISIT, _IN, "做例行养护，一直用进口机油；等车时问起冬季轮胎。"),
    Talk("DEMO-ZHANG", 310, Channel.CALL, _OUT, "提醒保养，约好下周来。"),
)
LIKES = (
    Like("DEMO-WANG", PreferenceField.CONTACT, "上午九点以后打电话", 283),
    Like("DEMO-WANG", PreferenceField.BREAKFAST, "喝凤凰单丛", 193, "拜访"),
    Like("DEMO-WANG", PreferenceField.TOPICS, "羽毛球、桥梁", 193, "拜访"),
    Like("DEMO-WANG", PreferenceField.MATTERS, "不要促销短信", 232),
    Like("DEMO-ZHANG", PreferenceField.MATTERS, "只用进口机油和添加剂", 310),
    Like("DEMO-ZHANG", PreferenceField.CONTACT, "先写信，再打电话", 310),
)
HELD = (
    Held("DEMO-WANG", "CARD-GOLD", "6225-8801-2345-6621", 3280),
    Held("DEMO-ZHANG", "GARAGE-SERVICE", "GC-20231107-18", 1110),
)
AGREED = (
    Agreed("DEMO-WANG", Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, 900),
    Agreed("DEMO-WANG", Purpose.MARKETING, Channel.POST, ConsentStatus.GRANTED, 900),
    Agreed("DEMO-WANG", Purpose.MARKETING, Channel.SMS, ConsentStatus.WITHDRAWN, 232, "电话", "通话记录"),
    Agreed("DEMO-ZHANG", Purpose.MARKETING, Channel.POST, ConsentStatus.GRANTED, 700),
)


def wang(today: dt.date) -> list[Told]:
    """Card spending by calendar month: the last closed month fell to 400, the twelve before are RET-01's."""
    closed = _month_before(today.replace(day=1), 1)
    told = _month_of("DEMO-WANG", closed, WANG_LAST, purchases=2)
    for back, total in enumerate(reversed(WANG_MONTHS), start=1):
        told += _month_of("DEMO-WANG", _month_before(closed, back), total, purchases=12)
    return told


def zhang(today: dt.date) -> list[Told]:
    """Garage visits every thirty days, the last 186 days ago."""
    last = today - dt.timedelta(days=ZHANG_ABSENT)
    days = [last - dt.timedelta(days=ZHANG_GAP * back) for back in range(ZHANG_VISITS)]
    return [Told("DEMO-ZHANG", day, "480.00", "GARAGE-SERVICE", "branch") for day in days]


def _month_of(customer: str, month: dt.date, total: int, *, purchases: int) -> list[Told]:
    """`total` main units spread over the month so that the purchases add up exactly."""
    each, rest = divmod(total, purchases)
    days = [month + dt.timedelta(days=2 + 25 * n // purchases) for n in range(purchases)]
    amounts = [each + rest if n == 0 else each for n in range(purchases)]
    return [Told(customer, day, f"{amount}.00", "CARD-GOLD", "card") for day, amount in zip(days, amounts, strict=True)]


def _month_before(first: dt.date, months: int) -> dt.date:
    """First day of the month that lies `months` before the month starting on `first`."""
    number = first.year * 12 + first.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)
