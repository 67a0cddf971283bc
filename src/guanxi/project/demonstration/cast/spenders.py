"""Wang, whose spending fell (RET-01), and Ma, whose spending fell and went to cheaper places (RSK-02)."""

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import (
    MID,
    PREMIUM,
    VALUE,
    Agreed,
    Like,
    Story,
    Talk,
    Told,
    ago,
    card_month,
    last_closed,
    month_before,
    resident,
    shares,
)
from guanxi.project.demonstration.staffing import SERVICE, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField

WANG, MA = "DEMO-WANG", "DEMO-MA"
# RET-01: twelve statements between 4,010 and 4,600, then one of 400, in an unchanged mix of merchants (1.82 → 1.75).
WANG_MONTHS = (4090, 4240, 4600, 4010, 4130, 4375, 4060, 4410, 4185, 4150, 4300, 4185)
WANG_LAST = 400
_WANG_MIX = ((PREMIUM, 21, 3), (MID, 40, 4), (VALUE, 39, 5))
_WANG_MIX_NOW = ((PREMIUM, 17, 1), (MID, 41, 3), (VALUE, 42, 5))
# RSK-01 and RSK-02: three years of 30,000 to 40,000 a month, median 35,500; then 3,500 at cheaper places (2.75 → 1.50).
MA_YEAR = (35_500, 33_800, 36_900, 34_600, 38_200, 35_500, 34_100, 36_400, 35_200, 37_300, 33_200, 35_800)
MA_LAST = 3_500
MA_MIX = ((PREMIUM, 80, 8), (MID, 15, 4), (VALUE, 5, 3))
MA_MIX_NOW = ((PREMIUM, 10, 1), (MID, 30, 4), (VALUE, 60, 9))
MA_LIMIT = 50_000
_IN, _OUT = Direction.IN, Direction.OUT


def wang(today: dt.date) -> Story:
    """Mr Wang: a gold card for years, four thousand a month, four hundred in the last closed one."""
    person = {
        "reference": WANG, "name": "王海峰", "phone": "13800135678", "gender": "male", "birthday": "1982-03-12",
        "id_number": resident("44010619820312031"), "plate": "粤A8K62Q", "city": "广州", "district": "天河区",
        "address": "天河北路 180 号", "owner": STORIES_OWNER, "account": "6225880123456621", "created_on": ago(today, 3280),
    }  # fmt: skip
    return Story(
        people=[person],
        told=wang_told(today),
        held=[
            Held(
                WANG, "CARD-GOLD", "6225-8801-2345-6621", ago(today, 3280), attributes={"limit": "50000"}, family="CARD"
            )
        ],
        talks=[
            Talk(WANG, 40, Channel.CALL, _IN, "问为什么又收年费。客服答应转给客户经理。", colleague=SERVICE),
            Talk(WANG, 193, Channel.VISIT, _OUT, "在网点喝茶四十分钟。孩子九月上学，想慢慢存一笔钱，不着急。"),
            Talk(WANG, 232, Channel.CALL, _IN, "嫌促销短信太多；一小时内停了。", colleague=SERVICE),
            Talk(WANG, 540, Channel.BRANCH, _IN, "换了新卡面，顺便问机票优惠怎么用。", minute=880),
        ],
        likes=[
            Like(WANG, PreferenceField.CONTACT, "上午九点以后打电话", 283),
            Like(WANG, PreferenceField.BREAKFAST, "喝凤凰单丛", 193, "拜访"),
            Like(WANG, PreferenceField.TOPICS, "羽毛球、桥梁", 193, "拜访"),
            Like(WANG, PreferenceField.MATTERS, "不要促销短信", 232),
        ],
        agreed=[
            Agreed(WANG, Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, 900),
            Agreed(WANG, Purpose.MARKETING, Channel.POST, ConsentStatus.GRANTED, 900),
            Agreed(WANG, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, 900),
            Agreed(WANG, Purpose.MARKETING, Channel.SMS, ConsentStatus.WITHDRAWN, 232, "电话", "通话记录"),
        ],
    )


def wang_told(today: dt.date) -> list[Told]:
    """Card spending by calendar month: the last closed month fell to 400, the twelve before are RET-01's; since then as
    little.
    """
    closed = last_closed(today)
    told = _wang_month(closed, WANG_LAST, _WANG_MIX_NOW) + _wang_month(
        today.replace(day=1), WANG_LAST, _WANG_MIX_NOW, until=ago(today, 1)
    )
    for back in range(1, 36):  # the years before were as even
        told += _wang_month(month_before(closed, back), WANG_MONTHS[-1 - (back - 1) % 12], _WANG_MIX)
    return [one for one in told if one.day > ago(today, 1_095)]


def _wang_month(
    month: dt.date, total: int, mix: tuple[tuple[int, int, int], ...], until: dt.date | None = None
) -> list[Told]:
    return card_month(WANG, month, shares(total * 100, mix), "CARD-GOLD", until)


def ma(today: dt.date) -> Story:
    """Mr Ma: long, punctual, high spending, then a tenth of it, and at cheap places: his income fell."""
    person = {
        "reference": MA, "name": "马国栋", "phone": "13602887136", "gender": "male", "birthday": "1976-11-05",
        "id_number": resident("44010419761105413"), "plate": "粤A5M08T", "city": "广州", "district": "越秀区",
        "address": "东风东路 836 号", "company": "国栋建材贸易", "owner": STORIES_OWNER, "account": "6225880190907715",
        "created_on": ago(today, 2_900),
    }  # fmt: skip
    closed = last_closed(today)
    told = _ma_month(closed, MA_LAST, MA_MIX_NOW)
    told += _ma_month(today.replace(day=1), MA_LAST, MA_MIX_NOW, until=ago(today, 1))
    for back in range(1, 36):
        told += _ma_month(month_before(closed, back), MA_YEAR[(back - 1) % 12], MA_MIX)
    return Story(
        people=[person],
        told=[one for one in told if one.day > ago(today, 1_095)],
        held=[
            Held(
                MA, "CARD-PLATINUM", "6225-8801-9090-7715", ago(today, 2_900),
                attributes={"limit": str(MA_LIMIT), "paid_on_time_months": "24"}, family="CARD",
            )
        ],
        talks=[
            Talk(MA, 26, Channel.CALL, _OUT, "电话没人接。", Outcome.NO_ANSWER, minute=1_010),
            Talk(MA, 140, Channel.VISIT, _OUT, "店里看了看，他说今年工程款回得慢，先不扩仓库。", minute=930),
            Talk(MA, 400, Channel.BRANCH, _IN, "提额到五万，材料齐全，当天办好。", Outcome.ACCEPTED, minute=660),
        ],
        likes=[
            Like(MA, PreferenceField.EXPERTISE, "建材、工程账期", 140, "拜访"),
            Like(MA, PreferenceField.CONTACT, "下午三点后去店里找他", 140, "拜访"),
        ],
        agreed=[Agreed(MA, Purpose.MARKETING, Channel.CALL, ConsentStatus.GRANTED, 1_200)],
    )  # fmt: skip


def _ma_month(
    month: dt.date, total: int, mix: tuple[tuple[int, int, int], ...], until: dt.date | None = None
) -> list[Told]:
    return card_month(MA, month, shares(total * 100, mix), "CARD-PLATINUM", until)
