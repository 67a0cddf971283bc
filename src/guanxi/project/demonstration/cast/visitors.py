"""Zhang, who came every month and stays away (RET-05), and the consultancy that opened a whole account (PRF-06)."""

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import Agreed, Like, Story, Talk, Tie, Told, ago
from guanxi.project.demonstration.staffing import DRIVERS, STORIES_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind

ZHANG = "DEMO-ZHANG"
ZHANG_VISITS = 24
ZHANG_GAP = 30
ZHANG_ABSENT = 186
CONSULTANT = "DEMO-CONSULT"
LECTURERS, TRIPS = 14, 61
_IN, _OUT = Direction.IN, Direction.OUT


def zhang(today: dt.date) -> Story:
    """Mr Zhang: twenty-four monthly visits to the garage, then none for half a year."""
    person = {
        "reference": ZHANG, "name": "张立新", "phone": "13922214410", "gender": "male", "birthday": "1978-09-02",
        "plate": "粤A66K18", "city": "广州", "district": "海珠区", "address": "滨江东路 66 号", "owner": STORIES_OWNER,
        "created_on": ago(today, 1_110),
    }  # fmt: skip
    return Story(
        people=[person],
        told=zhang_told(today),
        held=[Held(ZHANG, "GARAGE-PLAN", "GC-20231107-18", ago(today, 1_110), attributes={"plate": "粤A66K18"})],
        talks=[
            Talk(ZHANG, 190, Channel.VISIT, _IN, "做例行养护，一直用进口机油；等车时问起冬季轮胎。"),
            Talk(ZHANG, 310, Channel.CALL, _OUT, "提醒保养，约好下周来。"),
        ],
        likes=[
            Like(ZHANG, PreferenceField.MATTERS, "只用进口机油和添加剂", 310),
            Like(ZHANG, PreferenceField.CONTACT, "先写信，再打电话", 310),
        ],
        agreed=[Agreed(ZHANG, Purpose.MARKETING, Channel.POST, ConsentStatus.GRANTED, 700)],
    )


def zhang_told(today: dt.date) -> list[Told]:
    """Garage visits every thirty days, the last 186 days ago: imported oil, in two of three an additive with it."""
    told = []
    for back in range(ZHANG_VISITS):
        day = ago(today, ZHANG_ABSENT + ZHANG_GAP * back)
        told.append(Told(ZHANG, day, "480.00", "GARAGE-OIL"))
        if back % 3:
            told.append(Told(ZHANG, day, "120.00", "GARAGE-ADDITIVE"))
    return told


_FIELDS = (
    "物流 供应链 税务 财务 谈判 人力资源 领导力 演讲 精益生产 市场营销 质量管理 项目管理 组织行为 企业法务".split()
)
_NAMES = "陆振华 范雪梅 苏文斌 卢慧芳 姚海涛 谭丽娟 汪国平 尹晓燕 白志强 史秀珍 邵俊峰 常静怡 庞永康 倪美华".split()


def lecturers(today: dt.date) -> Story:
    """A consultancy's training manager was content and sent fourteen lecturers: sixty-one trips so far."""
    owner = DRIVERS[0]
    story = Story(
        people=[
            {
                "reference": CONSULTANT, "name": "顾佩仪", "phone": "13711260842", "gender": "female", "city": "广州",
                "district": "天河区", "address": "体育东路 122 号 18 楼", "company": "启明管理咨询", "owner": owner,
                "created_on": ago(today, 820),
            }
        ],
        told=[Told(CONSULTANT, ago(today, 30 + 41 * number), "180.00", "TAXI-AIRPORT") for number in range(14)],
        talks=[
            Talk(CONSULTANT, 400, Channel.CALL, _IN, "课后打来道谢：车里备了热豆浆，讲师很满意，以后讲师都由你们接。", colleague=owner),
            Talk(CONSULTANT, 21, Channel.WECHAT, _IN, "下月排了三位新讲师，先发名单过来。", Outcome.ACCEPTED, colleague=owner),
        ],
        likes=[Like(CONSULTANT, PreferenceField.MATTERS, "提前十分钟到，讲师一下机就能看到人", 400)],
    )  # fmt: skip
    for number, (name, subject) in enumerate(zip(_NAMES, _FIELDS, strict=True)):
        reference = f"DEMO-LECTURER-{number + 1:02d}"
        story.people.append(
            {
                "reference": reference, "name": name, "phone": f"1352280{4_417 + 381 * number}", "city": "广州",
                "gender": "female" if number % 2 else "male", "owner": owner, "created_on": ago(today, 380 - 11 * number),
            }
        )  # fmt: skip
        story.ties.append(Tie(reference, CONSULTANT, RelationKind.REFERRER, 380 - 11 * number, "讲师由她介绍"))
        story.likes.append(Like(reference, PreferenceField.EXPERTISE, f"讲{subject}", 370 - 11 * number))
        trips = TRIPS // LECTURERS + (number < TRIPS % LECTURERS)
        story.told += [
            Told(
                reference,
                _driving_day(ago(today, 9 + 5 * number + 37 * trip)),
                f"{110 + 7 * number}.00",
                "TAXI-UNIVERSITY",
            )
            for trip in range(trips)
        ]
        story.talks.append(
            Talk(
                reference,
                9 + 5 * number,
                Channel.CALL,
                _OUT,
                f"路上聊了{subject}课的新案例；讲完想喝罗汉果茶。",
                colleague=owner,
            )
        )
    return story


def _driving_day(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday() == 5)
