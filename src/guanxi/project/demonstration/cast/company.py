"""A corporate client with 84 linked employees, 61 of them not yet customers (SEG-10)."""

# ruff: noqa: E501 - sentences and lists of words are not broken

import datetime as dt

from guanxi.project.demonstration.belongings import Held
from guanxi.project.demonstration.cast.story import Agreed, Like, Story, Talk, Tie, Told, ago, last_closed, month_before
from guanxi.project.demonstration.names import given_for
from guanxi.project.demonstration.staffing import CORPORATE_OWNER
from guanxi.record.consents.choices import ConsentStatus, Purpose
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel, PreferenceField, RelationKind, Stage

COMPANY = "DEMO-COMPANY"
EMPLOYEES, NOT_CUSTOMERS = 84, 61
_TOPICS = "工资卡怎么换 公积金贷款 车险续保 小额理财 孩子教育金 信用卡年费 跨行转账 养护年卡 员工价 医疗险".split()
_SHOPS = "车间 仓库 品管 行政 研发 采购".split()


def company(today: dt.date, customers: list[str]) -> Story:
    """Hengyuan Precision: a loan, an open need for settlement and cards, and its people. customers: references of employees
    who are customers already.
    """
    story = Story(
        people=[
            {
                "reference": COMPANY, "name": "恒远精密制造 Hengyuan Precision", "kind": "organisation",
                "phone": "02038790612", "city": "广州", "district": "黄埔区", "address": "科学大道 182 号",
                "owner": CORPORATE_OWNER, "created_on": ago(today, 1_890),
            }
        ],
        told=[
            Told(COMPANY, _business(month_before(last_closed(today), back) + dt.timedelta(days=20)), f"{9_180 + 37 * back}.00", "CORP-WORKING")
            for back in range(34)
        ],
        held=[Held(COMPANY, "CORP-WORKING", "LN-2023-004417", ago(today, 1_060), attributes={"amount": "3000000"}, family="CORP")],
        talks=[
            Talk(COMPANY, 12, Channel.VISIT, Direction.OUT, "财务总监说外币结算还在别家，想看我们的方案；公务卡也想统一。", Outcome.PROMISED, owed_in=2, colleague=CORPORATE_OWNER),
            Talk(COMPANY, 96, Channel.VISIT, Direction.OUT, "给员工讲工资卡和车险，来了六十多人。", colleague=CORPORATE_OWNER),
            Talk(COMPANY, 300, Channel.CALL, Direction.IN, "贷款续期，材料补一份审计报告。", colleague=CORPORATE_OWNER),
        ],
        likes=[Like(COMPANY, PreferenceField.MATTERS, "付款要准时，流程要一次说清", 96, "拜访")],
    )  # fmt: skip
    for number in range(NOT_CUSTOMERS):
        reference = f"DEMO-STAFF-{number + 1:02d}"
        name, gender = given_for(number)
        story.people.append(
            {
                "reference": reference, "name": name, "gender": gender, "phone": f"1341{1_602_700 + 4_813 * number}",
                "company": "恒远精密", "city": "广州", "owner": CORPORATE_OWNER, "stage": Stage.PROSPECT,
                "created_on": ago(today, 96),
            }
        )  # fmt: skip
        if number % 6 == 0:  # who left a number after the lecture, and said that we may write
            story.agreed.append(Agreed(reference, Purpose.MARKETING, Channel.SMS, ConsentStatus.GRANTED, 96))
        first, place = number % len(_TOPICS), _SHOPS[number % len(_SHOPS)]
        topic, other = _TOPICS[first], _TOPICS[(first + 1 + number // len(_TOPICS)) % len(_TOPICS)]
        story.talks.append(
            Talk(
                reference,
                96,
                Channel.VISIT,
                Direction.OUT,
                f"{place}的同事，讲座后问了{topic}，还有{other}。",
                colleague=CORPORATE_OWNER,
                minute=870 + number,
            )
        )
    everybody = [*customers, *(f"DEMO-STAFF-{number + 1:02d}" for number in range(NOT_CUSTOMERS))]
    story.ties = [Tie(one, COMPANY, RelationKind.EMPLOYER, 96, "恒远精密员工") for one in everybody]
    return story


def _business(day: dt.date) -> dt.date:
    return day + dt.timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
