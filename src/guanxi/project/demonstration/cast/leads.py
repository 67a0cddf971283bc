"""Who left a name with us and was no customer then: two years ago, of whom some became one, and this year (ACQ-03)."""

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import MID, Agreed, Story, Talk, Tie, Told, ago
from guanxi.project.demonstration.names import given_for
from guanxi.project.demonstration.staffing import CORPORATE_OWNER, MANAGERS, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction
from guanxi.record.customers.choices import Channel, RelationKind, Stage

_FRIEND = "朋友介绍"
# source, entered two years ago, of them won within a year, entered this year, what one of them spends a month of the quarter
_SOURCES = (
    ("车展", 38, 5, 9, 620),
    ("线上申请", 32, 9, 8, 540),
    (_FRIEND, 22, 11, 6, 1_150),
    ("社区活动", 22, 2, 5, 410),
)
_REFERRERS = ("DEMO-WANG", "DEMO-LI", "DEMO-SAVER")
_WISHES = ("信用卡", "车险", "存款利率", "年费", "分期", "积分")
_OWNERS = tuple(one for one in MANAGERS if one not in (STORIES_OWNER, CORPORATE_OWNER))  # whose lists are long already
_FIRST = 300  # names that no other story gives


def leads(today: dt.date) -> Story:
    """They come from four sources; who came by a friend's word stays more often, and brings more."""
    story, number = Story(), 0
    for source, past, won, present, spent in _SOURCES:
        for place in range(past + present):
            number += 1
            reference, is_past = f"DEMO-LEAD-{number:03d}", place < past
            days = 520 + 9 * (place % 30) + number % 7 if is_past else 12 + (11 * place + 3 * number) % 200
            _enter(story, today, number, source, days)
            if is_past and place * won // past != (place + 1) * won // past:
                _buy(story, today, reference, days - 40 - place * 3, spent + 7 * number)
    return story


def _enter(story: Story, today: dt.date, number: int, source: str, days: int) -> None:
    reference = f"DEMO-LEAD-{number:03d}"
    name, gender = given_for(number + _FIRST)
    story.people.append(
        {
            "reference": reference, "name": name, "gender": gender, "phone": f"1391{2_004_100 + 3_571 * number}", "city": "广州",
            "owner": _OWNERS[number % len(_OWNERS)], "stage": Stage.PROSPECT, "source": source, "created_on": ago(today, days),
        }
    )  # fmt: skip
    words = f"{source}第{number}位登记，问{_WISHES[number % 6]}和{_WISHES[(number + 1 + number // 6) % 6]}。"
    story.talks.append(
        Talk(reference, days, Channel.BRANCH, Direction.IN, words, colleague=_OWNERS[number % len(_OWNERS)])
    )
    if number % 5:  # every fifth never said that we may write or call
        channel = (Channel.CALL, Channel.SMS, Channel.EMAIL)[number % 3]
        story.agreed.append(Agreed(reference, Purpose.MARKETING, channel, ConsentStatus.GRANTED, days))
    is_no = number % 22 == 7
    status = ConsentStatus.DENIED if is_no else ConsentStatus.GRANTED
    story.agreed.append(Agreed(reference, Purpose.PROFILING, Channel.UNKNOWN, status, days))
    if source == _FRIEND:
        story.ties.append(Tie(reference, _REFERRERS[number % 3], RelationKind.REFERRER, days))


def _buy(story: Story, today: dt.date, reference: str, days: int, spent: int) -> None:
    """A card from that day on, with a payment a quarter."""
    story.held.append(
        Held(reference, "CARD-CLASSIC", f"6225-88{reference[-3:]}-{spent:04d}", ago(today, days), family="CARD")
    )
    for place, back in enumerate(range(days - 3, 1, -90)):
        on = ago(today, back)
        on += dt.timedelta(days=on.weekday() == 5)  # no Saturdays, as everywhere in the demo
        minor = spent * 300 + (place * 613 + spent * 17) % 4_000
        if on < today:
            place_words = ("超市", "餐饮", "百货")[place % 3]
            amount = f"{minor // 100}.{minor % 100:02d}"
            story.told.append(Told(reference, on, amount, "CARD-CLASSIC", Channel.CARD, MID, place_words))
