"""The few of the demo firm whose stories the requirements tell, dated back from today."""

import datetime as dt
from dataclasses import dataclass

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
