"""What the many said and were told: contacts by what each uses, consents, a line or two on the card, what is owed. By seed."""

# ruff: noqa: E501 - sentences are not broken in two

import datetime as dt
from collections.abc import Sequence

import numpy as np

from guanxi.project.demonstration.cast.story import Agreed, Like, Story, Talk
from guanxi.project.demonstration.population import Lives
from guanxi.project.demonstration.staffing import MANAGERS, POSTS, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField
from guanxi.record.customers.services import NewCustomer

_IN, _OUT = Direction.IN, Direction.OUT
# by what is used: (direction, channel, words); {n} is a number, {thing} a thing, both drawn.
_SENTENCES: dict[str, tuple[tuple[Direction, Channel, str], ...]] = {
    "card": (
        (_IN, Channel.CALL, "问{thing}那笔 {n} 元是不是重复扣款，查明是预授权，两天退回。"),
        (_IN, Channel.APP, "申请把账单日改到每月 {d} 号，已改。"),
        (_OUT, Channel.CALL, "提醒年费减免还差 {d} 笔，客户说{thing}会多用。"),
        (_IN, Channel.BRANCH, "补办卡片，{d2} 个工作日寄到家。"),
        (_IN, Channel.WECHAT, "问积分怎么换{thing}，发了步骤。"),
    ),
    "shop": (
        (_IN, Channel.BRANCH, "换货：{thing}有一处裂纹，当天换新。"),
        (_IN, Channel.WECHAT, "想订 {d} 份{thing}做伴手礼，问能不能打包。"),
        (_OUT, Channel.SMS, "告知{thing}到货，客户回复周末来取。"),
        (_IN, Channel.CALL, "问会员日哪天，记下 {d} 号。"),
        (_IN, Channel.WEB, "对{thing}打了好评，说包装结实。"),
    ),
    "car": (
        (_IN, Channel.CALL, "约 {d} 号上午做养护，里程 {n}0 公里。"),
        (_OUT, Channel.CALL, "提醒轮胎花纹偏浅，客户说月底再看。"),
        (_IN, Channel.VISIT, "等车时聊了{thing}；要求下次固定同一位师傅。"),
        (_IN, Channel.WECHAT, "问换机油要多久，答复四十分钟。"),
    ),
    "policy": (
        (_IN, Channel.CALL, "报案：停车场刮擦，定损 {n} 元，{d2} 天后到账。"),
        (_OUT, Channel.VISIT, "讲了保单条款，重点说免赔额；客户要再想想。"),
        (_IN, Channel.CALL, "问受益人怎么改，告知要本人带证件。"),
        (_OUT, Channel.CALL, "续保前回访，客户对理赔速度满意。"),
    ),
    "bank": (
        (_IN, Channel.BRANCH, "提前还款 {n}0 元，打印了新的还款表。"),
        (_IN, Channel.CALL, "问利率什么时候重定价，答复是一月一日。"),
        (_OUT, Channel.CALL, "定投扣款失败 {d2} 次，客户当天补了余额。"),
    ),
    "taxi": (
        (_IN, Channel.WECHAT, "约 {d} 号六点半去机场，{d2} 件行李。"),
        (_OUT, Channel.SMS, "告知替班司机姓名和车牌，客户同意。"),
        (_IN, Channel.CALL, "说上次早到让他从容，以后长途都找我们。"),
    ),
    "any": (
        (_OUT, Channel.CALL, "节前问候，客户说家里都好，{thing}刚换了新的。"),
        (_OUT, Channel.VISIT, "顺路拜访，坐了 {m} 分钟，聊到{thing}和孩子上学。"),
        (_IN, Channel.BRANCH, "等号 {d} 分钟，说比上次快。"),
        (_OUT, Channel.POST, "寄了手写贺卡。"),
    ),
}
_ENGLISH: tuple[tuple[Direction, Channel, str], ...] = (
    (_IN, Channel.CALL, "Asked why a payment of {n} was taken twice; it was a hold, released within two days."),
    (_OUT, Channel.EMAIL, "Sent the summary of the year in English, as asked; {d} pages."),
    (_IN, Channel.BRANCH, "Came in about opening hours on the {d}th; prefers to be served in English."),
    (_OUT, Channel.VISIT, "Talked for {m} minutes; the family may stay another two years."),
)
_THINGS = "茶具 台灯 靠垫 厨刀 保温杯 行车记录仪 儿童座椅 四件套 空调 洗碗机 跑步鞋 相机 书柜 电动车 旅行箱 血橙 月饼 花瓶 手表 滤水器".split()
_OWED = (
    (_IN, Channel.CALL, "问{thing}的报价，答应两天内给答复。", Outcome.PROMISED),
    (_IN, Channel.CALL, "问理赔材料还缺什么；答应给答复。", Outcome.PROMISED),
    (_OUT, Channel.VISIT, "谈到{thing}，说好回来把两种方案写清楚。", Outcome.PROMISED),
    (_OUT, Channel.CALL, "客户在开会，约好再打。", Outcome.REACHED),
    (_IN, Channel.BRANCH, "要一份近{h}个月的流水说明，需要后台出具。", Outcome.PROMISED),
    (_IN, Channel.WECHAT, "想约时间看{thing}，等我们定日子。", Outcome.REACHED),
)
_LIKES = (
    (PreferenceField.CONTACT, ("晚上七点以后再打", "先发微信", "只打手机", "上午不方便接电话", "周末不要联系")),
    (PreferenceField.MATTERS, ("到店不想等", "怕麻烦，一次办完", "要开发票", "喜欢当面谈", "价格要先说清")),
    (PreferenceField.BREAKFAST, ("喝龙井", "喝普洱", "不喝咖啡", "喝柠檬水", "喝单丛")),
    (PreferenceField.TOPICS, ("篮球", "孩子学琴", "自驾", "养花", "粤剧", "登山", "老房翻新")),
    (PreferenceField.CHARACTER, ("直爽", "细心，会逐条看", "话少", "热情", "做事快")),
)
_SERVICE = {post.house: post.reference for post in POSTS if post.role == "service"}
_HOUSE_OF = {post.reference: post.house for post in POSTS}


def talking(random: np.random.Generator, rows: Sequence[NewCustomer], lives: Lives, today: dt.date) -> Story:
    """Contacts, consents and preferences of the many; rows in the order of lives, each with its owner."""
    story = Story()
    for number, row in enumerate(rows):
        known = (today - (row.created_on or today)).days
        until = max(0, _days_of(lives) - int(lives.end[number]))
        _talks(random, story, (number, row), lives, (until, min(known, 1_080)))
        _consents(random, story, row.reference, known)
        if random.random() < 0.35 and not lives.taxi[number]:
            _likes(random, story, row.reference, known)
    for manager in MANAGERS:
        theirs = [row.reference for number, row in enumerate(rows) if row.owner == manager and lives.is_quiet[number]]
        _owed(random, story, manager, theirs, today)
    return story


def _days_of(lives: Lives) -> int:
    """How many days the lives cover."""
    return int(lives.end.max())


def _talks(
    random: np.random.Generator, story: Story, who: tuple[int, NewCustomer], lives: Lives, span: tuple[int, int]
) -> None:
    """A few contacts between so many days ago (span); what was to follow has followed."""
    number, row = who
    latest, earliest = span
    if earliest - latest < 20:
        return
    used = [name for name in _SENTENCES if name != "any" and getattr(lives, name)[number]] + ["any"]
    count = 1 + int(random.poisson(1.3))
    for days in sorted(random.integers(latest + 2, earliest, count).tolist(), reverse=True):
        forms = _ENGLISH if row.language == "en" else _SENTENCES[used[int(random.integers(len(used)))]]
        direction, channel, words = forms[int(random.integers(len(forms)))]
        story.talks.append(_talk(random, row, (days, direction, channel, words)))
        if direction == _IN and days - latest > 14 and random.random() < 0.2:
            follow = days - int(random.integers(1, 9))
            words = "Called back as agreed; settled." if row.language == "en" else "按约回了电话，办妥了。"
            story.talks.append(_talk(random, row, (follow, _OUT, Channel.CALL, words)))


def _talk(random: np.random.Generator, row: NewCustomer, said: tuple[int, Direction, Channel, str]) -> Talk:
    days, direction, channel, words = said
    house = _HOUSE_OF.get(row.owner, 0)
    colleague = row.owner if direction == _OUT and row.owner else _SERVICE[house]
    return Talk(
        row.reference, days, channel, direction, _filled(random, words), Outcome.REACHED,
        colleague=colleague, minute=int(random.integers(540, 1_080)),
    )  # fmt: skip


def _filled(random: np.random.Generator, words: str) -> str:
    return words.format(
        n=int(random.integers(80, 2_400)), d=int(random.integers(2, 28)), d2=int(random.integers(1, 5)),
        m=int(random.integers(4, 12)) * 5, h=int(random.choice([3, 6, 12])),
        thing=_THINGS[int(random.integers(len(_THINGS)))],
    )  # fmt: skip


def _owed(random: np.random.Generator, story: Story, manager: str, customers: Sequence[str], today: dt.date) -> None:
    """What a manager owes: the one of the stories four things by today and two soon, the others one to three and one."""
    now, soon = (4, 2) if manager == STORIES_OWNER else (int(random.integers(1, 4)), 1)
    chosen = list(customers)[-(now + soon) :]
    for place, reference in enumerate(chosen):
        direction, channel, words, outcome = _OWED[int(random.integers(len(_OWED)))]
        due = _working_day(today, -place % 4 if place < now else place - now + 1, back=place < now)
        days = int(random.integers(5, 9))
        story.talks.append(
            Talk(
                reference,
                days,
                channel,
                direction,
                _filled(random, words),
                outcome,
                (due - today).days,
                manager,
                700 + place,
            )
        )


def _working_day(today: dt.date, days: int, *, back: bool) -> dt.date:
    """A working day so many days from today, the one before it (back) or after it where that is a weekend."""
    day = today + dt.timedelta(days=-days if back else days)
    while day.weekday() > 4:
        day += dt.timedelta(days=-1 if back else 1)
    return day


def _consents(random: np.random.Generator, story: Story, reference: str, known: int) -> None:
    """What most people say when they become customers; one in ten takes the text messages back."""
    days = max(1, known - 1)
    if random.random() < 0.8:
        story.agreed.append(Agreed(reference, Purpose.PROFILING, Channel.UNKNOWN, ConsentStatus.GRANTED, days))
    for channel, share in ((Channel.CALL, 0.62), (Channel.SMS, 0.7), (Channel.POST, 0.35), (Channel.WECHAT, 0.3)):
        chance = random.random()
        if chance < share:
            story.agreed.append(Agreed(reference, Purpose.MARKETING, channel, ConsentStatus.GRANTED, days))
        elif chance > 0.93:
            story.agreed.append(Agreed(reference, Purpose.MARKETING, channel, ConsentStatus.DENIED, days))
    if random.random() < 0.1 and days > 60:
        said = Agreed(
            reference,
            Purpose.MARKETING,
            Channel.SMS,
            ConsentStatus.WITHDRAWN,
            int(random.integers(3, days)),
            "电话",
            "通话记录",
        )
        story.agreed.append(said)


def _likes(random: np.random.Generator, story: Story, reference: str, known: int) -> None:
    for place in random.choice(len(_LIKES), int(random.integers(1, 4)), replace=False).tolist():
        field, words = _LIKES[place]
        days = int(random.integers(1, max(2, min(known, 900))))
        story.likes.append(Like(reference, field, words[int(random.integers(len(words)))], days))
